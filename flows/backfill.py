"""The backfill as a Prefect flow: one flow, a task a part (or a few, when there are thousands), over `backfill_run`.

Tasks take the id of the backfill and lease the next part themselves, so that the same flow runs in this process, with
processes of this machine, or on a Dask cluster whose workers share the database.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from prefect import flow, task
from prefect.artifacts import create_markdown_artifact, create_progress_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE
from prefect.exceptions import PrefectException
from prefect.futures import PrefectFuture, as_completed
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from config.settings import Settings
from flows.archive_part import open_desk, work_next
from flows.backfill_run import Order, reads_apart, resolve_past, threads_for
from flows.context import Progress
from flows.errors import PrefectAway
from flows.head_start import HeadStart
from flows.prefect_server import ServerNotStarted, passing_server
from storage.backfills import Backfill
from terminal.backfill_report import summarise, summary_lines

log = logging.getLogger("veille.backfill")

# Prefect's server loses records of flows with more, and the flow itself grows by 20 KB a task (docs/operations.md).
MOST_TASKS = 1000
# What Prefect does for a task in another process, a fifth of a second of processor, a few parts share.
_MOST_PARTS = 8
_Keys = PrefectFuture[list[str]]
_BAR_EVERY = 2.0  # seconds between two updates of the artifact, each a request


@task(name="parts", task_run_name="parts-{number}", cache_policy=NO_CACHE, persist_result=False, log_prints=False)
def read_parts_task(backfill: dict[str, Any], number: int, parts: int, reverse: bool, apart: bool) -> list[str]:
    """Do the next parts that are due, so many at most; returns their keys. `number` only names the task."""
    known, keys = Backfill(**backfill), []
    for _ in range(parts):
        end = work_next(known, reverse=reverse, apart=apart)
        if end is None:
            break
        keys.append(end.key)
    return keys


@task(name="parts", task_run_name="parts-{number}", cache_policy=NO_CACHE, persist_result=False, log_prints=False)
def note_begun_task(number: int, keys: list[str]) -> list[str]:
    """Parts that the cluster had done when the flow stood."""
    return keys


def fill_here(settings: Settings, order: Order, backfill: Backfill, ahead: HeadStart, tell: Progress) -> None:
    """The flow with its tasks in threads of this process; the first of them take over what `ahead` has begun.

    Raises:
        PrefectAway: its server did not come up, cannot be reached, or fails; what was done by then is kept.
    """

    @task(name="parts", task_run_name="parts-{number}", cache_policy=NO_CACHE, persist_result=False, log_prints=False)
    def take_over_task(number: int) -> list[str]:
        return ahead.threads[number].result()

    def submit() -> list[_Keys]:
        left = ahead.stop()
        begun = [take_over_task.submit(number) for number in range(len(ahead.threads))]
        tasks = task_sizes(left, threads_for(order), most=1)
        return [*begun, *_submitted(backfill, order, tasks, first=len(begun), apart=reads_apart(order))]

    try:
        with _api(settings) as ready:
            ready()
            _run_flow(settings, backfill, ahead.due, submit, tell, ThreadPoolTaskRunner(max_workers=threads_for(order)))
    except (httpx.HTTPError, PrefectException, RuntimeError, ServerNotStarted) as error:
        raise PrefectAway(f"{type(error).__name__}: {error}".splitlines()[0][:200]) from error


def fill_on_dask(
    settings: Settings, order: Order, backfill: Backfill, ahead: HeadStart, tell: Progress, address: str
) -> None:
    """The flow with its tasks done by a Dask cluster, whose workers have the settings of their environment.

    What the cluster was asked to do before the flow stood is a task of its own.

    Raises:
        ServerNotStarted: no server of Prefect is named, and a temporary one did not come up.
    """
    from prefect_dask.task_runners import DaskTaskRunner

    def submit() -> list[_Keys]:
        left = ahead.stop()
        tasks = task_sizes(left, len(ahead.threads), most=_MOST_PARTS)
        rest = _submitted(backfill, order, tasks, first=1, apart=True)
        begun = [key for thread in ahead.threads for key in thread.result()]
        return [note_begun_task.submit(0, begun), *rest]

    runner: TaskRunner[Any] = DaskTaskRunner(address=address)
    with _api(settings) as ready:
        ready()
        _run_flow(settings, backfill, ahead.due, submit, tell, runner)


def task_sizes(due: int, threads: int, *, most: int) -> list[int]:
    """How many parts each task does, `most` at most (more when there are thousands).

    The later the fewer, down to one, so that threads end together however long each of the parts takes.
    """
    least, sizes = -(-due // MOST_TASKS), []
    while due:
        sizes.append(min(due, max(least, min(most, due // (2 * threads)), 1)))
        due -= sizes[-1]
    return sizes


def _submitted(backfill: Backfill, order: Order, sizes: list[int], *, first: int, apart: bool) -> list[_Keys]:
    """Tasks that do so many parts each, numbered from `first`."""
    told = asdict(backfill)
    return [
        read_parts_task.submit(told, number, parts, order.reverse, apart) for number, parts in enumerate(sizes, first)
    ]


def _run_flow(
    settings: Settings,
    backfill: Backfill,
    due: int,
    submit: Callable[[], list[_Keys]],
    tell: Progress,
    runner: TaskRunner[Any],
) -> None:
    @flow(
        name="veille-archives",
        description="Archive → pages → articles → opérations.",
        task_runner=runner,
        persist_result=False,
    )
    def fill() -> int:
        bar = create_progress_artifact(progress=0.0, key="avancement", description=backfill.source)
        assert isinstance(bar, UUID)
        done, said = 0, time.monotonic()
        for future in as_completed(submit()):
            for key in future.result():
                tell.step(key)
                done += 1
            if time.monotonic() - said > _BAR_EVERY:
                update_progress_artifact(artifact_id=bar, progress=100.0 * done / due)
                said = time.monotonic()
        update_progress_artifact(artifact_id=bar, progress=100.0)
        resolve_past(settings, open_desk(settings).database)
        lines = "\n".join(summary_lines(summarise(open_desk(settings).database, backfill)))
        create_markdown_artifact(f"```\n{lines}\n```", key="archives", description="Ce que les archives ont donné")
        return backfill.id

    fill()


@contextmanager
def _api(settings: Settings) -> Iterator[Callable[[], None]]:
    """The server that is named, or a temporary one that starts while we plan; yields what waits for it."""
    if PREFECT_API_URL.value():
        yield lambda: None
        return
    home = Path(os.environ.get("PREFECT_HOME", settings.data_dir / "prefect"))
    with passing_server(home) as (url, wait), temporary_settings({PREFECT_API_URL: url}):
        yield wait
