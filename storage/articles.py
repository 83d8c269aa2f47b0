"""Writing what was read: articles and their mentions of deals, and what became of the entries they came from."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlmodel import Session, col, select

from extractors.values import Reading
from storage.aliases import aliases_or_applied
from storage.columns import storable
from storage.copies import link_copies
from storage.database import Database, upsert
from storage.entries import next_try
from storage.mentions import article_state, insert_mentions, mark_companies, told_deals
from storage.runs import record_part
from storage.tables import MAX_URL_BYTES, ArticleRow, EntryRow, PartRow
from storage.values import ArticleSource, BatchCounts, EntryFailure, EntryOutcome, Run
from storage.versions import keep_version


def store_batch(
    db: Database,
    run: Run,
    part: str,
    outcomes: Sequence[EntryOutcome],
    now: dt.datetime,
    *,
    aliases: Mapping[str, str] | None = None,
) -> BatchCounts:
    """Write the outcomes of a batch of entries in one transaction, with the part of the ledger.

    Entries already read are left alone, so a batch may be stored again after a crash. An article that is
    stored already (two entries, one canonical URL) is linked and counted as a duplicate.

    Args:
        part: its name in the ledger, e.g. `pages:3`.
        aliases: for `company_key`; those in force in the database unless given.
    """
    counts: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    with db.transaction() as session:
        entries = _entries(session, [outcome.entry_id for outcome in outcomes])
        companies: set[str] = set()
        known = aliases_or_applied(session, aliases)
        for outcome in outcomes:
            entry = entries[outcome.entry_id]
            if entry.state == "done":
                continue
            if outcome.failure is not None:
                failed[outcome.failure.reason] += _record_failure(entry, run, outcome.failure, now)
            elif outcome.reading is not None:
                counts += _record_reading(session, entry, run, outcome, now, companies, known)
        mark_companies(session, companies, now)
        stored = BatchCounts(
            relevant=counts["relevant"],
            not_relevant=counts["not_relevant"],
            not_french=counts["not_french"],
            duplicates=counts["duplicates"],
            mentions=counts["mentions"],
            failed=dict(+failed),
        )
        if counts or +failed or session.get(PartRow, (run.id, part)) is None:
            record_part(session, run, part, now, counts=asdict(stored))
        return stored


def store_article(
    db: Database,
    *,
    canonical_url: str,
    reading: Reading,
    now: dt.datetime,
    run: Run | None = None,
    stem: str | None = None,
    aliases: Mapping[str, str] | None = None,
) -> bool:
    """Write one article that no feed offered (a file, an archive). False when it was stored before.

    Args:
        canonical_url: what it is known by; for a file without address any stable `file:` URL.
        stem: the file's name without extension; shown as the article's name.
        aliases: for `company_key`; those in force in the database unless given.
    """
    with db.transaction() as session:
        article = article_row(reading, canonical_url, now, run, source="file", feed_id=None)
        kept = keep_article(session, article, reading, now, stem=stem, aliases=aliases)
        mark_companies(session, kept.companies, now)
        return kept.new


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of an article: its row, whether it is new, and whose deals must be computed again."""

    article_id: int
    new: bool
    companies: set[str]


def keep_article(
    session: Session,
    article: ArticleRow,
    reading: Reading,
    now: dt.datetime,
    *,
    stem: str | None = None,
    aliases: Mapping[str, str] | None = None,
) -> Kept:
    """Write an article with its mentions and its sketch; of a known one keep another text as a version."""
    article_id, new = _insert_article(session, article, stem=stem)
    if not new:
        return Kept(article_id, False, keep_version(session, article_id, article, reading, now, aliases))
    companies = insert_mentions(session, article_id, reading, aliases)
    link_copies(session, article_id, article.text, now, fresh=True)
    return Kept(article_id, True, companies)


def _entries(session: Session, ids: Sequence[int]) -> dict[int, EntryRow]:
    query = select(EntryRow).where(col(EntryRow.id).in_(ids)).order_by(col(EntryRow.id)).with_for_update()
    found = {row.id: row for row in session.exec(query) if row.id is not None}
    missing = set(ids) - set(found)
    if missing:
        raise ValueError(f"no such entries: {sorted(missing)}")
    return found


def _record_failure(entry: EntryRow, run: Run, failure: EntryFailure, now: dt.datetime) -> bool:
    """False when this very failure is noted already (the batch is stored a second time)."""
    waiting = entry.next_try is None or entry.next_try > now
    if entry.handled_run_id == run.id and entry.reason == failure.reason and waiting:
        return False
    entry.state = "failed" if failure.transient else "given_up"
    entry.reason, entry.detail = failure.reason, failure.detail
    entry.attempts += 1
    entry.next_try = next_try(entry.attempts, now) if failure.transient else None
    entry.handled_run_id = run.id
    return True


def _record_reading(
    session: Session,
    entry: EntryRow,
    run: Run,
    outcome: EntryOutcome,
    now: dt.datetime,
    companies: set[str],
    aliases: Mapping[str, str],
) -> Counter[str]:
    assert outcome.reading is not None
    usable = len(outcome.canonical_url.encode(errors="replace")) <= MAX_URL_BYTES
    canonical_url = outcome.canonical_url if usable else entry.canonical_url
    feed_id = outcome.feed_id or entry.feed_id
    article = article_row(outcome.reading, canonical_url, now, run, source=outcome.source, feed_id=feed_id)
    kept = keep_article(session, article, outcome.reading, now, aliases=aliases)
    companies |= kept.companies
    counts: Counter[str] = Counter()
    if kept.new:
        counts[article.state] += 1
        counts["mentions"] += len(told_deals(outcome.reading))
    else:
        counts["duplicates"] += 1
    entry.state, entry.article_id, entry.duplicate = "done", kept.article_id, not kept.new
    lost = outcome.instead_of
    entry.reason, entry.detail = (lost.reason, lost.detail) if lost else (None, "")
    entry.next_try, entry.content_html = None, None
    entry.attempts += 1
    entry.handled_run_id = run.id
    return counts


def article_row(
    reading: Reading,
    canonical_url: str,
    now: dt.datetime,
    run: Run | None,
    *,
    source: ArticleSource,
    feed_id: str | None,
) -> ArticleRow:
    """A reading as the row of its article, not yet written."""
    article = reading.article
    return ArticleRow(
        canonical_url=canonical_url,
        url=article.url or (canonical_url if canonical_url.startswith("http") else None),
        feed_id=feed_id,
        outlet=article.outlet,
        title=article.title,
        text=article.text,
        author=article.author,
        published=article.published,
        first_seen=now,
        language=reading.language,
        paywalled=article.paywalled,
        source=source,
        state=article_state(reading),
        score=reading.relevance.score,
        reasons=[asdict(reason) for reason in reading.relevance.reasons],
        rule_version=run.rule_version if run else "",
        run_id=run.id if run else None,
    )


def _insert_article(session: Session, article: ArticleRow, *, stem: str | None = None) -> tuple[int, bool]:
    """The id of the article and whether it is new."""
    values = article.model_dump(exclude={"id"}) | {"stem": stem}
    insert = upsert(session, ArticleRow).values(**values).on_conflict_do_nothing(index_elements=["canonical_url"])
    if row := session.execute(insert.returning(col(ArticleRow.id))).first():
        return int(row[0]), True
    known = select(ArticleRow.id).where(ArticleRow.canonical_url == storable(article.canonical_url))
    return int(session.exec(known).one() or 0), False
