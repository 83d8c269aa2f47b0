"""One part of an archive, from its lease to its end, by whichever process works on it.

Everything a worker needs it finds in its own environment, so that the same function runs in threads of this process,
each with a confined process that reads for it, or on a Dask cluster.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from threading import Event, Lock, Semaphore

from config.settings import Settings, load_settings
from extractors.knowledge import load_knowledge
from flows.archive_judging import Told
from flows.archive_readers import judging_rules, new_readers
from flows.archive_reading import read_apart, read_here
from flows.archive_stretches import Job
from sources.archives.opening import LOCAL, open_archive, split_spec
from sources.archives.values import ArchiveError, Part, Window
from sources.confined import Confined
from sources.policy import Policy
from storage.archived import Archived, store_part
from storage.backfills import Backfill, Lease, PartLost, lease_part, prolong
from storage.database import Database, open_database
from storage.processes import this_process
from storage.trying import tried_again

log = logging.getLogger("veille.backfill")

# A part is a minute or two of work; a worker that says nothing for so long is gone, and its part others' to take. A
# confined process may enter a large file for most of it.
LEASE_SECONDS = 1200
_PROLONG_EVERY = 60.0
_TOLD_DEFECTS = 20


class Stopping(Exception):
    """This process is ending; the part that was being read is somebody else's, or a later run's."""


@dataclass(frozen=True, slots=True)
class PartEnd:
    """What became of a part, as plain values that travel between processes."""

    key: str
    counts: dict[str, int]
    seconds: float
    failure: str = ""


@dataclass
class _Desk:
    """What working needs, opened once a process; threads share it."""

    settings: Settings
    database: Database
    rule_version: str
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    stopping: Event = field(default_factory=Event)
    _idle: list[Confined] = field(default_factory=list)
    _all: list[Confined] = field(default_factory=list)
    _guard: Lock = field(default_factory=Lock)
    _turns: AbstractContextManager[object] = field(default_factory=nullcontext)
    # Threads store one after the other: SQLite takes one writer anyway, and on PostgreSQL two may wait in a circle.
    storing: Lock = field(default_factory=Lock)

    def employ(self, readers: Sequence[Confined], most: int) -> None:
        """Take over confined processes that were started already, and let no more than `most` be at work at once."""
        with self._guard:
            self._idle += readers
            self._all += readers
            self._turns = Semaphore(most)

    @contextmanager
    def reader(self) -> Iterator[Confined]:
        """A confined process to itself, once it may have one. It starts when first called.

        Raises:
            Stopping: this process ends.
        """
        with self._turns:
            with self._guard:
                if self.stopping.is_set():
                    raise Stopping
                reader = self._idle.pop() if self._idle else new_readers(self.settings)
                if reader not in self._all:
                    self._all.append(reader)
            try:
                yield reader
            finally:
                with self._guard:
                    self._idle.append(reader)

    def close(self) -> None:
        """End the readers at once, whatever they do, and close the database."""
        with self._guard:
            self.stopping.set()
            readers = list(self._all)
        for reader in readers:
            reader.close()
        self.database.dispose()


# The one of this process, once it is opened.
_desks: list[_Desk] = []
_opening = Lock()


def open_desk(settings: Settings | None = None) -> _Desk:
    """The desk of this process; made from its environment at first use, or from `settings`."""
    with _opening:
        if not _desks or (settings is not None and settings != _desks[0].settings):
            close_desk()
            chosen = settings or load_settings()
            version = load_knowledge(chosen.config_dir).version
            _desks.append(_Desk(chosen, open_database(chosen.database), version))
        return _desks[0]


def close_desk() -> None:
    """Close the desk of this process, if it was opened."""
    while _desks:
        _desks.pop().close()


def window_of(written: str) -> Window:
    """`2023-01-01..2024-01-01` as a window."""
    start, _, end = written.partition("..")
    return Window(*(date.fromisoformat(side) if side else None for side in (start, end)))


def window_text(window: Window) -> str:
    """A window as the ledger has it."""
    return f"{window.start or ''}..{window.end or ''}"


def work_next(
    backfill: Backfill, *, reverse: bool = False, apart: bool = True, settings: Settings | None = None
) -> PartEnd | None:
    """Take the next part that is due, do it, and store it; None when none is left.

    Args:
        apart: read local archives in a confined process altogether; starting it pays from a hundred documents on.

    Raises:
        StorageError: nothing could be stored; the part stays leased until this process ends.
        Stopping: this process ends.
    """
    desk = open_desk(settings)
    told = Told()
    failure: tuple[str, str] | None = None
    with desk.reader() as confined:
        lease = lease_part(desk.database, backfill, this_process(), desk.now(), seconds=LEASE_SECONDS, reverse=reverse)
        if lease is None:
            return None
        started = time.monotonic()
        try:
            _read(desk, confined, lease, backfill, told, apart=apart)
        except ArchiveError as error:
            failure = ("archive", str(error))
        except PartLost as error:
            return _lost(lease, error, time.monotonic() - started)
        took = time.monotonic() - started
    if desk.stopping.is_set():
        raise Stopping(lease.key)
    if failure is None and told.again:
        first = told.misses[0]["detail"] if told.misses else ""
        plural = "s" if told.again > 1 else ""
        failure = ("unreachable", f"{told.again} page{plural} à reprendre ; la première : {first}")
    return _store(desk, lease, told, failure, took)


def _read(desk: _Desk, confined: Confined, lease: Lease, backfill: Backfill, told: Told, *, apart: bool) -> None:
    part, window = Part(lease.key, lease.args, lease.size), window_of(backfill.window)
    job = Job(backfill.source, part, window, judging_rules(desk.settings))
    say = _prolonging(desk, lease)
    if apart and split_spec(backfill.source)[0] in LOCAL:
        read_apart(confined, job, told, say)
        return
    policy = Policy.from_settings(desk.settings)
    with open_archive(backfill.source, policy, desk.now(), wayback_home=desk.settings.wayback_url) as source:
        read_here(confined, source, job, told, say)


def _store(desk: _Desk, lease: Lease, told: Told, failure: tuple[str, str] | None, took: float) -> PartEnd:
    for url, trace in told.defects[:_TOLD_DEFECTS]:
        log.error("defect while reading %s\n%s", url, trace)

    def store() -> Mapping[str, int]:
        return store_part(
            desk.database,
            lease,
            [Archived(kept.canonical_url, kept.reading, kept.stem) for kept in told.found],
            desk.now(),
            counts=told.counts,
            misses=told.misses,
            seconds=took,
            rule_version=desk.rule_version,
            failure=failure,
        )

    try:
        with desk.storing:
            counts = tried_again(store)
    except PartLost as error:
        return _lost(lease, error, took)
    log.info("part %s: %s", lease.key, dict(counts), extra={"part": lease.key, "counts": dict(counts)})
    return PartEnd(lease.key, dict(counts), took, failure[1] if failure else "")


def _lost(lease: Lease, error: PartLost, took: float) -> PartEnd:
    log.warning("%s", error)
    return PartEnd(lease.key, {}, took, str(error))


def _prolonging(desk: _Desk, lease: Lease) -> Callable[[], None]:
    """Something to call often: now and then it prolongs the lease; it raises when this process ends."""
    said = [time.monotonic()]

    def say() -> None:
        if desk.stopping.is_set():
            raise Stopping(lease.key)
        if time.monotonic() - said[0] > _PROLONG_EVERY:
            prolong(desk.database, lease, desk.now(), seconds=LEASE_SECONDS)
            said[0] = time.monotonic()

    return say
