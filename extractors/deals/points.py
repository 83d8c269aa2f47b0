"""Weighed cues: what speaks for a choice and against it, each with its points, read from `config/points/*.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from config.documents import config_files, read_yaml, validated

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
        return sum(self.by_cue.get(cue, 0.0) * strength for cue, strength in cues.items())
