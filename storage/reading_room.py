"""Articles as the dashboard lists them: what was read, whether it was kept, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from storage.aliases import applied_aliases
from storage.browse_tables import NAMES
from storage.companies import company_key
from storage.database import Database
from storage.deal_tables import AliasRow, DealRow, MentionRow
from storage.search import articles_saying, outlets_named
from storage.tables import WITHOUT_TEXT, ArticleRow


@dataclass(frozen=True, slots=True)
class ArticleLine:
    """One article. `deals` are the ids and companies of the deals that it tells; `text` only for one alone."""

    id: int
    title: str
    outlet: str
    url: str | None
    published: dt.date | None
    state: str
    source: str
    score: float
    language: str | None
    paywalled: bool
    copy_of: int | None
    reasons: tuple[Mapping[str, Any], ...]
    deals: tuple[tuple[str, str], ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """A company or investor: the spelling shown, others met, and aliases in force."""

    key: str
    name: str
    spellings: tuple[str, ...]
    aliases: tuple[str, ...]


def article_page(
    db: Database, *, q: str = "", state: str = "", outlet: str = "", before: int | None = None, limit: int = 50
) -> tuple[list[ArticleLine], int | None]:
    """Articles, last read first, and the id to continue before.

    Args:
        outlet: its name or, where none is called so, a part of it.
    """
    with db.reading() as session:
        query = select(ArticleRow).options(WITHOUT_TEXT).order_by(col(ArticleRow.id).desc()).limit(limit + 1)
        if q.strip() or outlet.strip():
            outlets = outlets_named(session, outlet.strip()) if outlet.strip() else None
            ids = articles_saying(session, q, before=before, state=state, outlets=outlets, limit=limit + 1)
            query = query.where(col(ArticleRow.id).in_(ids))
        else:
            query = query.where(*_kept(state, before))
        rows = session.exec(query).all()
        deals = _deals_of(session, [row.id or 0 for row in rows[:limit]])
        lines = [_line(row, deals.get(row.id or 0, ())) for row in rows[:limit]]
    return lines, lines[-1].id if len(rows) > limit else None


def _kept(state: str, before: int | None) -> list[ColumnElement[bool]]:
    kept: list[ColumnElement[bool]] = [col(ArticleRow.state) == state] if state else []
    return kept + ([col(ArticleRow.id) < before] if before is not None else [])


def find_article(db: Database, number: int) -> ArticleLine | None:
    """One article with its text."""
    with db.reading() as session:
        row = session.get(ArticleRow, number)
        return None if row is None else _line(row, _deals_of(session, [number]).get(number, ()), row.text)


def find_name(db: Database, role: str, name: str) -> Name | None:
    """The company or investor filed under this key, or under the key of this name."""
    with db.reading() as session:
        aliases = applied_aliases(session)
        for key in dict.fromkeys((name, aliases.get(name, name), company_key(name, aliases))):
            found = session.execute(
                select(NAMES.c.name)
                .where(NAMES.c.role == role, NAMES.c.key == key)
                .distinct()
                .order_by(NAMES.c.name)
            ).scalars().all()  # fmt: skip
            if found:
                known = session.exec(select(AliasRow.alias_key).where(AliasRow.main_key == key)).all()
                return Name(key, found[0], tuple(found[1:]), tuple(sorted(known)))
    return None


def _deals_of(session: Session, articles: list[int]) -> dict[int, tuple[tuple[str, str], ...]]:
    query = (
        select(MentionRow.article_id, DealRow.id, DealRow.company)
        .join(DealRow, col(DealRow.id) == col(MentionRow.deal_id))
        .where(col(MentionRow.article_id).in_(articles), col(DealRow.rejected).is_(False))
        .order_by(col(MentionRow.position))
    )
    found: dict[int, dict[str, str]] = {}
    for article, deal_id, company in session.exec(query):
        found.setdefault(article, {})[deal_id] = company
    return {article: tuple(deals.items()) for article, deals in found.items()}


def _line(row: ArticleRow, deals: tuple[tuple[str, str], ...], text: str = "") -> ArticleLine:
    return ArticleLine(
        id=row.id or 0,
        title=row.title,
        outlet=row.outlet,
        url=row.url,
        published=row.published,
        state=row.state,
        source=row.source,
        score=row.score,
        language=row.language,
        paywalled=row.paywalled,
        copy_of=row.copy_of,
        reasons=tuple(row.reasons),
        deals=deals,
        text=text,
    )
