"""A backfill without Prefect: plan, parts in as many processes as asked, deals, summary. Prefect's flow calls the same.

What was done is known from the ledger of parts alone: a backfill killed anywhere goes on where it was.
"""

from __future__ import annotations

import logging
import multiprocessing
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Thread

from config.settings import Settings
from extractors.knowledge import load_knowledge
from flows.archive_part import PartEnd, open_desk, window_text, work_next
from flows.context import Progress, Silent
from flows.resolving import names_in_force, resolve_waiting
from sources.archives.opening import LOCAL, open_archive, settled_spec, split_spec
from sources.archives.values import Window
from sources.confined import end_with_parent
from sources.policy import Policy
from storage.backfills import Backfill, PlannedPart, Redo, add_parts, progress, reopen, take_up
from storage.database import Database
from storage.errors import RunInProgress
from storage.processes import this_process
from storage.reports import run_report
from storage.runs import begin_run, fail_run, finish_run

log = logging.getLogger("veille.backfill")

KIND = "backfill"
_LEASE_SECONDS = 3600
_WAIT_FOR_OTHERS = 5.0


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asks to be filled.

    redo: which ended parts are done again besides those never done.
    most: stop after so many parts; None: all.
    """

    source: str
    window: Window = field(default_factory=Window)
    redo: Redo = "failed"
    reverse: bool = False
    most: int | None = None
    workers: int = 1


def prepare(settings: Settings, database: Database, order: Order, now: datetime) -> Backfill:
    """The backfill of an order, planned and with the parts to redo made due.

    Raises:
        ArchiveError: the source cannot be read at all.
    """
    spec = settled_spec(order.source)
    knowledge = load_knowledge(settings.config_dir)
    names_in_force(database, knowledge, now)
    backfill = take_up(database, spec, window_text(order.window), now, knowledge.version)
    if not backfill.planned:
        with open_archive(spec, Policy.from_settings(settings), now, wayback_home=settings.wayback_url) as source:
            parts = (PlannedPart(part.key, part.args, part.size) for part in source.plan(order.window))
            planned = add_parts(database, backfill, parts, now)
        log.info("%s: %d parts", spec, planned)
    else:
        reopen(database, backfill, order.redo)
    return backfill


def workers_for(order: Order) -> int:
    """How many processes may read: a website is visited by one at a time, whatever was asked."""
    kind, _ = split_spec(order.source)
    if kind not in LOCAL and order.workers > 1:
        log.warning(
            "%s : un seul lecteur à la fois pour un site ; --workers %d est ignoré", order.source, order.workers
        )
        return 1
    return order.workers


def run_backfill(settings: Settings, order: Order, tell: Progress | None = None) -> Backfill:
    """All of it in this process and its workers.

    Raises:
        ArchiveError: the source cannot be read at all.
        StorageError: nothing could be stored.
    """
    tell = tell or Silent()
    database = open_desk(settings).database
    backfill = prepare(settings, database, order, datetime.now(UTC))
    due = parts_due(database, backfill, order.most)
    tell.phase("parts", due)
    with worker_pool(settings, workers_for(order)) as submit:
        for end in run_parts(submit, backfill, order, due):
            tell.step(end.key)
    resolve_past(settings, database)
    return backfill


def parts_due(database: Database, backfill: Backfill, most: int | None) -> int:
    """How many parts are to be done now."""
    left = progress(database, backfill, failures=0).left
    return left if most is None else min(left, most)


Submit = Callable[..., "Future[PartEnd | None]"]


def run_parts(submit: Submit, backfill: Backfill, order: Order, due: int) -> Iterator[PartEnd]:
    """Have `due` parts done, a few more than there are workers at a time; yields each as it ends."""
    waiting: set[Future[PartEnd | None]] = set()
    begun = 0
    while begun < due or waiting:
        while begun < due and len(waiting) < 2 * order.workers:
            waiting.add(submit(backfill, reverse=order.reverse))
            begun += 1
        ended, waiting = wait(waiting, return_when=FIRST_COMPLETED)
        for future in ended:
            end = future.result()
            if end is not None:
                yield end


@contextmanager
def worker_pool(settings: Settings, workers: int) -> Iterator[Submit]:
    """Something to submit parts to: processes of this machine, or this one when one worker is enough."""
    if workers == 1:
        yield lambda backfill, *, reverse=False: _at_once(work_next, backfill, reverse=reverse, settings=settings)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, initializer=_begin_worker, initargs=(settings,)) as pool:
        try:
            yield lambda backfill, *, reverse=False: pool.submit(work_next, backfill, reverse=reverse)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def resolve_past(settings: Settings, database: Database) -> None:
    """Bring the mentions of the past together into deals. Nothing is told of them: archives never alert."""
    now = datetime.now(UTC)
    version = load_knowledge(settings.config_dir).version
    while True:
        try:
            run = begin_run(
                database, KIND, now, owner=this_process(), lease_seconds=_LEASE_SECONDS, rule_version=version
            )
            break
        except RunInProgress:
            time.sleep(_WAIT_FOR_OTHERS)  # another backfill resolves just now, maybe not what we stored
    try:
        resolve_waiting(database, run, settings, now)
        finish_run(database, run, run_report(database, run), datetime.now(UTC))
    except Exception as error:
        fail_run(database, run, f"{type(error).__name__}: {error}", datetime.now(UTC))
        raise


def _at_once(function: Callable[..., PartEnd | None], *args: object, **kwargs: object) -> Future[PartEnd | None]:
    future: Future[PartEnd | None] = Future()
    future.set_result(function(*args, **kwargs))
    return future


def _begin_worker(settings: Settings) -> None:
    Thread(target=end_with_parent, daemon=True).start()
    open_desk(settings)
