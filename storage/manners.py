"""Manners that outlive a run: hosts to be left alone, feeds that rest, where feeds moved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from sqlmodel import Session, col, delete, select

from sources.polling import MOST
from sources.schedule import MOVED_AFTER, is_due
from sources.values import Feed, Pause
from storage.database import Database, upsert
from storage.runs import record_part
from storage.tables import FeedStateRow, HostPauseRow, RunRow
from storage.values import Run

_DAY = dt.timedelta(days=1)


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

    A feed that was switched off for its answers is due at once when its address in `feeds.yaml` changes. One that
    answers well rests only where runs are so frequent that it is read within a day all the same.
    """
    with db.reading() as session:
        rows = {row.feed_id: row for row in session.exec(select(FeedStateRow))}
        rhythm = _rhythm(session, run, now)
    due: list[Feed] = []
    resting: list[tuple[Feed, FeedStateRow]] = []
    for feed in feeds:
        row = rows.get(feed.id)
        other_address = row is not None and row.disabled_url not in (None, feed.url)
        if row is None or other_address or is_due(row.next_check, now) or _healthy_and_due(row, rhythm, now):
            due.append(feed)
        else:
            resting.append((feed, row))
    if resting:
        with db.transaction() as session:
            for feed, row in resting:
                state = "éteint" if row.disabled_at else "en attente"
                detail = f"{state} jusqu'au {row.next_check:%Y-%m-%d à %H:%M} UTC"
                detail += f" : {row.detail}" if row.reason else ", à son rythme"
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


def _rhythm(session: Session, run: Run, now: dt.datetime) -> dt.timedelta:
    """The longest time between two runs of this kind of late; a day where not even a day of runs is known."""
    recent = (RunRow.kind == run.kind, col(RunRow.id) != run.id, col(RunRow.started_at) > now - 2 * _DAY)
    begun = session.exec(select(RunRow.started_at).where(*recent).order_by(col(RunRow.started_at))).all()
    if not begun or now - begun[0] < _DAY:
        return _DAY
    return max(later - earlier for earlier, later in pairwise((*begun, now)))


def _healthy_and_due(row: FeedStateRow, rhythm: dt.timedelta, now: dt.datetime) -> bool:
    """True for a feed in good health that the next run would read too late, or whose clock was another than ours."""
    if row.reason is not None or row.next_check is None:
        return False
    return row.next_check - now > MOST or now < row.checked_at or now - row.checked_at + rhythm >= _DAY
