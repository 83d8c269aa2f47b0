"""The confined processes that read archives, as they are started: at once, while this process still loads its own.

Hence imports nothing that takes its time.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from config.settings import Settings
from flows.loaded import load
from sources.confined import Confined

FORKED_FROM = ("flows.forked", "flows.archive_stretches")


@dataclass(frozen=True, slots=True)
class JudgingRules:
    """The settings that judging depends on; small, because it travels to other processes."""

    config_dir: Path | None
    threshold: float


def judging_rules(settings: Settings) -> JudgingRules:
    """Those of these settings."""
    return JudgingRules(settings.config_dir, settings.relevance_threshold)


def new_reader(settings: Settings) -> Confined:
    """One process to read in. It starts when first called, or told to."""
    return new_readers(settings, 1)


def new_readers(settings: Settings, workers: int) -> Confined:
    """So many of them, for calls from as many threads."""
    return Confined(workers, settings.page_seconds, warm, (judging_rules(settings),), forked_from=FORKED_FROM)


def warm(rules: JudgingRules) -> None:
    """Load what judging needs, so that no item pays for it."""
    load(rules.config_dir)
