"""The phases of a run, each a plain function over a `RunContext`: what Prefect's tasks and the plain run both call."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from alerts.watch import OPERATOR
from flows.alerting import note_silence, report_health
from flows.batches import spread_over_hosts
from flows.context import RunContext
from flows.reader import ReadJob
from sources.feeds.fetching import fetch_feed
from sources.pages import fetch_page
from sources.values import Feed, Page, PageFailure
from storage.articles import store_batch
from storage.deals import resolve
from storage.entries import load_entries, pending_addresses
from storage.feed_health import silent_feeds
from storage.feeds import record_feed, validators_of
from storage.manners import at_its_address, keep_pauses
from storage.queries import deal_views
from storage.reports import run_report
from storage.runs import finish_run, heartbeat, last_done
from storage.trying import tried_again
from storage.values import BatchCounts, DealView, EntryOutcome, FeedCounts, PendingEntry, Resolution, Run, RunReport

if TYPE_CHECKING:
    from alerts.send import SendResult

log = logging.getLogger("veille.run")

# From this many characters on, a feed's own content is the article and the page need not be fetched: WordPress
# extracts have 55 words (about 350 characters), newsletters' teasers stay under a thousand.
FULL_TEXT = 1500
# A machine that comes back after longer than this has news to catch up with, but not to alert of.
MOST_DAYS_OFF = 31


def visit_feed(ctx: RunContext, run: Run, feed: Feed) -> FeedCounts:
    """Fetch one feed with its stored validators and keep what is new, in one transaction with the ledger."""
    feed = at_its_address(ctx.database, feed)
    result = fetch_feed(ctx.client, feed, validators_of(ctx.database, feed.id), ctx.now())
    counts = tried_again(lambda: record_feed(ctx.database, run, feed, result, ctx.now()))
    ctx.reader.expect_more(counts.new)
    found = f", {counts.new} new, {counts.known} known" + (
        f", {counts.set_aside} set aside" if counts.set_aside else ""
    )
    log.info(
        "feed %s: %s%s",
        feed.id,
        result.outcome.value,
        f" ({result.reason.value}: {result.detail})" if result.reason else found,
        extra={"feed": feed.id, "outcome": result.outcome.value, "reason": result.reason, "new": counts.new},
    )
    return counts


def page_batches(ctx: RunContext) -> list[list[int]]:
    """The entries waiting to be read (those of interrupted runs and those due again included), cut into batches."""
    return spread_over_hosts(pending_addresses(ctx.database, ctx.now(), limit=100_000), ctx.settings.page_batch)


def read_batch(ctx: RunContext, run: Run, part: str, entry_ids: Sequence[int]) -> BatchCounts:
    """Fetch and read one batch of entries, and store all of it in one transaction."""
    pending = load_entries(ctx.database, entry_ids)
    with ThreadPoolExecutor(min(ctx.settings.hosts_at_once, max(1, len(pending)))) as pool:
        outcomes = list(pool.map(lambda entry: _read_entry(ctx, entry), pending))
    counts = tried_again(lambda: store_batch(ctx.database, run, part, outcomes, ctx.now()))
    for entry, outcome in zip(pending, outcomes, strict=True):
        if (lost := outcome.failure) is not None:
            told = {"feed": entry.entry.feed_id, "url": entry.entry.url, "reason": lost.reason}
            log.info("page %s: %s (%s)", entry.entry.url, lost.reason, lost.detail, extra=told)
    log.info(
        "%s: %d relevant, %d not relevant, %d not French, %d known texts, %d failed",
        part,
        counts.relevant,
        counts.not_relevant,
        counts.not_french,
        counts.duplicates,
        sum(counts.failed.values()),
        extra={"part": part},
    )
    return counts


def resolve_deals(ctx: RunContext, run: Run) -> Resolution:
    """Bring new mentions together into deals, and queue alerts for what is new."""
    resolution = resolve(
        ctx.database,
        run,
        ctx.now(),
        alert_confidence=ctx.settings.alert_confidence,
        alert_window_days=_alert_window(ctx, run),
        watches=[outlet.watch.rule for outlet in ctx.outlets if outlet.watch.id != OPERATOR],
    )
    # All of them, recalled and other than AI included; the report counts those that are news about AI.
    log.info("deals of every kind: %d new, %d changed", len(resolution.created), len(resolution.changed))
    return resolution


def send_alerts(ctx: RunContext, run: Run) -> SendResult:
    """Send what is queued: today's news, what an earlier run could not send, and what the operator should know."""
    from alerts.send import send_all  # templates: only the end of a run needs them

    note_silence(ctx.database, [outlet.watch for outlet in ctx.outlets], run_report(ctx.database, run), ctx.now())
    report_health(ctx.database, ctx.settings, [feed.id for feed in ctx.feeds], ctx.now())
    result = send_all(ctx.database, ctx.outlets, ctx.now())
    for error in result.errors:
        log.warning("alerts: %s", error)
    return result


def new_deals(ctx: RunContext, report: RunReport) -> list[DealView]:
    """The deals that are new in this run, as the report counts them."""
    with ctx.database.reading() as session:
        return list(deal_views(session, report.deals_new).values())


def close_run(ctx: RunContext, run: Run) -> RunReport:
    """Count the run from the tables and mark it done."""
    silent = silent_feeds(ctx.database, ctx.feeds, ctx.now())
    for feed in silent:
        log.warning("feed %s: silent since %s", feed.feed_id, feed.last_new_at, extra={"feed": feed.feed_id})
    report = replace(run_report(ctx.database, run), feeds_silent=tuple(feed.feed_id for feed in silent))
    finish_run(ctx.database, run, report, ctx.now())
    return report


def keep_alive(ctx: RunContext, run: Run) -> None:
    """Prolong the run's lease, and note which hosts asked for a pause; called after every feed and batch."""
    if pauses := ctx.client.pauses():
        tried_again(lambda: keep_pauses(ctx.database, pauses, datetime.now(UTC)))
    heartbeat(ctx.database, run, ctx.now())


def _alert_window(ctx: RunContext, run: Run) -> int:
    """Days: those of the settings, or all since the last run when the machine was off for longer than that."""
    last = last_done(ctx.database, run)
    off = 0 if last is None else (ctx.now() - last).days + 2  # from the day of that run to today, both counted
    return max(ctx.settings.alert_window_days, min(off, MOST_DAYS_OFF))


def _read_entry(ctx: RunContext, pending: PendingEntry) -> EntryOutcome:
    feed = ctx.feed(pending.entry.feed_id)
    too_old = ctx.now() - pending.first_seen > timedelta(days=ctx.settings.retry_days)
    page: Page | PageFailure | None = None
    if not _feed_is_enough(ctx, feed, pending):
        page = fetch_page(ctx.client, pending.entry.url)
    outcome = ctx.reader.read(ReadJob(pending, feed, page, last_try=too_old))
    ctx.progress.step()
    return outcome


def _feed_is_enough(ctx: RunContext, feed: Feed, pending: PendingEntry) -> bool:
    content = pending.entry.content_html
    if not content or len(content) < FULL_TEXT:
        return False
    if feed.full_text:
        return True
    found = ctx.reader.full_text(pending)
    return found is not None and len(found.text) >= FULL_TEXT
