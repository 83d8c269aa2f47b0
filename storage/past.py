"""What the past holds once it is filled: deals by month, the biggest ones."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from storage.database import Database
from storage.deal_tables import DealRow
from storage.queries import deal_views
from storage.values import DealView

_SINGLE = (
    col(DealRow.redirect_to).is_(None),
    col(DealRow.mention_count) > 0,
    col(DealRow.cumulative).is_(False),
    col(DealRow.ai).is_(True),
    col(DealRow.rejected).is_(False),
)


def deals_by_month(db: Database, start: dt.date | None, end: dt.date | None) -> list[tuple[str, int]]:
    """Deals about AI by the month of their first publication, months without any included."""
    counts: Counter[str] = Counter()
    with db.reading() as session:
        for day in session.exec(select(col(DealRow.day)).where(*_SINGLE, *_within(start, end))):
            counts[f"{day:%Y-%m}"] += 1
    if not counts:
        return []
    first, last = min(counts), max(counts)
    months, at = [], dt.date.fromisoformat(f"{first}-01")
    while f"{at:%Y-%m}" <= last:
        months.append((f"{at:%Y-%m}", counts[f"{at:%Y-%m}"]))
        at = (at.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    return months


def biggest_deals(db: Database, start: dt.date | None, end: dt.date | None, most: int = 10) -> Sequence[DealView]:
    """Those with the largest amounts in euros."""
    with db.reading() as session:
        query = select(col(DealRow.id)).where(*_SINGLE, *_within(start, end), col(DealRow.amount_eur).is_not(None))
        ids = list(session.exec(query.order_by(col(DealRow.amount_eur).desc(), col(DealRow.id)).limit(most)))
        views = deal_views(session, ids)
    return [views[deal_id] for deal_id in ids if deal_id in views]


def _within(start: dt.date | None, end: dt.date | None) -> list[ColumnElement[bool]]:
    bounds: list[ColumnElement[bool]] = []
    if start:
        bounds.append(col(DealRow.day) >= start)
    if end:
        bounds.append(col(DealRow.day) < end)
    return bounds
