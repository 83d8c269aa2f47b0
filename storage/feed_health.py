"""How each feed is doing: what the visits, the entries and the articles in the tables say of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import col, select

from sources.schedule import MOVED_AFTER, gone_silent
from sources.values import Feed
from storage.database import Database
from storage.tables import ArticleRow, EntryRow, FeedStateRow

WEEKS = 4  # what a rate per week is taken over
_HABIT_DAYS = 90  # what a feed's habit of publishing is judged by


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """One feed. `share_relevant` is None when nothing of it was read; `silent`: it used to publish and stopped."""

    feed_id: str
    name: str
    outcome: str | None
    checked_at: dt.datetime | None
    last_success_at: dt.datetime | None
    last_new_at: dt.datetime | None
    consecutive_failures: int
    reason: str | None
    detail: str
    next_check: dt.datetime | None
    disabled: bool
    moved_to: str | None
    articles_a_week: float
    share_relevant: float | None
    silent: bool
    windows_missed: int


def feed_health(db: Database, feeds: Sequence[Feed], now: dt.datetime) -> list[FeedHealth]:
    """One line a feed, in the order given; a feed never visited has no outcome."""
    month = now - dt.timedelta(weeks=WEEKS)
    with db.reading() as session:
        states = {row.feed_id: row for row in session.exec(select(FeedStateRow))}
        moments: dict[str, list[dt.datetime]] = {}
        entries = select(EntryRow.feed_id, EntryRow.published, EntryRow.first_seen).where(
            col(EntryRow.first_seen) > now - dt.timedelta(days=_HABIT_DAYS)
        )
        for feed_id, published, first_seen in session.exec(entries):
            # A first visit brings weeks of entries at once: the feed's own date tells its habit, but never the future.
            moments.setdefault(feed_id, []).append(min(published or first_seen, first_seen))
        counted = select(ArticleRow.feed_id, ArticleRow.state, func.count()).where(
            col(ArticleRow.first_seen) > month, col(ArticleRow.feed_id).is_not(None)
        )
        read: dict[str, dict[str, int]] = {}
        for named, state, number in session.exec(counted.group_by(col(ArticleRow.feed_id), col(ArticleRow.state))):
            read.setdefault(str(named), {})[state] = number
    return [_health(feed, states.get(feed.id), moments.get(feed.id, []), read.get(feed.id, {}), now) for feed in feeds]


def silent_feeds(db: Database, feeds: Sequence[Feed], now: dt.datetime) -> list[FeedHealth]:
    """The feeds that used to publish and have stopped, without any failure that would tell it."""
    return [line for line in feed_health(db, feeds, now) if line.silent]


def _health(
    feed: Feed, row: FeedStateRow | None, moments: list[dt.datetime], read: dict[str, int], now: dt.datetime
) -> FeedHealth:
    month = now - dt.timedelta(weeks=WEEKS)
    total = sum(read.values())
    moved = row is not None and row.moved_times >= MOVED_AFTER and row.moved_from == feed.url
    return FeedHealth(
        feed_id=feed.id,
        name=feed.name,
        outcome=row.outcome if row else None,
        checked_at=row.checked_at if row else None,
        last_success_at=row.last_success_at if row else None,
        last_new_at=max(moments, default=None),
        consecutive_failures=row.consecutive_failures if row else 0,
        reason=row.reason if row else None,
        detail=row.detail if row else "",
        next_check=row.next_check if row else None,
        disabled=bool(row and row.disabled_at),
        moved_to=row.moved_to if row and moved else None,
        articles_a_week=sum(moment > month for moment in moments) / WEEKS,
        share_relevant=read.get("relevant", 0) / total if total else None,
        silent=gone_silent(moments, now),
        windows_missed=row.windows_missed if row else 0,
    )
