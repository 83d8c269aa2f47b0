"""Copies of one text in several outlets: all kept, each linked to the first, and found by the sketch of their words."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import cache
from typing import Any

from sqlalchemy import CompoundSelect, Table, bindparam, insert, literal_column, union_all, update
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from storage.database import upsert
from storage.deal_tables import MentionRow
from storage.mentions import mark_companies
from storage.sketches import alike, bands, runs
from storage.tables import ArticleRow, BandRow

_BANDS: Table = BandRow.__table__  # type: ignore[attr-defined]
_BAND_KEY = ["band", "article_id"]
# Looked at for one text, so that the thousandth copy of a notice costs what the second did.
_PER_BAND, _MOST_COMPARED = 20, 8


def link_copies(session: Session, article_id: int, text: str, now: dt.datetime, *, fresh: bool = False) -> int | None:
    """Keep the sketch of this article's text and link the article to the first with the same text.

    When the text turns out to join two groups of copies, all of them are linked to the first of all, so that groups
    do not depend on the order in which articles came.

    Returns:
        The id of the first article; None when this one is it.
    """
    mine = runs(text)
    keys = bands(mine)
    if not keys:
        return None
    found = _copies(session, article_id, mine, keys)
    # What knows ON CONFLICT is compiled each time, which costs more than to run it.
    write = insert(_BANDS) if fresh else upsert(session, BandRow).on_conflict_do_nothing(index_elements=_BAND_KEY)
    session.execute(write, [{"band": key, "article_id": article_id} for key in sorted(set(keys))])
    own = None if fresh else session.exec(select(ArticleRow.copy_of).where(ArticleRow.id == article_id)).one()
    firsts = {*found, own or article_id}
    first = min(firsts)
    for other in sorted(firsts - {first}):
        _relink(session, other, first, now)
    return None if first == article_id else first


def _copies(session: Session, article_id: int, mine: frozenset[int], keys: tuple[int, ...]) -> set[int]:
    """The first articles of the groups that hold a copy of this text."""
    asked = {f"band{number}": key for number, key in enumerate(keys)} | {"mine": article_id}
    shared: Counter[int] = Counter(session.execute(_candidates(len(keys)), asked).scalars())
    likely = sorted(shared, key=lambda candidate: (-shared[candidate], candidate))[:_MOST_COMPARED]
    if not likely:
        return set()
    rows = session.execute(
        sql_select(col(ArticleRow.id), col(ArticleRow.copy_of), col(ArticleRow.text)).where(
            col(ArticleRow.id).in_(likely)
        )
    )
    return {copy_of or candidate for candidate, copy_of, text in rows if alike(mine, runs(text))}


@cache
def _candidates(count: int) -> CompoundSelect[tuple[int | None]]:
    """The articles that share one of so many bands; built once, since building it costs more than running it."""
    # Each band is asked with a limit of its own; SQLite wants such selects wrapped.
    asked = [
        sql_select(
            sql_select(col(BandRow.article_id).label("article_id"))
            .where(col(BandRow.band) == bindparam(f"band{number}"), col(BandRow.article_id) != bindparam("mine"))
            .order_by(col(BandRow.article_id))
            .limit(_PER_BAND)
            .subquery()
        )
        for number in range(count)
    ]
    return union_all(*asked)


def _relink(session: Session, other: int, first: int, now: dt.datetime) -> None:
    """Link `other` and its copies to `first`, and have the deals they tell computed again."""
    group: Any = (col(ArticleRow.id) == other) | (col(ArticleRow.copy_of) == other)
    ids = session.execute(update(ArticleRow).where(group).values(copy_of=first).returning(literal_column("id")))
    told = select(MentionRow.company_key).where(col(MentionRow.article_id).in_(ids.scalars().all())).distinct()
    mark_companies(session, set(session.exec(told)), now)
