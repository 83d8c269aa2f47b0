"""Whether the installation still hears the press: feeds that fail for days, news that fail to come, lost messages.

Silence must never mean broken: what is found is told to the operator once, by a note in the outbox.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, select

from storage.database import Database, upsert
from storage.deal_tables import DeliveryRow
from storage.outbox import message_id_of
from storage.tables import FeedStateRow, PartRow, RunRow

About = Literal["feed", "volume", "no_run", "dead"]

HISTORY = 28  # days looked back on to know how few articles are unlikely
LEAST_HISTORY = 10
TOO_FEW = 0.5  # of the leanest stretch so far: weekends and holidays are in the history, so less is out of the ordinary
NO_RUN = dt.timedelta(hours=36)
_AGAIN = dt.timedelta(days=7)  # a drop, or no runs, that go on are told again after this


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong. `key` names it for as long as it lasts; `since` is an ISO moment or empty."""

    key: str
    about: About
    subject: str
    since: str = ""
    detail: str = ""


def troubles(db: Database, feed_ids: Collection[str], now: dt.datetime, *, days: int, timezone: str) -> list[Trouble]:
    """Everything that is wrong at `now`.

    Args:
        feed_ids: the feeds that are switched on.
        days: for how long something must last before it is worth a mail.
    """
    with db.reading() as session:
        return [
            *_feeds(session, feed_ids, now, days),
            *_volume(_per_day(session, now, timezone), now.astimezone(ZoneInfo(timezone)).date(), days),
            *_runs(session, now),
            *_dead(session),
        ]


def tell_operator(db: Database, channel: str, found: Iterable[Trouble], now: dt.datetime) -> bool:
    """Queue one note about all of `found` when any of it was not told yet; whether one was queued."""
    current = list(found)
    with db.transaction() as session:
        told = _told(session, channel)
        fresh = [one for one in current if _is_fresh(one, told, now)]
        if not fresh:
            return False
        note = {"about": "health", "troubles": [asdict(one) for one in current]}
        return queue_note(session, channel, note, now, *(f"{one.key}\n{told.get(one.key, '')}" for one in fresh))


def queue_note(session: Session, channel: str, note: Mapping[str, Any], now: dt.datetime, *name: str) -> bool:
    """Queue a note under a Message-ID made of its `name`; False when there is one of that name already."""
    insert = upsert(session, DeliveryRow).values(
        channel=channel,
        kind="note",
        message_id=message_id_of(channel, "note", *name),
        state="pending",
        attempts=0,
        error="",
        created_at=now,
        owner="",
        note=dict(note),
    )
    once = insert.on_conflict_do_nothing(index_elements=["message_id"]).returning(col(DeliveryRow.id))
    return session.execute(once).first() is not None


def _feeds(session: Session, feed_ids: Collection[str], now: dt.datetime, days: int) -> Iterable[Trouble]:
    rows = session.exec(select(FeedStateRow).where(col(FeedStateRow.feed_id).in_(feed_ids)))
    for row in sorted(rows, key=lambda row: row.feed_id):
        good = row.last_success_at
        # A run that is killed and taken up asks again: failures of one day are not failures of days.
        if row.consecutive_failures >= days and now - (good or _first_visit(session, row.feed_id, now)) >= _days(days):
            since = good.isoformat() if good else ""
            detail = " – ".join(part for part in (row.reason or "", row.detail[:200]) if part)
            yield Trouble(f"feed:{row.feed_id}:{since}", "feed", row.feed_id, since, detail)


def _first_visit(session: Session, feed_id: str, now: dt.datetime) -> dt.datetime:
    """When a feed that never worked was first asked."""
    visits = select(func.min(PartRow.finished_at)).where(PartRow.source == f"feed:{feed_id}")
    return session.exec(visits).one() or now


def _days(days: int) -> dt.timedelta:
    """A run a day is never at the same minute: a few hours less still are so many days."""
    return dt.timedelta(days=days) - dt.timedelta(hours=3)


def _per_day(session: Session, now: dt.datetime, timezone: str) -> dict[dt.date, int]:
    """New articles by local day, of days with a finished run."""
    since = now - dt.timedelta(days=HISTORY + 8)
    runs = session.exec(
        select(RunRow.started_at, RunRow.report).where(
            RunRow.kind == "daily", RunRow.state == "done", col(RunRow.started_at) >= since
        )
    )
    found: dict[dt.date, int] = defaultdict(int)
    for started, report in runs:
        found[started.astimezone(ZoneInfo(timezone)).date()] += int((report or {}).get("entries", {}).get("new", 0))
    return found


def _volume(per_day: Mapping[dt.date, int], today: dt.date, days: int) -> Iterable[Trouble]:
    """Whether the last `days` days brought less than half of what the leanest such stretch brought before.

    Only days on which a run was made count; of the stretch that is judged every day must be one.
    """
    last = [today - dt.timedelta(days=back) for back in range(days)]
    before = sorted(day for day in per_day if day < last[-1])[-HISTORY:]
    if len(before) < max(LEAST_HISTORY, days) or any(day not in per_day for day in last):
        return
    leanest = min(sum(per_day[day] for day in before[at : at + days]) for at in range(len(before) - days + 1))
    found = sum(per_day[day] for day in last)
    if found < leanest * TOO_FEW:
        yield Trouble("volume", "volume", str(found), last[-1].isoformat(), str(leanest))


def _runs(session: Session, now: dt.datetime) -> Iterable[Trouble]:
    last = session.exec(select(RunRow.started_at).order_by(col(RunRow.started_at).desc()).limit(1)).first()
    if last is not None and now - last > NO_RUN:
        yield Trouble("no_run", "no_run", "", last.isoformat())


def _dead(session: Session) -> Iterable[Trouble]:
    """Messages given up. One that told of trouble makes no further trouble."""
    rows = session.exec(select(DeliveryRow).where(DeliveryRow.state == "dead").order_by(col(DeliveryRow.id)))
    for row in rows:
        if (row.note or {}).get("about") != "health":
            yield Trouble(f"dead:{row.id}", "dead", f"{row.id} ({row.channel})", row.created_at.isoformat(), row.error)


def _told(session: Session, channel: str) -> dict[str, str]:
    """Troubles told so far, by key: when last, in ISO."""
    rows = session.exec(
        select(DeliveryRow)
        .where(DeliveryRow.channel == channel, DeliveryRow.kind == "note")
        .order_by(col(DeliveryRow.id))
    )
    return {one["key"]: row.created_at.isoformat() for row in rows for one in (row.note or {}).get("troubles", ())}


def _is_fresh(one: Trouble, told: Mapping[str, str], now: dt.datetime) -> bool:
    last = told.get(one.key)
    if last is None:
        return True
    return one.about in ("volume", "no_run") and now - dt.datetime.fromisoformat(last) >= _AGAIN
