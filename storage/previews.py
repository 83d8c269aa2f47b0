"""What a watch would tell of the deals of some days, without queueing or sending anything."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache

from sqlmodel import Session, col, select

from storage.database import Database
from storage.deal_tables import DealRow
from storage.notices import in_order, with_quotes
from storage.queries import deal_views
from storage.values import DealNotice, DealView
from storage.watch_words import telling_of
from storage.watches import Candidate, Filter, WatchRule


@dataclass(frozen=True, slots=True)
class Preview:
    """The deals a watch would be told, and those it would not with the filter that keeps each away."""

    told: tuple[DealNotice, ...]
    missed: tuple[tuple[DealView, Filter], ...]


def preview(db: Database, watch: WatchRule, since: dt.datetime, *, confidence: float) -> Preview:
    """The deals first seen since then that are news about AI and sure enough, sorted by what `watch` wants.

    Every deal counts as new and is shown as it is known now.
    """
    with db.reading() as session:
        rows = session.exec(
            select(DealRow.id).where(
                col(DealRow.created_at) >= since,
                DealRow.role == "news",
                col(DealRow.ai).is_(True),
                col(DealRow.cumulative).is_(False),
                DealRow.status != "cancelled",
                col(DealRow.confidence) >= confidence,
                col(DealRow.redirect_to).is_(None),
            )
        ).all()
        told: list[DealNotice] = []
        missed: list[tuple[DealView, Filter]] = []
        for view in deal_views(session, rows).values():
            if (by := watch.misses(_candidate(session, view))) is not None:
                missed.append((view, by))
            else:
                told.append(DealNotice("new", with_quotes(session, view)))
    return Preview(in_order(told), tuple(sorted(missed, key=lambda one: (one[1], one[0].company))))


def _candidate(session: Session, view: DealView) -> Candidate:
    return Candidate(
        kind=view.kind,
        status=view.status,
        company=view.company,
        investors=view.investors,
        euros=view.amount_eur.value if view.amount_eur else None,
        telling=cache(lambda: telling_of(session, view.id)),
    )
