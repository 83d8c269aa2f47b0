"""How often one person or address may write or try a token: a window that slides, kept in memory."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from threading import Lock

_MOST_KEYS = 10_000  # beyond that, those that are quiet are forgotten first


class RateLimit:
    """At most `times` in `seconds` for each key."""

    def __init__(self, times: int, seconds: float) -> None:
        self._times, self._seconds = times, seconds
        self._seen: dict[str, deque[float]] = defaultdict(deque)
        self._lock = Lock()

    def allows(self, key: str) -> bool:
        """Count one more; False when it is one too many."""
        now = time.monotonic()
        with self._lock:
            seen = self._seen[key]
            while seen and seen[0] <= now - self._seconds:
                seen.popleft()
            if len(self._seen) > _MOST_KEYS:
                self._forget(now)
            if len(seen) >= self._times:
                return False
            seen.append(now)
            self._seen[key] = seen
            return True

    def _forget(self, now: float) -> None:
        for key in [key for key, seen in self._seen.items() if not seen or seen[-1] <= now - self._seconds]:
            del self._seen[key]
