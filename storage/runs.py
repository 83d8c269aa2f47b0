"""The ledger of runs: begin one or take up the interrupted one, keep the lease, finish it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import cast

from sqlalchemy import text
from sqlmodel import Session, col, select

from storage.clocks import is_over
from storage.database import Database, upsert
from storage.errors import AlreadyCaughtUp, RunInProgress, RunLost
from storage.processes import is_dead
from storage.reports import report_json
from storage.tables import PartRow, RunRow
from storage.values import Run, RunReport, RunState


def begin_run(
    db: Database,
    kind: str,
    now: dt.datetime,
    *,
    owner: str,
    lease_seconds: int,
    scheduled_for: dt.datetime | None = None,
    rule_version: str = "",
) -> Run:
    """Start a run, or take up an interrupted one under its old id (`resumed` is then True).

    A run is interrupted when its lease ran out or its process, on this host, is dead.

    Args:
        owner: `storage.processes.this_process()`.
        lease_seconds: how long others keep away after each heartbeat.
        scheduled_for: the moment a scheduler meant; makes late starts after days off work only once.

    Raises:
        RunInProgress: another process holds a live run of this kind.
        AlreadyCaughtUp: a run that started at or after `scheduled_for` is done.
    """
    with db.transaction() as session:
        _one_at_a_time(session, kind)
        running = session.exec(select(RunRow).where(RunRow.kind == kind, RunRow.state == "running")).first()
        if running is not None and not is_over(running.lease_until, now) and not is_dead(running.owner):
            raise RunInProgress(kind, running.owner, running.started_at)
        if running is None:
            _refuse_if_caught_up(session, kind, scheduled_for)
        row = running or RunRow(
            kind=kind,
            state="running",
            owner=owner,
            lease_seconds=lease_seconds,
            lease_until=now,
            started_at=now,
            scheduled_for=scheduled_for,
        )
        row.owner, row.lease_seconds, row.rule_version = owner, lease_seconds, rule_version
        row.lease_until = now + dt.timedelta(seconds=lease_seconds)
        session.add(row)
        session.flush()
        return _run(row, resumed=running is not None)


def heartbeat(db: Database, run: Run, now: dt.datetime) -> None:
    """Prolong the lease.

    Raises:
        RunLost: another process took the run over; stop working on it.
    """
    with db.transaction() as session:
        row = _held(session, run)
        row.lease_until = now + dt.timedelta(seconds=row.lease_seconds)


def finish_run(db: Database, run: Run, report: RunReport, now: dt.datetime) -> None:
    """Mark the run done and keep its report (as `report_json`). Raises `RunLost` like `heartbeat`."""
    with db.transaction() as session:
        row = _held(session, run)
        row.state, row.finished_at, row.error = "done", now, ""
        row.report = report_json(report)


def fail_run(db: Database, run: Run, error: str, now: dt.datetime) -> None:
    """Mark the run failed for good (it is not taken up again). Raises `RunLost` like `heartbeat`."""
    with db.transaction() as session:
        row = _held(session, run)
        row.state, row.finished_at, row.error = "failed", now, error


def last_runs(db: Database, n: int, kind: str | None = None) -> list[Run]:
    """The `n` latest runs, newest first, of one kind or of all."""
    query = select(RunRow).order_by(col(RunRow.started_at).desc(), col(RunRow.id).desc()).limit(n)
    with db.reading() as session:
        return [_run(row) for row in session.exec(query if kind is None else query.where(RunRow.kind == kind))]


def last_done(db: Database, run: Run) -> dt.datetime | None:
    """When the last run of this kind before `run` that was done had begun."""
    done = (RunRow.kind == run.kind, RunRow.state == "done", col(RunRow.started_at) < run.started_at)
    with db.reading() as session:
        return session.exec(
            select(RunRow.started_at).where(*done).order_by(col(RunRow.started_at).desc()).limit(1)
        ).first()


def parts_done(db: Database, run: Run) -> set[str]:
    """The parts of `run` that need not be done again. Failed ones are not among them."""
    with db.reading() as session:
        done = select(PartRow.source).where(PartRow.run_id == run.id, PartRow.state == "done")
        return set(session.exec(done))


def record_part(
    session: Session,
    run: Run,
    source: str,
    now: dt.datetime,
    *,
    counts: Mapping[str, object],
    outcome: str = "",
    reason: str | None = None,
    detail: str = "",
    state: str = "done",
) -> None:
    """Write a part of the ledger inside the transaction that writes its data; a repeat replaces it."""
    values = {
        "state": state,
        "outcome": outcome,
        "reason": reason,
        "detail": detail,
        "counts": dict(counts),
        "finished_at": now,
    }
    insert = upsert(session, PartRow).values(run_id=run.id, source=source, attempts=1, **values)
    attempts = PartRow.__table__.c.attempts + 1  # type: ignore[attr-defined]
    session.execute(
        insert.on_conflict_do_update(index_elements=["run_id", "source"], set_={**values, "attempts": attempts})
    )


def _one_at_a_time(session: Session, kind: str) -> None:
    if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer anyway
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": f"run:{kind}"})


def _refuse_if_caught_up(session: Session, kind: str, scheduled_for: dt.datetime | None) -> None:
    if scheduled_for is None:
        return
    done = select(RunRow).where(RunRow.kind == kind, RunRow.state == "done", col(RunRow.started_at) >= scheduled_for)
    if row := session.exec(done.order_by(col(RunRow.started_at).desc()).limit(1)).first():
        raise AlreadyCaughtUp(kind, scheduled_for, row.started_at)


def _held(session: Session, run: Run) -> RunRow:
    row = session.exec(select(RunRow).where(RunRow.id == run.id).with_for_update()).first()
    if row is None or row.state != "running" or row.owner != run.owner:
        raise RunLost(f"run {run.id} ({run.kind}) was taken over by {row.owner if row else 'nobody'}; stopping here")
    return row


def _run(row: RunRow, *, resumed: bool = False) -> Run:
    assert row.id is not None
    return Run(
        id=row.id,
        kind=row.kind,
        state=cast(RunState, row.state),
        owner=row.owner,
        started_at=row.started_at,
        lease_until=row.lease_until,
        finished_at=row.finished_at,
        scheduled_for=row.scheduled_for,
        rule_version=row.rule_version,
        error=row.error,
        report=row.report,
        resumed=resumed,
    )
