"""Manners that outlive a run: hosts to be left alone, feeds that rest, where feeds moved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlmodel import col, delete, select

from sources.schedule import MOVED_AFTER, is_due
from sources.values import Feed, Pause
from storage.database import Database, upsert
from storage.runs import record_part
from storage.tables import FeedStateRow, HostPauseRow
from storage.values import Run


def pauses_in_force(db: Database, now: dt.datetime) -> list[Pause]:
    """The hosts that asked to be left alone, in this run or an earlier one, and are still to be."""
    with db.reading() as session:
        rows = session.exec(select(HostPauseRow).where(col(HostPauseRow.until) > now))
        return [Pause(row.host, row.until, row.reason, row.times) for row in rows]


def keep_pauses(db: Database, pauses: Iterable[Pause], now: dt.datetime) -> None:
    """Write the pauses down, so that the next run keeps them too; those that are over go."""
    wanted = sorted(pauses, key=lambda pause: pause.host)
    with db.transaction() as session:
        session.execute(delete(HostPauseRow).where(col(HostPauseRow.until) <= now - dt.timedelta(days=1)))
        for pause in wanted:
            values = {"until": pause.until, "reason": pause.reason, "times": pause.times}
            insert = upsert(session, HostPauseRow).values(host=pause.host, **values)
            session.execute(insert.on_conflict_do_update(index_elements=["host"], set_=values))


def at_its_address(db: Database, feed: Feed) -> Feed:
    """The feed at the address it moved to, once its redirect was seen often enough."""
    with db.reading() as session:
        row = session.get(FeedStateRow, feed.id)
    if row is None or row.moved_to is None or row.moved_from != feed.url or row.moved_times < MOVED_AFTER:
        return feed
    return replace(feed, url=row.moved_to)


def rest_feeds(db: Database, run: Run, feeds: Sequence[Feed], now: dt.datetime) -> list[Feed]:
    """Those of `feeds` that are due; each of the others gets a part `resting` in the run's ledger, with its reason.

    A feed that was switched off for its answers is due at once when its address in `feeds.yaml` changes.
    """
    with db.reading() as session:
        rows = {row.feed_id: row for row in session.exec(select(FeedStateRow))}
    due: list[Feed] = []
    resting: list[tuple[Feed, FeedStateRow]] = []
    for feed in feeds:
        row = rows.get(feed.id)
        other_address = row is not None and row.disabled_url not in (None, feed.url)
        if row is None or other_address or is_due(row.next_check, now):
            due.append(feed)
        else:
            resting.append((feed, row))
    if resting:
        with db.transaction() as session:
            for feed, row in resting:
                state = "éteint" if row.disabled_at else "en attente"
                detail = f"{state} jusqu'au {row.next_check:%Y-%m-%d à %H:%M} UTC : {row.detail}"
                record_part(
                    session,
                    run,
                    f"feed:{feed.id}",
                    now,
                    outcome="resting",
                    reason=row.reason,
                    detail=detail,
                    counts={},
                )
    return due
