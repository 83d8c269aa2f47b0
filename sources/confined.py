"""Work that strangers' documents may make endless, done in processes that are killed when it takes too long.

Neither a thread nor a C library can be stopped from outside; a process can. A worker has a limit on its memory, each
call one on its time: the worker that breaks either is ended and replaced, and the caller told why.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import math
import multiprocessing
import os
import resource
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Condition, Lock, Thread
from typing import Any, TypeVar

from sources.errors import SourceError

Result = TypeVar("Result")
log = logging.getLogger("veille.run")

# Address space of a worker. With rules, lexicons and libraries it maps 0.7 GB; a page's own limit is a few megabytes.
WORKER_BYTES = 2_000_000_000
# Importing and reading rules takes two to four seconds; a loaded machine is given time.
_START_SECONDS = 120.0
_LOOK_EVERY = 0.1  # seconds, where next to nothing is left
_MOST_WALL = 4.0  # times the limit, by the clock, for a worker that gets too little of the processor
_anew, _forking = multiprocessing.get_context("spawn"), multiprocessing.get_context("forkserver")
_starting = Lock()


class TooCostly(SourceError):
    """The work took more time or memory than a document is given; its worker was ended."""


class JobFailed(SourceError):
    """The work raised something; the message names its type, as the error itself stayed in the worker."""


class Confined:
    """Up to `workers` processes that do what they are given, each call within `seconds`. Thread-safe.

    Args:
        prepare: a module's function, called once in each worker with `given`; its time does not count.
        forked_from: modules imported once, in a process that has nothing else to do and that workers are forked from:
            what they load every worker has at once, and memory shared with the others. One such process serves all of
            this process, with the modules of the first who asks. Without: each worker is a new interpreter.
    """

    def __init__(
        self,
        workers: int,
        seconds: float,
        prepare: Callable[..., None] | None = None,
        given: tuple[Any, ...] = (),
        *,
        forked_from: tuple[str, ...] = (),
    ) -> None:
        self._seconds, self._prepare, self._given, self._forked_from = seconds, prepare, given, forked_from
        # Last in, first out: a few jobs keep to a few workers, and the others are never started.
        self._places: list[_Worker | None] = [None] * workers
        self._freed = Condition()
        self._hurried = 0  # callers that wait for a place and are not patient
        self._alive: set[_Worker] = set()
        self._closed = False
        self._guard = Lock()

    def start(self) -> None:
        """Start all workers at once, while the caller goes on; otherwise each starts when it is needed."""
        Thread(target=self._start, daemon=True).start()

    def _start(self) -> None:
        with self._freed:
            try:
                self._places = [worker or self._new() for worker in self._places]
            except (OSError, EOFError, TooCostly) as error:  # who needs them meets the same, and is told
                log.debug("workers are not started ahead: %s", error)

    def call(
        self,
        function: Callable[..., Result],
        *args: object,
        seconds: float | None = None,
        patient: bool = False,
    ) -> Result:
        """`function(*args)`, done in a worker; the function is a module's, arguments and result are pickled.

        Args:
            seconds: another limit than that of the other calls.
            patient: let all others go first. Work that may take its whole time, and end its worker, holds up nobody so.

        Raises:
            TooCostly: over the limit of time or memory.
            JobFailed: the function raised.
        """
        worker = self._place(patient=patient)
        kept: _Worker | None = None
        try:
            worker = worker or self._new()
            answer: Result = worker.do(function, args, seconds or self._seconds)
            kept = worker
            return answer
        except JobFailed:
            kept = worker
            raise
        finally:
            if kept is None and worker is not None:
                self._end(worker)
            with self._freed:
                self._places.append(kept)
                self._freed.notify_all()

    def _place(self, *, patient: bool) -> _Worker | None:
        with self._freed:
            if patient:
                self._freed.wait_for(lambda: self._places and not self._hurried)
                return self._places.pop()
            self._hurried += 1
            try:
                self._freed.wait_for(lambda: self._places)
            finally:
                self._hurried -= 1
                self._freed.notify_all()  # who is patient may have what is left
            return self._places.pop()

    def pids(self) -> list[int]:
        """The workers alive now."""
        with self._guard:
            return [worker.process.pid for worker in self._alive if worker.process.pid]

    def close(self) -> None:
        """End all workers; no other starts."""
        with self._guard:
            self._closed = True
            alive = list(self._alive)
        for worker in alive:
            self._end(worker)

    def _new(self) -> _Worker:
        worker = _Worker(self._prepare, self._given, self._forked_from)
        with self._guard:
            closed = self._closed
            self._alive.add(worker)
        if closed:
            self._end(worker)
            raise TooCostly("le processus qui lit s'est arrêté")
        return worker

    def _end(self, worker: _Worker) -> None:
        with self._guard:
            self._alive.discard(worker)
        worker.end()


class _Worker:
    def __init__(
        self, prepare: Callable[..., None] | None, given: tuple[Any, ...], forked_from: tuple[str, ...]
    ) -> None:
        self._ready = False
        context = _forking if forked_from else _anew
        self._line, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, prepare, given), daemon=True)
        with _may_have_children():
            if forked_from:
                context.set_forkserver_preload(list(forked_from))
            self.process.start()
        theirs.close()

    def do(self, function: Callable[..., Any], args: tuple[object, ...], seconds: float) -> Any:
        if not self._ready:
            self._ready = True
            self._answer(_START_SECONDS)
        started = time.monotonic()
        try:
            self._line.send((function, args))
        except OSError as error:
            raise TooCostly("le processus qui lit s'est arrêté") from error
        return self._answer(max(0.0, seconds - (time.monotonic() - started)))

    def _answer(self, seconds: float) -> Any:
        try:
            if not self._answers_in(seconds):
                raise TooCostly(f"plus de {seconds:.0f} s pour le lire : abandonné")
            kind, value = self._line.recv()
        except (EOFError, OSError) as error:
            self.process.join(1.0)
            raise TooCostly(f"le processus qui le lisait est mort (code {self.process.exitcode})") from error
        if kind == "memory":
            raise TooCostly(f"plus de {WORKER_BYTES // 1_000_000} Mo pour le lire : abandonné")
        if kind == "failed":
            raise JobFailed(value)
        return value

    def _answers_in(self, seconds: float) -> bool:
        """On a machine that is busy elsewhere a worker gets little done: what counts is its own time, up to a point."""
        begun, ends_at = _cpu_seconds(self.process.pid), time.monotonic() + _MOST_WALL * seconds
        left = seconds
        while not self._line.poll(min(left, max(0.0, ends_at - time.monotonic()))):
            used = _cpu_seconds(self.process.pid) - begun
            if time.monotonic() >= ends_at or not used < 0.9 * seconds:
                return False
            left = max(_LOOK_EVERY, seconds - used)
        return True

    def end(self) -> None:
        self.process.kill()
        self.process.join(5.0)
        self._line.close()


@contextlib.contextmanager
def _may_have_children() -> Iterator[None]:
    """Lift, for a moment, what forbids a daemonic process (a Dask worker is one) to start others.

    The ban is for children that would outlive their parent; ours watch it and end themselves (`end_with_parent`).
    """
    config: dict[str, Any] = multiprocessing.current_process()._config  # type: ignore[attr-defined]
    with _starting:
        daemonic = config.pop("daemon", None)
        try:
            yield
        finally:
            if daemonic is not None:
                config["daemon"] = daemonic


def _cpu_seconds(pid: int | None) -> float:
    """Processor time that a process has used; without end where the system does not tell, so that the clock decides."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return math.inf
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _serve(line: Connection, prepare: Callable[..., None] | None, given: tuple[Any, ...]) -> None:
    Thread(target=end_with_parent, daemon=True).start()
    # Where the system knows no such limit (macOS) the limit on time remains.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (WORKER_BYTES, WORKER_BYTES))
    line.send(_done(prepare, given) if prepare else ("done", None))
    gc.freeze()  # rules and libraries stay: looking through them for garbage is a seventh of the time that follows
    while True:
        try:
            function, args = line.recv()
        except (EOFError, KeyboardInterrupt):
            return
        line.send(_done(function, args))


def _done(function: Callable[..., Any], args: tuple[Any, ...]) -> tuple[str, Any]:
    try:
        return "done", function(*args)
    except MemoryError:
        return "memory", None
    except Exception as error:  # noqa: BLE001 - whatever it is, the caller is told and this process goes on
        return "failed", f"{type(error).__name__}: {error}"[:300]


def end_with_parent() -> None:
    """While it works a worker does not see that nobody waits any more: when the run is killed it would go on."""
    parent = multiprocessing.parent_process()
    assert parent is not None, "only workers come here"
    parent.join()
    os._exit(1)
