"""Deals as the dashboard, the API and exports list them: one filter, five orders, pages that a cursor continues.

All is looked up in the frame (`storage.frame`); only the deals that are shown are read from the database. A page begins
beside the last deal of another (its sort value and id are the cursor), so that a deal which appears meanwhile neither
repeats nor hides another.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np
from sqlmodel import Session

from extractors.values import Kind, Status
from storage.browse_tables import Role
from storage.companies import company_key
from storage.database import Database
from storage.frame import KINDS, STATUSES, Floats, Frame, Ints, Mask
from storage.frame_reading import frame_of
from storage.queries import deal_views
from storage.search import deals_saying
from storage.values import DealView
from storage.watches import is_in

Scope = Literal["news", "all"]
Sort = Literal["recent", "oldest", "largest", "smallest", "name"]
SORTS: tuple[Sort, ...] = get_args(Sort)

_STREAMED = 200
_UNKNOWN = 1e300  # larger than any amount, and still a number in a cursor
_REMEMBERED = 64  # filters; a hundred thousand deals are a hundred kilobytes each


class BadCursor(ValueError):
    """A cursor that none of our pages gave."""


@dataclass(frozen=True, slots=True)
class Browse:
    """What to list. Amounts in EUR; `company_id` and `investor_id` are keys, the names beside them parts of a name.

    `country` is that of the company (ISO 3166; Quebec is CA-QC, and part of CA). `scope` all adds background, totals
    and deals that are not about AI.
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
    country: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    min_amount: float | None = None
    max_amount: float | None = None
    scope: Scope = "news"
    sort: Sort = "recent"


@dataclass(frozen=True, slots=True)
class Page:
    """Some deals, and the cursors of what comes after and of what came before them (None at either end)."""

    deals: tuple[DealView, ...]
    after: str | None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """How many deals pass a filter, and what those with a known amount sum up to in EUR.

    A cancelled or denied deal is no money: `cancelled` counts those whose known amounts are left out of the sum.
    """

    count: int
    euros: float
    with_amount: int
    cancelled: int = 0


@dataclass(frozen=True, slots=True)
class Selection:
    """The deals of a frame that pass a filter."""

    frame: Frame
    kept: Mask

    @property
    def money(self) -> Mask:
        """Those that bring money, if only by rumour: neither cancelled nor denied."""
        money: Mask = self.kept & (self.frame.status != STATUSES.index("cancelled"))
        return money


def deal_page(
    db: Database, wanted: Browse, *, after: str | None = None, before: str | None = None, limit: int = 50
) -> Page:
    """One page of deals: the first, the one that follows `after`, or the one that ends at `before`.

    Raises:
        BadCursor: the cursor is none of ours, or of another order.
    """
    with db.reading() as session:
        chosen = select_deals(session, frame_of(db, session), wanted)
        return page_of(session, chosen, wanted.sort, after=after, before=before, limit=limit)


def page_of(
    session: Session, chosen: Selection, sort: Sort, *, after: str | None = None, before: str | None = None, limit: int
) -> Page:
    """One page of a selection, as `deal_page` gives it."""
    frame, order, start = chosen.frame, _ordered(chosen, sort), 0
    if after is not None:
        start = _position(frame, order, sort, after, past=True)
    elif before is not None:
        start = max(_position(frame, order, sort, before, past=False) - limit, 0)
    places = order[start : start + limit].tolist()
    views = deal_views(session, [frame.ids[place] for place in places])
    return Page(
        tuple(views[frame.ids[place]] for place in places if frame.ids[place] in views),
        after=_encoded(frame, sort, places[-1]) if start + limit < len(order) else None,
        before=_encoded(frame, sort, places[0]) if start and places else None,
    )


def all_deals(db: Database, wanted: Browse) -> Iterator[DealView]:
    """Every deal that passes, streamed from one consistent state; memory does not grow with their number."""
    with db.reading() as session:
        frame = frame_of(db, session)
        order = _ordered(select_deals(session, frame, wanted), wanted.sort)
        for start in range(0, len(order), _STREAMED):
            ids = [frame.ids[place] for place in order[start : start + _STREAMED].tolist()]
            views = deal_views(session, ids)
            yield from (views[deal_id] for deal_id in ids if deal_id in views)
            session.expunge_all()


def totals(db: Database, wanted: Browse) -> Totals:
    """Counted over all pages."""
    with db.reading() as session:
        return totals_of(select_deals(session, frame_of(db, session), wanted))


def totals_of(chosen: Selection) -> Totals:
    """What a selection sums up to."""
    euros, money = chosen.frame.euros, chosen.money
    known = ~np.isnan(euros)
    return Totals(
        count=int(chosen.kept.sum()),
        euros=math.fsum(euros[money & known].tolist()),
        with_amount=int((money & known).sum()),
        cancelled=int((chosen.kept & ~money & known).sum()),
    )


def select_deals(session: Session, frame: Frame, wanted: Browse) -> Selection:
    """The deals that pass; remembered with the frame."""
    asked = replace(wanted, sort="recent")
    return Selection(frame, _remembered(frame, asked, lambda: _kept(session, frame, asked)))


