"""One daily run as five phases, without Prefect: what `veille run --plain` and the demonstration call.

Truth about what was done is the ledger in our own database: a run killed anywhere is taken up again under its id,
visits only the feeds it had not visited, and reads only what is still pending. So is one that was interrupted (Ctrl-C,
SIGTERM): only an error ends a run as failed.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from flows.batches import AT_ONCE, batch_name
from flows.context import RunContext
from flows.phases import (
    close_run,
    keep_alive,
    page_batches,
    read_batch,
    resolve_deals,
    send_alerts,
    visit_feed,
)
from flows.resolving import names_in_force
from sources.values import Feed
from storage.manners import pauses_in_force, rest_feeds
from storage.processes import this_process
from storage.runs import begin_run, fail_run, parts_done
from storage.values import Run, RunReport

KIND = "daily"
# Longer than any one feed or batch may take (deadlines bound both), so that only a dead run loses its lease.
LEASE_SECONDS = 900


def run_daily(ctx: RunContext, scheduled_for: datetime | None = None) -> RunReport:
    """Run all phases in this process.

    Args:
        scheduled_for: the moment a scheduler meant this run for; when a later run did the work already, it is skipped.

    Raises:
        RunInProgress: another process is at it.
        AlreadyCaughtUp: the work of this schedule is done.
        StorageError: nothing could be stored.
    """
    run = start_run(ctx, scheduled_for)
    try:
        visit_feeds(ctx, run)
        read_pages(ctx, run)
        resolve_deals(ctx, run)
        send_alerts(ctx, run)
        return close_run(ctx, run)
    except Exception as error:
        fail_run(ctx.database, run, f"{type(error).__name__}: {error}", ctx.now())
        raise


def start_run(ctx: RunContext, scheduled_for: datetime | None = None) -> Run:
    """Open a run in the ledger, or take up the one that was interrupted."""
    run = begin_run(
        ctx.database,
        KIND,
        ctx.now(),
        owner=this_process(),
        lease_seconds=LEASE_SECONDS,
        scheduled_for=scheduled_for,
        rule_version=ctx.knowledge.version,
    )
    # By the machine's clock, which the pauses were set by: a test may give the run another.
    ctx.client.resume(pauses_in_force(ctx.database, datetime.now(UTC)))
    names_in_force(ctx.database, ctx.knowledge, ctx.now())
    return run


def visit_feeds(ctx: RunContext, run: Run) -> None:
    """Visit every feed that this run has not visited yet, many hosts at once."""
    waiting = feeds_to_visit(ctx, run)
    ctx.progress.phase("feeds", len(waiting))
    with ThreadPoolExecutor(ctx.settings.hosts_at_once) as pool:
        for _ in pool.map(lambda feed: _visit(ctx, run, feed), waiting):
            keep_alive(ctx, run)


def read_pages(ctx: RunContext, run: Run) -> None:
    """Read every pending entry, several batches at once."""
    batches = page_batches(ctx)
    total = sum(map(len, batches))
    ctx.progress.phase("pages", total)
    ctx.reader.expect(total)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in pool.map(lambda batch: read_batch(ctx, run, batch_name(batch), batch), batches):
            keep_alive(ctx, run)


def feeds_to_visit(ctx: RunContext, run: Run) -> list[Feed]:
    """The feeds without a finished part in this run's ledger, but for those that are to be left alone today."""
    done = parts_done(ctx.database, run)
    left = [feed for feed in ctx.feeds if f"feed:{feed.id}" not in done]
    return rest_feeds(ctx.database, run, left, ctx.now())


def _visit(ctx: RunContext, run: Run, feed: Feed) -> None:
    visit_feed(ctx, run, feed)
    ctx.progress.step(feed.id)
