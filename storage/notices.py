"""What outbox rows tell: one notice per deal, with the sentences it was read from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session, col, select

from storage.deal_tables import MentionRow, OutboxRow
from storage.encoding import change_in
from storage.queries import deal_views
from storage.quotes import quote
from storage.tables import ArticleRow
from storage.values import Change, DealNotice, DealView, Event, MentionView


def notices_of(session: Session, rows: Sequence[OutboxRow]) -> tuple[DealNotice, ...]:
    """One notice per deal, new ones first, the biggest first; rows in the order they were written."""
    views = deal_views(session, {row.deal_id for row in rows})
    grouped: dict[str, list[OutboxRow]] = {}
    for row in rows:
        if row.deal_id in views:
            grouped.setdefault(views[row.deal_id].id, []).append(row)
    notices = [_notice(session, views[group[0].deal_id], group) for group in grouped.values()]
    return in_order(notices)


def in_order(notices: Sequence[DealNotice]) -> tuple[DealNotice, ...]:
    """New ones first, the biggest first."""
    return tuple(sorted(notices, key=_order))


def with_quotes(session: Session, view: DealView) -> DealView:
    """The deal with the sentence of each telling."""
    return replace(view, mentions=_with_quotes(session, view))


def _order(notice: DealNotice) -> tuple[bool, float, str, str]:
    euros = notice.deal.amount_eur
    return (notice.event != "new", -float(euros.value) if euros else 0.0, notice.deal.company, notice.deal.id)


def _notice(session: Session, view: DealView, rows: Sequence[OutboxRow]) -> DealNotice:
    event: Event = "new" if any(row.event == "new" for row in rows) else "updated"
    changes: dict[str, Change] = {}
    for change in (change_in(value) for row in rows for value in row.changes):
        first = changes.get(change.field, change)
        changes[change.field] = Change(change.field, first.before, change.after)
    return DealNotice(event, with_quotes(session, view), tuple(changes.values()) if event == "updated" else ())


def _with_quotes(session: Session, view: DealView) -> tuple[MentionView, ...]:
    """The mentions with the sentence each was read from, in the same order."""
    texts = session.exec(
        select(ArticleRow.canonical_url, ArticleRow.stem, ArticleRow.text)
        .join(MentionRow, col(ArticleRow.id) == col(MentionRow.article_id))
        .where(MentionRow.deal_id == view.id)
    )
    by_article = {stem or url: body for url, stem, body in texts}
    found: list[MentionView] = []
    for mention in view.mentions:
        sentence, marks = quote(mention.title, by_article.get(mention.article, ""), mention.evidence)
        found.append(replace(mention, quote=sentence, marks=marks))
    return tuple(found)
