"""The backfill with Prefect, which takes its seconds to load and to start a server: parts are read meanwhile.

Imports nothing of Prefect until the work has begun. What is read before the flow stands is taken over by its first
tasks, so that every part is some task's and no more readers work at once than were asked for.
"""

from __future__ import annotations

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event, Lock

from config.settings import Settings
from flows.archive_part import close_desk, open_desk, work_next
from flows.backfill_run import Order, begin, parts_due, reads_apart, resolve_past, run_parts, threads_for
from flows.context import Progress, Silent
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
        ServerNotStarted: Dask is asked for, no server of Prefect is named, and a temporary one did not come up.
    """
    tell = tell or Silent()
    try:
        if dask:
            from flows.backfill import fill_on_dask

            return fill_on_dask(settings, order, tell, dask)
        backfill, due = begin(settings, order)
        tell.phase("parts", due)
        ahead = HeadStart(settings, backfill, order, due)
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
    except BaseException:
        close_desk()  # ends the readers, and with them what the threads wait for
        raise


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
    """Threads that do parts, as a backfill without Prefect has them, until they are told to begin no other."""

    def __init__(self, settings: Settings, backfill: Backfill, order: Order, due: int) -> None:
        self._settings, self._backfill, self._order = settings, backfill, order
        self.due, self.all_due = due, parts_due(open_desk(settings).database, backfill, None)
        self._left, self._guard, self._stop = due, Lock(), Event()
        self._apart = reads_apart(order)
        threads = threads_for(order)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="part")
        self.threads: list[Future[list[str]]] = [self._pool.submit(self._go) for _ in range(min(threads, due))]

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
            end = work_next(self._backfill, reverse=self._order.reverse, apart=self._apart, settings=self._settings)
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
