"""The ledger of backfills: plan parts, lease one, end it with its data, see how far it all is.

A part is a transaction boundary: what it gave and the word that it is done are written together, so that a backfill
killed anywhere and run again leaves the database of one that was never killed.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Literal

from sqlalchemy import update
from sqlmodel import Session, col, select

from storage.backfill_tables import BackfillPartRow, BackfillRow
from storage.database import Database, upsert
from storage.errors import StorageError
from storage.processes import is_dead

Redo = Literal["missing", "failed", "all"]
PartState = Literal["planned", "running", "done", "failed"]

_PLANNED_AT_ONCE = 500  # rows a transaction


class PartLost(StorageError):
    """Another process took this part over because its lease had run out; what was read of it is dropped."""


@dataclass(frozen=True, slots=True)
class Backfill:
    """One source over one window, as the ledger knows it."""

    id: int
    source: str
    window: str
    planned: bool


@dataclass(frozen=True, slots=True)
class PlannedPart:
    """A part as its source names it: `sources.archives.values.Part`, as plain values."""

    key: str
    args: Mapping[str, Any]
    size: int


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on a part until it ends or `owner` dies."""

    backfill_id: int
    key: str
    args: dict[str, Any]
    size: int
    owner: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a backfill is. `counts` sums those of its ended parts; `seconds` are of work, not of waiting."""

    backfill: Backfill
    states: Mapping[str, int]
    counts: Mapping[str, int]
    seconds: float
    failures: Sequence[tuple[str, str, str]] = field(default=())  # key, reason, detail

    @property
    def parts(self) -> int:
        """All parts known."""
        return sum(self.states.values())

    @property
    def left(self) -> int:
        """Parts that are neither done nor failed."""
        return self.states.get("planned", 0) + self.states.get("running", 0)

    def seconds_left(self, workers: int) -> float | None:
        """Seconds of wall time that the rest takes at the pace so far; None before the first part ended."""
        ended = self.parts - self.left
        return None if not ended else self.seconds / ended * self.left / max(1, workers)


def find(db: Database, source: str, window: str) -> Backfill | None:
    """The backfill of this source and window, if it was ever begun."""
    with db.reading() as session:
        query = select(BackfillRow).where(BackfillRow.source == source, BackfillRow.window == window)
        row = session.exec(query).first()
        return _backfill(row) if row else None


def take_up(db: Database, source: str, window: str, now: dt.datetime, rule_version: str) -> Backfill:
    """The backfill of this source and window, begun now or long ago."""
    with db.transaction() as session:
        values = {"source": source, "window": window, "created_at": now, "rule_version": rule_version}
        insert = upsert(session, BackfillRow).values(**values)
        session.execute(insert.on_conflict_do_nothing(index_elements=["source", "window"]))
        row = session.exec(select(BackfillRow).where(BackfillRow.source == source, BackfillRow.window == window)).one()
        return _backfill(row)


def add_parts(db: Database, backfill: Backfill, parts: Iterable[PlannedPart], now: dt.datetime) -> int:
    """Write the plan, a few hundred parts a transaction; parts known already stay as they are.

    Returns:
        How many the plan holds. Killed in the middle, the plan is made again from its beginning.
    """
    total, rest = 0, iter(parts)
    while batch := list(islice(rest, _PLANNED_AT_ONCE)):
        with db.transaction() as session:
            for part in batch:
                values = {"backfill_id": backfill.id, "key": part.key, "number": total, "args": dict(part.args)}
                blank = {"state": "planned", "owner": "", "attempts": 0, "reason": "", "detail": "", "counts": {}}
                rest_of = {"size": part.size, "misses": [], "seconds": 0.0, "rule_version": ""}
                insert = upsert(session, BackfillPartRow).values(**values, **blank, **rest_of)
                session.execute(insert.on_conflict_do_nothing(index_elements=["backfill_id", "key"]))
                total += 1
    with db.transaction() as session:
        _row(session, backfill).planned_at = now
    return total


def reopen(db: Database, backfill: Backfill, redo: Redo) -> None:
    """Make ended parts due again: none (`missing`), the failed ones, or all. Those being worked on are left alone."""
    states = {"missing": [], "failed": ["failed"], "all": ["failed", "done"]}[redo]
    with db.transaction() as session:
        session.execute(
            update(BackfillPartRow)
            .where(col(BackfillPartRow.backfill_id) == backfill.id, col(BackfillPartRow.state).in_(states))
            .values(state="planned")
        )


def lease_part(
    db: Database, backfill: Backfill, owner: str, now: dt.datetime, *, seconds: int, reverse: bool = False
) -> Lease | None:
    """Take the next part that is due, or one whose worker died; None when there is none left.

    Args:
        owner: `storage.processes.this_process()`.
        seconds: after so long without `prolong` others may take it.
        reverse: from the end of the plan.
    """
    with db.transaction() as session:
        row = _due(session, backfill, reverse) or _abandoned(session, backfill, now)
        if row is None:
            return None
        row.state, row.owner = "running", owner
        row.lease_until = now + dt.timedelta(seconds=seconds)
        row.attempts += 1
        return Lease(backfill.id, row.key, dict(row.args), row.size, owner, row.attempts)


def prolong(db: Database, lease: Lease, now: dt.datetime, *, seconds: int) -> None:
    """Keep a part for longer.

    Raises:
        PartLost: it was taken over.
    """
    with db.transaction() as session:
        held(session, lease).lease_until = now + dt.timedelta(seconds=seconds)


def held(session: Session, lease: Lease) -> BackfillPartRow:
    """The row of a leased part, locked until the transaction ends.

    Raises:
        PartLost: it was taken over.
    """
    query = select(BackfillPartRow).where(
        BackfillPartRow.backfill_id == lease.backfill_id, BackfillPartRow.key == lease.key
    )
    row = session.exec(query.with_for_update()).one()
    if row.state != "running" or row.owner != lease.owner or row.attempts != lease.attempts:
        raise PartLost(f"la partie {lease.key} a été reprise par {row.owner or 'un autre'}")
    return row


def end_part(
    session: Session,
    lease: Lease,
    now: dt.datetime,
    *,
    counts: Mapping[str, int],
    misses: Sequence[Mapping[str, str]],
    seconds: float,
    rule_version: str,
    failure: tuple[str, str] | None = None,
) -> None:
    """Mark a part done, or failed with reason and detail, inside the transaction that writes its data.

    Raises:
        PartLost: it was taken over.
    """
    row = held(session, lease)
    row.state = "failed" if failure else "done"
    row.reason, row.detail = failure or ("", "")
    row.counts, row.misses = dict(counts), [dict(miss) for miss in misses]
    row.seconds, row.rule_version, row.finished_at = seconds, rule_version, now
    row.owner, row.lease_until = "", None


def progress(db: Database, backfill: Backfill, *, failures: int = 20) -> Progress:
    """How far a backfill is, read part by part, so that memory stays flat."""
    states: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    seconds = 0.0
    told: list[tuple[str, str, str]] = []
    with db.reading() as session:
        columns = (
            BackfillPartRow.state,
            BackfillPartRow.counts,
            BackfillPartRow.seconds,
            BackfillPartRow.key,
            BackfillPartRow.reason,
            BackfillPartRow.detail,
        )
        query = select(*columns).where(BackfillPartRow.backfill_id == backfill.id)  # type: ignore[call-overload]
        for state, of_part, took, key, reason, detail in session.exec(query.order_by(BackfillPartRow.number)):
            states[state] += 1
            counts.update(of_part)
            seconds += took
            if state == "failed" and len(told) < failures:
                told.append((key, reason, detail))
    return Progress(backfill, dict(states), dict(counts), seconds, tuple(told))


def all_backfills(db: Database) -> list[Backfill]:
    """Every backfill ever asked for, the latest first."""
    with db.reading() as session:
        rows = session.exec(
            select(BackfillRow).order_by(col(BackfillRow.created_at).desc(), col(BackfillRow.id).desc())
        )
        return [_backfill(row) for row in rows]


def misses_of(db: Database, backfill: Backfill, limit: int) -> Iterator[dict[str, str]]:
    """The first of what gave nothing, part by part."""
    with db.reading() as session:
        query = select(BackfillPartRow.misses).where(BackfillPartRow.backfill_id == backfill.id)
        told = 0
        for misses in session.exec(query.order_by(col(BackfillPartRow.number))):
            for miss in misses:
                if told == limit:
                    return
                told += 1
                yield miss


def _due(session: Session, backfill: Backfill, reverse: bool) -> BackfillPartRow | None:
    order = col(BackfillPartRow.number).desc() if reverse else col(BackfillPartRow.number)
    query = select(BackfillPartRow).where(
        BackfillPartRow.backfill_id == backfill.id, BackfillPartRow.state == "planned"
    )
    return session.exec(query.order_by(order).limit(1).with_for_update(skip_locked=True)).first()


def _abandoned(session: Session, backfill: Backfill, now: dt.datetime) -> BackfillPartRow | None:
    query = select(BackfillPartRow).where(
        BackfillPartRow.backfill_id == backfill.id, BackfillPartRow.state == "running"
    )
    for row in session.exec(query.order_by(col(BackfillPartRow.number)).with_for_update(skip_locked=True)):
        if row.lease_until is None or row.lease_until <= now or is_dead(row.owner):
            return row
    return None


def _row(session: Session, backfill: Backfill) -> BackfillRow:
    return session.exec(select(BackfillRow).where(BackfillRow.id == backfill.id)).one()


def _backfill(row: BackfillRow) -> Backfill:
    assert row.id is not None
    return Backfill(row.id, row.source, row.window, row.planned_at is not None)
