"""When a watch may speak: rhythms, quiet hours and days in its own time zone, daylight saving included. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from storage.messages import Allowance

Pace = Literal["at-once", "daily", "weekly"]
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often: at once, or a digest that is due every day or one day a week (`weekday`, Monday is 0) at `at`."""

    pace: Pace = "at-once"
    at: dt.time = dt.time(8)
    weekday: int = 0


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` to before `end`, over midnight when `end` is earlier; all of Saturday and Sunday with `weekends`."""

    start: dt.time | None = None
    end: dt.time | None = None
    weekends: bool = False


def is_quiet(quiet: QuietHours, timezone: str, now: dt.datetime) -> bool:
    """Whether nothing may be sent at `now` (aware)."""
    local = now.astimezone(ZoneInfo(timezone))
    if quiet.weekends and local.weekday() >= _SATURDAY:
        return True
    if quiet.start is None or quiet.end is None:
        return False
    clock = local.time()
    if quiet.start <= quiet.end:
        return quiet.start <= clock < quiet.end
    return clock >= quiet.start or clock < quiet.end


def last_slot(rhythm: Rhythm, timezone: str, now: dt.datetime) -> dt.datetime | None:
    """The last moment, in UTC, at which a digest was due; None for what is told at once.

    Once a local day, whatever the clocks do: a time that the change of clocks leaves out is due when the clocks have
    gone over it, one that comes twice is due the first time.
    """
    if rhythm.pace == "at-once":
        return None
    zone = ZoneInfo(timezone)
    day = now.astimezone(zone).date()
    back = (day.weekday() - rhythm.weekday) % 7 if rhythm.pace == "weekly" else 0
    step = 7 if rhythm.pace == "weekly" else 1
    for candidate in (day - dt.timedelta(days=back), day - dt.timedelta(days=back + step)):
        # Compared in UTC: Python compares two moments of one zone by their wall clocks, which may run backwards.
        moment = dt.datetime.combine(candidate, rhythm.at, tzinfo=zone).astimezone(dt.UTC)
        if moment <= now:
            return moment
    raise AssertionError("a slot of the period before is past")


def day_start(timezone: str, now: dt.datetime) -> dt.datetime:
    """The beginning, in UTC, of the local day of `now`."""
    zone = ZoneInfo(timezone)
    day = now.astimezone(zone).date()
    return dt.datetime.combine(day, dt.time(), tzinfo=zone).astimezone(dt.UTC)


def allowance(rhythm: Rhythm, timezone: str, most_per_day: int | None, now: dt.datetime) -> Allowance:
    """What may be begun at `now` for a watch of this rhythm."""
    return Allowance(slot=last_slot(rhythm, timezone, now), today=day_start(timezone, now), most=most_per_day)
