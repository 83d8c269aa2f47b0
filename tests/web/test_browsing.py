"""Filters, orders, cursors and search over real databases of both kinds."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from newsroom import NOW, TODAY, Newsroom, money, reading, telling
from sqlalchemy import text

from extractors.terms import TermIndex
from storage.browse import SORTS, BadCursor, Browse, all_deals, deal_page, totals
from storage.companies import company_key
from storage.database import Database
from storage.decisions import Desk
from storage.news import AlertRules
from storage.organisations import apply_countries
from storage.reading_room import article_page, find_name
from storage.trends import RuleHits, countries_of, rule_hits, trends
from storage.watches import WatchRule, WatchWords

LAST_WEEK = TODAY - dt.timedelta(days=7)


@pytest.fixture
def filled(newsroom: Newsroom) -> Database:
    newsroom.tell(
        a=reading(telling("Orme", money(20e6), investors=("Fonds Élan", "Bpifrance"), lead=("Fonds Élan",), round="seed"),
                  title="Orme lève vingt millions pour ses modèles", outlet="La Gazette"),
        b=reading(telling("Société Générale d’Intelligence", money(5e6), investors=("Bpifrance",), round="series-a"),
                  title="Des prêts étonnants", published=LAST_WEEK, outlet="L’Écho"),
        c=reading(telling("Tilleul", money(900e6), kind="acquisition", status="rumoured", investors=("Orme",)), outlet="L’Écho"),
        d=reading(telling("Frêne", None, kind="debt")),
        e=reading(telling("Buis", money(1e6), role="background")),
    )  # fmt: skip
    return newsroom.db


def _companies(db: Database, **wanted: object) -> list[str]:
    return [deal.company for deal in deal_page(db, Browse(**wanted)).deals]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"company": "societe generale"}, {"Société Générale d’Intelligence"}),
        ({"investor": "elan"}, {"Orme"}),
        ({"investor": "Bpi"}, {"Orme", "Société Générale d’Intelligence"}),
        ({"outlet": "écho"}, {"Tilleul", "Société Générale d’Intelligence"}),
        ({"kind": "acquisition"}, {"Tilleul"}),
        ({"status": "rumoured"}, {"Tilleul"}),
        ({"round": "seed"}, {"Orme"}),
        ({"until": LAST_WEEK}, {"Société Générale d’Intelligence"}),
        ({"since": TODAY}, {"Orme", "Tilleul", "Frêne"}),
        ({"min_amount": 10e6}, {"Orme", "Tilleul"}),
        ({"max_amount": 10e6}, {"Société Générale d’Intelligence"}),
        ({"investor_id": "orme"}, {"Tilleul"}),
        ({"company_id": "orme"}, {"Orme"}),
        ({"q": "modele"}, {"Orme"}),
        ({"q": "ETONNANT pret"}, {"Société Générale d’Intelligence"}),
        ({"q": "absent"}, set()),
        ({"scope": "all", "company": "buis"}, {"Buis"}),
        ({"company": "buis"}, set()),
    ],
)
def test_every_filter_keeps_what_it_says(filled: Database, wanted: dict[str, object], found: set[str]) -> None:
    assert set(_companies(filled, **wanted)) == found
    assert totals(filled, Browse(**wanted)).count == len(found)  # type: ignore[arg-type]


@pytest.mark.parametrize("words", ['"', "a OR", "NEAR(", "l'ia*", "col:x", "\\", "(", "%", "', --", "é" * 150, "-"])
def test_what_people_type_is_never_a_query_language(filled: Database, words: str) -> None:
    deal_page(filled, Browse(q=words, company=words, investor=words))
    article_page(filled, q=words)


@pytest.mark.parametrize("sort", SORTS)
def test_cursors_walk_through_every_deal_once(filled: Database, sort: str) -> None:
    wanted = Browse(scope="all", sort=sort)  # type: ignore[arg-type]
    whole = [deal.id for deal in deal_page(filled, wanted).deals]
    walked: list[str] = []
    after = None
    while True:
        page = deal_page(filled, wanted, after=after, limit=2)
        walked += [deal.id for deal in page.deals]
        after = page.after
        if after is None:
            break
    assert walked == whole == [deal.id for deal in all_deals(filled, wanted)]
    assert len(set(walked)) == 5


@pytest.mark.parametrize("sort", SORTS)
def test_pages_go_back_the_way_they_came(filled: Database, sort: str) -> None:
    wanted = Browse(scope="all", sort=sort)  # type: ignore[arg-type]
    pages = [deal_page(filled, wanted, limit=2)]
    while pages[-1].after is not None:
        pages.append(deal_page(filled, wanted, after=pages[-1].after, limit=2))
    assert [len(page.deals) for page in pages] == [2, 2, 1]
    assert pages[0].before is None
    assert deal_page(filled, wanted, before=pages[2].before, limit=2) == pages[1]
    assert deal_page(filled, wanted, before=pages[1].before, limit=2) == pages[0]


@pytest.mark.parametrize("sort", SORTS)
def test_a_cursor_outlives_the_deal_it_was_made_of(filled: Database, sort: str) -> None:
    wanted = Browse(scope="all", sort=sort)  # type: ignore[arg-type]
    whole = [deal.id for deal in deal_page(filled, wanted).deals]
    page = deal_page(filled, wanted, limit=2)
    Desk(filled, "claire", AlertRules(0.5, 7, NOW)).reject(whole[1])
    assert [deal.id for deal in deal_page(filled, wanted, after=page.after).deals] == whole[2:]


def test_orders_mean_what_they_are_called(filled: Database) -> None:
    assert _companies(filled, sort="largest")[:2] == ["Tilleul", "Orme"]
    assert _companies(filled, sort="name")[0] == "Frêne"
    assert _companies(filled, sort="oldest")[0] == "Société Générale d’Intelligence"


@pytest.mark.parametrize("cursor", ["x", "", "e30", "WyJyZWNlbnQiLCAxLCAieCJd", "é"])
def test_a_cursor_of_nobody_is_refused(filled: Database, cursor: str) -> None:
    with pytest.raises(BadCursor):
        deal_page(filled, Browse(), after=cursor)


def test_trends_add_up(filled: Database) -> None:
    seen = trends(filled, Browse())
    assert sum(figure.count for figure in seen.months) == 4
    assert {figure.name: figure.euros for figure in seen.kinds} == {"acquisition": 900e6, "funding": 25e6, "debt": 0.0}
    assert seen.biggest[0].company == "Tilleul"
    assert (seen.investors[0].name, seen.investors[0].count) == ("Bpifrance", 2)


def test_a_deal_that_was_called_off_is_no_money(newsroom: Newsroom) -> None:
    newsroom.tell(
        a=reading(telling("Orme", money(20e6), investors=("Lac",))),
        b=reading(telling("Buis", money(900e6), status="cancelled", investors=("Rive",))),
        c=reading(telling("Frêne", None, status="cancelled")),
    )
    told = totals(newsroom.db, Browse())
    assert (told.count, told.euros, told.with_amount, told.cancelled) == (3, 20e6, 1, 1)
    seen = trends(newsroom.db, Browse())
    assert [deal.company for deal in seen.biggest] == ["Orme"]
    assert [(one.count, one.euros) for one in (*seen.months, *seen.kinds)] == [(1, 20e6)] * 2
    assert ([one.name for one in seen.investors], seen.cancelled) == (["Lac"], 2)


def test_countries_are_those_of_the_lexicon_in_force(filled: Database) -> None:
    apply_countries(filled, {"orme": "FR", "tilleul": "BE", "personne": "US"})
    assert _companies(filled, country="FR") == ["Orme"]
    assert countries_of(filled) == ("BE", "FR")
    assert {one.name: one.count for one in trends(filled, Browse()).countries} == {"BE": 1, "FR": 1}
    apply_countries(filled, {"orme": "CH"})
    assert _companies(filled, country="FR") == _companies(filled, country="BE") == []
    assert _companies(filled, country="CH") == ["Orme"]


def test_countries_are_told_by_words_beside_the_name_too(newsroom: Newsroom) -> None:
    words = WatchWords(
        countries={code: TermIndex([(word, True)]) for code, word in (("BE", "belge"), ("CA-QC", "Montréal"))}
    )
    newsroom.publish(
        a=reading(telling("Orme", money(20e6)), title="La société belge Orme lève vingt millions"),
        b=reading(telling("Buis", money(5e6)), title="Buis, de Montréal, lève cinq millions"),
        c=reading(telling("Frêne", None)),
    )
    newsroom.resolve(watches=[WatchRule("mail", words=words)])
    assert _companies(newsroom.db, country="BE") == ["Orme"]
    assert _companies(newsroom.db, country="CA") == _companies(newsroom.db, country="CA-QC") == ["Buis"]
    apply_countries(newsroom.db, {"orme": "LU"})
    assert (_companies(newsroom.db, country="BE"), _companies(newsroom.db, country="LU")) == ([], ["Orme"])
    apply_countries(newsroom.db, {})
    assert _companies(newsroom.db, country="BE") == ["Orme"]
    assert countries_of(newsroom.db) == ("BE", "CA-QC")


def test_rules_count_the_deals_and_mentions_they_made(newsroom: Newsroom) -> None:
    newsroom.tell(
        a=reading(telling("Orme", money(20e6), rules=("lève", "tour"))),
        b=reading(telling("Orme", money(20e6), rules=("lève",))),
        c=reading(telling("Buis", money(5e6), rules=("lève", "lève"))),
    )
    assert rule_hits(newsroom.db) == {"lève": RuleHits(2, 3), "tour": RuleHits(1, 1)}
    (buis,) = deal_page(newsroom.db, Browse(company="buis")).deals
    Desk(newsroom.db, "claire", AlertRules(0.5, 7, NOW)).reject(buis.id)
    assert rule_hits(newsroom.db)["lève"] == RuleHits(1, 2)


def test_names_follow_decisions(filled: Database) -> None:
    desk = Desk(filled, "claire", AlertRules(0.5, 7, NOW))
    (orme,) = deal_page(filled, Browse(company_id="orme")).deals
    desk.correct(orme.id, ["company=Charme", "investors=Hêtre Capital"])
    assert _companies(filled, company="charme") == _companies(filled, investor="hetre") == ["Charme"]
    assert _companies(filled, investor="elan") == []
    desk.reject(orme.id)
    assert _companies(filled, company="charme") == []


def test_names_follow_merges(filled: Database) -> None:
    desk = Desk(filled, "claire", AlertRules(0.5, 7, NOW))
    one, two = (deal_page(filled, Browse(company_id=key)).deals[0].id for key in ("orme", "frene"))
    desk.merge([one, two])
    assert len(_companies(filled)) == 3
    found = find_name(filled, "investor", "bpifrance")
    assert found is not None
    assert found.name == "Bpifrance"
    assert find_name(filled, "company", "personne") is None


def test_an_unknown_amount_comes_last_however_amounts_are_sorted(filled: Database) -> None:
    for sort in ("largest", "smallest"):
        first = deal_page(filled, Browse(sort=sort), limit=2)
        rest = deal_page(filled, Browse(sort=sort), after=first.after, limit=9)
        deals = [deal.company for deal in (*first.deals, *rest.deals)]
        assert len(deals) == 4
        assert deals[-1] == "Frêne"


def test_articles_are_found_by_their_words(filled: Database) -> None:
    lines, more = article_page(filled, q="semaines ordinaires", limit=3)
    assert (len(lines), more is not None) == (3, True)
    rest, end = article_page(filled, q="semaines ordinaires", before=more)
    assert (len(rest), end) == (2, None)
    assert [line.title for line in article_page(filled, q="etonnants")[0]] == ["Des prêts étonnants"]
    assert article_page(filled, state="not_french")[0] == []


_TOLD = """
INSERT INTO article (id, canonical_url, outlet, title, text, published, first_seen, language, paywalled, source, state,
    score, reasons, rule_version)
