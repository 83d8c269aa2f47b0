"""How soon a feed is worth asking again: by how often it publishes and by what it answered. Pure, the clock given.

Runs are daily by default, and a daily run must find every feed due: no pause is longer than `MOST`. Pauses matter where
runs are more frequent (every hour, say): a weekly newsletter is then left alone most of the time, and a feed that turns
over quickly is not. What the server says (`max-age`, `ttl`, `sy:updatePeriod`) lengthens a pause, never shortens it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

LEAST = timedelta(minutes=30)
# A run a day is never at the same minute, and a summer's day may have 23 hours.
MOST = timedelta(hours=20)
_WIDER = 1.5  # by which the pause grows after each visit that brought nothing
_MAX_AGE = re.compile(r"(?:^|[,\s])(?:s-maxage|max-age)\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_NOT_KEPT = re.compile(r"(?:^|[,\s])(?:no-cache|no-store)(?:$|[,\s])", re.IGNORECASE)
_PERIODS = {"hourly": 3600.0, "daily": 86_400.0, "weekly": 604_800.0, "monthly": 2_592_000.0, "yearly": 31_536_000.0}


def pause(
    published: Sequence[datetime], before: timedelta | None, stated: float | None, now: datetime, *, brought: bool
) -> timedelta:
    """How long to leave a feed alone after a visit that succeeded.

    Args:
        published: dates of what it offers; the mean time between two of them is its pace.
        before: the pause before this visit, if there was one.
        stated: seconds that the server or the feed asks to be left alone.
        brought: whether the visit brought anything new.
    """
    found = _pace(published, now)
    if not brought:
        found = (before or LEAST) * _WIDER if found is None else max(found, (before or timedelta()) * _WIDER)
    wanted = max(found or LEAST, timedelta(seconds=min(stated or 0.0, MOST.total_seconds())))
    return min(max(wanted, LEAST), MOST)


def stated_by_server(headers: Mapping[str, str]) -> float | None:
    """Seconds for which the server calls its answer fresh, by `Cache-Control`; names of headers in lower case."""
    control = headers.get("cache-control", "")
    ages = [float(age) for age in _MAX_AGE.findall(control)]
    return max(ages) if ages and not _NOT_KEPT.search(control) else None


def stated_by_feed(ttl: object, period: object, frequency: object) -> float | None:
    """Seconds between two updates, as a feed tells them: `ttl` in minutes, or `sy:updatePeriod` and its frequency."""
    minutes = _number(ttl)
    length = _PERIODS.get(str(period or "").strip().lower())
    times = _number(frequency) or 1.0
    told = [minutes * 60.0 if minutes else 0.0, length / times if length else 0.0]
    return max(told) or None


def _number(value: object) -> float | None:
    """A positive number, of those that people write; not a page of digits."""
    text = str(value or "").strip()[:9]
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) and number > 0 else None


def _pace(published: Sequence[datetime], now: datetime) -> timedelta | None:
    """The mean time between two items, today's silence included; None when there are too few to tell."""
    moments = sorted(moment for moment in published if moment <= now)
    if len(moments) < 2:
        return None
    return (now - moments[0]) / len(moments)
