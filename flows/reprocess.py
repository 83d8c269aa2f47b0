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
from extractors.read import read_article
from extractors.values import Reading
from flows.context import Progress, Silent
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
    settings: Settings, since: date | None = None, *, progress: Progress | None = None, now: Clock = _utc_now
) -> ReprocessReport:
    """Read again every article that other rules read, and bring its deals up to date.

    Args:
        since: only articles published from this day on, and undated ones.

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
            return _read_all(database, run, settings, since, knowledge, progress or Silent(), now)
        except Exception as error:
            fail_run(database, run, f"{type(error).__name__}: {error}", now())
            raise


def preview(
    settings: Settings, since: date | None = None, *, progress: Progress | None = None, now: Clock = _utc_now
) -> Preview:
    """What `reprocess` would do, with nothing kept."""
    rules = AlertRules(settings.alert_confidence, settings.alert_window_days, now())
    with _opened(settings) as (database, knowledge), Foresight(database, rules) as foresight:
        ids = stale_articles(database, knowledge.version, since)
        for batch in _batches(ids, progress or Silent()):
            for article_id, reading in _readings(database, batch, knowledge, settings):
                if reading is not None:
                    foresight.consider(article_id, reading)
        return Preview(len(ids), foresight.articles, tuple(foresight.changes()))


def _read_all(
    database: Database,
    run: Run,
    settings: Settings,
    since: date | None,
    knowledge: Knowledge,
    progress: Progress,
    now: Clock,
) -> ReprocessReport:
    read = changed = failed = 0
    for batch in _batches(stale_articles(database, knowledge.version, since), progress):
        readings = [
            (article_id, reading)
            for article_id, reading in _readings(database, batch, knowledge, settings)
            if reading is not None
        ]
        stored = store_reread(database, run, f"articles:{batch[0]}-{batch[-1]}", readings, now())
        read, changed = read + len(readings), changed + stored.changed
        failed += len(batch) - len(readings)
        heartbeat(database, run, now())
    done = resolve_waiting(database, run, settings, now())
    finish_run(database, run, run_report(database, run), now())
    return ReprocessReport(read, changed, failed, len(done.created), len(done.changed))


def _batches(ids: array[int], progress: Progress) -> Iterator[array[int]]:
    progress.phase("articles", len(ids))
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        yield batch
        for _ in batch:
            progress.step()


def _readings(
    database: Database, ids: array[int], knowledge: Knowledge, settings: Settings
) -> Iterator[tuple[int, Reading | None]]:
    """What today's rules read; None where our own code fails, which costs that article alone."""
    for article_id, article in load_articles(database, ids):
        try:
            yield article_id, read_article(article, knowledge, threshold=settings.relevance_threshold)
        except Exception:
            log.exception("defect while reading %s again", article.id)
            yield article_id, None


@contextmanager
def _opened(settings: Settings) -> Iterator[tuple[Database, Knowledge]]:
    knowledge = load_knowledge(settings.config_dir)
    database = open_database(settings.database)
    try:
        yield database, knowledge
    finally:
        database.dispose()
