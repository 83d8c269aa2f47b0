"""Points measured anew on folders of labelled articles, and their files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.documents import PACKAGE_DIR, config_files, read_yaml, validated
from config.errors import ConfigError
from evaluation.labelled import LabelError, Labelled
from evaluation.weighing import Measured, points_yaml, weigh
from extractors.deals.judge import Decision
from extractors.deals.knowledge import DealKnowledge
from extractors.deals.points import PointsFile
from flows.evaluation import labelled_files

_FOLDER = "points"


@dataclass(frozen=True, slots=True)
class Weighed:
    """New points by decision, how many French articles they were measured on, and the files that are none, with why."""

    measured: dict[Decision, Measured]
    articles: int
    refused: list[tuple[Path, str]]


def weigh_folders(
    folders: Sequence[Path], knowledge: DealKnowledge, progress: Callable[[int, int], None], *, near: bool = False
) -> Weighed:
    """Read the labelled articles of these folders (`*.json`, subfolders too) and measure all points on them.

    Raises:
        ConfigError: there is no labelled article in French.
    """
    articles: list[Labelled] = []
    refused: list[tuple[Path, str]] = []
    for folder in folders:
        for path, labelled in labelled_files(folder):
            if isinstance(labelled, LabelError):
                refused.append((path, str(labelled)))
            elif labelled.language == "fr":
                articles.append(labelled)
    if not articles:
        why = f" ; {refused[0][0].name} : {refused[0][1]}" if refused else ""
        named = ", ".join(map(str, folders))
        raise ConfigError(f"{named} : aucun article annoté en français (*.json){why}")
    return Weighed(weigh(articles, knowledge, progress, near=near), len(articles), refused)


def write_points(measured: Mapping[Decision, Measured], out: Path, user_dir: Path | None) -> list[Path]:
    """Write the measured points into `points/` of a configuration folder: each file whole, the old one till then.

    A file of a user's adds to ours cue by cue, so that a cue of ours without new points is written with 0: otherwise
    the old ones would count among the new.

    Args:
        user_dir: the configuration in force, whose words on what each file is about are kept.

    Raises:
        ConfigError: the folder cannot be written.
    """
    folder = out / _FOLDER
    shipped = out.resolve() == PACKAGE_DIR
    texts: dict[Path, str] = {}
    for decision, found in measured.items():
        if found.points is None:
            continue
        files = [validated(read_yaml(p), PointsFile) for p in config_files(f"{_FOLDER}/{decision}.yaml", user_dir)]
        nothing = {} if shipped else dict.fromkeys(files[0].points, 0.0)
        texts[folder / f"{decision}.yaml"] = points_yaml(files[-1].says, nothing | found.points)
    drafts: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in texts.items():
            drafts.append(path.with_suffix(".yaml.new"))
            drafts[-1].write_text(text, encoding="utf-8")
        for path in texts:
            path.with_suffix(".yaml.new").replace(path)
    except OSError as error:
        raise ConfigError(f"ne peut être écrit : {error}", folder) from error
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)
    return list(texts)
