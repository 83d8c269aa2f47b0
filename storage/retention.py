"""Retention: what is let go after a time. Deals, what tells them, and every address are kept for ever."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import CursorResult, func
from sqlmodel import col, delete, select, update

from storage.database import Database
from storage.deal_tables import MentionRow
from storage.tables import ArticleRow, EntryRow, SetAsideRow, VersionRow


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was let go, or would be."""

    texts: int
    versions: int
    entries: int
    set_aside: int


def prune(db: Database, before: dt.datetime, *, dry_run: bool = False) -> Pruned:
    """Let go what is older than `before` and tells no deal, in one transaction.

    Texts of articles without a deal, earlier versions of such articles, summaries of entries that were handled, and
    what was set aside. Addresses and titles stay, so that nothing is read twice.
    """
    telling = select(MentionRow.article_id)
    old_texts = (
        col(ArticleRow.first_seen) < before,
        col(ArticleRow.text) != "",
        col(ArticleRow.id).not_in(telling),
    )
    old_versions = (col(VersionRow.seen_at) < before, col(VersionRow.article_id).not_in(telling))
    old_entries = (
        col(EntryRow.first_seen) < before,
        col(EntryRow.state).in_(("done", "given_up")),
        col(EntryRow.summary) != "",
    )
    old_aside = (col(SetAsideRow.last_seen) < before,)
    chosen: tuple[tuple[Any, tuple[Any, ...], Any], ...] = (
        (ArticleRow, old_texts, update(ArticleRow).values(text="")),
        (VersionRow, old_versions, delete(VersionRow)),
        (EntryRow, old_entries, update(EntryRow).values(summary="", content_html=None)),
        (SetAsideRow, old_aside, delete(SetAsideRow)),
    )
    counts: list[int] = []
    with db.reading() if dry_run else db.transaction() as session:
        for table, conditions, change in chosen:
            if dry_run:
                counted = select(func.count()).select_from(table).where(*conditions)
                counts.append(session.exec(counted).one())
            else:
                done = session.execute(change.where(*conditions).execution_options(synchronize_session=False))
                counts.append(cast("CursorResult[Any]", done).rowcount)
    return Pruned(*counts)
