"""The backfill with Prefect, which takes its seconds to load and to start a server: parts are read meanwhile.

Imports nothing of Prefect until the work has begun. What is read before the flow stands is taken over by its first
tasks, so that every part is some task's and no more readers work at once than were asked for.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Event, Lock

from config.settings import Settings
from flows.archive_part import PartEnd, close_desk, open_desk, work_next
from flows.backfill_run import Order, begin, parts_due, reads_apart, resolve_past, run_parts, threads_for
from flows.context import Progress, Silent
from flows.dask_cluster import dask_cluster
from flows.errors import PrefectAway
from storage.backfills import Backfill

log = logging.getLogger("veille.backfill")


def run_with_prefect(
    settings: Settings, order: Order, tell: Progress | None = None, *, dask: str | None = None
) -> Backfill:
    """Plan, begin, and have a flow in this process do the rest.

    Args:
        dask: address of a Dask scheduler; its workers do the parts, with the settings of their own environment.

    Raises:
        ArchiveError: the source cannot be read at all.
        ConfigError: Dask is asked for and not installed, or the database is not one that machines can share.
        DaskAway: its cluster cannot be reached.
        ServerNotStarted: Dask is asked for, no server of Prefect is named, and a temporary one did not come up.
    """
    tell = tell or Silent()
    try:
        return _with_dask(settings, order, tell, dask) if dask else _here(settings, order, tell)
    except BaseException:
        close_desk()  # ends the readers, and with them what the threads wait for
        raise


def _with_dask(settings: Settings, order: Order, tell: Progress, address: str) -> Backfill:
    with dask_cluster(settings, address) as cluster:
        backfill, due = begin(settings, order, readers=False)
        tell.phase("parts", due)
        work = partial(cluster.call, partial(work_next, backfill, reverse=order.reverse))
        ahead = HeadStart(settings, backfill, due, cluster.threads, work)
        try:
            from flows.backfill import fill_on_dask

            fill_on_dask(settings, order, backfill, ahead, tell, address)
        finally:
            ahead.stop()
    return backfill


def _here(settings: Settings, order: Order, tell: Progress) -> Backfill:
    backfill, due = begin(settings, order)
    tell.phase("parts", due)
    work = partial(work_next, backfill, reverse=order.reverse, apart=reads_apart(order), settings=settings)
    ahead = HeadStart(settings, backfill, due, threads_for(order), work)
    try:
        from flows.backfill import fill_here

        fill_here(settings, order, backfill, ahead, tell)
    except PrefectAway as error:
        log.warning("this backfill is not recorded by Prefect (%s): done without it", error)
        ahead.stop()
        _finish_plainly(settings, order, backfill, ahead, tell)
    finally:
        ahead.stop()
    return backfill


def _finish_plainly(settings: Settings, order: Order, backfill: Backfill, ahead: HeadStart, tell: Progress) -> None:
    """Do what the ledger says is left."""
    for thread in ahead.threads:
        thread.result()
    database = open_desk(settings).database
    left = parts_due(database, backfill, None)
    done = ahead.all_due - left
    for end in run_parts(settings, backfill, order, min(left, ahead.due - done)):
        tell.step(end.key)
    resolve_past(settings, database)


class HeadStart:
    """Threads that have parts done, as a backfill without Prefect does, until they are told to begin no other.

    Args:
        due: how many parts are to be done.
        work: does the next of them; None when none is left.
    """

    def __init__(
        self, settings: Settings, backfill: Backfill, due: int, threads: int, work: Callable[[], PartEnd | None]
    ) -> None:
        self.due, self.all_due = due, parts_due(open_desk(settings).database, backfill, None)
        self._work, self._left, self._guard, self._stop = work, due, Lock(), Event()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="part")
        self.threads: list[Future[list[str]]] = [self._pool.submit(self._go) for _ in range(min(threads, due))]

    def __getstate__(self) -> dict[str, object]:
        """Nothing: for Dask a task is pickled with its flow and what that closes over, which no worker looks at."""
        return {}

    def stop(self) -> int:
        """Let nobody begin another part; how many parts nobody has begun."""
        self._stop.set()
        self._pool.shutdown(wait=False)
        with self._guard:
            return self._left

    def _go(self) -> list[str]:
        """The keys of the parts that this thread did."""
        keys: list[str] = []
        while self._may_begin():
            end = self._work()
            if end is None:
                break
            keys.append(end.key)
        return keys

    def _may_begin(self) -> bool:
        with self._guard:
            if self._stop.is_set() or not self._left:
                return False
            self._left -= 1
            return True
