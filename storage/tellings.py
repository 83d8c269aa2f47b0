"""Mentions as stored, read back as the facts that resolution works on.

The one place where rows become `MentionFacts`, so that resolving, the life of a deal and its conflicts see the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from extractors.values import Kind, Role, Status
from storage.companies import company_key
from storage.deal_tables import MentionRow
from storage.encoding import amount_in
from storage.facts import MentionFacts
from storage.tables import WITHOUT_TEXT, ArticleRow


@dataclass(frozen=True, slots=True)
class Telling:
    """One mention: its row, its article (text not loaded), and what it says."""

    row: MentionRow
    article: ArticleRow
    facts: MentionFacts


def tellings(
    session: Session, *conditions: ColumnElement[bool], aliases: Mapping[str, str] | None = None
) -> Iterator[Telling]:
    """The mentions that meet `conditions` on `MentionRow`, e.g. `col(MentionRow.deal_id) == deal_id`.

    Args:
        aliases: for the keys of investors, as for `company_key`.
    """
    query = (
        select(MentionRow, ArticleRow)
        .join(ArticleRow, col(ArticleRow.id) == col(MentionRow.article_id))
        .where(*conditions)
        .options(WITHOUT_TEXT)
    )
    for row, article in session.exec(query):
        yield Telling(row, article, facts_of(row, article, aliases))


def mention_key(article: ArticleRow, position: int) -> str:
    """The name of a mention for ever: its article and its place in it."""
    return f"{article.canonical_url}#{position}"


def facts_of(row: MentionRow, article: ArticleRow, aliases: Mapping[str, str] | None = None) -> MentionFacts:
    """What one stored mention says."""
    return MentionFacts(
        key=mention_key(article, row.position),
        article=article.canonical_url,
        kind=cast(Kind, row.kind),
        company=row.company,
        published=article.published or article.first_seen.date(),
        investors=tuple(row.investors),
        investor_keys=tuple(company_key(name, aliases) for name in row.investors),
        lead=tuple(row.lead),
        lead_keys=tuple(company_key(name, aliases) for name in row.lead),
        amount=amount_in(row.amount),
        alt=amount_in(row.alt),
        valuation=amount_in(row.valuation),
        round=row.round,
        status=cast(Status, row.status),
        role=cast(Role, row.role),
        cumulative=row.cumulative,
        date=row.date,
        ai=row.ai,
        confidence=row.confidence,
        origin=str(article.copy_of or article.id),
        archived=article.source == "archive",
    )
