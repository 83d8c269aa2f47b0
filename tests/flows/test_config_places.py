"""What `--against` means: nothing, a folder, a revision."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from config.documents import PACKAGE_DIR
from config.errors import ConfigError
from flows.config_places import ConfigPlace, config_place


def git(folder: Path, *arguments: str) -> None:
    settings = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *settings, *arguments], check=True, capture_output=True)


def place(against: str | None, user_dir: Path | None) -> ConfigPlace:
    with config_place(against, user_dir) as found:
        return found


def test_nothing_is_the_shipped_configuration_alone(tmp_path: Path) -> None:
    assert place(None, tmp_path) == ConfigPlace(PACKAGE_DIR, None)


def test_a_folder_goes_on_top_of_ours_in_place_of_the_users(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    assert place(str(tmp_path), Path("elsewhere")) == ConfigPlace(PACKAGE_DIR, tmp_path)


def test_a_folder_with_all_we_ship_stands_in_for_ours(tmp_path: Path) -> None:
    for name in ("rules", "lexicon"):
        shutil.copytree(PACKAGE_DIR / name, tmp_path / name)
    assert place(str(tmp_path), None) == ConfigPlace(tmp_path, None)
    (tmp_path / "rules" / "funding.yaml").unlink()
    assert place(str(tmp_path), None) == ConfigPlace(PACKAGE_DIR, tmp_path)


def test_a_revision_of_a_folder_inside_a_repository(tmp_path: Path) -> None:
    mine = tmp_path / "deep" / "mine"
    (mine / "rules").mkdir(parents=True)
    git(tmp_path, "init", "-q")
    (tmp_path / "other.txt").write_text("x")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "before")
    (mine / "rules" / "a.yaml").write_text("old")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "rules")
    git(tmp_path, "tag", "v1")
    (mine / "rules" / "a.yaml").write_text("new")
    with config_place("v1", mine) as found:
        assert found.user_dir is not None
        assert (found.user_dir / "rules" / "a.yaml").read_text() == "old"
        assert not (found.user_dir / "other.txt").exists()
        scratch = found.user_dir
    assert not scratch.exists()
    with config_place("v1~1", mine) as found:  # the folder did not exist yet
        assert found.user_dir is not None
        assert list(found.user_dir.iterdir()) == []


def test_a_revision_of_ours_has_the_lexicons_it_lacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = tmp_path / "config"
    for name in ("rules", "lexicon"):
        shutil.copytree(PACKAGE_DIR / name, ours / name)
    (ours / "lexicon" / "dates.yaml").unlink()
    (ours / "rules" / "debt.yaml").unlink()
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "early")
    for name in ("lexicon/dates.yaml", "rules/debt.yaml"):
        shutil.copy(PACKAGE_DIR / name, ours / name)
    monkeypatch.setattr("flows.config_places.PACKAGE_DIR", ours)
    with config_place("HEAD", None) as found:
        assert found.package_dir != ours
        assert (found.package_dir / "lexicon" / "dates.yaml").read_text() == (
            ours / "lexicon" / "dates.yaml"
        ).read_text()
        assert not (found.package_dir / "rules" / "debt.yaml").exists()


@pytest.mark.parametrize("wrong", ["absent", "--output=x", "HEAD:a", "", "v1 v2"])
def test_neither_folder_nor_revision(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(ConfigError, match="ni un dossier, ni une révision"):
        place(wrong, tmp_path)
