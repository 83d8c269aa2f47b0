"""Whole days for tests: the demonstration site, a clock that we set, a database, mails as files."""

from __future__ import annotations

import email
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.policy import default as modern
from pathlib import Path

from config.settings import Settings
from demo.show import demo_settings
from demo.site import DemoRequest, DemoSite
from flows.context import RunContext, open_context
from flows.daily_run import run_daily
from storage.database import open_database
from storage.queries import list_deals
from storage.values import DealFilter, DealView, RunReport

FIRST_DAY = date(2026, 11, 23)


@dataclass
class Morning:
    """What one run left behind."""

    report: RunReport
    requests: list[DemoRequest]
    mails: list[EmailMessage]


@dataclass
class Mornings:
    """Successive daily runs over one site and one database."""

    site: DemoSite
    settings: Settings
    day: date = FIRST_DAY
    seen: set[str] = field(default_factory=set)

    def now(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 8, tzinfo=UTC)

    @contextmanager
    def context(self) -> Iterator[RunContext]:
        with open_context(self.settings, feeds=self.site.feeds, now=self.now) as ctx:
            yield ctx

    def run(self) -> Morning:
        """One run, at eight; the next one is a day later."""
        before = len(self.site.log)
        with self.context() as ctx:
            report = run_daily(ctx)
        self.day += timedelta(days=1)
        return Morning(report, self.site.log[before:], self.new_mails())

    def new_mails(self) -> list[EmailMessage]:
        fresh = [file for file in sorted(self.settings.outbox_dir.glob("*.eml")) if file.name not in self.seen]
        self.seen.update(file.name for file in fresh)
        return [message(file) for file in fresh]

    def deals(self, company: str | None = None, *, include_all: bool = False) -> list[DealView]:
        database = open_database(self.settings.database)
        try:
            return list(list_deals(database, DealFilter(company=company, include_all=include_all)))
        finally:
            database.dispose()


@contextmanager
def mornings(folder: Path, database_url: str) -> Iterator[Mornings]:
    """A site on its first day, nothing read yet."""
    settings = demo_settings(folder).model_copy(
        update={"database_url": database_url, "fetch_deadline": 3.0, "workers": 1}
    )
    with DemoSite(FIRST_DAY) as site:
        yield Mornings(site, settings)


def message(file: Path) -> EmailMessage:
    parsed = email.message_from_bytes(file.read_bytes(), policy=modern)
    assert isinstance(parsed, EmailMessage)
    return parsed


def plain_text(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    text: str = part.get_content()
    return text
