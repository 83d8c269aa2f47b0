"""Figures and grouped errors of the rules in force on a folder of labelled articles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from config.errors import ConfigError
from evaluation.causes import Group, Groups, Mistake, mistakes
from evaluation.labelled import LabelError, Labelled, labelled_from_json
from evaluation.scoring import Figures, Score
from extractors.codec import mention_json
from extractors.deals.extract import Trace, trace_deals
from extractors.knowledge import Knowledge
from extractors.mending import mended
from extractors.read import read_article

_NO_TRACE = Trace((), (), (), None, ())


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures, errors grouped by cause, and the files that are no labelled articles, with the reason."""

    figures: Figures
    groups: list[Group]
    refused: list[tuple[Path, str]]


def evaluate_folder(folder: Path, knowledge: Knowledge, threshold: float, examples: int) -> Evaluation:
    """Read every labelled article (`*.json`, subfolders too) one at a time.

    Args:
        examples: how many mistakes of each cause to keep.

    Raises:
        ConfigError: the folder holds no labelled article.
    """
    score, groups, refused = Score(), Groups(examples), []
    read = 0
    for path, labelled in labelled_files(folder):
        if isinstance(labelled, LabelError):
            refused.append((path, str(labelled)))
            continue
        read += 1
        reading = read_article(labelled.article, knowledge, threshold=threshold)
        outcome = score.add(labelled, reading)
        # Only what went wrong is read again with its explanation.
        wrong = reading.language == "fr" and (outcome.missed or outcome.false)
        trace = trace_deals(mended(labelled.article).article, knowledge.deals) if wrong else _NO_TRACE
        for mistake in mistakes(labelled.article.id, outcome, reading.language, trace):
            groups.add(mistake)
    if not read:
        why = f" ; {refused[0][0].name} : {refused[0][1]}" if refused else ""
        raise ConfigError(f"aucun article annoté (*.json) dans ce dossier{why}", folder)
    return Evaluation(score.figures(), groups.largest_first(), refused)


def evaluation_json(evaluation: Evaluation) -> dict[str, Any]:
    """The evaluation as plain JSON values: `figures` has the scorer's own form."""
    return {
        "figures": asdict(evaluation.figures),
        "errors": [
            {
                "side": group.side,
                "cause": group.cause,
                "count": group.count,
                "rules": dict(sorted(group.details.items(), key=lambda item: -item[1])),
                "examples": [_mistake_json(mistake) for mistake in group.examples],
            }
            for group in evaluation.groups
        ],
        "refused": [{"file": str(path), "reason": reason} for path, reason in evaluation.refused],
    }


def _mistake_json(mistake: Mistake) -> dict[str, Any]:
    return {
        "article": mistake.article,
        "rule": mistake.detail,
        "told": mention_json(mistake.told) if mistake.told else None,
        "expected": mention_json(mistake.expected) if mistake.expected else None,
    }


def labelled_files(folder: Path) -> Iterator[tuple[Path, Labelled | LabelError]]:
    """The labelled articles of a folder (`*.json`, subfolders too), and why a file is none."""
    for path in sorted(folder.rglob("*.json")):
        try:
            yield path, labelled_from_json(path.read_bytes())
        except LabelError as error:
            yield path, error
        except OSError as error:
            yield path, LabelError(error.strerror or str(error))
