"""Lists of deals: filtered, newest first, streamed; and the report of a run."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest
from newsroom import FEED, NOW, TODAY, Newsroom, entry, fetched, money, reading, telling

from extractors.values import Relevance
from sources.values import FeedOutcome, Reason, SetAside
from storage.articles import store_article, store_batch
from storage.feeds import record_feed
from storage.outbox import mark_failed, mark_sent, open_delivery
from storage.queries import deal_json, find_deal, list_deals
from storage.reports import report_json, run_report
from storage.runs import begin_run
from storage.values import DealFilter, EntryFailure, EntryOutcome


def _days_ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


@pytest.fixture
def shelf(newsroom: Newsroom) -> Newsroom:
    newsroom.tell(
        a=reading(telling("Orme", money(20e6)), published=_days_ago(1)),
        b=reading(telling("Frêne Énergie", money(600e6, "USD"), kind="acquisition"), published=_days_ago(2)),
        c=reading(telling("Tilleul", status="rumoured"), published=_days_ago(3)),
        d=reading(telling("Houx", money(30e6), role="background"), published=_days_ago(4)),
        e=reading(telling("Buis", money(30e6), ai=False), published=_days_ago(5)),
        f=reading(telling("Orme", money(90e6), cumulative=True), published=_days_ago(6)),
    )
    return newsroom


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["Orme", "Frêne Énergie", "Tilleul"]),
        ({"include_all": True}, ["Orme", "Frêne Énergie", "Tilleul", "Houx", "Buis", "Orme"]),
        ({"since": _days_ago(2)}, ["Orme", "Frêne Énergie"]),
        ({"company": "frene energie"}, ["Frêne Énergie"]),
        ({"company": "FRÊNE"}, ["Frêne Énergie"]),
        ({"company": "%"}, []),
        ({"min_amount": Decimal(20_000_000)}, ["Orme", "Frêne Énergie"]),
        ({"min_amount": Decimal(20_000_001)}, ["Frêne Énergie"]),
        ({"kind": "acquisition"}, ["Frêne Énergie"]),
        ({"status": "rumoured"}, ["Tilleul"]),
        ({"kind": "ipo"}, []),
    ],
)
def test_filters(shelf: Newsroom, wanted: dict[str, Any], found: list[str]) -> None:
    assert [deal.company for deal in list_deals(shelf.db, DealFilter(**wanted))] == found


def test_pages_neither_lose_nor_repeat(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.queries._PAGE", 3)
    stories = {f"a{n}": reading(telling(f"Orme {n}"), published=_days_ago(n % 3)) for n in range(10)}
    newsroom.tell(**stories)
    found = list(list_deals(newsroom.db, DealFilter()))
    assert len({deal.id for deal in found}) == len(found) == 10
    assert [deal.first_published for deal in found] == sorted((deal.first_published for deal in found), reverse=True)
    assert all(len(deal.mentions) == 1 for deal in found)


def test_a_list_shows_one_state_while_others_write(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.queries._PAGE", 2)
    newsroom.tell(**{f"a{n}": reading(telling(f"Orme {n}")) for n in range(4)})
    stream = list_deals(newsroom.db, DealFilter())
    first = next(stream)
    newsroom.tell(z=reading(telling("Aulne")))
    assert len([first, *stream]) == 4


def test_the_json_of_a_deal_is_what_the_scorer_reads(newsroom: Newsroom) -> None:
    amount = money(40e6, "USD", "range", 50e6)
    told = telling("Orme", amount, alt=money(37e6), investors=("Alpha",), lead=("Alpha",), valuation=money("1.5e9"))
    store_article(
        newsroom.db, canonical_url="file:///x/orme.txt", reading=reading(told), now=NOW, stem="orme", run=newsroom.run
    )
    newsroom.resolve()
    (deal,) = list_deals(newsroom.db, DealFilter())
    shown = json.loads(json.dumps(deal_json(deal)))
    (mention,) = shown.pop("mentions")
    stated = {"value": 40_000_000, "currency": "USD", "bound": "range", "high": 50_000_000}
    stated["alt"] = {"value": 37_000_000, "currency": "EUR", "bound": "exact"}
    assert shown == {
        "id": deal.id,
        "kind": "funding",
        "company": "Orme",
        "investors": ["Alpha"],
        "lead": ["Alpha"],
        "amount": stated,
        "valuation": {"value": 1_500_000_000, "currency": "EUR", "bound": "exact"},
        "round": None,
        "status": "announced",
        "role": "news",
        "cumulative": False,
        "date": None,
        "ai": True,
        "confidence": 0.9,
        "first_published": TODAY.isoformat(),
    }
    assert (mention["article"], mention["url"], mention["amount"]) == ("orme", None, stated)
    assert [span["text"] for span in mention["evidence"]] == ["Orme"]


def test_a_deal_by_its_id(shelf: Newsroom) -> None:
    (deal,) = list_deals(shelf.db, DealFilter(status="rumoured"))
    assert find_deal(shelf.db, deal.id) == deal
    assert find_deal(shelf.db, "nobody") is None


def test_the_report_counts_what_the_tables_hold(newsroom: Newsroom) -> None:
    db, run = newsroom.db, newsroom.run
    urls = [f"https://gazette.example/{n}" for n in range(8)]
    for _ in range(2):  # the second time as after a crash: its own entries are not "known from before"
        aside = (SetAside(FEED.id, "no_link", "x"),)
        record_feed(db, run, FEED, fetched(*map(entry, urls), set_aside=aside), NOW)
    broken = type(FEED)("broken", "Cassé", "https://broken.example/feed")
    failure = fetched(feed_id="broken", outcome=FeedOutcome.FAILED, reason=Reason.NOT_A_FEED, detail="HTML")
    record_feed(db, run, broken, failure, NOW)
    ids = newsroom.ids()
    told = reading(telling("Orme", money(20e6)))
    plain = type(told)(told.article, "fr", Relevance(0, relevant=False))
    dutch = type(told)(told.article, "nl", Relevance(0, relevant=False))
    outcomes = [
        EntryOutcome(ids[0], urls[0], told),
        EntryOutcome(ids[1], urls[0], told),
        EntryOutcome(ids[2], urls[2], plain),
        EntryOutcome(ids[3], urls[3], dutch),
        EntryOutcome(ids[4], urls[4], failure=EntryFailure("no_text")),
        EntryOutcome(ids[5], urls[5], failure=EntryFailure("http_4xx", "404")),
        EntryOutcome(ids[6], urls[6], failure=EntryFailure("timeout", "30 s", transient=True)),
    ]
    store_batch(db, run, "pages:0", outcomes, NOW)
    done = newsroom.resolve()
    delivery = open_delivery(db, "mail", NOW)
    assert delivery is not None
    mark_sent(db, delivery, NOW)
    report = run_report(db, run)
    lines = [(line.feed_id, line.outcome, line.reason, line.new, line.known, line.set_aside) for line in report.feeds]
    assert lines == [("broken", "failed", "not_a_feed", 0, 0, 0), ("gazette", "fetched", None, 8, 0, 1)]
    assert (report.entries_new, report.entries_known) == (8, 0)
    assert (report.entries_pending, report.entries_to_retry) == (1, 1)
    assert [(page.url, page.reason, page.again) for page in report.lost] == [
        (urls[4], "no_text", False),
        (urls[5], "http_4xx", False),
        (urls[6], "timeout", True),
    ]
    assert (report.relevant, report.not_relevant, report.not_french, report.duplicates) == (1, 1, 1, 1)
    assert (report.no_text, report.page_failed) == ({"no_text": 1}, {"http_4xx": 1, "timeout": 1})
    assert (report.deals_new, report.deals_updated) == (done.created, ())
    assert (report.mails_sent, report.mails_pending, report.mails_failed) == (1, 0, 0)
    assert report_json(report)["articles"]["no_text"] == {"no_text": 1}
    assert report_json(report)["lost"][2]["detail"] == "30 s"


def test_the_next_run_reports_only_its_own(shelf: Newsroom) -> None:
    delivery = open_delivery(shelf.db, "mail", NOW)
    assert delivery is not None
    mark_failed(shelf.db, delivery, "451", NOW)
    shelf.run = begin_run(shelf.db, "other", NOW + dt.timedelta(days=1), owner="x:1:y", lease_seconds=9)
    assert run_report(shelf.db, shelf.run).relevant == 0
    shelf.tell(z=reading(telling("Orme", money(20e6), investors=("Alpha",)), published=TODAY))
    report = run_report(shelf.db, shelf.run)
    (orme,) = list_deals(shelf.db, DealFilter(company="orme"))
    assert (report.deals_new, report.deals_updated) == ((), (orme.id,))
    assert (report.relevant, report.mails_sent, report.mails_pending) == (1, 0, 1)
    assert report.mails_next_try == NOW
