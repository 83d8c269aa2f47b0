"""Weighed cues: what speaks for a choice and against it, each with its points, read from `config/points/*.yaml`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from config.documents import config_files, read_yaml, validated

T = TypeVar("T", bound=str)
# Cue → how strongly it is there, 0 to 1 (or its measure).
Cues = dict[str, float]


class PointsFile(BaseModel):
    """One decision: what it is about, and the points of each cue."""

    model_config = ConfigDict(extra="forbid")

    says: str
    points: dict[str, float]


@dataclass(frozen=True)
class Points:
    """Points by cue; a cue that is not listed counts nothing."""

    by_cue: Mapping[str, float]

    @classmethod
    def load(cls, name: str, user_dir: Path | None) -> Points:
        """The shipped points of a decision, with the user's own in place of ours cue by cue.

        Raises:
            ConfigError: file, line and what is wrong.
        """
        points: dict[str, float] = {}
        for path in config_files(f"points/{name}.yaml", user_dir):
            points |= validated(read_yaml(path), PointsFile).points
        return cls(points)

    def score(self, cues: Cues) -> float:
        """The sum of the points of these cues."""
        total, points = 0.0, self.by_cue.get
        for cue, strength in cues.items():
            if worth := points(cue):
                total += worth * strength
        return total

    @cached_property
    def by_choice(self) -> Mapping[str, Points]:
        """The points of each choice ("funding" in `funding|topic`), for a decision among several."""
        split: dict[str, dict[str, float]] = {}
        for cue, points in self.by_cue.items():
            choice, _, rest = cue.partition("|")
            split.setdefault(choice, {})[rest] = points
        return {choice: Points(points) for choice, points in split.items()}

    def scores(self, choices: Iterable[T], cues: Cues) -> dict[T, float]:
        """For each choice the sum of the points that these cues have for it."""
        return {choice: self.by_choice.get(choice, _NONE).score(cues) for choice in choices}


_NONE = Points({})
