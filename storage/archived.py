"""Writing articles of the past: batch by batch, each one transaction with its part of the ledger, never alerted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from extractors.values import Reading
from storage.articles import article_row, keep_article
from storage.database import Database
from storage.mentions import mark_companies, told_deals
from storage.runs import record_part
from storage.values import Run


@dataclass(frozen=True, slots=True)
class Archived:
    """An article of the past as it was read. `stem` is the name of the file it came from, if any."""

    canonical_url: str
    reading: Reading
    stem: str | None = None


@dataclass(frozen=True, slots=True)
class ArchivedCounts:
    """What `store_archived` wrote; `known` articles were stored before (another text is kept as a version)."""

    new: int = 0
    known: int = 0
    mentions: int = 0


def store_archived(
    db: Database,
    run: Run,
    part: str,
    items: Sequence[Archived],
    now: dt.datetime,
    *,
    aliases: Mapping[str, str] | None = None,
) -> ArchivedCounts:
    """Write a batch whole or not at all; the same batch again changes nothing.

    Args:
        part: its name in the ledger, e.g. `files:/archive#3`.
    """
    new = mentions = 0
    with db.transaction() as session:
        companies: set[str] = set()
        for item in items:
            article = article_row(item.reading, item.canonical_url, now, run, source="archive", feed_id=None)
            kept = keep_article(session, article, item.reading, now, stem=item.stem, aliases=aliases)
            companies |= kept.companies
            new += kept.new
            mentions += len(told_deals(item.reading)) if kept.new else 0
        mark_companies(session, companies, now)
        counts = ArchivedCounts(new, len(items) - new, mentions)
        record_part(session, run, part, now, counts=asdict(counts))
    return counts
