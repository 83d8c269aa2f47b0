"""Writing what a part of an archive gave, in one transaction with the word that the part is done."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from extractors.values import Reading
from storage.aliases import aliases_or_applied
from storage.articles import article_row, keep_article
from storage.backfills import Lease, end_part
from storage.database import Database
from storage.mentions import mark_companies, told_deals


@dataclass(frozen=True, slots=True)
class Archived:
    """An article of an archive that is worth keeping: `canonical_url` is what it is known by."""

    canonical_url: str
    reading: Reading
    stem: str | None = None


def store_part(
    db: Database,
    lease: Lease,
    found: Sequence[Archived],
    now: dt.datetime,
    *,
    counts: Mapping[str, int],
    misses: Sequence[Mapping[str, str]],
    seconds: float,
    rule_version: str,
    failure: tuple[str, str] | None = None,
    aliases: Mapping[str, str] | None = None,
) -> Counter[str]:
    """Write the articles of a part and end it. An article known already is left as it is, or kept as a version.

    Returns:
        `counts` with `stored`, `known` and `mentions`.

    Raises:
        PartLost: another process has the part; nothing is written.
    """
    told: Counter[str] = Counter(counts)
    with db.transaction() as session:
        companies: set[str] = set()
        known = aliases_or_applied(session, aliases) if found else aliases
        for article in found:
            row = article_row(article.reading, article.canonical_url, now, None, source="archive", feed_id=None)
            row.rule_version = rule_version
            kept = keep_article(session, row, article.reading, now, stem=article.stem, aliases=known)
            companies |= kept.companies
            told["stored" if kept.new else "known"] += 1
            if kept.new:
                told["mentions"] += len(told_deals(article.reading))
        mark_companies(session, companies, now)
        end_part(
            session,
            lease,
            now,
            counts=told,
            misses=misses,
            seconds=seconds,
            rule_version=rule_version,
            failure=failure,
        )
    return told
