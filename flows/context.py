"""What a run works with: settings, database, client, feeds, knowledge, outlets, clock, and an ear for progress."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from alerts.outlets import open_outlets
from alerts.send import Outlet
from config.settings import Settings
from extractors.knowledge import Knowledge, load_knowledge
from flows.reader import ArticleReader, open_reader
from sources.client import PoliteClient
from sources.feedlist import load_feeds
from sources.policy import Policy
from sources.values import Feed
from storage.database import Database, open_database


class Progress(Protocol):
    """Told how far a phase is; draws a bar, writes log lines, or does nothing."""

    def phase(self, name: str, total: int | None) -> None:
        """A phase of `total` steps begins; None when nobody knows how many."""

    def step(self, detail: str = "") -> None:
        """One step is done."""


class Silent:
    """A `Progress` that says nothing."""

    def phase(self, name: str, total: int | None) -> None:
        """Nothing to say."""

    def step(self, detail: str = "") -> None:
        """Nothing to say."""


@dataclass(frozen=True)
class RunContext:
    """Everything the phases of a run share. `now` is the only clock they may ask."""

    settings: Settings
    database: Database
    client: PoliteClient
    feeds: tuple[Feed, ...]
    knowledge: Knowledge
    reader: ArticleReader
    outlets: tuple[Outlet, ...]
    progress: Progress
    now: Callable[[], datetime]

    def feed(self, feed_id: str) -> Feed:
        """The feed of that id; one that left `feeds.yaml` since its entries were stored comes back bare."""
        found = next((feed for feed in self.feeds if feed.id == feed_id), None)
        return found or Feed(id=feed_id, name=feed_id, url="")


@contextmanager
def open_context(
    settings: Settings,
    *,
    feeds: Sequence[Feed] | None = None,
    progress: Progress | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Iterator[RunContext]:
    """Open everything a run needs, and close it again.

    Args:
        feeds: the feeds to visit; those of `feeds.yaml` that are switched on when None.

    Raises:
        ConfigError: a setting, feed, rule, lexicon or watch is wrong; names file and line.
        StorageError: the database cannot be opened or migrated.
    """
    chosen = tuple(load_feeds(settings.config_dir) if feeds is None else feeds)
    knowledge = load_knowledge(settings.config_dir)
    outlets = tuple(open_outlets(settings))
    database = open_database(settings.database)
    try:
        with (
            PoliteClient(Policy.from_settings(settings)) as client,
            open_reader(settings) as reader,
        ):
            yield RunContext(
                settings=settings,
                database=database,
                client=client,
                feeds=tuple(feed for feed in chosen if feed.enabled),
                knowledge=knowledge,
                reader=reader,
                outlets=outlets,
                progress=progress or Silent(),
                now=now,
            )
    finally:
        database.dispose()
