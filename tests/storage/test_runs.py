"""The ledger of runs: one at a time, resumed after a death, caught up once."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from newsroom import NOW

from storage.database import Database
from storage.errors import AlreadyCaughtUp, RunInProgress, RunLost
from storage.processes import is_dead, this_process
from storage.runs import begin_run, fail_run, finish_run, heartbeat, last_runs, parts_done, record_part
from storage.values import Run, RunReport

ME = this_process()
ELSEWHERE = "otherhost:17:x-1"
MINUTE = dt.timedelta(minutes=1)


def _begin(db: Database, now: dt.datetime = NOW, owner: str = ME, **more: object) -> Run:
    return begin_run(db, "daily", now, owner=owner, lease_seconds=60, **more)  # type: ignore[arg-type]


def _report(run: Run) -> RunReport:
    return RunReport(run.id, run.kind, run.started_at)


def _dead_process() -> str:
    """The name of a process of this host that has ended."""
    code = "from storage.processes import this_process; print(this_process())"
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def test_a_second_run_is_refused_with_who_and_since_when(db: Database) -> None:
    _begin(db, owner=ELSEWHERE)
    with pytest.raises(RunInProgress, match=r"processus 17 sur otherhost le tient depuis le 2026-03-10 à 05:30 UTC"):
        _begin(db, NOW + MINUTE / 2)


def test_other_kinds_are_not_in_the_way(db: Database) -> None:
    first = _begin(db)
    other = begin_run(db, "backfill", NOW, owner=ME, lease_seconds=60)
    assert first.id != other.id


@pytest.mark.parametrize("death", ["lease ran out", "process died"])
def test_an_interrupted_run_is_taken_up_under_its_id(db: Database, death: str) -> None:
    by_lease = death == "lease ran out"
    first = _begin(db, owner=ELSEWHERE if by_lease else _dead_process())
    with db.transaction() as session:
        record_part(session, first, "feed:a", NOW, counts={})
    again = _begin(db, NOW + (2 * MINUTE if by_lease else dt.timedelta(seconds=1)))
    assert (again.id, again.resumed, again.started_at, again.owner) == (first.id, True, NOW, ME)
    assert parts_done(db, again) == {"feed:a"}


def test_a_heartbeat_keeps_others_away(db: Database) -> None:
    run = _begin(db, owner=ELSEWHERE)
    heartbeat(db, run, NOW + MINUTE / 2)
    with pytest.raises(RunInProgress):
        _begin(db, NOW + MINUTE * 1.4)


def test_who_lost_the_run_is_told_and_cannot_finish_it(db: Database) -> None:
    lost = _begin(db, owner=ELSEWHERE)
    kept = _begin(db, NOW + 2 * MINUTE)
    with pytest.raises(RunLost, match="taken over"):
        heartbeat(db, lost, NOW + 2 * MINUTE)
    with pytest.raises(RunLost):
        finish_run(db, lost, _report(lost), NOW)
    finish_run(db, kept, _report(kept), NOW + 3 * MINUTE)
    with pytest.raises(RunLost):
        fail_run(db, kept, "too late", NOW)


def test_late_starts_after_days_off_work_once(db: Database) -> None:
    """A scheduler that wakes on Thursday fires Monday's, Tuesday's and Wednesday's runs."""
    late = [NOW - dt.timedelta(days=days) for days in (3, 2, 1)]
    run = _begin(db, scheduled_for=late[0])
    finish_run(db, run, _report(run), NOW + MINUTE)
    for scheduled in late[1:]:
        with pytest.raises(AlreadyCaughtUp, match="rien à faire"):
            _begin(db, NOW + 2 * MINUTE, scheduled_for=scheduled)
    tomorrow = NOW + dt.timedelta(days=1)
    assert _begin(db, tomorrow, scheduled_for=tomorrow).id != run.id


def test_a_failed_run_neither_counts_as_done_nor_is_resumed(db: Database) -> None:
    first = _begin(db, scheduled_for=NOW)
    fail_run(db, first, "no feed could be read", NOW + MINUTE)
    second = _begin(db, NOW + 2 * MINUTE, scheduled_for=NOW)
    assert (second.id != first.id, second.resumed) == (True, False)


def test_an_interrupted_run_is_resumed_even_when_an_earlier_one_covers_the_moment(db: Database) -> None:
    done = _begin(db)
    finish_run(db, done, _report(done), NOW)
    _begin(db, NOW + MINUTE, owner=ELSEWHERE)
    assert _begin(db, NOW + 3 * MINUTE, scheduled_for=NOW).resumed


def test_last_runs_newest_first_with_their_reports(db: Database) -> None:
    first = _begin(db, rule_version="r1")
    finish_run(db, first, replace(_report(first), relevant=7), NOW + MINUTE)
    second = _begin(db, NOW + 2 * MINUTE)
    fail_run(db, second, "broken", NOW + 3 * MINUTE)
    latest, earlier = last_runs(db, 5)
    assert (latest.state, latest.error, latest.report) == ("failed", "broken", None)
    assert (earlier.state, earlier.rule_version, earlier.finished_at) == ("done", "r1", NOW + MINUTE)
    assert earlier.report is not None
    assert earlier.report["articles"]["relevant"] == 7  # type: ignore[index]
    assert [run.id for run in last_runs(db, 1)] == [second.id]


def test_of_many_that_start_at_once_one_runs(db: Database) -> None:
    def start(n: int) -> bool:
        try:
            _begin(db, owner=f"host{n}:1:x")
        except RunInProgress:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(start, range(6))) == 1


def test_a_failed_part_is_not_done_and_a_repeated_one_counts_its_attempts(db: Database) -> None:
    run = _begin(db)
    for state in ("failed", "failed", "done"):
        assert parts_done(db, run) == set()
        with db.transaction() as session:
            record_part(session, run, "feed:a", NOW, counts={}, state=state)
    assert parts_done(db, run) == {"feed:a"}


@pytest.mark.parametrize(
    ("owner", "dead"),
    [
        (ME, False),
        (ELSEWHERE, False),  # another host: cannot know
        (ME.rsplit("-", 1)[0] + "-1", True),  # the pid was given to another process since
        ("nonsense", False),
        ("", False),
    ],
    ids=["itself", "elsewhere", "taken_over", "nonsense", "empty"],
)
def test_who_is_dead(owner: str, dead: bool) -> None:
    assert is_dead(owner) is dead
