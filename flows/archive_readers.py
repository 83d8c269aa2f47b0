"""The confined processes that read archives, as they are started: at once, while this process still loads its own.

Hence imports nothing that takes its time.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from config.settings import Settings
from sources.confined import Confined


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
    return Confined(1, settings.page_seconds, warm, (judging_rules(settings),))


def warm(rules: JudgingRules) -> None:
    """Load what judging needs, so that no item pays for it; also keeps libraries quiet that log every page's faults."""
    import logging

    import flows.archive_stretches  # noqa: F401
    from extractors.early import load_gate
    from extractors.knowledge import load_knowledge

    for name in ("trafilatura", "htmldate", "courlan"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    load_knowledge(rules.config_dir)
    load_gate(rules.config_dir)
