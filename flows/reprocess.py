"""Today's rules over stored articles, batch by batch.

Where it is needs no ledger of its own: an article bears the version of the rules that read it, written in the same
transaction as what they found, so that a killed run goes on with what is not read yet, and what is read costs nothing.
"""

from __future__ import annotations

import logging
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime

from config.settings import Settings
from extractors.knowledge import Knowledge, load_knowledge
from extractors.values import Reading
from flows.context import Progress, Silent
from flows.rereading import ReadAll, rereader
from flows.resolving import names_in_force, resolve_waiting
from storage.database import Database, open_database
from storage.foresight import DealChange, Foresight
from storage.news import AlertRules
from storage.processes import this_process
from storage.reports import run_report
from storage.rereading import load_articles, stale_articles, store_reread
from storage.runs import begin_run, fail_run, finish_run, heartbeat
from storage.values import Run

log = logging.getLogger("veille.reprocess")

KIND = "reprocess"
LEASE_SECONDS = 900
BATCH = 50  # articles: a second or two of work


@dataclass(frozen=True, slots=True)
class ReprocessReport:
    """What was read again. `failed` articles are left as they were, for a version that can read them."""

    read: int = 0
    changed: int = 0
    failed: int = 0
    deals_new: int = 0
    deals_changed: int = 0


@dataclass(frozen=True, slots=True)
class Preview:
    """What reading again would do."""

    read: int
    changed: int
    deals: tuple[DealChange, ...]


Clock = Callable[[], datetime]


def _utc_now() -> datetime:
    return datetime.now(UTC)


def reprocess(
    settings: Settings,
    since: date | None = None,
    *,
    workers: int = 1,
    progress: Progress | None = None,
    now: Clock = _utc_now,
) -> ReprocessReport:
    """Read again every article that other rules read, or judged by another threshold, and bring its deals up to date.

    Args:
        since: only articles published from this day on, and undated ones.
        workers: how many processes read; what is stored does not depend on it.

    Raises:
        RunInProgress: another process is at it.
        ConfigError: a rule or lexicon is wrong.
        StorageError: nothing could be stored.
    """
    with _opened(settings) as (database, knowledge):
        run = begin_run(
            database, KIND, now(), owner=this_process(), lease_seconds=LEASE_SECONDS, rule_version=knowledge.version
        )
        try:
            names_in_force(database, knowledge, now())
            ids = stale_articles(database, knowledge.version, settings.relevance_threshold, since)
            with rereader(settings, workers) as read:
                return _read_all(database, run, settings, ids, read, progress or Silent(), now)
        except Exception as error:
            fail_run(database, run, f"{type(error).__name__}: {error}", now())
            raise


def preview(
    settings: Settings,
    since: date | None = None,
    *,
    workers: int = 1,
    progress: Progress | None = None,
    now: Clock = _utc_now,
) -> Preview:
    """What `reprocess` would do, with nothing kept."""
    rules = AlertRules(settings.alert_confidence, settings.alert_window_days, now())
    with _opened(settings) as (database, knowledge), Foresight(database, rules) as foresight:
        ids = stale_articles(database, knowledge.version, settings.relevance_threshold, since)
        with rereader(settings, workers) as read:
            for _, readings in _batches(database, ids, read, progress or Silent()):
                for article_id, reading in readings:
                    foresight.consider(article_id, reading)
        return Preview(len(ids), foresight.articles, tuple(foresight.changes()))


def _read_all(
    database: Database,
    run: Run,
    settings: Settings,
    ids: array[int],
    read_all: ReadAll,
    progress: Progress,
    now: Clock,
) -> ReprocessReport:
    read = changed = failed = 0
    for batch, readings in _batches(database, ids, read_all, progress):
        stored = store_reread(database, run, f"articles:{batch[0]}-{batch[-1]}", readings, now())
        read, changed = read + len(readings), changed + stored.changed
        failed += len(batch) - len(readings)
        heartbeat(database, run, now())
    done = resolve_waiting(database, run, settings, now())
    finish_run(database, run, run_report(database, run), now())
    return ReprocessReport(read, changed, failed, len(done.created), len(done.changed))


def _batches(
    database: Database, ids: array[int], read_all: ReadAll, progress: Progress
) -> Iterator[tuple[array[int], list[tuple[int, Reading]]]]:
    """The ids of each batch with what today's rules read of it; without those that could not be read."""
    progress.phase("articles", len(ids))
    batches = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
    loaded = (load_articles(database, batch) for batch in batches)
    for batch, readings in zip(batches, read_all(loaded), strict=True):
        yield batch, [(article_id, reading) for article_id, reading in readings if reading is not None]
        for _ in batch:
            progress.step()


@contextmanager
def _opened(settings: Settings) -> Iterator[tuple[Database, Knowledge]]:
    knowledge = load_knowledge(settings.config_dir)
    database = open_database(settings.database)
    try:
        yield database, knowledge
    finally:
        database.dispose()
