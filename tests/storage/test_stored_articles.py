"""Storing what was read: whole batches or nothing, and the same batch twice changes nothing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from newsroom import FEED, NOW, Newsroom, entry, fetched, money, reading, telling
from sqlmodel import SQLModel, select

from extractors.values import Amount, Contribution, Relevance
from storage import articles
from storage.articles import store_article, store_batch
from storage.database import Database
from storage.deal_tables import CompanyToResolve, MentionRow
from storage.encoding import amount_in
from storage.feeds import record_feed
from storage.tables import ArticleRow, EntryRow
from storage.values import BatchCounts, EntryFailure, EntryOutcome

A, B = "https://gazette.example/a", "https://gazette.example/b"


def _rows(db: Database, model: type[SQLModel]) -> list[dict[str, Any]]:
    with db.reading() as session:
        rows = [row.model_dump() for row in session.exec(select(model))]
    return sorted(rows, key=str)


def _everything(db: Database) -> list[list[dict[str, Any]]]:
    from storage.tables import PartRow

    return [_rows(db, model) for model in (EntryRow, ArticleRow, MentionRow, CompanyToResolve, PartRow)]


def _wait(newsroom: Newsroom, *urls: str) -> list[int]:
    record_feed(newsroom.db, newsroom.run, FEED, fetched(*[entry(url) for url in urls]), NOW)
    return newsroom.ids()


def test_an_article_is_stored_with_all_that_explains_it(newsroom: Newsroom) -> None:
    (entry_id,) = _wait(newsroom, A)
    reasons = (Contribution("intelligence artificielle", "ai", 2, 1.5),)
    told = reading(telling("Orme SAS", money("12500000.55")), author="C. Dubois")
    told = type(told)(told.article, "fr", Relevance(1.5, relevant=True, reasons=reasons), told.deals)
    counts = store_batch(newsroom.db, newsroom.run, "pages:0", [EntryOutcome(entry_id, A, told)], NOW)
    assert counts == BatchCounts(relevant=1, mentions=1)
    (article,) = _rows(newsroom.db, ArticleRow)
    assert (article["text"], article["outlet"], article["score"]) == (told.article.text, FEED.name, 1.5)
    assert article["reasons"] == [{"term": "intelligence artificielle", "group": "ai", "count": 2, "points": 1.5}]
    (mention,) = _rows(newsroom.db, MentionRow)
    assert (mention["company_key"], mention["company"], mention["deal_id"]) == ("orme", "Orme SAS", None)
    assert amount_in(mention["amount"]) == money("12500000.55")
    (row,) = _rows(newsroom.db, EntryRow)
    assert (row["state"], row["article_id"], row["content_html"]) == ("done", article["id"], None)


@pytest.mark.parametrize("value", ["16399999.999", "0.1", "1e11", "600000000", "123456789012345678.25"])
def test_amounts_stay_exact(db: Database, value: str) -> None:
    told = reading(telling("Orme", Amount(0, 0, Decimal(value), "XOF", "range", Decimal(value) * 2)))
    store_article(db, canonical_url="file:x", reading=told, now=NOW, stem="x")
    (mention,) = _rows(db, MentionRow)
    assert amount_in(mention["amount"]) == told.deals[0].amount


@pytest.mark.parametrize(
    ("language", "relevant", "state"),
    [
        ("fr", True, "relevant"),
        ("fr", False, "not_relevant"),
        (None, True, "relevant"),
        ("nl", True, "not_french"),
        ("nl", False, "not_french"),
    ],
)
def test_states_of_articles(newsroom: Newsroom, language: str | None, relevant: bool, state: str) -> None:
    told = reading(telling())
    counts = newsroom.publish(a=type(told)(told.article, language, Relevance(0.4, relevant=relevant), told.deals))
    assert counts == BatchCounts(**{state: 1, "mentions": 0 if state == "not_french" else 1})
    assert [row["state"] for row in _rows(newsroom.db, ArticleRow)] == [state]


def test_the_same_batch_twice_changes_nothing(newsroom: Newsroom) -> None:
    ids = _wait(newsroom, A, B, A + "2", A + "3")
    failures = [EntryFailure("timeout", "slow", transient=True), EntryFailure("no_text")]
    batch = [
        EntryOutcome(ids[0], A, reading(telling())),
        EntryOutcome(ids[1], A, reading(telling())),  # another link to the same article
        *[EntryOutcome(entry_id, A, failure=failure) for entry_id, failure in zip(ids[2:], failures, strict=True)],
    ]
    first = store_batch(newsroom.db, newsroom.run, "pages:0", batch, NOW)
    assert first == BatchCounts(relevant=1, duplicates=1, mentions=1, failed={"timeout": 1, "no_text": 1})
    before = _everything(newsroom.db)
    again = store_batch(newsroom.db, newsroom.run, "pages:0", batch, NOW + dt.timedelta(seconds=5))
    assert again == BatchCounts()
    assert _everything(newsroom.db) == before
    assert [row["duplicate"] for row in _rows(newsroom.db, EntryRow)].count(True) == 1


@pytest.mark.parametrize("where", ["insert_mentions", "mark_companies", "record_part"])
def test_a_crash_inside_a_batch_leaves_nothing(newsroom: Newsroom, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = _wait(newsroom, A, B)
    batch = [EntryOutcome(ids[0], A, failure=EntryFailure("no_text")), EntryOutcome(ids[1], B, reading(telling()))]
    before = _everything(newsroom.db)
    with monkeypatch.context() as patched:
        patched.setattr(articles, where, _crash)
        with pytest.raises(RuntimeError):
            store_batch(newsroom.db, newsroom.run, "pages:0", batch, NOW)
    assert _everything(newsroom.db) == before
    assert store_batch(newsroom.db, newsroom.run, "pages:0", batch, NOW).relevant == 1


def test_an_article_read_after_failures_is_done(newsroom: Newsroom) -> None:
    (entry_id,) = _wait(newsroom, A)
    failure = EntryFailure("timeout", transient=True)
    store_batch(newsroom.db, newsroom.run, "pages:0", [EntryOutcome(entry_id, A, failure=failure)], NOW)
    later = NOW + dt.timedelta(days=1)
    store_batch(newsroom.db, newsroom.run, "pages:1", [EntryOutcome(entry_id, A, reading())], later)
    (row,) = _rows(newsroom.db, EntryRow)
    assert (row["state"], row["reason"], row["attempts"], row["next_try"]) == ("done", None, 2, None)


def test_a_declared_address_too_long_to_index_is_not_used(newsroom: Newsroom) -> None:
    (entry_id,) = _wait(newsroom, A)
    outcome = EntryOutcome(entry_id, A + "?" + "x" * 9000, reading(telling("N" * 9000)))
    store_batch(newsroom.db, newsroom.run, "pages:0", [outcome], NOW)
    assert [row["canonical_url"] for row in _rows(newsroom.db, ArticleRow)] == [A]


def test_aliases_decide_the_block(newsroom: Newsroom) -> None:
    (entry_id,) = _wait(newsroom, A)
    outcome = EntryOutcome(entry_id, A, reading(telling("Meta Platforms")))
    store_batch(newsroom.db, newsroom.run, "p", [outcome], NOW, aliases={"metaplatforms": "meta"})
    assert [row["company_key"] for row in _rows(newsroom.db, MentionRow)] == ["meta"]


def test_a_file_is_stored_once(db: Database) -> None:
    def load() -> bool:
        return store_article(db, canonical_url="file:///x/orme.txt", reading=reading(telling()), now=NOW, stem="orme")

    assert (load(), load()) == (True, False)
    (article,) = _rows(db, ArticleRow)
    assert (article["stem"], article["source"], article["url"]) == ("orme", "file", None)


def test_an_outcome_is_a_reading_or_a_failure() -> None:
    with pytest.raises(ValueError, match="exactly one"):
        EntryOutcome(1, A)
    with pytest.raises(ValueError, match="exactly one"):
        EntryOutcome(1, A, reading(), EntryFailure("x"))


def _crash(*_args: object, **_more: object) -> None:
    raise RuntimeError("killed here")
