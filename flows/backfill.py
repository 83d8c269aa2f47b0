"""The backfill as a Prefect flow: one flow, a task a part, over the functions of `backfill_run`.

Tasks take the id of the backfill and lease the next part themselves, so that the same flow runs in this process, with
processes of this machine, or on a Dask cluster whose workers share the database.
"""

from __future__ import annotations

import logging
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact, create_progress_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE
from prefect.futures import as_completed
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from config.errors import ConfigError
from config.settings import Settings
from flows.archive_part import open_desk, work_next
from flows.backfill_run import (
    Order,
    Submit,
    parts_due,
    prepare,
    resolve_past,
    worker_pool,
    workers_for,
)
from flows.context import Progress, Silent
from storage.backfills import Backfill
from terminal.backfill_report import summarise, summary_lines

log = logging.getLogger("veille.backfill")

# The pool of a caller in this process, while its flow runs; a Dask worker has none and works in place.
_pools: list[Submit] = []


@task(name="part", task_run_name="part-{number}", cache_policy=NO_CACHE, persist_result=False, log_prints=False)
def read_part_task(backfill: dict[str, Any], number: int, reverse: bool) -> dict[str, Any] | None:
    """Do the next part that is due; returns counts. `number` only names the task."""
    known = Backfill(**backfill)
    end = _pools[-1](known, reverse=reverse).result() if _pools else work_next(known, reverse=reverse)
    return asdict(end) if end else None


def run_with_prefect(
    settings: Settings, order: Order, tell: Progress | None = None, *, dask: str | None = None
) -> Backfill:
    """Run the flow in this process.

    Args:
        dask: address of a Dask scheduler; its workers do the parts, with the settings of their own environment.

    Raises:
        ArchiveError: the source cannot be read at all.
        ConfigError: Dask is asked for and not installed, or the database is not one that machines can share.
    """
    tell = tell or Silent()
    workers = workers_for(order)
    filled: list[Backfill] = []
    runner = _dask(settings, dask) if dask else ThreadPoolTaskRunner(max_workers=workers)

    @flow(
        name="veille-archives",
        description="Archive → pages → articles → opérations.",
        task_runner=runner,  # type: ignore[arg-type]
        persist_result=False,
    )
    def fill() -> int:
        database = open_desk(settings).database
        backfill = prepare(settings, database, order, datetime.now(UTC))
        due = parts_due(database, backfill, order.most)
        tell.phase("parts", due)
        bar = create_progress_artifact(progress=0.0, key="avancement", description=backfill.source)
        filled.append(backfill)
        told = asdict(backfill)
        futures = [read_part_task.submit(told, number, order.reverse) for number in range(due)]
        for done, future in enumerate(as_completed(futures), 1):
            end = future.result()
            tell.step(end["key"] if end else "")
            update_progress_artifact(artifact_id=bar, progress=100.0 * done / due)  # type: ignore[arg-type]
        resolve_past(settings, database)
        lines = "\n".join(summary_lines(summarise(database, backfill)))
        create_markdown_artifact(f"```\n{lines}\n```", key="archives", description="Ce que les archives ont donné")
        return backfill.id

    if dask:
        fill()
    else:
        with worker_pool(settings, workers) as submit:
            _pools.append(submit)
            try:
                fill()
            finally:
                _pools.remove(submit)
    return filled[0]


def _dask(settings: Settings, address: str) -> TaskRunner[Any]:
    if settings.database.startswith("sqlite"):
        raise ConfigError("--dask veut une base que les machines partagent : VEILLE_DATABASE_URL=postgresql://…")
    try:
        from prefect_dask.task_runners import DaskTaskRunner
    except ImportError as error:
        raise ConfigError("--dask veut prefect-dask : pip install 'veille-ia[dask]'") from error
    runner: TaskRunner[Any] = DaskTaskRunner(address=address)
    return runner
