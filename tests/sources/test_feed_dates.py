"""Dates in feeds: what each spelling means, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sources.feeds.dates import read_date, settled

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("lundi 23 novembre 2026 à 7h30", "2026-11-23T06:30"),
        ("Lundi 23 Novembre 2026 - 07:30", "2026-11-23T06:30"),
        ("le 3 mars 2026 à 18 h 05", "2026-03-03T17:05"),
        ("jeudi 23 juillet 2026 à 7h", "2026-07-23T05:00"),
        ("23 nov. 2026", "2026-11-23T00:00"),
        ("1er août 2026", "2026-08-01T00:00"),
        ("13 févr. 2026, 12:00", "2026-02-13T11:00"),
        ("05/01/2026", "2026-01-05T00:00"),
        ("05/01/2026 08:15", "2026-01-05T07:15"),
        ("23.11.26", "2026-11-23T00:00"),
        ("2026-11-23", "2026-11-23T00:00"),
        ("2026-11-23 07:30:00", "2026-11-23T06:30"),
        ("2026-11-23T07:30:00+01:00", "2026-11-23T06:30"),
        ("2026-11-23T07:30:00.125Z", "2026-11-23T07:30"),
        ("Mon, 23 Nov 2026 07:30:00 +0100", "2026-11-23T06:30"),
        ("Mon, 23 Nov 2026 07:30:00 GMT", "2026-11-23T07:30"),
        ("Mon, 23 Nov 2026 07:30:00 CET", "2026-11-23T06:30"),
        ("Thu, 23 Jul 2026 07:30:00 CEST", "2026-07-23T05:30"),
        ("Mon, 23 Nov 2026 07:30:00 EST", "2026-11-23T12:30"),
        ("lun., 23 nov. 2026 07:30:00 +0100", "2026-11-23T06:30"),
        ("  Mon,\n 23 Nov 2026 07:30 GMT ", "2026-11-23T07:30"),
    ],
)
def test_read(written: str, utc: str) -> None:
    assert read_date(written, "FR") == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_local_time_is_that_of_the_feeds_country() -> None:
    assert read_date("23/11/2026 07:30", "CA-QC") == datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
    assert read_date("23/11/2026 07:30", None) == datetime(2026, 11, 23, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "hier",
        "31 février 2026",
        "2026-02-31",
        "11/23/2026",
        "Mon, 31 Feb 2026 00:00:00 GMT",
        "99",
        "23 foo 2026",
        "2026-11-23T25:00:00Z",
        "lundi",
        "1 " * 5000,
    ],
)
def test_none_where_there_is_none(written: str) -> None:
    assert read_date(written) is None


def test_settled() -> None:
    assert settled(NOW, NOW) == (NOW, None)
    assert settled(NOW + timedelta(hours=23), NOW) == (NOW + timedelta(hours=23), None)
    assert settled(NOW + timedelta(days=2), NOW) == (NOW, "future_date")
    assert settled(datetime(1970, 1, 1, tzinfo=UTC), NOW) == (None, "bad_date")
    assert settled(None, NOW) == (None, "bad_date")
