"""Manners towards hosts: one request at a time each, a delay between two, pauses kept when asked for."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sources.errors import FetchError
from sources.policy import Policy
from sources.values import Reason


class HostTurns:
    """Hands out turns, to any number of threads. A host is what `urls.host_of` says."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._slots = threading.BoundedSemaphore(policy.hosts_at_once)
        self._hosts: dict[str, _Host] = {}
        self._guard = threading.Lock()

    @contextmanager
    def turn(self, host: str) -> Iterator[None]:
        """Wait for this host's turn and hold it: nobody else asks this host anything meanwhile.

        Raises:
            FetchError: the host asked to be left alone, or stopped answering; carries the reason it was left for.
        """
        state = self._host(host)
        with state.lock:
            self._wait(host, state)
            # The slot is taken after the waiting, so that a slow host's queue does not hold up the others.
            with self._slots:
                try:
                    yield
                finally:
                    state.free_at = time.monotonic() + max(self._policy.host_delay, state.delay)

    def slow_down(self, host: str, delay: float) -> None:
        """Keep at least `delay` seconds between two requests to this host, up to the policy's cap."""
        self._host(host).delay = min(delay, self._policy.crawl_delay_cap)

    def hold(self, host: str, seconds: float, why: Reason) -> None:
        """Leave this host alone for a while."""
        state = self._host(host)
        state.held_until, state.held_for = time.monotonic() + seconds, why

    def answered(self, host: str) -> None:
        """This host is alive: forget its failures to answer."""
        self._host(host).misses = 0

    def missed(self, host: str, why: Reason) -> None:
        """This host failed to answer; after the policy's number of times in a row it is left alone."""
        state = self._host(host)
        state.misses += 1
        if state.misses >= self._policy.strikes:
            state.misses = 0
            self.hold(host, self._policy.dead_host_pause, why)

    def _wait(self, host: str, state: _Host) -> None:
        now = time.monotonic()
        pause = state.held_until - now
        if pause > self._policy.patience:
            raise FetchError(state.held_for, f"{host} est laissé en paix encore {pause:.0f} s", retry_after=pause)
        time.sleep(max(0.0, pause, state.free_at - now))

    def _host(self, host: str) -> _Host:
        with self._guard:
            return self._hosts.setdefault(host, _Host())


@dataclass(slots=True)
class _Host:
    """What is remembered of one host. Times are monotonic seconds."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    free_at: float = 0.0
    delay: float = 0.0
    held_until: float = 0.0
    held_for: Reason = Reason.THROTTLED
    misses: int = 0
