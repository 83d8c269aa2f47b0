"""Remembering what takes long to make, for a short while: charts, pairs of names that look alike."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import TypeVar, cast

T = TypeVar("T")


class Memo:
    """Keeps at most `most` answers for `seconds` each."""

    def __init__(self, seconds: float = 60.0, most: int = 400) -> None:
        self._seconds, self._most = seconds, most
        self._kept: OrderedDict[Hashable, tuple[float, object]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], T], *, seconds: float | None = None) -> T:
        """What `make` gave for this key not long ago, or gives now."""
        now = time.monotonic()
        with self._lock:
            kept = self._kept.get(key)
        if kept is not None and now - kept[0] < (self._seconds if seconds is None else seconds):
            return cast(T, kept[1])
        made = make()
        with self._lock:
            self._kept[key] = (time.monotonic(), made)
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made
