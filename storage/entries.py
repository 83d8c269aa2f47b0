"""Entries that are still to be read: the pending ones, and those whose failure may have healed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, and_, or_, update
from sqlmodel import col, select

from sources.values import Entry
from storage.clocks import LONGEST_WAIT
from storage.database import Database
from storage.tables import EntryRow
from storage.values import PendingEntry

_FIRST_RETRY = dt.timedelta(minutes=1)
_LONGEST_RETRY = dt.timedelta(hours=12)
_LOOKUP = 500


def pending_ids(
    db: Database,
    now: dt.datetime,
    limit: int,
    *,
    retry_since: dt.datetime | None = None,
    exclude: Collection[int] = (),
) -> list[int]:
    """The ids of entries that are due, latest published first, leftovers of earlier runs included.

    Args:
        retry_since: entries that failed are tried again only when first seen at or after this; None for always.
        exclude: ids not wanted (already in hand).
    """
    return [entry_id for entry_id, _ in pending_addresses(db, now, limit, retry_since=retry_since, exclude=exclude)]


def pending_addresses(
    db: Database,
    now: dt.datetime,
    limit: int,
    *,
    retry_since: dt.datetime | None = None,
    exclude: Collection[int] = (),
) -> list[tuple[int, str]]:
    """Like `pending_ids`, each with the address that is to be fetched."""
    skipped = set(exclude)
    query = (
        select(EntryRow.id, EntryRow.url)
        .where(_due(now, retry_since))
        .order_by(col(EntryRow.published).desc().nulls_last(), col(EntryRow.id).desc())
        .limit(limit + len(skipped))
    )
    with db.reading() as session:
        found = [(id_, url) for id_, url in session.exec(query) if id_ is not None and id_ not in skipped]
    return found[:limit]


def pending_entries(
    db: Database,
    now: dt.datetime,
    *,
    retry_since: dt.datetime | None = None,
    limit: int,
    exclude: Collection[int] = (),
) -> list[PendingEntry]:
    """Like `pending_ids`, with all that each entry holds. For many entries take ids and load them in batches."""
    return load_entries(db, pending_ids(db, now, limit, retry_since=retry_since, exclude=exclude))


def load_entries(db: Database, ids: Sequence[int]) -> list[PendingEntry]:
    """The entries with these ids, in this order; those already read or given up meanwhile are left out."""
    found: dict[int, PendingEntry] = {}
    open_states = col(EntryRow.state).in_(["pending", "failed"])
    with db.reading() as session:
        for start in range(0, len(ids), _LOOKUP):
            some = ids[start : start + _LOOKUP]
            for row in session.exec(select(EntryRow).where(col(EntryRow.id).in_(some), open_states)):
                assert row.id is not None
                found[row.id] = _pending(row.id, row)
    return [found[entry_id] for entry_id in ids if entry_id in found]


def give_up_failed(db: Database, retry_since: dt.datetime) -> int:
    """Give up the failed entries first seen before `retry_since`; their reason stays. Returns how many."""
    stale = (col(EntryRow.state) == "failed", col(EntryRow.first_seen) < retry_since)
    with db.transaction() as session:
        given_up = session.exec(
            update(EntryRow).where(*stale).values(state="given_up", next_try=None).returning(col(EntryRow.id))
        )
        return len(given_up.all())


def next_try(attempts: int, now: dt.datetime) -> dt.datetime:
    """When to come back after the `attempts`-th failure: a minute, then four times longer each time, at most 12 h."""
    factor: int = 4 ** min(attempts - 1, 8)
    return now + min(_FIRST_RETRY * factor, _LONGEST_RETRY)


def _due(now: dt.datetime, retry_since: dt.datetime | None) -> ColumnElement[bool]:
    due = or_(col(EntryRow.next_try) <= now, col(EntryRow.next_try) > now + LONGEST_WAIT)
    again = and_(col(EntryRow.state) == "failed", due)
    if retry_since is not None:
        again = and_(again, col(EntryRow.first_seen) >= retry_since)
    return or_(col(EntryRow.state) == "pending", again)


def _pending(entry_id: int, row: EntryRow) -> PendingEntry:
    entry = Entry(
        feed_id=row.feed_id,
        url=row.url,
        canonical_url=row.canonical_url,
        title=row.title,
        published=row.published,
        summary=row.summary,
        content_html=row.content_html,
        author=row.author,
        language=row.language,
        problems=tuple(row.problems),
    )
    return PendingEntry(entry_id, entry, row.first_seen, row.attempts, row.reason)
