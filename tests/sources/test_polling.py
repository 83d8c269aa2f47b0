"""How soon a feed is asked again, by its own pace, by what it answered and by what its server asks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from httpsite import HttpSite, Reply

from sources.client import PoliteClient
from sources.feeds.fetching import fetch_feed
from sources.policy import Policy
from sources.polling import LEAST, MOST, pause, stated_by_feed, stated_by_server
from sources.values import Feed, FeedOutcome, Validators

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


def every(gap: timedelta, count: int = 10) -> list[datetime]:
    return [NOW - number * gap for number in range(count)]


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        (every(timedelta(minutes=5), 30), LEAST),
        (every(4 * HOUR), 3.6 * HOUR),
        (every(timedelta(days=7)), MOST),
        ([*every(HOUR, 3), NOW + 400 * HOUR], HOUR * 2 / 3),
        ([datetime(1970, 1, 1, tzinfo=UTC), NOW], MOST),
        ([NOW], LEAST),
        ([], LEAST),
    ],
    ids=["a wire", "six a day", "weekly", "a date in the future", "a date in 1970", "one item", "empty"],
)
def test_a_feed_is_asked_as_often_as_it_publishes(published: list[datetime], expected: timedelta) -> None:
    assert pause(published, None, None, NOW, brought=True) == expected


def test_visits_that_bring_nothing_are_made_less_and_less() -> None:
    pauses, last = [], LEAST
    for _ in range(12):
        last = pause([], last, None, NOW, brought=False)
        pauses.append(last)
    assert pauses[0] == 1.5 * LEAST
    assert pauses == sorted(pauses)
    assert pauses[-1] == MOST, "and never less than a daily run needs"
    assert pause(every(HOUR), MOST, None, NOW, brought=True) < HOUR, "until it brings something again"


def test_what_the_server_says_lengthens_a_pause_and_never_shortens_it() -> None:
    busy = every(timedelta(minutes=5))
    assert pause(busy, None, 3 * 3600.0, NOW, brought=True) == 3 * HOUR
    assert pause(busy, None, 1.0, NOW, brought=True) == LEAST
    assert pause(busy, None, 1e9, NOW, brought=True) == MOST


@pytest.mark.parametrize(
    ("control", "seconds"),
    [
        ("public, max-age=3600", 3600.0),
        ("max-age=60, s-maxage=7200", 7200.0),
        ("MAX-AGE = 90", 90.0),
        ("no-cache, max-age=3600", None),
        ("max-age=-1", None),
        ("max-age=" + "9" * 30, 999_999_999.0),
        ("", None),
    ],
)
def test_cache_control(control: str, seconds: float | None) -> None:
    assert stated_by_server({"cache-control": control}) == seconds


@pytest.mark.parametrize(
    ("ttl", "period", "frequency", "seconds"),
    [
        ("60", None, None, 3600.0),
        (None, "hourly", "2", 1800.0),
        ("5", "daily", None, 86_400.0),
        ("bientôt", "parfois", "souvent", None),
        ("-3", None, None, None),
        ("nan", "hourly", "inf", 3600.0),
        ("9" * 4000, None, None, 999_999_999.0 * 60),
        (None, "hourly", "0", 3600.0),
    ],
)
def test_what_feeds_say(ttl: object, period: object, frequency: object, seconds: float | None) -> None:
    assert stated_by_feed(ttl, period, frequency) == seconds


@pytest.mark.parametrize(
    ("told", "headers", "seconds"),
    [
        ("<ttl>180</ttl>", {}, 10_800.0),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", {}, 900.0),
        ("<ttl>1</ttl>", {"Cache-Control": "max-age=600"}, 600.0),
        ("", {}, None),
    ],
)
def test_a_visit_brings_it_home(
    site: HttpSite, policy: Policy, told: str, headers: dict[str, str], seconds: float | None
) -> None:
    body = (
        '<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>t</title>'
        f"{told}<item><title>a</title><link>https://x.example/1</link></item></channel></rss>"
    )
    reply = Reply(body, content_type="application/rss+xml", headers=headers, etag='"1"')
    feed = Feed("x", "X", site.add("/feed", reply))
    with PoliteClient(policy) as client:
        first = fetch_feed(client, feed, Validators(), NOW)
        second = fetch_feed(client, feed, first.validators, NOW)
    assert (first.outcome, first.fresh_for) == (FeedOutcome.FETCHED, seconds)
    said = float(headers["Cache-Control"].rpartition("=")[2]) if headers else None
    assert (second.outcome, second.fresh_for) == (FeedOutcome.NOT_MODIFIED, said)
