"""Deals in figures: by month, kind and round, the biggest, and who invests most. All under the filter of `browse`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from storage.browse import Browse, conditions, deal_page
from storage.browse_tables import NAMES
from storage.database import Database
from storage.deal_tables import DealRow
from storage.values import DealView


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a table: what it is about, how many deals, what they sum up to in EUR."""

    name: str
    count: int
    euros: float


@dataclass(frozen=True, slots=True)
class Investor:
    """Someone who puts money in, with the number of deals."""

    key: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Trends:
    """`months` in their order; `kinds` and `rounds` the largest sum first."""

    months: tuple[Figure, ...]
    kinds: tuple[Figure, ...]
    rounds: tuple[Figure, ...]
    biggest: tuple[DealView, ...]
    investors: tuple[Investor, ...]


def trends(db: Database, wanted: Browse) -> Trends:
    """Everything at once, from one look at the deals."""
    with db.reading() as session:
        month = _month(session)
        query = (
            select(month, col(DealRow.kind), col(DealRow.round), func.count(), func.sum(col(DealRow.amount_eur)))
            .where(*conditions(session, wanted))
            .group_by(month, col(DealRow.kind), col(DealRow.round))
        )
        cells = session.execute(query).all()
        investors = investors_of(session, wanted)
    biggest = deal_page(db, replace(wanted, sort="largest"), limit=10).deals
    kinds, rounds = (_by(cells, place) for place in (1, 2))
    return Trends(
        months=tuple(sorted(_by(cells, 0), key=lambda figure: figure.name)),
        kinds=_largest(kinds),
        rounds=_largest(figure for figure in rounds if figure.name),
        biggest=tuple(deal for deal in biggest if deal.amount_eur is not None),
        investors=investors,
    )


def months_of(session: Session, wanted: Browse) -> tuple[Figure, ...]:
    """Count and amount by month, in their order."""
    month = _month(session)
    query = select(month, func.count(), func.sum(col(DealRow.amount_eur))).where(*conditions(session, wanted))
    rows = session.execute(query.group_by(month).order_by(month))
    return tuple(Figure(name, count, euros or 0.0) for name, count, euros in rows)


def investors_of(session: Session, wanted: Browse, *, limit: int = 15, but: str = "") -> tuple[Investor, ...]:
    """Who is named most as an investor in these deals, without the key `but`."""
    count = func.count()
    query = (
        select(NAMES.c.key, func.min(NAMES.c.name), count)
        .select_from(NAMES)
        .where(NAMES.c.role == "investor", NAMES.c.key != but)
        .where(NAMES.c.deal_id.in_(select(col(DealRow.id)).where(*conditions(session, wanted))))
        .group_by(NAMES.c.key)
        .order_by(count.desc(), NAMES.c.key)
        .limit(limit)
    )
    return tuple(Investor(*row) for row in session.execute(query))


def _month(session: Session) -> Any:
    if session.get_bind().dialect.name == "postgresql":
        return func.to_char(col(DealRow.day), "YYYY-MM")
    return func.substr(col(DealRow.day), 1, 7)


def _by(cells: Any, place: int) -> tuple[Figure, ...]:
    found: dict[str, tuple[int, float]] = {}
    for cell in cells:
        count, euros = found.get(cell[place] or "", (0, 0.0))
        found[cell[place] or ""] = (count + cell[3], euros + (cell[4] or 0.0))
    return tuple(Figure(name, *figures) for name, figures in found.items())


def _largest(figures: Any) -> tuple[Figure, ...]:
    return tuple(sorted(figures, key=lambda figure: (-figure.euros, -figure.count, figure.name)))
