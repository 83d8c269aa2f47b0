"""Which configuration to compare with: the shipped one, another folder, or what a git revision had."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from config.documents import PACKAGE_DIR
from config.errors import ConfigError


@dataclass(frozen=True, slots=True)
class ConfigPlace:
    """Where rules and lexicons are read: our folder, or one in its place, and the user's own on top (or none)."""

    package_dir: Path
    user_dir: Path | None


@contextmanager
def config_place(against: str | None, user_dir: Path | None) -> Iterator[ConfigPlace]:
    """The configuration named by `against`.

    None: the shipped one alone. A folder: one that has every file we ship stands in for ours, any other goes on top of
    ours. Else a git revision: of our folder and of the user's, each as the repository it lies in had it.

    Raises:
        ConfigError: neither a folder nor a revision of a repository in which one of the two lies.
    """
    if against is None:
        yield ConfigPlace(PACKAGE_DIR, None)
    elif against and (folder := Path(against)).is_dir():
        yield ConfigPlace(folder.resolve(), None) if _is_whole(folder) else ConfigPlace(PACKAGE_DIR, folder.resolve())
    else:
        with TemporaryDirectory(prefix="veille-regles-") as scratch:
            yield _at_revision(against, user_dir, Path(scratch))


def _is_whole(folder: Path) -> bool:
    shipped = [path.relative_to(PACKAGE_DIR) for name in ("rules", "lexicon") for path in PACKAGE_DIR.glob(f"{name}/*")]
    return all((folder / path).exists() for path in shipped)


def _at_revision(revision: str, user_dir: Path | None, scratch: Path) -> ConfigPlace:
    ours = _checked_out(revision, PACKAGE_DIR, scratch / "ours")
    mine = _checked_out(revision, user_dir.resolve(), scratch / "mine") if user_dir else None
    if ours is None and mine is None:
        raise ConfigError(
            f"--against {revision} : ni un dossier, ni une révision git connue là où sont les règles "
            f"({', '.join(str(folder) for folder in (PACKAGE_DIR, user_dir) if folder)})"
        )
    if ours:
        _fill(ours)
    return ConfigPlace(ours or PACKAGE_DIR, mine or user_dir)


def _fill(ours: Path) -> None:
    """Lexicons that the revision did not have yet are taken as they are now: the program cannot read without them."""
    (ours / "lexicon").mkdir(exist_ok=True)
    for path in (PACKAGE_DIR / "lexicon").glob("*.yaml"):
        if not (ours / "lexicon" / path.name).exists():
            shutil.copy(path, ours / "lexicon")


def _checked_out(revision: str, folder: Path, into: Path) -> Path | None:
    """What `folder` held at a revision, written under `into`; None where git knows no such revision of it.

    A folder that the revision did not have yet comes out empty.
    """
    top = _git(folder, "rev-parse", "--show-toplevel")
    commit = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if top is None or commit is None:
        return None
    into.mkdir()
    inside = folder.relative_to(Path(top.decode().strip()).resolve()).as_posix()
    tree = f"{commit.decode().strip()}:{'' if inside == '.' else inside}"
    # From the top: inside a folder git would archive only that folder of the tree.
    archive = _git(Path(top.decode().strip()), "archive", "--format=tar", tree)
    if archive:
        with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
            packed.extractall(into, filter="data")
    return into


def _git(folder: Path, *arguments: str) -> bytes | None:
    """What git prints, or None when it refuses or is not there."""
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=False)  # noqa: S603, S607
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
