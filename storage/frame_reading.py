"""Making the frame from the database, once, and after that only of the deals that changed.

What a reader sees is as true as a query: each look first asks, in its own transaction, which deals were written since
the last look (`browse_deal.version`), and reads those again.
"""

from __future__ import annotations

import datetime as dt
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import replace
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from sqlmodel import Session

from storage.browse_tables import Role
from storage.database import Database
from storage.frame import KINDS, ROLES, STATUSES, Frame, Ints, Links, Words, cut, joined

_ALL = "1 = 1"
_MANY = 5000  # after so many changes all is read anew
_DEALS = """
SELECT deal.id, deal.day, deal.kind, deal.status, deal.round, coalesce(company_country.country, browse_deal.country),
    deal.company_key, deal.amount_eur,
    deal.role = 'news' AND deal.ai AND NOT deal.cumulative, browse_words.id
FROM browse_deal JOIN deal ON deal.id = browse_deal.deal_id LEFT JOIN browse_words ON browse_words.deal_id = deal.id
    LEFT JOIN company_country ON company_country.company_key = deal.company_key
WHERE deal.redirect_to IS NULL AND deal.mention_count > 0 AND NOT deal.rejected AND {since}
"""
_NAMES = "SELECT deal_id, role, key, name FROM browse_name"
_RULES = "SELECT deal_id, rule, mentions FROM browse_rule"
_CHANGED = " WHERE deal_id IN (SELECT deal_id FROM browse_deal WHERE {since})"

_KEPT: WeakKeyDictionary[Database, Frame] = WeakKeyDictionary()
_LOCK = Lock()


def frame_of(db: Database, session: Session) -> Frame:
    """All deals that readers see, as of this session; a little later where somebody else looked later."""
    with _LOCK:
        known = _KEPT.get(db)
        frame = _KEPT[db] = whole(session) if known is None else _refreshed(session, known)
    return frame


def whole(session: Session) -> Frame:
    """All of it, read anew."""
    return _read(session, _ALL, Words(), _window(session, 0)[1])


def _refreshed(session: Session, known: Frame) -> Frame:
    since, seen = _window(session, known.seen)
    ids = {row[0] for row in _rows(session, f"SELECT deal_id FROM browse_deal WHERE {since} LIMIT {_MANY + 1}")}  # noqa: S608
    if len(ids) > _MANY:
        return whole(session)
    if not ids:
        return known if known.seen >= seen else _later(known, seen)
    kept = np.fromiter((deal_id not in ids for deal_id in known.ids), np.bool_, len(known.ids))
    return joined(cut(known, kept), _read(session, since, known.texts, max(seen, known.seen)))


def _later(known: Frame, seen: int) -> Frame:
    """The same deals, true for longer; with what was worked out of them."""
    later = replace(known, seen=seen)
    later.__dict__.update({name: value for name, value in known.__dict__.items() if name not in later.__dict__})
    return later


def _window(session: Session, seen: int) -> tuple[str, int]:
    """Which rows of `browse_deal` may be new to somebody who has seen so much, and what is seen now.

    On PostgreSQL transactions do not commit in the order of their numbers: those under way at the last look count as
    unseen. Numbers that no transaction has yet come from another server, by way of a dump.
    """
    if session.get_bind().dialect.name == "postgresql":
        told = "pg_current_snapshot()"
        bounds = ", ".join(f"CAST(CAST(pg_snapshot_{end}({told}) AS text) AS bigint)" for end in ("xmin", "xmax"))
        ((oldest, beyond),) = _rows(session, f"SELECT {bounds}")
        return f"version >= {seen:d} AND version < {beyond:d}", int(oldest)
    ((last,),) = _rows(session, "SELECT coalesce(max(version), 0) FROM browse_deal")
    return f"version > {seen:d}", int(last)


def _read(session: Session, since: str, texts: Words, seen: int) -> Frame:
    rows = sorted(_rows(session, _DEALS.format(since=since)), key=lambda row: str(row[0]))
    columns = tuple(zip(*rows, strict=True)) or ((),) * 10
    ids, days, kinds, statuses, rounds, countries, companies, euros, news, words = columns
    texts.number("")
    ordinals = {day: _ordinal(day) for day in set(days)}
    places = {deal_id: place for place, deal_id in enumerate(ids)}
    only = "" if since == _ALL else _CHANGED.format(since=since)
    return Frame(
        ids=ids,
        day=_ints(ordinals[day] for day in days),
        kind=_ints(KINDS.index(kind) for kind in kinds),
        status=_ints(STATUSES.index(status) for status in statuses),
        round=_ints(texts.number(told or "") for told in rounds),
        country=_ints(texts.number(told or "") for told in countries),
        company=_ints(texts.number(key) for key in companies),
        euros=np.array([np.nan if value is None else value for value in euros], np.float64),
        news=np.array(news, np.bool_),
        words=np.array([word or 0 for word in words], np.int64),
        names=_names(_rows(session, _NAMES + only), places, texts),
        rules=_links(_rows(session, _RULES + only), places, texts),
        seen=seen,
        texts=texts,
    )


def _names(rows: Iterable[Any], places: dict[str, int], texts: Words) -> dict[Role, Links]:
    numbers: dict[str, array[int]] = {role: array("i") for role in ROLES}
    for deal_id, role, key, name in rows:
        if (place := places.get(deal_id)) is not None:
            numbers[role].extend((place, texts.number(key), texts.number(name)))
    return {role: _thrice(numbers[role]) for role in ROLES}


def _links(rows: Iterable[Any], places: dict[str, int], texts: Words) -> Links:
    numbers = array("i")
    for deal_id, word, times in rows:
        if (place := places.get(deal_id)) is not None:
            numbers.extend((place, texts.number(word), times))
    return _thrice(numbers)


def _thrice(numbers: array[int]) -> Links:
    columns = np.array(numbers, np.int32).reshape(-1, 3)
    return Links(*(np.ascontiguousarray(columns[:, place]) for place in range(3)))


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, np.int32)


def _ordinal(day: Any) -> int:
    return (dt.date.fromisoformat(day) if isinstance(day, str) else day).toordinal()


def _rows(session: Session, query: str) -> Iterator[Any]:
    """As they come: all names of all deals at once would be ten times what is kept of them."""
    result = session.connection().exec_driver_sql(query, execution_options={"yield_per": 2000})
    yield from result
