"""The daily run as a Prefect flow: one level, a task a feed and a task a batch of pages, over the same functions.

Prefect gives schedule, retries, time limits, the UI and artifacts. What was done is known from our own ledger: results
are counts, arguments are ids, and a lost Prefect record loses nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from typing import Any

import httpx
from prefect import flow, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.exceptions import PrefectException
from prefect.futures import as_completed
from prefect.runtime import flow_run as current_flow_run
from prefect.task_runners import ThreadPoolTaskRunner
from prefect.tasks import Task, exponential_backoff

from config.settings import load_settings
from flows.batches import AT_ONCE, batch_name
from flows.context import RunContext, open_context
from flows.daily_run import feeds_to_visit, start_run
from flows.errors import PrefectAway
from flows.phases import (
    close_run,
    keep_alive,
    new_deals,
    page_batches,
    read_batch,
    resolve_deals,
    send_alerts,
    visit_feed,
)
from storage.errors import AlreadyCaughtUp, DatabaseBusy
from storage.runs import fail_run
from storage.values import Run, RunReport
from terminal.deal_table import deal_rows
from terminal.report import feed_rows, report_lines

log = logging.getLogger("veille.run")

TRANSIENT = (DatabaseBusy, ConnectionError, TimeoutError)
# Tasks have no limit of their own: Prefect cannot interrupt a thread. Every fetch in them has its deadline instead, and
# the flow as a whole this one.
FLOW_TIMEOUT = 3 * 3600

# Tasks take ids, never objects: what they work with is found here, under the id of the run in our ledger.
_working: dict[int, tuple[RunContext, Run]] = {}


def _is_transient(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    try:
        state.result()
    except TRANSIENT:
        return True
    except Exception:  # noqa: BLE001 - any other failure is for good, whatever it is; Prefect has logged it
        return False
    return False


@task(
    name="feed",
    task_run_name="feed-{feed_id}",
    retries=3,
    retry_delay_seconds=exponential_backoff(backoff_factor=2),
    retry_jitter_factor=0.5,
    retry_condition_fn=_is_transient,
    cache_policy=NO_CACHE,
)
def visit_feed_task(run_id: int, feed_id: str) -> dict[str, int]:
    """Visit one feed; returns counts."""
    ctx, run = _working[run_id]
    counts = visit_feed(ctx, run, ctx.feed(feed_id))
    keep_alive(ctx, run)
    ctx.progress.step(feed_id)
    return asdict(counts)


@task(
    name="pages",
    task_run_name="{part}",
    retries=3,
    retry_delay_seconds=exponential_backoff(backoff_factor=2),
    retry_jitter_factor=0.5,
    retry_condition_fn=_is_transient,
    cache_policy=NO_CACHE,
)
def read_batch_task(run_id: int, part: str, entry_ids: list[int]) -> dict[str, int]:
    """Fetch and read one batch of pages; returns counts."""
    ctx, run = _working[run_id]
    counts = read_batch(ctx, run, part, entry_ids)
    keep_alive(ctx, run)
    return {"relevant": counts.relevant, "mentions": counts.mentions, "failed": sum(counts.failed.values())}


@dataclass
class _Session:
    """Where a flow run gets its context from, and where it leaves its report for the caller in this process."""

    open: Callable[[], AbstractContextManager[RunContext]]
    report: RunReport | None = None


def _from_environment() -> AbstractContextManager[RunContext]:
    return open_context(load_settings())


# The session of a caller in this process, while its flow runs. Plain values only: Prefect's runner pickles this module.
_sessions: list[_Session] = []


@flow(
    name="veille-quotidienne",
    description="Flux → pages → articles → opérations → courriel.",
    timeout_seconds=FLOW_TIMEOUT,
    task_runner=ThreadPoolTaskRunner(max_workers=AT_ONCE),  # type: ignore[arg-type]
    persist_result=False,
)
def daily() -> dict[str, int]:
    """One daily run; returns counts. Deployed, it works with the settings of its environment."""
    session = _sessions[-1] if _sessions else _Session(_from_environment)
    session.report = conduct(session.open())
    return {} if session.report is None else _counts(session.report)


def run_with_prefect(context: Callable[[], AbstractContextManager[RunContext]]) -> RunReport | None:
    """Run the flow in this process, on a context of the caller's making (the CLI's progress bar, a test's feeds).

    Returns:
        The report, or None when a later run had done this schedule's work already.

    Raises:
        PrefectAway: its server cannot be reached, or fails; what the run had done by then is kept.
    """
    session = _Session(context)
    _sessions.append(session)
    try:
        daily()
    except (httpx.HTTPError, PrefectException, RuntimeError) as error:
        if session.report is None:
            raise PrefectAway(f"{type(error).__name__}: {error}".splitlines()[0][:200]) from error
        # The work is done and in our own ledger; only Prefect's record of it is lost.
        log.warning("done, but not recorded by Prefect: %s", error)
    finally:
        _sessions.remove(session)
    return session.report


def conduct(opened: AbstractContextManager[RunContext]) -> RunReport | None:
    """The five phases as Prefect tasks, inside a flow run."""
    with opened as ctx:
        try:
            run = start_run(ctx, scheduled_for=current_flow_run.scheduled_start_time)
        except AlreadyCaughtUp:
            return None
        _working[run.id] = (ctx, run)
        try:
            _visit_feeds(ctx, run)
            _read_pages(ctx, run)
            resolve_deals(ctx, run)
            send_alerts(ctx, run)
            report = close_run(ctx, run)
        except Exception as error:
            fail_run(ctx.database, run, f"{type(error).__name__}: {error}", ctx.now())
            raise
        finally:
            del _working[run.id]
        try:
            _show(ctx, report)
        except (httpx.HTTPError, PrefectException) as error:
            log.warning("no artifacts of run %d: %s", run.id, error)
        return report


def _visit_feeds(ctx: RunContext, run: Run) -> None:
    waiting = feeds_to_visit(ctx, run)
    ctx.progress.phase("feeds", len(waiting))
    futures = [visit_feed_task.submit(run.id, feed.id) for feed in waiting]
    for future in as_completed(futures):
        future.result()


def _read_pages(ctx: RunContext, run: Run) -> None:
    batches = page_batches(ctx)
    total = sum(map(len, batches))
    ctx.progress.phase("pages", total)
    ctx.reader.expect(total)
    futures = [read_batch_task.submit(run.id, batch_name(batch), batch) for batch in batches]
    for future in as_completed(futures):
        future.result()


def _show(ctx: RunContext, report: RunReport) -> None:
    """Artifacts: the run report, feed health, the new deals."""
    # A block of code: Markdown would run the lines together.
    lines = "\n".join(report_lines(report, ctx.settings.timezone))
    create_markdown_artifact(f"```\n{lines}\n```", key="compte-rendu", description="Compte rendu du passage")
    create_table_artifact(feed_rows(report.feeds), key="sante-des-flux", description="Santé des flux")
    deals = new_deals(ctx, report)
    if deals:
        create_table_artifact(deal_rows(deals), key="nouvelles-operations", description="Nouvelles opérations")


def _counts(report: RunReport) -> dict[str, int]:
    return {
        "feeds": len(report.feeds),
        "feeds_failed": sum(feed.outcome == "failed" for feed in report.feeds),
        "articles": report.entries_new,
        "relevant": report.relevant,
        "deals_new": len(report.deals_new),
        "deals_updated": len(report.deals_updated),
        "mails_sent": report.mails_sent,
    }
