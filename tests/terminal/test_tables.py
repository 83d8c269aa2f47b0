"""Tables in 80 columns: what a reader looks for is there whole."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

from rich.console import Console, RenderableType

from extractors.values import Amount, DealMention
from sources.feedlist import load_feeds
from sources.values import Entry, Feed, FeedOutcome, FeedResult, Reason, SetAside
from storage.values import DealView, MentionView
from terminal.deal_table import deal_rows, deal_table, mention_table
from terminal.export import print_deals
from terminal.feed_table import feed_list_table, print_coverage

INVESTORS = ("Bpifrance", "Partech", "Index Ventures", "Nvidia", "Kima Ventures", "Eurazeo", "Demeter")


def printed(what: RenderableType) -> str:
    out = Console(file=io.StringIO(), width=80)
    out.print(what)
    return str(out.file.getvalue())  # type: ignore[attr-defined]


def view() -> DealView:
    mentions = tuple(
        MentionView(url, url, "La Vigie", "", date(2026, 11, 17), None, None, "planned", "news", 0.9, ())
        for url in ("https://v.example/1", "https://v.example/2")
    )
    return DealView(
        id="ckomhge57qxf",
        kind="funding",
        company="Entreprise [Longue] de Traitement Automatique",
        investors=INVESTORS,
        lead=("Nvidia",),
        amount=Amount(0, 9, Decimal(97_400_000_000), "USD"),
        alt=None,
        amount_eur=None,
        valuation=None,
        round="series-c",
        status="planned",
        role="news",
        cumulative=False,
        date="2026-09-09",
        ai=True,
        confidence=0.9,
        first_published=date(2026, 11, 17),
        mentions=mentions,
    )


def test_a_deal_is_read_in_80_columns() -> None:
    text = printed(deal_table([view()]))
    assert max(map(len, text.splitlines())) <= 80
    assert "…" not in text
    for whole in ("2026-11-17", "ckomhge57qxf", "97,4\N{NO-BREAK SPACE}Md$", "2 sources", "le 2026-09-09", "[Longue]"):
        assert whole in text, whole
    assert "série C, en" in " ".join(text.split())


def test_those_who_lead_come_first_and_the_many_are_counted() -> None:
    wide = Console(file=io.StringIO(), width=200)
    wide.print(deal_table([view()]))
    assert "Nvidia (chef de file), Bpifrance, Partech, Index Ventures et 3 autres" in wide.file.getvalue()  # type: ignore[attr-defined]
    (row,) = deal_rows([view()])
    assert str(row["Investisseurs"]).count(",") == len(INVESTORS) - 1, "an artifact has room for all"


def test_what_an_article_recalls_is_marked() -> None:
    mention = DealMention("acquisition", "Brumelec", role="background", cumulative=True, ai=False, date="2023")
    text = " ".join(printed(mention_table("Titre", [mention])).split())
    assert "rappel, cumul, hors IA" in text
    assert "en 2023" in text


def test_feeds_keep_their_addresses_whole() -> None:
    feeds = load_feeds(None)
    text = printed(feed_list_table(feeds))
    short = [feed.url for feed in feeds if len(feed.url) <= 36]
    assert len(short) > 20
    assert [url for url in short if url not in text] == []
    assert text.count("(éteint)") == sum(not feed.enabled for feed in feeds)


def test_a_check_says_what_it_met_below_the_table() -> None:
    feed = Feed("gazette", "La Gazette", "https://g.example/feed")
    entry = Entry("gazette", "https://g.example/a", "https://g.example/a", "A", datetime(2026, 11, 24, 5, tzinfo=UTC))
    aside = (SetAside("gazette", "no_link", "Sans lien"),)
    good = FeedResult("gazette", FeedOutcome.FETCHED, (entry,), aside, final_url="https://h/", moved_permanently=True)
    bad = FeedResult("panne", FeedOutcome.FAILED, reason=Reason.HTTP_5XX, detail="500 from https://p.example/feed")
    out = Console(file=io.StringIO(), width=80)
    print_coverage(out, [(feed, good), (Feed("panne", "Panne", "https://p.example/feed"), bad)], "Europe/Paris")
    text = str(out.file.getvalue())  # type: ignore[attr-defined]
    assert "2026-11-24 06:00" in text
    assert "! gazette : mis de côté, sans lien – Sans lien" in text
    assert "déplacé pour de bon vers https://h/" in text
    assert "✗ panne : serveur en panne – 500 from https://p.example/feed" in text
    assert "1 flux lus sur 2" not in text
    assert "1 flux lu sur 2" in text


def test_a_long_list_is_cut_for_eyes_and_says_so() -> None:
    asked = []

    def endless() -> Iterator[DealView]:
        while True:
            asked.append(view())
            yield asked[-1]

    out = Console(file=io.StringIO(), width=80)
    print_deals(out, endless(), "table")
    shown = str(out.file.getvalue())  # type: ignore[attr-defined]
    assert "Les 40 plus récentes" in shown
    assert "--format csv" in shown
    assert len(asked) == 41, "no more is read than needed to know"
