"""Filling the past: documents of an archive through the same reading and storing as the daily run, without alerts."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from config.settings import Settings
from extractors.knowledge import Knowledge, load_knowledge
from extractors.read import read_article
from flows.context import Progress, Silent
from flows.extract import article_in
from sources.archives import Source
from sources.documents import Document, Unreadable
from sources.errors import UrlError
from sources.urls import canonical_url
from storage.archived import Archived, ArchivedCounts, store_archived
from storage.database import Database, open_database
from storage.deals import resolve
from storage.processes import this_process
from storage.reports import run_report
from storage.runs import begin_run, fail_run, finish_run, heartbeat
from storage.values import Resolution, Run

log = logging.getLogger("veille.backfill")

KIND = "backfill"
LEASE_SECONDS = 900


@dataclass(frozen=True, slots=True)
class BackfillReport:
    """What a backfill did. `unreadable` documents gave nothing; `deals_*` count deals of every kind."""

    new: int = 0
    known: int = 0
    mentions: int = 0
    deals_new: int = 0
    deals_changed: int = 0
    unreadable: tuple[Unreadable, ...] = field(default=())


def backfill(
    settings: Settings,
    source: Source,
    *,
    progress: Progress | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> BackfillReport:
    """Store every article of `source` and resolve its deals. Killed anywhere and run again it ends the same.

    Raises:
        RunInProgress: another process is at it.
        ConfigError: a rule or lexicon is wrong.
        StorageError: nothing could be stored.
    """
    knowledge = load_knowledge(settings.config_dir)
    database = open_database(settings.database)
    try:
        run = begin_run(
            database, KIND, now(), owner=this_process(), lease_seconds=LEASE_SECONDS, rule_version=knowledge.version
        )
        try:
            return _fill(database, run, settings, source, knowledge, progress or Silent(), now)
        except Exception as error:
            fail_run(database, run, f"{type(error).__name__}: {error}", now())
            raise
    finally:
        database.dispose()


def _fill(
    database: Database,
    run: Run,
    settings: Settings,
    source: Source,
    knowledge: Knowledge,
    progress: Progress,
    now: Callable[[], datetime],
) -> BackfillReport:
    unreadable: list[Unreadable] = []
    counts = ArchivedCounts()
    progress.phase("documents", None)
    for number, batch in enumerate(_batches(source.documents(), settings.page_batch)):
        items: list[Archived] = []
        for document in batch:
            found = _read(document, knowledge, settings.relevance_threshold)
            progress.step()
            if isinstance(found, Archived):
                items.append(found)
            else:
                unreadable.append(found)
                log.info("%s: %s", found.path, found.reason)
        more = store_archived(database, run, f"{source.name}#{number}", items, now())
        counts = ArchivedCounts(counts.new + more.new, counts.known + more.known, counts.mentions + more.mentions)
        heartbeat(database, run, now())
    done = resolve_waiting(database, run, settings, now())
    finish_run(database, run, run_report(database, run), now())
    return BackfillReport(
        counts.new, counts.known, counts.mentions, len(done.created), len(done.changed), tuple(unreadable)
    )


def resolve_waiting(database: Database, run: Run, settings: Settings, now: datetime) -> Resolution:
    """Resolve what waits. Mentions of the past never alert, and news of a run at work meanwhile is not silenced."""
    return resolve(
        database,
        run,
        now,
        alert_confidence=settings.alert_confidence,
        alert_window_days=settings.alert_window_days,
    )


def _batches(documents: Iterator[Document], size: int) -> Iterator[list[Document]]:
    batch: list[Document] = []
    for document in documents:
        batch.append(document)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _read(document: Document, knowledge: Knowledge, threshold: float) -> Archived | Unreadable:
    if isinstance(document, Unreadable):
        return document
    article = article_in(document)
    if isinstance(article, Unreadable):
        return article
    known_by = _address(article.url)
    # A file without an address of its own is known by where it lies.
    whole = replace(article, url=article.url if known_by else None)
    reading = read_article(whole, knowledge, threshold=threshold)
    return Archived(known_by or document.path.resolve().as_uri(), reading, stem=document.id)


def _address(url: str | None) -> str | None:
    try:
        return canonical_url(url) if url else None
    except UrlError:
        return None
