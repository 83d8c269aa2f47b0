"""Bringing what waits together into deals, outside a daily run: after a backfill, and after reading again."""

from __future__ import annotations

from datetime import datetime

from alerts.watchlist import load_watches
from config.settings import Settings
from extractors.knowledge import Knowledge
from storage.aliases import aliases_of, countries_of
from storage.database import Database
from storage.deals import resolve
from storage.organisations import apply_aliases, apply_countries
from storage.values import Resolution, Run


def resolve_waiting(database: Database, run: Run, settings: Settings, now: datetime) -> Resolution:
    """Resolve what waits. Mentions of the past never alert, and news of a run at work meanwhile is not silenced."""
    return resolve(
        database,
        run,
        now,
        alert_confidence=settings.alert_confidence,
        alert_window_days=settings.alert_window_days,
        watches=[watch.rule for watch in load_watches(settings)],
    )


def names_in_force(database: Database, knowledge: Knowledge, now: datetime) -> None:
    """Put the reviewed aliases and the countries of the lexicon in force: before anything is stored under a name."""
    entries = knowledge.deals.organisations.entries
    apply_aliases(database, aliases_of(entries), now)
    apply_countries(database, countries_of(entries))
