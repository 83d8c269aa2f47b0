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


def new_readers(settings: Settings, workers: int = 1) -> Confined:
    """So many processes to read in, for calls from as many threads. Each starts when first called, or told to."""
    return Confined(workers, settings.page_seconds, load, (settings.config_dir,), forked_from=FORKED_FROM)


def start_readers(settings: Settings, count: int) -> list[Confined]:
    """So many, one process each, that start while the caller goes on."""
    readers = [new_readers(settings) for _ in range(count)]
    for reader in readers:
        reader.start()
    return readers
