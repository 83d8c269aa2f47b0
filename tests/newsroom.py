"""Articles and deals of our own invention, for tests that need a database with something in it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlmodel import select

from extractors.values import Amount, Article, Bound, DealMention, Evidence, Reading, Relevance
from sources.values import Entry, Feed, FeedOutcome, FeedResult
from storage.articles import store_batch
from storage.database import Database, open_database
from storage.deals import resolve
from storage.entries import pending_ids
from storage.feeds import record_feed
from storage.processes import this_process
from storage.runs import begin_run
from storage.tables import EntryRow
from storage.values import BatchCounts, EntryOutcome, Resolution, Run

NOW = dt.datetime(2026, 3, 10, 5, 30, tzinfo=dt.UTC)
TODAY = NOW.date()
FEED = Feed("gazette", "La Gazette du Calcul", "https://gazette.example/feed")


def money(
    value: float | str, currency: str | None = "EUR", bound: Bound = "exact", high: float | None = None
) -> Amount:
    return Amount(0, 0, Decimal(str(value)), currency, bound, None if high is None else Decimal(str(high)))


def telling(company: str = "Orme", amount: Amount | None = None, **fields: Any) -> DealMention:
    """A deal as an article tells it: funding, news, announced, about AI, sure."""
    return DealMention(**{"kind": "funding", "company": company, "amount": amount, "confidence": 0.9} | fields)


def reading(*tellings: DealMention, url: str = "https://gazette.example/a", **article: Any) -> Reading:
    """A French, relevant article whose text names each company, so that there is something to quote."""
    text = "Une semaine ordinaire.\n" + "\n".join(f"On apprend que {one.company} a signé." for one in tellings)
    spots = [text.index(one.company) for one in tellings]
    shown = tuple(
        replace(one, evidence=(Evidence(spot, spot + len(one.company), one.company, "company"),))
        for one, spot in zip(tellings, spots, strict=True)
    )
    told = {"id": url, "title": "Affaires", "text": text, "published": TODAY, "outlet": FEED.name} | article
    return Reading(Article(**told), "fr", Relevance(2.0, relevant=True), shown)


def entry(url: str, **fields: Any) -> Entry:
    return Entry(
        **{"feed_id": FEED.id, "url": url, "canonical_url": url, "title": "Affaires", "published": NOW} | fields
    )


def fetched(*entries: Entry, **fields: Any) -> FeedResult:
    return FeedResult(**{"feed_id": FEED.id, "outcome": FeedOutcome.FETCHED, "entries": entries} | fields)


class Newsroom:
    """One run over one database, driven by hand."""

    def __init__(self, db: Database, now: dt.datetime = NOW) -> None:
        self.db, self.now, self.batches = db, now, 0
        self.run = self.begin()

    def begin(self) -> Run:
        return begin_run(self.db, "daily", self.now, owner=this_process(), lease_seconds=600)

    def publish(self, **articles: Reading) -> BatchCounts:
        """Store articles, by file-like name: `a=reading(...)` appears at https://gazette.example/a."""
        urls = {f"https://gazette.example/{name}": read for name, read in articles.items()}
        record_feed(self.db, self.run, FEED, fetched(*[entry(url) for url in urls]), self.now)
        outcomes = [
            EntryOutcome(entry_id, url, read)
            for entry_id, (url, read) in zip(self.ids(), sorted(urls.items()), strict=True)
        ]
        self.batches += 1
        return store_batch(self.db, self.run, f"pages:{self.batches}", outcomes, self.now)

    def ids(self) -> list[int]:
        """Entries waiting, in the order of their URLs."""
        return sorted(pending_ids(self.db, self.now, 1000))

    def resolve(self, **rules: Any) -> Resolution:
        return resolve(self.db, self.run, self.now, **{"alert_confidence": 0.5, "alert_window_days": 7} | rules)

    def tell(self, **articles: Reading) -> Resolution:
        """Publish and resolve."""
        self.publish(**articles)
        return self.resolve()


def entries_in(url: str) -> int:
    """How many entries a database holds."""
    database = open_database(url)
    try:
        with database.reading() as session:
            return len(session.exec(select(EntryRow.id)).all())
    finally:
        database.dispose()
