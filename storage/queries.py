"""Reading deals: lists that stream, single deals, and their JSON form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, and_, or_
from sqlalchemy import select as core_select
from sqlmodel import Session, col, select

from extractors.codec import amount_json
from extractors.values import Evidence, Kind, Role, Status
from storage.companies import company_key
from storage.database import Database
from storage.deal_tables import DealRow, DecisionRow, MentionRow
from storage.encoding import amount_in, converted_in, evidence_in
from storage.tables import ArticleRow
from storage.values import DealFilter, DealView, MentionView

_PAGE = 50
_NEWEST_FIRST = (col(DealRow.day).desc(), col(DealRow.id).desc())  # both down: an index read backwards


def list_deals(db: Database, wanted: DealFilter) -> Iterator[DealView]:
    """The deals that pass the filter, newest first (by first publication), streamed from one consistent state.

    Without `include_all` only single deals about AI that some article told as news.
    """
    conditions = _conditions(wanted)
    after: tuple[dt.date, str] | None = None
    with db.reading() as session:
        while True:
            query = select(DealRow).where(*conditions).order_by(*_NEWEST_FIRST).limit(_PAGE)
            if after is not None:
                later = and_(col(DealRow.day) == after[0], col(DealRow.id) < after[1])
                query = query.where(or_(col(DealRow.day) < after[0], later))
            rows = session.exec(query).all()
            yield from _views(session, rows)
            if len(rows) < _PAGE:
                return
            after = (rows[-1].day, rows[-1].id)
            session.expunge_all()


def find_deal(db: Database, deal_id: str) -> DealView | None:
    """The deal known by this id, also when it was merged into another one or rejected since; None without one."""
    with db.reading() as session:
        return deal_views(session, [deal_id], rejected=True).get(deal_id)


def deal_views(session: Session, ids: Collection[str], *, rejected: bool = False) -> dict[str, DealView]:
    """Deals by the id asked for, redirects followed. Deals that no article tells any more are left out.

    Args:
        rejected: also those that somebody rejected.
    """
    asked = session.exec(select(DealRow.id, DealRow.redirect_to).where(col(DealRow.id).in_(ids))).all()
    root = {deal_id: redirect or deal_id for deal_id, redirect in asked}
    query = select(DealRow).where(col(DealRow.id).in_(set(root.values())), col(DealRow.mention_count) > 0)
    if not rejected:
        query = query.where(col(DealRow.rejected).is_(False))
    views = {view.id: view for view in _views(session, session.exec(query).all())}
    return {deal_id: views[target] for deal_id, target in root.items() if target in views}


def deal_json(view: DealView) -> dict[str, Any]:
    """One deal as the CLI and the API print it."""
    return {
        "id": view.id,
        "kind": view.kind,
        "company": view.company,
        "investors": list(view.investors),
        "lead": list(view.lead),
        "amount": amount_json(view.amount, view.alt),
        "valuation": amount_json(view.valuation),
        "round": view.round,
        "status": view.status,
        "role": view.role,
        "cumulative": view.cumulative,
        "date": view.date,
        "ai": view.ai,
        "confidence": round(view.confidence, 3),
        "first_published": view.first_published.isoformat() if view.first_published else None,
        "mentions": [_mention_json(mention) for mention in view.mentions],
    }


def _mention_json(mention: MentionView) -> dict[str, Any]:
    return {
        "article": mention.article,
        "url": mention.url,
        "outlet": mention.outlet,
        "published": mention.published.isoformat() if mention.published else None,
        "amount": amount_json(mention.amount, mention.alt),
        "evidence": [_span_json(span) for span in mention.evidence],
    }


def _span_json(span: Evidence) -> dict[str, Any]:
    return {"start": span.start, "end": span.end, "text": span.text, "field": span.field, "where": span.where}


def _conditions(wanted: DealFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [col(DealRow.mention_count) > 0, col(DealRow.redirect_to).is_(None)]
    if not wanted.include_rejected:
        found.append(col(DealRow.rejected).is_(False))
    if not wanted.include_all:
        found += [col(DealRow.role) == "news", col(DealRow.ai).is_(True), col(DealRow.cumulative).is_(False)]
    if wanted.since is not None:
        found.append(col(DealRow.day) >= wanted.since)
    if wanted.company is not None:
        # Looked for among the keys first: an index holds them, and few deals are left to look at. A corrected name is
        # no key, and decisions are few.
        keys = select(DealRow.company_key).where(
            col(DealRow.company_key).contains(company_key(wanted.company), autoescape=True)
        )
        renamed = select(DecisionRow.deal_id).where(DecisionRow.verb == "correct")
        now_called = select(DealRow.redirect_to).where(col(DealRow.id).in_(renamed))
        decided = or_(col(DealRow.id).in_(renamed), col(DealRow.id).in_(now_called))
        corrected = and_(decided, col(DealRow.company).icontains(wanted.company, autoescape=True))
        found.append(or_(col(DealRow.company_key).in_(keys), corrected))
    if wanted.min_amount is not None:
        found.append(col(DealRow.amount_eur) >= float(wanted.min_amount))
    if wanted.kind is not None:
        found.append(col(DealRow.kind) == wanted.kind)
    if wanted.status is not None:
        found.append(col(DealRow.status) == wanted.status)
    return found


# What `mention_view` reads: whole rows would be most of the work of a list.
_OF_MENTIONS: tuple[Any, ...] = (
    MentionRow.deal_id, MentionRow.amount, MentionRow.alt, MentionRow.status, MentionRow.role, MentionRow.confidence,
    MentionRow.evidence, ArticleRow.stem, ArticleRow.canonical_url, ArticleRow.url, ArticleRow.outlet,
    ArticleRow.title, ArticleRow.published,
)  # fmt: skip


def _views(session: Session, deals: Sequence[DealRow]) -> list[DealView]:
    mentions: dict[str, list[MentionView]] = {deal.id: [] for deal in deals}
    query = (
        core_select(*_OF_MENTIONS)
        .join_from(MentionRow, ArticleRow, col(ArticleRow.id) == col(MentionRow.article_id))
        .where(col(MentionRow.deal_id).in_(mentions))
        .order_by(col(ArticleRow.published).nulls_last(), col(ArticleRow.canonical_url), col(MentionRow.position))
    )
    for row in session.execute(query) if mentions else ():
        mentions[row.deal_id].append(mention_view(row, row))
    return [_view(deal, tuple(mentions[deal.id])) for deal in deals]


def mention_view(mention: MentionRow | Row[Any], article: ArticleRow | Row[Any]) -> MentionView:
    """A mention as a reader sees it, without the sentence. Of a row that holds the columns of both, it twice."""
    return MentionView(
        article=article.stem or article.canonical_url,
        url=article.url,
        outlet=article.outlet,
        title=article.title,
        published=article.published,
        amount=amount_in(mention.amount),
        alt=amount_in(mention.alt),
        status=cast(Status, mention.status),
        role=cast(Role, mention.role),
        confidence=mention.confidence,
        evidence=evidence_in(mention.evidence),
    )


def _view(deal: DealRow, mentions: tuple[MentionView, ...]) -> DealView:
    return DealView(
        id=deal.id,
        kind=cast(Kind, deal.kind),
        company=deal.company,
        investors=tuple(deal.investors),
        lead=tuple(deal.lead),
        amount=amount_in(deal.amount),
        alt=amount_in(deal.alt),
        amount_eur=converted_in(deal.eur),
        valuation=amount_in(deal.valuation),
        round=deal.round,
        status=cast(Status, deal.status),
        role=cast(Role, deal.role),
        cumulative=deal.cumulative,
        date=deal.date,
        ai=deal.ai,
        confidence=deal.confidence,
        first_published=deal.first_published,
        mentions=mentions,
    )
