"""What goes out besides deals, and sending by itself: notes of silence, the operator's mail, `veille send`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from alerts.outlets import open_outlets
from alerts.send import SendResult, send_all
from alerts.timing import day_start
from alerts.watch import OPERATOR, Watch
from config.settings import Settings
from flows.local_day import local_day
from sources.feedlist import load_feeds
from storage.database import Database
from storage.health import queue_note, tell_operator, troubles
from storage.outbox import queued_since
from storage.values import RunReport


def send_now(settings: Settings, database: Database, now: datetime) -> SendResult:
    """Everything that is due, without a run: what cron calls between two runs.

    Raises:
        ConfigError: a feed or a watch is wrong.
        StorageError: the database cannot be read or written.
    """
    outlets = open_outlets(settings)
    report_health(database, settings, [feed.id for feed in load_feeds(settings.config_dir) if feed.enabled], now)
    return send_all(database, outlets, now)


def note_silence(database: Database, watches: Sequence[Watch], report: RunReport, now: datetime) -> None:
    """Queue a note for every watch that wants to hear that there was nothing today; one a day."""
    for watch in watches:
        if not watch.when_nothing or queued_since(database, watch.id, day_start(watch.timezone, now)):
            continue
        today = local_day(now, watch.timezone).isoformat()
        note = {
            "about": "nothing",
            "day": today,
            "feeds": len(report.feeds),
            "failed": [feed.feed_id for feed in report.feeds if feed.outcome == "failed"],
            "articles": report.entries_new,
            "relevant": report.relevant,
        }
        with database.transaction() as session:
            queue_note(session, watch.id, note, now, "nothing", today)


def report_health(database: Database, settings: Settings, feed_ids: Collection[str], now: datetime) -> None:
    """Queue one mail to the operator when something is wrong that was not told yet."""
    found = troubles(database, feed_ids, now, days=settings.health_days, timezone=settings.timezone)
    tell_operator(database, OPERATOR, found, now)
