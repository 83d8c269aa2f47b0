"""Rhythms and quiet hours by the wall clock of the reader, over both changes of the clocks."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from alerts.timing import QuietHours, Rhythm, day_start, is_quiet, last_slot

PARIS = "Europe/Paris"


def at(text: str, zone: str = PARIS) -> dt.datetime:
    """A local moment as an instant in UTC."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)


EIGHT = dt.time(8)
SLOTS = [
    ("daily", EIGHT, "2026-03-10T07:59", "2026-03-09T08:00"),
    ("daily", EIGHT, "2026-03-10T08:00", "2026-03-10T08:00"),
    ("daily", EIGHT, "2026-03-29T08:00", "2026-03-29T08:00"),  # clocks went forward that night
    ("daily", EIGHT, "2026-03-29T07:59", "2026-03-28T08:00"),
    ("daily", EIGHT, "2026-10-25T08:00", "2026-10-25T08:00"),  # and back
    ("daily", EIGHT, "2026-10-25T07:59", "2026-10-24T08:00"),
    ("weekly", EIGHT, "2026-03-29T12:00", "2026-03-23T08:00"),
    ("weekly", EIGHT, "2026-03-30T07:59", "2026-03-23T08:00"),
    ("weekly", EIGHT, "2026-03-30T08:00", "2026-03-30T08:00"),
]


@pytest.mark.parametrize(("pace", "time", "now", "slot"), SLOTS)
def test_a_digest_is_due_by_the_readers_clock(pace: str, time: dt.time, now: str, slot: str) -> None:
    assert last_slot(Rhythm(pace, time), PARIS, at(now)) == at(slot)  # type: ignore[arg-type]


def test_at_once_has_no_slot() -> None:
    assert last_slot(Rhythm(), PARIS, at("2026-03-10T08:00")) is None


@pytest.mark.parametrize("time", [dt.time(2, 30), dt.time(0, 5), dt.time(8)])
@pytest.mark.parametrize("zone", [PARIS, "America/Montreal", "Africa/Tunis", "Asia/Kolkata"])
def test_one_slot_a_local_day_the_whole_year(time: dt.time, zone: str) -> None:
    """Looked at every quarter of an hour of a year, there are 365 slots, each on its own day and never in the future."""
    slots: list[dt.datetime] = []
    now = at("2026-01-01T12:00", zone)
    while now < at("2027-01-01T12:00", zone):
        slot = last_slot(Rhythm("daily", time), zone, now)
        assert slot is not None
        assert slot <= now
        if not slots or slot != slots[-1]:
            slots.append(slot)
        now += dt.timedelta(minutes=15)
    days = [slot.astimezone(ZoneInfo(zone)).date() for slot in slots]
    assert len(days) == len(set(days))
    assert days == sorted(days)
    assert (days[-1] - days[0]).days == len(days) - 1, "no day without one"


def test_a_time_that_the_clocks_skip_or_repeat_is_due_once() -> None:
    half_past_two = Rhythm("daily", dt.time(2, 30))
    skipped = last_slot(half_past_two, PARIS, at("2026-03-29T12:00"))
    assert skipped == dt.datetime(2026, 3, 29, 1, 30, tzinfo=dt.UTC), "03:30, when the clocks have gone over it"
    repeated = last_slot(half_past_two, PARIS, at("2026-10-25T12:00"))
    assert repeated == dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC), "the first time"


NIGHT = QuietHours(dt.time(20), dt.time(7))
QUIET = [
    (NIGHT, "2026-03-10T20:00", True),
    (NIGHT, "2026-03-10T19:59", False),
    (NIGHT, "2026-03-10T06:59", True),
    (NIGHT, "2026-03-10T07:00", False),
    (NIGHT, "2026-03-29T06:59", True),
    (NIGHT, "2026-03-29T07:00", False),
    (QuietHours(dt.time(12), dt.time(14)), "2026-03-10T13:00", True),
    (QuietHours(dt.time(12), dt.time(14)), "2026-03-10T14:00", False),
    (QuietHours(weekends=True), "2026-03-14T12:00", True),
    (QuietHours(weekends=True), "2026-03-16T00:00", False),
    (QuietHours(), "2026-03-10T03:00", False),
]


@pytest.mark.parametrize(("quiet", "now", "expected"), QUIET)
def test_quiet_hours(quiet: QuietHours, now: str, expected: bool) -> None:
    assert is_quiet(quiet, PARIS, at(now)) is expected


def test_a_day_begins_at_local_midnight() -> None:
    assert day_start(PARIS, at("2026-03-29T23:00")) == dt.datetime(2026, 3, 28, 23, tzinfo=dt.UTC)
    assert day_start(PARIS, at("2026-03-30T00:30")) == dt.datetime(2026, 3, 29, 22, tzinfo=dt.UTC)
