"""Sixty kinds of bad servers and documents beside forty good feeds: every good article is stored, every bad one told."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

from chaos import EACH, GOOD, chaos
from sqlmodel import select

from demo.show import demo_settings
from flows.context import open_context
from flows.daily_run import run_daily
from storage.tables import ArticleRow, EntryRow, PartRow

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
DEADLINE = 4.0


def test_every_good_article_and_every_bad_reason(tmp_path: Path) -> None:
    settings = demo_settings(tmp_path).model_copy(
        update={
            "fetch_deadline": DEADLINE,
            "connect_timeout": 2.0,
            "host_delay": 0.0,
            "max_feed_bytes": 2_000_000,
            "max_page_bytes": 5_000_000,
            "feed_seconds": 4.0,
            "page_seconds": 4.0,
            "workers": 2,
        }
    )
    with chaos() as web:
        assert len(web.bad) + len(web.bad_pages) >= 60
        began = time.monotonic()
        with open_context(settings, feeds=[*web.bad, *web.good], now=lambda: NOW) as ctx:
            run_daily(ctx)
            lasted = time.monotonic() - began
            with ctx.database.reading() as session:
                stored = set(session.exec(select(ArticleRow.url)))
                parts = {part.source: part for part in session.exec(select(PartRow))}
                entries = {row.url: row for row in session.exec(select(EntryRow))}
    missing = {url: (entries[url].state, entries[url].reason, entries[url].detail) for url in web.good_urls - stored}
    assert missing == {}
    assert len(web.good_urls) == GOOD * EACH
    told = {feed.name: parts[f"feed:{feed.id}"] for feed in web.bad}
    untold = {name: (part.outcome, part.reason) for name, part in told.items() if not (part.reason and part.detail)}
    assert untold == {}
    assert {part.outcome for part in told.values()} == {"failed"}
    silent = [name for url, name in web.bad_pages.items() if not entries[url].reason]
    assert silent == []
    assert stored - web.good_urls == set()
    assert lasted < 120, "bad servers are waited for side by side, and never longer than their deadlines"
