"""A backfill without Prefect: plan, parts in as many processes as asked, deals, summary. Prefect's flow calls the same.

What was done is known from the ledger of parts alone: a backfill killed anywhere goes on where it was.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import chain, islice
from pathlib import Path

from config.settings import Settings
from extractors.knowledge import load_knowledge
from flows.archive_part import PartEnd, close_desk, open_desk, window_text, work_next
from flows.archive_readers import start_readers
from flows.context import Progress, Silent
from flows.resolving import names_in_force, resolve_waiting
from sources.archives.opening import LOCAL, open_archive, settled_spec, split_spec
from sources.archives.values import Window
from sources.policy import Policy
from storage.backfills import Backfill, PlannedPart, Redo, add_parts, find, progress, reopen, take_up
from storage.database import Database
from storage.errors import RunInProgress
from storage.processes import this_process
from storage.reports import run_report
from storage.runs import begin_run, fail_run, finish_run

log = logging.getLogger("veille.backfill")

KIND = "backfill"
_LEASE_SECONDS = 3600
_WAIT_FOR_OTHERS = 5.0
# Starting a reader costs as much as reading a few hundred pages in place: in a WARC these weigh about so much.
_LARGE_BYTES = 5_000_000


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

    A source that cannot be read at all leaves nothing in the ledger.

    Raises:
        ArchiveError: the source cannot be read at all.
    """
    spec, window = settled_spec(order.source), window_text(order.window)
    knowledge = load_knowledge(settings.config_dir)
    names_in_force(database, knowledge, now)
    known = find(database, spec, window)
    if known and known.planned:
        reopen(database, known, order.redo)
        return known
    with open_archive(spec, Policy.from_settings(settings), now, wayback_home=settings.wayback_url) as source:
        parts = (PlannedPart(part.key, part.args, part.size) for part in source.plan(order.window))
        first = list(islice(parts, 1))
        backfill = take_up(database, spec, window, now, knowledge.version)
        planned = add_parts(database, backfill, chain(first, parts), now)
    log.info("%s: %d parts", spec, planned)
    return backfill


def workers_for(order: Order) -> int:
    """How many processes may read: a website is visited by one at a time, whatever was asked."""
    return order.workers if split_spec(order.source)[0] in LOCAL else 1


def reads_apart(order: Order) -> bool:
    """Whether a local archive is worth confined processes, which take seconds to start; small ones are read here."""
    kind, where = split_spec(order.source)
    return kind in LOCAL and (order.workers > 1 or _is_large(Path(where).expanduser()))


def threads_for(order: Order) -> int:
    """How many threads lease, wait for a reader and store: one more than readers, so that none waits for storing."""
    return workers_for(order) + reads_apart(order)


def begin(settings: Settings, order: Order, *, readers: bool = True) -> tuple[Backfill, int]:
    """Plan an order, while the readers that it wants start; the backfill and how many parts are to be done now.

    Args:
        readers: the parts are read on this machine.

    Raises:
        ArchiveError: the source cannot be read at all.
    """
    if workers_for(order) < order.workers:
        log.warning(
            "%s : un seul lecteur à la fois pour un site ; --workers %d est ignoré", order.source, order.workers
        )
    started = start_readers(settings, workers_for(order)) if readers and reads_apart(order) else []
    try:
        desk = open_desk(settings)
    except BaseException:
        for reader in started:
            reader.close()
        raise
    if readers:
        desk.employ(started, workers_for(order))
    backfill = prepare(settings, desk.database, order, datetime.now(UTC))
    return backfill, parts_due(desk.database, backfill, order.most)


def run_backfill(settings: Settings, order: Order, tell: Progress | None = None) -> Backfill:
    """All of it in this process and its readers.

    Raises:
        ArchiveError: the source cannot be read at all.
        StorageError: nothing could be stored.
    """
    tell = tell or Silent()
    backfill, due = begin(settings, order)
    tell.phase("parts", due)
    for end in run_parts(settings, backfill, order, due):
        tell.step(end.key)
    resolve_past(settings, open_desk(settings).database)
    return backfill


def parts_due(database: Database, backfill: Backfill, most: int | None) -> int:
    """How many parts are to be done now."""
    left = progress(database, backfill, failures=0).left
    return left if most is None else min(left, most)


def run_parts(settings: Settings, backfill: Backfill, order: Order, due: int) -> Iterator[PartEnd]:
    """Have `due` parts done by threads; yields each as it ends.

    Threads are enough: the work is done in the confined process of each, and they only lease and store.
    """
    apart = reads_apart(order)
    pool = ThreadPoolExecutor(threads_for(order), thread_name_prefix="part")
    try:
        work = partial(work_next, backfill, reverse=order.reverse, apart=apart, settings=settings)
        for future in as_completed([pool.submit(work) for _ in range(due)]):
            end = future.result()
            if end is not None:
                yield end
    except BaseException:
        close_desk()  # ends the readers, and with them what the threads wait for
        raise
    finally:
        pool.shutdown(cancel_futures=True)


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


def _is_large(where: Path) -> bool:
    files = (Path(folder, name) for folder, _, names in os.walk(where) for name in names)
    size = 0
    for file in chain([where], files):
        try:
            size += file.stat().st_size
        except OSError:
            continue  # planning tells of it
        if size >= _LARGE_BYTES:
            return True
    return False