def _remembered(frame: Frame, key: object, find: Callable[[], Mask]) -> Mask:
    """What was found for the last filters; who asks again keeps his."""
    kept: Mask | None = frame.found.pop(key, None)
    if kept is None:
        kept = find()
    frame.found[key] = kept
    for oldest in list(frame.found)[:-_REMEMBERED]:
        frame.found.pop(oldest, None)
    return kept


def _kept(session: Session, frame: Frame, wanted: Browse) -> Mask:
    kept = frame.news.copy() if wanted.scope == "news" else np.ones(len(frame.ids), np.bool_)
    if wanted.kind:
        kept &= frame.kind == KINDS.index(wanted.kind)
    if wanted.status:
        kept &= frame.status == STATUSES.index(wanted.status)
    if wanted.round:
        kept &= frame.round == frame.texts.find(wanted.round)
    if wanted.country:
        told = {int(number): frame.countries_at(int(number)) for number in np.unique(frame.country)}
        there = [number for number, codes in told.items() if any(is_in(code, wanted.country) for code in codes)]
        kept &= np.isin(frame.country, there)
    if wanted.since is not None:
        kept &= frame.day >= wanted.since.toordinal()
    if wanted.until is not None:
        kept &= frame.day <= wanted.until.toordinal()
    if wanted.min_amount is not None:
        kept &= frame.euros >= wanted.min_amount
    if wanted.max_amount is not None:
        kept &= frame.euros <= wanted.max_amount
    parts: tuple[tuple[Role, str], ...] = (
        ("company", wanted.company), ("investor", wanted.investor), ("outlet", wanted.outlet),
    )  # fmt: skip
    for role, part in parts:
        if part.strip():
            sought = company_key(part)
            numbers = [number for key, number in frame.keys(role).items() if sought in key]
            kept &= frame.tied(frame.names[role], np.array(numbers, np.int32))
    keys: tuple[tuple[Role, str], ...] = (("company", wanted.company_id), ("investor", wanted.investor_id))
    for role, key in keys:
        if key:
            kept &= frame.tied(frame.names[role], np.array([frame.texts.find(key)], np.int32))
    if wanted.q.strip():
        words = wanted.q.strip()
        kept &= _remembered(frame, ("q", words), lambda: frame.of_words(deals_saying(session, words)))
    return kept


def _values(frame: Frame, sort: Sort) -> Ints | Floats:
    if sort in ("largest", "smallest"):  # an amount that nobody knows comes last either way
        return np.nan_to_num(frame.euros, nan=-1.0 if sort == "largest" else _UNKNOWN)
    return frame.ranked_names if sort == "name" else frame.day


def _ordered(chosen: Selection, sort: Sort) -> Ints:
    """The places of the deals in this order; where values are alike, by id."""
    by = "recent" if sort == "oldest" else sort
    every: Ints | None = chosen.frame.orders.get(by)
    if every is None:
        every = chosen.frame.orders[by] = np.argsort(_values(chosen.frame, sort), kind="stable").astype(np.int32)
    order: Ints = every[chosen.kept[every]]
    return order[::-1] if sort in ("recent", "largest") else order


def _position(frame: Frame, order: Ints, sort: Sort, cursor: str, *, past: bool) -> int:
    """How many of `order` come before the cursor's deal, which counts itself if `past`."""
    value, deal_id = _decoded(cursor, sort)
    place = frame.place(deal_id)
    here = place < len(frame.ids) and frame.ids[place] == deal_id
    if sort == "name":  # a name that is gone stands where it stood
        texts = frame.texts.texts
        theirs: Any = np.array([(texts[number] > value) - (texts[number] < value) for number in frame.company[order]])
        value = 0
    else:
        theirs = _values(frame, sort)[order]
    if sort in ("recent", "largest"):
        ahead = (theirs > value) | ((theirs == value) & (order > place if here else order >= place))
    else:
        ahead = (theirs < value) | ((theirs == value) & (order < place))
    if past and here:
        ahead |= (order == place) & (theirs == value)
    return int(ahead.sum())


def _encoded(frame: Frame, sort: Sort, place: int) -> str:
    value: object
    if sort == "name":
        value = frame.texts.texts[frame.company[place]]
    elif sort in ("largest", "smallest"):
        value = float(_values(frame, sort)[place])
    else:
        value = dt.date.fromordinal(int(frame.day[place])).isoformat()
    return base64.urlsafe_b64encode(json.dumps([sort, value, frame.ids[place]]).encode()).decode().rstrip("=")


def _decoded(cursor: str, sort: Sort) -> tuple[Any, str]:
    try:
        told = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        said, value, ident = told
        if said != sort or not isinstance(ident, str) or "\0" in ident:
            raise BadCursor(cursor)
        if sort in ("recent", "oldest"):
            return dt.date.fromisoformat(value).toordinal(), ident
        return (str(value) if sort == "name" else float(value)), ident
    except (ValueError, TypeError, OverflowError) as error:
        raise BadCursor(cursor) from error


def newest_of(wanted: Browse) -> Browse:
    """The same deals, newest first."""
    return replace(wanted, sort="recent")