VALUES ({id}, 'https://loin.example/{id}', '{outlet}', '{title}', 'Un récit.', '2026-03-09', '2026-03-09 05:30:00', 'fr',
    {no}, 'page', '{state}', 1, '[]', '')
"""


def test_words_state_and_outlet_together_find_what_each_alone_would(filled: Database) -> None:
    """Over ids that lie far apart, as years and failed insertions leave them."""
    told: dict[int, tuple[str, str, str]] = {}
    for turn, number in enumerate((4_999, 5_000, 5_001, 9_999, 26_000, 110_000, 110_001, 900_000, 40_000_000)):
        told[number] = (
            ("Le Cormoran", "L’Écho du Cormoran", "Rien")[turn % 3],
            ("relevant", "not_relevant")[turn % 2],
            ("Affaires", "Affaires et chronique", "Chronique")[turn // 2 % 3],
        )
    with filled.transaction() as session:
        for number, (outlet, state, title) in told.items():
            values = {"id": number, "outlet": outlet, "state": state, "title": title, "no": "false"}
            session.execute(text(_TOLD.format(**values)))

    def found(**asked: Any) -> list[int]:
        pages, before = [], None
        while True:
            lines, before = article_page(filled, limit=2, before=before, **asked)
            pages += [line.id for line in lines if line.id in told]
            if before is None:
                return pages

    for q in ("", "recit", "récits chronique", "affaires CHRONIQUE", "affaires absente"):
        for state in ("", "relevant", "not_relevant"):
            for outlet in ("", "cormoran", "Le Cormoran", "echo du", "personne"):
                expected = [
                    number
                    for number, (name, kept, title) in sorted(told.items(), reverse=True)
                    if (not state or kept == state)
                    and (not outlet or company_key(outlet) in company_key(name))
                    and (outlet != "Le Cormoran" or name == outlet)
                    and ("chronique" not in q.lower() or "hronique" in title)
                    and ("affaires" not in q or "Affaires" in title)
                    and "absente" not in q
                ]
                assert found(q=q, state=state, outlet=outlet) == expected, (q, state, outlet)
    assert article_page(filled, q="???") == ([], None)


def test_an_article_is_found_where_it_is_filed_now(filled: Database) -> None:
    (line,) = article_page(filled, q="etonnants")[0]
    with filled.transaction() as session:
        session.execute(
            text("UPDATE article SET state = 'not_french', outlet = 'Ailleurs' WHERE id = :id").bindparams(id=line.id)
        )
    assert [one.id for one in article_page(filled, q="etonnants", state="not_french", outlet="ailleurs")[0]] == [
        line.id
    ]
    assert article_page(filled, q="etonnants", state=line.state)[0] == []
    assert article_page(filled, q="etonnants", outlet=line.outlet)[0] == []
