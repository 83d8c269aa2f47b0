"""When feeds and hosts are come back to, across runs; where feeds moved; who fell silent."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import pairwise

import pytest
from newsroom import FEED, NOW, Newsroom, entry, fetched

from sources.polling import MOST
from sources.schedule import NOT_FOUND_LIMIT, gone_silent, is_due, standing
from sources.values import FeedOutcome, FeedResult, Pause, Reason
from storage.feed_health import feed_health, silent_feeds
from storage.feeds import record_feed
from storage.manners import at_its_address, keep_pauses, pauses_in_force, rest_feeds
from storage.reports import run_report
from storage.tables import FeedStateRow, RunRow

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
NEW = "https://gazette.example/nouveau-flux"


def failed(reason: Reason, **more: object) -> FeedResult:
    return fetched(outcome=FeedOutcome.FAILED, reason=reason, detail="said the gate", **more)


def visit(newsroom: Newsroom, result: FeedResult, now: dt.datetime, url: str = FEED.url) -> None:
    record_feed(newsroom.db, newsroom.run, replace(FEED, url=url), result, now)


@pytest.mark.parametrize(
    ("reason", "patient"),
    [(Reason.NOT_A_FEED, 2), (Reason.HTTP_5XX, 5), (Reason.UNREACHABLE, 11), (Reason.THROTTLED, 5)],
)
def test_pauses_grow_by_the_weight_of_failures_up_to_a_week(reason: Reason, patient: int) -> None:
    trouble, pauses = 0.0, []
    for _ in range(400):
        after = standing(trouble, 0, failed(reason), NOW, dice=0.0)
        trouble = after.trouble
        pauses.append(after.next_check)
    assert pauses[:patient] == [None] * patient
    rests = [moment - NOW for moment in pauses[patient:] if moment is not None]
    assert len(rests) == 400 - patient
    assert rests[0] < DAY, "the next day's run, even an hour early, finds it due"
    assert rests == sorted(rests)
    assert 6 * DAY < rests[-1] <= 7 * DAY


def test_dice_spread_the_pauses() -> None:
    moments = {standing(8.0, 0, failed(Reason.NOT_A_FEED), NOW, dice=n / 10).next_check for n in range(11)}
    assert len(moments) == 11


def test_what_a_server_asks_for_is_kept() -> None:
    assert standing(0.0, 0, failed(Reason.THROTTLED, retry_after=7200.0), NOW, 0.5).next_check == NOW + DAY / 12


@pytest.mark.parametrize(
    ("result", "times"), [(failed(Reason.GONE, status=410), 1), (failed(Reason.HTTP_4XX, status=404), NOT_FOUND_LIMIT)]
)
def test_a_feed_that_is_gone_is_switched_off_with_notice(newsroom: Newsroom, result: FeedResult, times: int) -> None:
    for day in range(times):
        assert not feed_health(newsroom.db, [FEED], NOW)[0].disabled
        visit(newsroom, result, NOW + day * DAY)
    (line,) = feed_health(newsroom.db, [FEED], NOW)
    assert line.disabled
    last = NOW + (times - 1) * DAY
    assert rest_feeds(newsroom.db, newsroom.run, [FEED], last + 20 * DAY) == []
    (told,) = run_report(newsroom.db, newsroom.run).feeds
    assert (told.outcome, told.reason) == ("resting", result.reason)
    assert "éteint" in told.detail
    elsewhere = replace(FEED, url=NEW)
    assert rest_feeds(newsroom.db, newsroom.run, [elsewhere], last + DAY) == [elsewhere], "its address was corrected"
    assert rest_feeds(newsroom.db, newsroom.run, [FEED], last + 31 * DAY) == [FEED], "asked once a month"
    visit(newsroom, fetched(entry("https://gazette.example/a")), last + 31 * DAY)
    assert not feed_health(newsroom.db, [FEED], last)[0].disabled


def test_a_403_between_404s_starts_the_count_again(newsroom: Newsroom) -> None:
    for day in range(2 * NOT_FOUND_LIMIT):
        visit(newsroom, failed(Reason.HTTP_4XX, status=403 if day == 5 else 404), NOW + day * DAY)
        if day < NOT_FOUND_LIMIT:
            assert not feed_health(newsroom.db, [FEED], NOW)[0].disabled


def test_a_clock_that_jumped_does_not_silence_a_feed() -> None:
    assert is_due(NOW + 400 * DAY, NOW)
    assert not is_due(NOW + 7 * DAY, NOW)


def test_a_moved_feed_is_followed_after_three_days_of_sightings(newsroom: Newsroom) -> None:
    moved = fetched(final_url=NEW, moved_permanently=True)
    for hours, expected in ((0, FEED.url), (1, FEED.url), (24, FEED.url), (48, NEW)):
        visit(newsroom, moved, NOW + dt.timedelta(hours=hours))
        assert at_its_address(newsroom.db, FEED).url == expected
    visit(newsroom, fetched(final_url=NEW), NOW + 3 * DAY, url=NEW)
    assert at_its_address(newsroom.db, FEED).url == NEW
    assert at_its_address(newsroom.db, replace(FEED, url="https://other.example/")).url == "https://other.example/"
    visit(newsroom, failed(Reason.NOT_A_FEED), NOW + 4 * DAY, url=NEW)
    assert at_its_address(newsroom.db, FEED).url == FEED.url, "back to the address that the operator wrote"


def test_a_move_is_not_stored_when_it_leads_to_no_feed_or_changes(newsroom: Newsroom) -> None:
    for day in range(5):
        visit(newsroom, failed(Reason.NOT_A_FEED, final_url=NEW, moved_permanently=True), NOW + day * DAY)
    for day in range(5, 10):
        visit(newsroom, fetched(final_url=f"{NEW}{day}", moved_permanently=True), NOW + day * DAY)
    assert at_its_address(newsroom.db, FEED) == FEED


def test_pauses_of_hosts_outlive_a_run(newsroom: Newsroom) -> None:
    pause = Pause("gazette.example", NOW + DAY, "throttled", 3)
    keep_pauses(newsroom.db, [pause, Pause("x.example", NOW + DAY / 2, "http_5xx", 1)], NOW)
    keep_pauses(newsroom.db, [replace(pause, times=4)], NOW)
    assert pauses_in_force(newsroom.db, NOW + DAY * 0.6) == [replace(pause, times=4)]
    assert pauses_in_force(newsroom.db, NOW + DAY) == []


def test_silence_is_judged_by_the_feeds_own_habit() -> None:
    daily = [NOW - n * DAY for n in range(20)]
    assert not gone_silent(daily, NOW + 3 * DAY)
    assert gone_silent(daily, NOW + 5 * DAY)
    weekly = [NOW - 7 * n * DAY for n in range(9)]
    assert not gone_silent(weekly, NOW + 13 * DAY)
    assert gone_silent(weekly, NOW + 15 * DAY)
    assert not gone_silent(daily[:3], NOW + 90 * DAY), "too few to have a habit"


def test_health_counts_what_was_found_and_read(newsroom: Newsroom) -> None:
    moments = [NOW - n * DAY for n in range(12)]
    entries = [entry(f"https://gazette.example/{n}", published=moment) for n, moment in enumerate(moments)]
    visit(newsroom, fetched(*entries), NOW)
    (line,) = feed_health(newsroom.db, [FEED], NOW)
    assert (line.articles_a_week, line.last_new_at, line.silent) == (3.0, NOW, False)
    assert silent_feeds(newsroom.db, [FEED], NOW + DAY) == []
    assert [silent.feed_id for silent in silent_feeds(newsroom.db, [FEED], NOW + 6 * DAY)] == [FEED.id]


def test_a_window_without_anything_known_is_noticed(newsroom: Newsroom) -> None:
    for day in range(2):
        batch = [entry(f"https://gazette.example/{day}-{n}") for n in range(5)]
        visit(newsroom, fetched(*batch), NOW + day * DAY)
    assert feed_health(newsroom.db, [FEED], NOW)[0].windows_missed == 1


def runs_at(newsroom: Newsroom, *moments: dt.datetime) -> None:
    """Earlier runs, done."""
    with newsroom.db.transaction() as session:
        for moment in moments:
            done = {"kind": "daily", "state": "done", "owner": "x", "lease_seconds": 1, "lease_until": moment}
            session.add(RunRow(**done, started_at=moment))


def due(newsroom: Newsroom, now: dt.datetime) -> bool:
    return rest_feeds(newsroom.db, newsroom.run, [FEED], now) == [FEED]


def test_a_daily_run_reads_every_feed_also_one_that_hardly_publishes(newsroom: Newsroom) -> None:
    weekly = [entry(f"https://gazette.example/{n}", published=NOW - 7 * n * DAY) for n in range(9)]
    runs_at(newsroom, NOW - 2 * DAY + HOUR, NOW - DAY)
    visit(newsroom, fetched(*weekly, fresh_for=1e6), NOW)
    (line,) = feed_health(newsroom.db, [FEED], NOW)
    assert line.next_check == NOW + MOST
    runs_at(newsroom, NOW)
    assert due(newsroom, NOW + DAY - HOUR), "the clocks went forward that night"
    assert due(newsroom, NOW + HOUR), "a run by hand: the next one may be tomorrow's"


def test_where_runs_are_hourly_a_feed_rests_at_its_own_pace(newsroom: Newsroom) -> None:
    runs_at(newsroom, *[NOW - n * HOUR for n in range(47)])
    now, visits = NOW, []
    for hour in range(72):
        now = NOW + hour * HOUR
        if due(newsroom, now):
            visits.append(hour)
            visit(newsroom, fetched(outcome=FeedOutcome.NOT_MODIFIED), now)
        runs_at(newsroom, now)
    gaps = [later - earlier for earlier, later in pairwise(visits)]
    assert gaps == sorted(gaps)
    assert gaps[0] == 1
    assert 20 <= gaps[-1] <= 24, "at least daily"
    (told,) = [line for line in run_report(newsroom.db, newsroom.run).feeds if line.feed_id == FEED.id]
    assert told.reason is None
    visit(
        newsroom, fetched(*[entry(f"https://gazette.example/{n}", published=now - n * HOUR / 2) for n in range(9)]), now
    )
    assert due(newsroom, now + HOUR), "it publishes again"


def test_a_clock_that_was_put_back_does_not_make_a_feed_rest(newsroom: Newsroom) -> None:
    runs_at(newsroom, *[NOW - n * HOUR for n in range(47)])
    visit(newsroom, fetched(fresh_for=1e6), NOW)
    assert not due(newsroom, NOW + HOUR)
    assert due(newsroom, NOW - HOUR)
    assert due(newsroom, NOW - 10 * DAY)


def test_a_run_taken_up_counts_a_failure_once(newsroom: Newsroom) -> None:
    for _ in range(5):
        visit(newsroom, failed(Reason.HTTP_4XX, status=404), NOW)
    (line,) = feed_health(newsroom.db, [FEED], NOW)
    assert line.consecutive_failures == 1
    with newsroom.db.reading() as session:
        row = session.get_one(FeedStateRow, FEED.id)
        assert (row.trouble, row.not_found_times) == (0.5, 1)
    visit(newsroom, failed(Reason.NOT_A_FEED), NOW)
    with newsroom.db.reading() as session:
        row = session.get_one(FeedStateRow, FEED.id)
        assert (row.consecutive_failures, row.trouble, row.not_found_times) == (1, 1.0, 0)
