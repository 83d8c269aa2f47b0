"""The ledger of backfills: who works on which part, what a death costs, what is done again."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from storage.backfills import (
    Backfill,
    Lease,
    PartLost,
    PlannedPart,
    add_parts,
    all_backfills,
    end_part,
    lease_part,
    progress,
    prolong,
    reopen,
    take_up,
)
from storage.database import Database, open_database
from storage.processes import this_process

NOW = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(hours=1)


def _planned(db: Database, parts: int = 3, source: str = "files:/x") -> Backfill:
    backfill = take_up(db, source, "..", NOW, "v1")
    add_parts(db, backfill, [PlannedPart(f"p{n}", {"n": n}, 10) for n in range(parts)], NOW)
    return backfill


def _lease(db: Database, backfill: Backfill, owner: str = "me", now: dt.datetime = NOW, **more: bool) -> Lease | None:
    return lease_part(db, backfill, owner, now, seconds=60, **more)


def _end(db: Database, lease: Lease | None, failure: tuple[str, str] | None = None) -> None:
    assert lease is not None
    with db.transaction() as session:
        end_part(
            session,
            lease,
            NOW,
            counts={"items": 5},
            misses=[{"where": "w", "reason": "r", "detail": "d"}],
            seconds=2.0,
            rule_version="v1",
            failure=failure,
        )


def test_parts_are_leased_in_order_and_each_once(db: Database) -> None:
    backfill = _planned(db)
    keys = [lease.key for _ in range(4) if (lease := _lease(db, backfill))]
    assert keys == ["p0", "p1", "p2"]


def test_from_the_end_on_request(db: Database) -> None:
    lease = _lease(db, _planned(db), reverse=True)
    assert lease is not None
    assert (lease.key, lease.args, lease.size) == ("p2", {"n": 2}, 10)


def test_many_at_once_never_share_a_part(database_url: str) -> None:
    db = open_database(database_url)
    backfill = _planned(db, parts=40)
    with ThreadPoolExecutor(8) as pool:
        leases = list(pool.map(lambda n: _lease(db, backfill, owner=f"w{n}"), range(40)))
    assert sorted(lease.key for lease in leases if lease) == sorted(f"p{n}" for n in range(40))
    db.dispose()


def test_the_same_order_takes_up_the_same_backfill(db: Database) -> None:
    first = _planned(db)
    _end(db, _lease(db, first))
    again = take_up(db, "files:/x", "..", LATER, "v2")
    assert again.id == first.id
    assert again.planned
    assert add_parts(db, again, [PlannedPart(f"p{n}", {}, 0) for n in range(4)], LATER) == 4
    assert progress(db, again).states == {"done": 1, "planned": 3}
    other = take_up(db, "files:/x", "2024-01-01..", NOW, "v1")
    assert other.id != first.id
    assert [known.id for known in all_backfills(db)] == [other.id, first.id]


def test_a_part_whose_lease_ran_out_is_taken_over_and_its_first_worker_told(db: Database) -> None:
    backfill = _planned(db, parts=1)
    first = _lease(db, backfill, owner="other:1:x")
    assert _lease(db, backfill) is None
    second = _lease(db, backfill, now=LATER)
    assert second is not None
    assert second.attempts == 2
    assert first is not None
    with pytest.raises(PartLost, match="reprise par me"):
        _end(db, first)
    with pytest.raises(PartLost):
        prolong(db, first, LATER, seconds=60)
    _end(db, second)
    assert progress(db, backfill).states == {"done": 1}


def test_a_prolonged_lease_lasts(db: Database) -> None:
    backfill = _planned(db, parts=1)
    lease = _lease(db, backfill, owner="other:1:x")
    assert lease is not None
    prolong(db, lease, LATER, seconds=60)
    assert _lease(db, backfill, now=LATER) is None


def test_the_part_of_a_dead_process_of_this_machine_is_taken_at_once(db: Database) -> None:
    backfill = _planned(db, parts=1)
    told = "from storage.processes import this_process; print(this_process())"
    dead = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True).stdout.strip()
    assert _lease(db, backfill, owner=dead) is not None
    assert _lease(db, backfill) is not None
    assert _lease(db, backfill, owner=this_process()) is None  # we live


@pytest.mark.parametrize(("redo", "due"), [("missing", 1), ("failed", 2), ("all", 3)])
def test_what_is_done_again(db: Database, redo: str, due: int) -> None:
    backfill = _planned(db)
    _end(db, _lease(db, backfill))
    _end(db, _lease(db, backfill), failure=("archive", "no answer"))
    reopen(db, backfill, redo)  # type: ignore[arg-type]
    assert progress(db, backfill).left == due


def test_progress_tells_counts_failures_and_time_left(db: Database) -> None:
    backfill = _planned(db, parts=4)
    _end(db, _lease(db, backfill))
    assert progress(db, backfill).seconds_left(2) == pytest.approx(3.0)
    _end(db, _lease(db, backfill), failure=("archive", "no answer"))
    told = progress(db, backfill)
    assert told.counts == {"items": 10}
    assert told.failures == (("p1", "archive", "no answer"),)
    assert told.states == {"done": 1, "failed": 1, "planned": 2}
    assert progress(db, _planned(db, source="files:/empty")).seconds_left(1) is None
