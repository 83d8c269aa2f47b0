"""The demonstration site: what its feeds and pages hold is what the articles say, misbehaviour included."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from config.reach import AllowedHosts
from demo.press import GONE, OUTLETS
from demo.site import DemoSite
from demo.texts import FOLDER, LATER, demo_articles, later_articles
from sources.client import PoliteClient
from sources.decoding import charset_of, decode
from sources.feeds import fetch_feed
from sources.feeds.plaintext import plain_text
from sources.pages import fetch_page
from sources.policy import Policy
from sources.values import Feed, FeedOutcome, Page, PageFailure, Reason, Validators

LOOPBACK = AllowedHosts.parse(["127.0.0.0/8"])

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SOUND = [outlet.id for outlet in OUTLETS if outlet.behaviour == "sound"]


@pytest.fixture(scope="module")
def client() -> Iterator[PoliteClient]:
    with PoliteClient(
        Policy("VeilleIA/0.1 (test)", allowed_hosts=LOOPBACK, host_delay=0.0, deadline=5.0, retry_pause=0.01)
    ) as polite:
        yield polite


@pytest.fixture
def site() -> Iterator[DemoSite]:
    with DemoSite(TODAY) as running:
        yield running


def feed(site: DemoSite, outlet: str) -> Feed:
    return next(feed for feed in site.feeds if feed.id == outlet)


def listed(site: DemoSite, outlet: str) -> list[tuple[str, str, datetime]]:
    host = feed(site, outlet).site
    return [
        (one.url, plain_text(one.title, 500), one.published.astimezone(UTC))
        for one in site.articles
        if one.home == host
    ]


def text_of(page: Page) -> str:
    text = decode(page.body, (charset_of(page.content_type),))
    return html.unescape(re.sub(r"<[^>]+>", "\n", text))


def test_variety() -> None:
    articles = demo_articles()
    assert 40 <= len(articles) <= 50
    assert {outlet.name for outlet in OUTLETS if outlet.behaviour == "sound"} == {one.outlet for one in articles}
    assert {one.language for one in articles} == {"fr", "en"}
    labels = [json.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.json")]
    assert {"funding", "debt", "acquisition", "ipo", "fund", "infrastructure"} <= {
        deal["kind"] for one in labels for deal in one["deals"] if deal["role"] == "news"
    }
    assert sum(not one["relevant"] for one in labels) >= 4


@pytest.mark.parametrize("path", [*FOLDER.glob("*.json"), *LATER.glob("*.json")], ids=lambda path: path.stem)
def test_every_text_is_marked_and_names_no_address(path) -> None:  # type: ignore[no-untyped-def]
    values = json.loads(path.read_text(encoding="utf-8"))
    assert values["note"] == "texte de démonstration, pas un article de presse"
    assert values["id"] == path.stem
    assert "source_url" not in values
    assert {"relevant", "deals", "language", "published"} <= set(values)


@pytest.mark.parametrize("outlet", SOUND)
def test_each_feed_parses_to_what_is_published(site: DemoSite, client: PoliteClient, outlet: str) -> None:
    result = fetch_feed(client, feed(site, outlet), Validators(), NOW)
    assert result.outcome is FeedOutcome.FETCHED, result.detail
    entries = [(entry.url.partition("?")[0], entry.title, entry.published) for entry in result.entries]
    assert entries == listed(site, outlet)
    assert result.entries
    assert {entry.canonical_url.partition("?")[2] for entry in result.entries} == {""}
    assert [one.reason for one in result.set_aside] == (["no_link"] if outlet == "carthage" else [])
    whole = outlet in ("donnetech", "quai")
    assert all(bool(entry.content_html) is whole for entry in result.entries)


def test_articles_are_of_the_last_six_days(site: DemoSite) -> None:
    dates = [one.published for one in site.articles]
    assert dates[0].date() == TODAY
    assert dates[-1] == dates[0] - timedelta(days=6)
    assert [one.id for one in DemoSite(TODAY).articles] == [one.id for one in site.articles]


def test_pages_hold_the_article_among_the_noise(site: DemoSite, client: PoliteClient) -> None:
    for shown in site.articles:
        page = fetch_page(client, shown.url)
        if shown.id == GONE:
            assert isinstance(page, PageFailure)
            assert page.reason is Reason.GONE
            continue
        assert isinstance(page, Page)
        text = text_of(page)
        for paragraph in shown.paragraphs:
            assert paragraph in text
        assert shown.title in text
        assert "cookies" in text
        related = [one.title for one in site.articles if one.home == shown.home and one is not shown]
        assert any(title in text for title in related)


def test_the_latin1_outlet_is_latin1_throughout(site: DemoSite, client: PoliteClient) -> None:
    shown = [one for one in site.articles if one.home == feed(site, "machines").site and one.id != GONE]
    assert len(shown) >= 5
    for one in shown:
        page = fetch_page(client, one.url)
        assert isinstance(page, Page)
        assert charset_of(page.content_type) == "iso-8859-1"
        assert "é".encode("iso-8859-1") in page.body
        assert "é".encode() not in page.body


def test_conditional_requests(site: DemoSite, client: PoliteClient) -> None:
    first = {one.id: fetch_feed(client, one, Validators(), NOW) for one in site.feeds if one.id in SOUND}
    site.log.clear()
    for one in site.feeds:
        if one.id in SOUND:
            second = fetch_feed(client, one, first[one.id].validators, NOW)
            assert second.outcome is FeedOutcome.NOT_MODIFIED
    assert {(request.status, request.conditional) for request in site.log} == {(304, True)}


def test_publishing_later(site: DemoSite, client: PoliteClient) -> None:
    for article in later_articles():
        before = next(one for one in site.feeds if one.name == article.outlet)
        first = fetch_feed(client, before, Validators(), NOW)
        shown = site.publish(article)
        second = fetch_feed(client, before, first.validators, NOW)
        assert second.outcome is FeedOutcome.FETCHED
        assert second.entries[0].title == article.title
        assert len(second.entries) == len(first.entries) + 1
        assert shown.published.date() == TODAY
        assert isinstance(fetch_page(client, shown.url), Page)


def test_the_two_that_misbehave(site: DemoSite) -> None:
    with PoliteClient(
        replace(Policy("VeilleIA/0.1 (test)", allowed_hosts=LOOPBACK, host_delay=0.0), deadline=0.3)
    ) as hurried:
        broken = fetch_feed(hurried, feed(site, "panneau"), Validators(), NOW)
        slow = fetch_feed(hurried, feed(site, "lenteur"), Validators(), NOW)
    assert (broken.outcome, broken.reason) == (FeedOutcome.FAILED, Reason.NOT_A_FEED)
    assert (slow.outcome, slow.reason) == (FeedOutcome.FAILED, Reason.TIMEOUT)


def test_each_outlet_is_a_host_of_its_own(site: DemoSite) -> None:
    assert len({one.site for one in site.feeds}) == len(OUTLETS) == 9
    assert len({outlet.shape for outlet in OUTLETS}) >= 4
