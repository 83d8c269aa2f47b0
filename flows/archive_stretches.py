"""In a confined process: read one part of an archive, a stretch of items at a call, and remember where it stands.

A process that was ended in the middle of a stretch is replaced by one that enters the part at any item.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from flows.archive_judging import Told, judge
from flows.archive_readers import JudgingRules
from sources.archives.opening import open_local
from sources.archives.values import Item, Miss, Part, Window

# A stretch ends after so long, so that what is found is told and the lease prolonged.
STRETCH_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Job:
    """A part of a local archive, and how its items are judged."""

    source: str
    part: Part
    window: Window
    rules: JudgingRules


@dataclass(slots=True)
class _Place:
    """Where this process stands: `at` items were taken; `ahead` is the next one, when it was read already."""

    job: Job
    items: Iterator[Item]
    at: int = 0
    ahead: Item | None = None


# The part that this process reads, if any.
_places: list[_Place] = []


def enter(job: Job, at: int) -> str | None:
    """Go to an item of a part, and say where it is from; None: the part has no more."""
    place = _standing(job, at)
    if place.ahead is None:
        place.ahead = next(place.items, None)
    if place.ahead is None:
        return None
    return place.ahead.where if isinstance(place.ahead, Miss) else place.ahead.url


def read_on(job: Job, at: int, most: int) -> tuple[Told, int, bool]:
    """Judge the items from `at` on, at most so many, for about `STRETCH_SECONDS`.

    Returns:
        What they told, how many they were, and whether they were the last.
    """
    place, told, ends_at = _standing(job, at), Told(), time.monotonic() + STRETCH_SECONDS
    while place.at - at < most and time.monotonic() < ends_at:
        item = place.ahead or next(place.items, None)
        if item is None:
            _places.clear()
            return told, place.at - at, True
        place.ahead = None
        judge(item, job.window, job.rules, told)
        place.at += 1
    return told, place.at - at, False


def _standing(job: Job, at: int) -> _Place:
    if not _places or _places[0].job != job or _places[0].at != at:
        _places.clear()
        items = open_local(job.source).read(job.part, job.window)
        for _ in islice(items, at):
            pass
        _places.append(_Place(job, items, at))
    return _places[0]
