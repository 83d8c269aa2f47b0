"""Filters, orders, cursors and search over real databases of both kinds."""

from __future__ import annotations

import datetime as dt

import pytest
from newsroom import NOW, TODAY, Newsroom, money, reading, telling

from storage.browse import SORTS, BadCursor, Browse, all_deals, deal_page, totals
from storage.database import Database
from storage.decisions import Desk
from storage.news import AlertRules
from storage.reading_room import article_page, find_name
from storage.trends import trends

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


def test_articles_are_found_by_their_words(filled: Database) -> None:
    lines, more = article_page(filled, q="semaines ordinaires", limit=3)
    assert (len(lines), more is not None) == (3, True)
    rest, end = article_page(filled, q="semaines ordinaires", before=more)
    assert (len(rest), end) == (2, None)
    assert [line.title for line in article_page(filled, q="etonnants")[0]] == ["Des prêts étonnants"]
    assert article_page(filled, state="not_french")[0] == []
