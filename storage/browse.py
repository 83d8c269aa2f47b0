"""Deals as the dashboard, the API and exports list them: one filter, four orders, pages that a cursor continues.

A page begins after the last deal of the one before (its sort values are the cursor), so that page 1,000 costs what
page 1 does, and that a deal which appears meanwhile neither repeats nor hides another.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal, cast, get_args

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, or_
from sqlalchemy import select as core_select
from sqlmodel import Session, col

from extractors.values import Kind, Status
from storage.browse_tables import NAMES, WORDS, Role
from storage.companies import company_key
from storage.database import Database
from storage.deal_tables import DealRow
from storage.queries import deal_views
from storage.search import deals_saying
from storage.values import DealView

Scope = Literal["news", "all"]
Sort = Literal["recent", "oldest", "largest", "smallest", "name"]
SORTS: tuple[Sort, ...] = get_args(Sort)

# Word for word what the partial indices of migration 0007 say, so that both databases take them.
SHOWN = (
    "deal.redirect_to IS NULL", "deal.mention_count > 0", "NOT deal.rejected", "deal.role = 'news'", "deal.ai",
    "NOT deal.cumulative",
)  # fmt: skip
_LIVING = SHOWN[:3]
_EUROS: ColumnElement[float] = literal_column("coalesce(deal.amount_eur, -1)")
_STREAMED = 400
_MANY = 2000


class BadCursor(ValueError):
    """A cursor that none of our pages gave."""


@dataclass(frozen=True, slots=True)
class Browse:
    """What to list. Amounts in EUR; `company_id` and `investor_id` are keys, the names beside them parts of a name.

    `scope` all adds background, totals and deals that are not about AI.
    """

    q: str = ""
    company: str = ""
    investor: str = ""
    outlet: str = ""
    company_id: str = ""
    investor_id: str = ""
    kind: Kind | None = None
    status: Status | None = None
    round: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    min_amount: float | None = None
    max_amount: float | None = None
    scope: Scope = "news"
    sort: Sort = "recent"


@dataclass(frozen=True, slots=True)
class Page:
    """Some deals, and the cursor of what comes after them (None at the end)."""

    deals: tuple[DealView, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class Totals:
    """How many deals pass a filter, and what those with a known amount sum up to in EUR."""

    count: int
    euros: float
    with_amount: int


def deal_page(db: Database, wanted: Browse, *, after: str | None = None, limit: int = 50) -> Page:
    """One page of deals.

    Raises:
        BadCursor: `after` is none of ours, or of another order.
    """
    with db.reading() as session:
        return _page(session, wanted, after, limit)


def all_deals(db: Database, wanted: Browse) -> Iterator[DealView]:
    """Every deal that passes, streamed from one consistent state."""
    after: str | None = None
    with db.reading() as session:
        while True:
            page = _page(session, wanted, after, _STREAMED)
            yield from page.deals
            session.expunge_all()
            after = page.after
            if after is None:
                return


def totals(db: Database, wanted: Browse) -> Totals:
    """Counted over all pages."""
    counted = core_select(
        func.count(), func.coalesce(func.sum(col(DealRow.amount_eur)), 0.0), func.count(col(DealRow.amount_eur))
    ).select_from(DealRow)
    with db.reading() as session:
        count, euros, with_amount = session.execute(counted.where(*conditions(session, wanted))).one()
    return Totals(count, float(euros), with_amount)


def conditions(session: Session, wanted: Browse, *, first_of_many: bool = False) -> list[ColumnElement[bool]]:
    """The filter as SQL, on `DealRow`.

    Args:
        first_of_many: only some are read, in order: where many deals pass, each is looked at rather than all gathered.
    """
    terms = SHOWN if wanted.scope == "news" else _LIVING
    found = [cast(ColumnElement[bool], literal_column(f"({term})")) for term in terms]
    if wanted.q.strip():
        found.append(_among(session, deals_saying(session, wanted.q), WORDS.c.deal_id, first_of_many))
    for role, name in (("company", wanted.company), ("investor", wanted.investor), ("outlet", wanted.outlet)):
        if name.strip():
            ids, one = _named(cast(Role, role), name)
            found.append(_among(session, ids, NAMES.c.deal_id, first_of_many, one))
    for role, key in (("company", wanted.company_id), ("investor", wanted.investor_id)):
        if key:
            found.append(_among(session, deals_of(cast(Role, role), key), NAMES.c.deal_id, first_of_many))
    for column, value in (("kind", wanted.kind), ("status", wanted.status), ("round", wanted.round)):
        if value:
            found.append(getattr(DealRow, column) == value)
    if wanted.since is not None:
        found.append(col(DealRow.day) >= wanted.since)
    if wanted.until is not None:
        found.append(col(DealRow.day) <= wanted.until)
    if wanted.min_amount is not None:
        found.append(col(DealRow.amount_eur) >= wanted.min_amount)
    if wanted.max_amount is not None:
        found.append(col(DealRow.amount_eur) <= wanted.max_amount)
    return found


def deals_of(role: Role, key: str) -> Select[Any]:
    """The ids of the deals that name this key in this role."""
    return core_select(NAMES.c.deal_id).where(NAMES.c.role == role, NAMES.c.key == key)


def _named(role: Role, part: str) -> tuple[Select[Any], Select[Any]]:
    """The deals that name such a key: by way of the distinct keys, few next to the deals; and to try one deal with."""
    like = NAMES.c.key.contains(company_key(part), autoescape=True)
    keys = core_select(NAMES.c.key).where(NAMES.c.role == role, like).distinct()
    ids = core_select(NAMES.c.deal_id).where(NAMES.c.role == role)
    return ids.where(NAMES.c.key.in_(keys)), ids.where(like)


def _among(
    session: Session, ids: Select[Any], deal_id: Any, first_of_many: bool, one: Select[Any] | None = None
) -> ColumnElement[bool]:
    if first_of_many and session.get_bind().dialect.name == "sqlite":  # PostgreSQL sees by itself what is better
        seen = session.execute(core_select(func.count()).select_from(ids.limit(_MANY + 1).subquery())).scalar_one()
        if seen > _MANY:
            tried = ids if one is None else one
            return tried.where(deal_id == col(DealRow.id)).correlate(DealRow).exists()
    return col(DealRow.id).in_(ids)


def _page(session: Session, wanted: Browse, after: str | None, limit: int) -> Page:
    order, following = _order(wanted.sort, None if after is None else _decoded(after, wanted.sort))
    value = _sort_value(wanted.sort)
    kept = conditions(session, wanted, first_of_many=True)
    query = core_select(col(DealRow.id), value).where(*kept).order_by(*order).limit(limit + 1)
    if following is not None:
        query = query.where(following)
    rows = session.execute(query).all()
    views = deal_views(session, [row[0] for row in rows[:limit]])
    shown = tuple(views[row[0]] for row in rows[:limit] if row[0] in views)
    return Page(shown, _encoded(wanted.sort, rows[limit - 1]) if len(rows) > limit else None)


def _sort_value(sort: Sort) -> Any:
    if sort in ("largest", "smallest"):
        return _EUROS
    return col(DealRow.company_key) if sort == "name" else col(DealRow.day)


def _order(sort: Sort, after: tuple[Any, str] | None) -> tuple[tuple[Any, ...], ColumnElement[bool] | None]:
    value, ident = _sort_value(sort), col(DealRow.id)
    down = sort in ("recent", "largest")
    order = (value.desc(), ident.desc()) if down else (value, ident)
    if after is None:
        return order, None
    last, last_id = after
    beyond = and_(value == last, ident < last_id if down else ident > last_id)
    # The first term bounds the walk over the index; the second leaves out what was shown.
    bound = value <= last if down else value >= last
    return order, and_(bound, or_(value < last if down else value > last, beyond))


def _encoded(sort: Sort, row: Any) -> str:
    value = row[1].isoformat() if isinstance(row[1], dt.date) else row[1]
    return base64.urlsafe_b64encode(json.dumps([sort, value, row[0]]).encode()).decode().rstrip("=")


def _decoded(cursor: str, sort: Sort) -> tuple[Any, str]:
    try:
        told = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        said, value, ident = told
        if said != sort or not isinstance(ident, str) or "\0" in ident:
            raise BadCursor(cursor)
        if sort in ("recent", "oldest"):
            return dt.date.fromisoformat(value), ident
        return (str(value) if sort == "name" else float(value)), ident
    except (ValueError, TypeError, OverflowError) as error:
        raise BadCursor(cursor) from error


def newest_of(wanted: Browse) -> Browse:
    """The same deals, newest first."""
    return replace(wanted, sort="recent")
