"""Manners towards hosts: one request at a time each, a delay between two, pauses kept when asked for."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sources.errors import FetchError
from sources.policy import Policy
from sources.statuses import LONGEST_PAUSE
from sources.values import Pause, Reason

_LONGEST_OWN_PAUSE = 3600.0  # what we impose on ourselves when a server names no time


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

    def throttled(self, host: str, asked: float | None, why: Reason) -> None:
        """This host asked for a pause; each one in a row is longer, and a little random."""
        state = self._host(host)
        own = min(self._policy.throttle_pause * 2 ** min(state.throttles, 10), _LONGEST_OWN_PAUSE)
        state.throttles += 1
        # What a server asked for is kept to the second; only our own guess is spread out.
        self.hold(host, asked if asked is not None else own * random.uniform(1.0, 1.25), why)  # noqa: S311

    def pauses(self) -> list[Pause]:
        """The hosts that are to be left alone now, to be kept for the next run."""
        now, moment = time.monotonic(), datetime.now(UTC)
        with self._guard:
            hosts = list(self._hosts.items())
        return [
            Pause(host, moment + timedelta(seconds=state.held_until - now), state.held_for.value, state.throttles)
            for host, state in hosts
            if state.held_until > now
        ]

    def resume(self, pauses: Iterable[Pause]) -> None:
        """Keep the pauses that an earlier run was asked for; none longer than a day, as the clock may have jumped."""
        moment = datetime.now(UTC)
        for pause in pauses:
            seconds = min((pause.until - moment).total_seconds(), LONGEST_PAUSE)
            if seconds > 0:
                self.hold(pause.host, seconds, Reason(pause.reason))
                self._host(pause.host).throttles = pause.times

    def answered(self, host: str) -> None:
        """This host is alive: forget its failures to answer."""
        self._host(host).misses = 0

    def served(self, host: str) -> None:
        """This host gave what was asked: it is no longer busy."""
        state = self._host(host)
        state.misses = state.throttles = 0

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
    throttles: int = 0
