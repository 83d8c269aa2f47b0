"""Copies of one dispatch and versions of one article: all kept, linked, and counted once where votes are."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from typing import Any

import pytest
from newsroom import NOW, Newsroom, money, reading, telling
from sqlmodel import select

from extractors.values import Reading
from storage.articles import store_article
from storage.database import Database
from storage.deal_tables import MentionRow
from storage.queries import list_deals
from storage.records import deal_record
from storage.sketches import LEAST_RUNS, alike, bands, runs
from storage.tables import ArticleRow, BandRow, VersionRow
from storage.values import DealFilter

_WORDS = [f"mot{n}" for n in range(3000)]


def _prose(seed: int, words: int = 220) -> str:
    return " ".join(random.Random(seed).choices(_WORDS, k=words))


def _edited(text: str, share: float, seed: int = 7) -> str:
    """The text with its last part written anew, as an outlet does with a dispatch."""
    words = text.split()
    kept = int(len(words) * (1 - share))
    return " ".join(words[:kept] + random.Random(seed).choices(_WORDS, k=len(words) - kept))


def _told(text: str, *tellings: Any, **article: Any) -> Reading:
    told = reading(*tellings, **article)
    return replace(told, article=replace(told.article, text=told.article.text + "\n" + text))


def _firsts(db: Database) -> dict[str, str | None]:
    with db.reading() as session:
        rows = session.exec(select(ArticleRow)).all()
        names = {row.id: row.canonical_url[-1] for row in rows}
        return {row.canonical_url[-1]: names.get(row.copy_of) for row in rows}


def test_edited_copies_share_a_band_and_other_texts_do_not() -> None:
    found = missed = strangers = 0
    for seed in range(300):
        text = _prose(seed)
        copy = _edited(text, 0.12, seed + 10_000)
        assert alike(runs(text), runs(copy))
        shared = set(bands(runs(text))) & set(bands(runs(copy)))
        found, missed = found + bool(shared), missed + (not shared)
        strangers += bool(set(bands(runs(text))) & set(bands(runs(_prose(seed + 50_000)))))
    assert (found >= 294, strangers) == (True, 0), (found, missed, strangers)


def test_short_texts_have_no_sketch_and_case_and_points_do_not_count() -> None:
    assert bands(runs(_prose(1, LEAST_RUNS + 2))) == ()
    text = _prose(2)
    assert bands(runs(text)) == bands(runs(text.upper().replace(" ", ", ")))
    assert not alike(runs(""), runs(""))


@pytest.mark.parametrize("order", ["abc", "acb", "bac", "bca", "cab", "cba"])
def test_copies_are_linked_to_the_first_whatever_the_order(db: Database, order: str) -> None:
    """`c` is a copy of `b`, which is one of `a`, but too far from `a` to be seen as its copy by itself."""
    a = _prose(3)
    b = _edited(a, 0.16)
    c = " ".join(["autre"] * 1 + random.Random(5).choices(_WORDS, k=32) + b.split()[33:])
    assert (alike(runs(a), runs(b)), alike(runs(b), runs(c)), alike(runs(a), runs(c))) == (True, True, False)
    texts = {"a": a, "b": b, "c": c, "x": _prose(99)}
    for name in (*order, "x"):
        told = replace(reading(), article=replace(reading().article, text=texts[name]))
        store_article(db, canonical_url=f"https://gazette.example/{name}", reading=told, now=NOW)
    first = order[0]
    assert _firsts(db) == {name: None if name in (first, "x") else first for name in "abcx"}


def test_copies_count_once_in_votes_and_are_all_shown(newsroom: Newsroom) -> None:
    dispatch = _prose(11)
    newsroom.tell(
        a=_told(dispatch, telling("Orme", money(20e6))),
        b=_told(dispatch, telling("Orme", money(20e6)), outlet="Le Relais"),
        c=_told(dispatch, telling("Orme", money(20e6)), outlet="L'Écho du Lac"),
        d=_told(_prose(12), telling("Orme", money(20.5e6))),
        e=_told(_prose(13), telling("Orme", money(20.5e6))),
    )
    (deal,) = list_deals(newsroom.db, DealFilter(include_all=True))
    assert deal.amount == money(20.5e6), "two texts say so, and one says otherwise three times"
    record = deal_record(newsroom.db, deal.id)
    assert (len(record.mentions), record.sources) == (5, 3)
    assert {mention.view.outlet for mention in record.mentions} >= {"Le Relais", "L'Écho du Lac"}
    assert [mention.copy_of for mention in record.mentions].count("La Gazette du Calcul") == 2


def _store(db: Database, told: Reading, **more: Any) -> bool:
    return store_article(db, canonical_url="https://gazette.example/a", reading=told, now=NOW, **more)


def _state(db: Database) -> tuple[list[str], list[str], list[str]]:
    with db.reading() as session:
        articles = [row.text for row in session.exec(select(ArticleRow))]
        versions = [row.text for row in session.exec(select(VersionRow).order_by(VersionRow.id))]
        amounts = [row.amount["value"] for row in session.exec(select(MentionRow)) if row.amount]
        return articles, versions, amounts


def test_an_updated_article_keeps_both_texts_and_tells_what_it_says_now(db: Database) -> None:
    first = _told("Texte.", telling("Orme", money(20e6)))
    second = _told("Texte corrigé.", telling("Orme", money(25e6)))
    assert [_store(db, told) for told in (first, second, second, first)] == [True, False, False, False]
    assert _state(db) == ([second.article.text], [first.article.text], ["25000000"])


@pytest.mark.parametrize("cut", [{"paywalled": True}, {"text": "Une ligne."}])
def test_a_less_whole_text_is_kept_beside_and_replaces_nothing(db: Database, cut: dict[str, Any]) -> None:
    whole = _told(_prose(21), telling("Orme", money(20e6)))
    _store(db, whole)
    less = replace(whole, article=replace(whole.article, **({"text": whole.article.text + " (suite)"} | cut)), deals=())
    _store(db, less)
    assert _state(db) == ([whole.article.text], [less.article.text], ["20000000"])


def test_a_thousand_copies_of_a_notice_are_compared_with_a_few(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    from storage import copies

    compared: list[int] = []
    original = copies.alike
    monkeypatch.setattr(copies, "alike", lambda one, two: compared.append(1) or original(one, two))
    notice = _prose(31)
    for n in range(60):
        told = replace(reading(), article=replace(reading().article, text=notice))
        store_article(db, canonical_url=f"https://gazette.example/{n}", reading=told, now=NOW + dt.timedelta(hours=n))
        assert len(compared) <= 8
        compared.clear()
    with db.reading() as session:
        assert len(session.exec(select(BandRow)).all()) == 600
        assert len(session.exec(select(ArticleRow).where(ArticleRow.copy_of == 1)).all()) == 59
