"""Clocks that change in spring and autumn, that were wrong for a while, and machines that were off."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from httpsite import http_site
from little_press import run_at, show
from newsroom import FEED, Newsroom, fetched, money, reading, telling

from alerts.channels import MailChannel
from alerts.delivery import EmlMailer
from alerts.send import Outlet, send_pending
from alerts.timing import Rhythm
from alerts.watch import Watch
from sources.values import FeedOutcome
from storage.entries import pending_ids
from storage.feeds import record_feed
from storage.manners import rest_feeds
from storage.outbox import mark_failed, open_delivery
from storage.reports import run_report
from storage.runs import begin_run, finish_run, heartbeat
from storage.tables import EntryRow
from storage.watches import WatchRule

PARIS = ZoneInfo("Europe/Paris")
YEAR = dt.timedelta(days=365)


@pytest.mark.parametrize("sunday", [dt.date(2026, 3, 29), dt.date(2026, 10, 25)], ids=["23 hours", "25 hours"])
def test_a_digest_a_day_and_every_deal_once_when_the_clocks_change(
    newsroom: Newsroom, tmp_path: Path, sunday: dt.date
) -> None:
    """Half past two, which that night has twice or not at all; asked every half hour for three days."""
    watch = Watch(id="nuit", rule=WatchRule("nuit"), rhythm=Rhythm("daily", dt.time(2, 30)), sender="v@example.org")
    outlet = Outlet(watch, MailChannel(watch, EmlMailer(tmp_path)))
    start = dt.datetime.combine(sunday - dt.timedelta(days=1), dt.time(), tzinfo=PARIS).astimezone(dt.UTC)
    end = dt.datetime.combine(sunday + dt.timedelta(days=2), dt.time(12), tzinfo=PARIS).astimezone(dt.UTC)
    send_pending(newsroom.db, outlet, start - dt.timedelta(hours=1))
    told: list[dt.date] = []
    number, now = 0, start
    while now < end:
        local = now.astimezone(PARIS)
        if (local.hour, local.minute) == (6, 30):
            number += 1
            newsroom.now = now
            article = reading(
                telling(f"Orme{number}", money(10e6 + number)),
                url=f"https://gazette.example/{number}",
                published=local.date(),
            )
            newsroom.publish(**{f"a{number}": article})
            newsroom.resolve(watches=[watch.rule])
        told += [local.date() for _ in send_pending(newsroom.db, outlet, now).sent]
        now += dt.timedelta(minutes=30)
    assert number == 4
    # Saturday's half past two came before there was any news; what Tuesday brings is for Wednesday.
    assert told == [sunday, sunday + dt.timedelta(days=1), sunday + dt.timedelta(days=2)]


@pytest.mark.parametrize("hours", [23, 25])
def test_a_run_a_day_reads_every_feed_on_a_day_of_23_or_25_hours(newsroom: Newsroom, hours: int) -> None:
    record_feed(newsroom.db, newsroom.run, FEED, fetched(outcome=FeedOutcome.NOT_MODIFIED, fresh_for=1e6), newsroom.now)
    finish_run(newsroom.db, newsroom.run, run_report(newsroom.db, newsroom.run), newsroom.now)
    newsroom.now += dt.timedelta(hours=hours)
    assert rest_feeds(newsroom.db, newsroom.begin(), [FEED], newsroom.now) == [FEED]


def test_after_a_year_that_was_not_nothing_is_waited_for(newsroom: Newsroom) -> None:
    """The clock was a year ahead for one run: its pages, messages, digests and lease must not wait for that year."""
    then, now = newsroom.now + YEAR, newsroom.now
    newsroom.now = then
    heartbeat(newsroom.db, newsroom.run, then)
    newsroom.tell(a=reading(telling(amount=money(5e6)), published=then.date()))
    with newsroom.db.transaction() as session:
        failing = {
            "feed_id": "gazette",
            "url": "https://gazette.example/x",
            "canonical_url": "https://gazette.example/x",
        }
        session.add(
            EntryRow(**failing, title="x", first_seen=then, found_run_id=newsroom.run.id, state="failed", next_try=then)
        )
    delivery = open_delivery(newsroom.db, "mail", then)
    assert delivery is not None
    mark_failed(newsroom.db, delivery, "421 later", then + dt.timedelta(hours=1))
    assert len(pending_ids(newsroom.db, now, 10)) == 1
    again = open_delivery(newsroom.db, "mail", now)
    assert again is not None
    assert again.message_id == delivery.message_id
    taken_up = begin_run(newsroom.db, "daily", now, owner="elsewhere:1:x", lease_seconds=60)
    assert taken_up.resumed


def test_a_week_off_is_caught_up_by_one_run_and_told_in_one_mail(tmp_path: Path) -> None:
    """Also what appeared on the first of eight days, which is older than what is alerted otherwise."""
    monday = dt.datetime(2026, 11, 16, 5, 30, tzinfo=dt.UTC)
    back = monday + dt.timedelta(days=8, hours=3)
    with http_site() as site:
        _, first = run_at(tmp_path, show(site, ("Brumelec", monday - dt.timedelta(hours=2))), monday)
        news = [(f"Nuvea{day}", monday + dt.timedelta(days=day, hours=9)) for day in (0, 3, 7)]
        report, second = run_at(tmp_path, show(site, *news), back)
        _, third = run_at(tmp_path, show(site, *news), back + dt.timedelta(minutes=5))
    assert len(first) == 1
    assert (report.entries_new, report.entries_pending, len(second), third) == (3, 0, 1, [])
    assert [name for name, _ in news if name in second[0]] == [name for name, _ in news]
    assert "Brumelec" not in second[0]


def test_a_run_with_a_wrong_clock_spoils_no_later_one(tmp_path: Path) -> None:
    """A year ahead for one run, and right again: feeds are read, what is new is told; dates from nowhere do no harm."""
    now = dt.datetime(2026, 11, 16, 5, 30, tzinfo=dt.UTC)
    with http_site() as site:
        run_at(tmp_path, show(site, ("Brumelec", now)), now + YEAR)
        odd = [("Ondelia", now), ("Futurix", now + 9 * YEAR), ("Vieillix", dt.datetime(1970, 1, 1, tzinfo=dt.UTC))]
        report, mails = run_at(tmp_path, show(site, *odd), now + dt.timedelta(hours=1))
        _, again = run_at(tmp_path, show(site, *odd), now + dt.timedelta(days=1))
    assert [feed.outcome for feed in report.feeds] == ["fetched"]
    assert (report.entries_new, report.entries_pending, len(mails), again) == (3, 0, 1, [])
    assert "Ondelia" in mails[0]
