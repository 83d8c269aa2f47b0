"""Everything known of one deal: record, mentions with their sentences, life, what conflicts, what was decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlmodel import Session, col, select

from extractors.codec import amount_json
from extractors.values import Amount
from storage.conflicts import FieldTold, fields_told
from storage.database import Database
from storage.deal_rows import facts_of_row
from storage.deal_tables import DealRow, MentionRow
from storage.decisions import Decision, deal_known_by, decisions_about, mark_of
from storage.life import Turn, life
from storage.queries import deal_json, deal_views, mention_view
from storage.quotes import quote
from storage.tables import ArticleRow, VersionRow
from storage.tellings import Telling, tellings
from storage.values import DealView, MentionView


@dataclass(frozen=True, slots=True)
class RecordMention:
    """One telling: `mark` names it for `split`, `view` has sentence and link, `copy_of` is the first outlet's name.

    `earlier` counts the other texts that its address had.
    """

    key: str
    mark: str
    view: MentionView
    copy_of: str | None = None
    earlier: int = 0


@dataclass(frozen=True, slots=True)
class DealRecord:
    """One deal whole. `sources` counts texts, copies of one as one; `merged` are the ids that lead here."""

    view: DealView
    mentions: tuple[RecordMention, ...]
    life: tuple[Turn, ...]
    fields: tuple[FieldTold, ...]
    decisions: tuple[Decision, ...]
    sources: int
    merged: tuple[str, ...] = ()
    rejected: bool = False

    def mention(self, key: str) -> RecordMention:
        """The mention of that key."""
        return next(mention for mention in self.mentions if mention.key == key)


def deal_record(db: Database, deal_id: str) -> DealRecord:
    """The deal known by this id, redirects followed, rejected ones too.

    Raises:
        DecisionError: there is no such deal.
    """
    with db.reading() as session:
        row = deal_known_by(session, deal_id)
        told = sorted(tellings(session, col(MentionRow.deal_id) == row.id), key=_order)
        facts = [telling.facts for telling in told]
        return DealRecord(
            view=deal_views(session, [row.id], rejected=True)[row.id],
            mentions=tuple(_mention(session, telling) for telling in told),
            life=life(facts),
            fields=fields_told(facts, facts_of_row(row)),
            decisions=tuple(decisions_about(session, row.id)),
            sources=len({mention.origin for mention in facts}),
            merged=tuple(session.exec(select(DealRow.id).where(DealRow.redirect_to == row.id).order_by(DealRow.id))),
            rejected=row.rejected,
        )


def record_json(record: DealRecord) -> dict[str, Any]:
    """A record as `veille deals show --format json` and the API print it."""
    marks = {mention.key: mention.mark for mention in record.mentions}
    return deal_json(record.view) | {
        "rejected": record.rejected,
        "merged": list(record.merged),
        "sources": record.sources,
        "mentions": [_mention_json(mention) for mention in record.mentions],
        "life": [
            {"status": turn.status, "day": turn.day.isoformat(), "date": turn.date, "mention": marks[turn.mention]}
            for turn in record.life
        ],
        "alternatives": [_field_json(field, marks) for field in record.fields if field.alternatives],
        "decisions": [decision_json(decision) for decision in record.decisions],
    }


def decision_json(decision: Decision) -> dict[str, Any]:
    """A decision with moments in ISO form."""
    values = asdict(decision)
    return {key: value.isoformat() if isinstance(value, dt.datetime) else value for key, value in values.items()}


def _order(telling: Telling) -> tuple[dt.date, str]:
    return telling.article.published or dt.date.max, telling.facts.key


def _mention(session: Session, telling: Telling) -> RecordMention:
    article = telling.article
    text = session.exec(select(ArticleRow.text).where(ArticleRow.id == article.id)).one()
    view = mention_view(telling.row, article)
    sentence, spots = quote(article.title, text, view.evidence)
    first = None
    if article.copy_of is not None:
        first = session.exec(select(ArticleRow.outlet).where(ArticleRow.id == article.copy_of)).one()
    earlier = session.exec(select(VersionRow.id).where(VersionRow.article_id == article.id)).all()
    key = telling.facts.key
    return RecordMention(key, mark_of(key), replace(view, quote=sentence, marks=spots), first, len(earlier))


def _mention_json(mention: RecordMention) -> dict[str, Any]:
    view = mention.view
    return {
        "mark": mention.mark,
        "article": view.article,
        "url": view.url,
        "outlet": view.outlet,
        "title": view.title,
        "published": view.published.isoformat() if view.published else None,
        "status": view.status,
        "role": view.role,
        "amount": amount_json(view.amount, view.alt),
        "confidence": round(view.confidence, 3),
        "sentence": view.quote,
        "copy_of": mention.copy_of,
        "earlier_versions": mention.earlier,
        "evidence": [asdict(span) for span in view.evidence],
    }


def _field_json(field: FieldTold, marks: dict[str, str]) -> dict[str, Any]:
    return {
        "field": field.field,
        "value": _value_json(field.value),
        "mentions": _marks(field.mentions, marks),
        "conflicting": field.conflicting,
        "others": [
            {
                "value": _value_json(other.value),
                "mentions": _marks(other.mentions, marks),
                "conflicts": other.conflicts,
            }
            for other in field.alternatives
        ],
    }


def _marks(keys: Sequence[str], marks: dict[str, str]) -> list[str]:
    return [marks[key] for key in keys]


def _value_json(value: object) -> object:
    if isinstance(value, Amount):
        return amount_json(value)
    return list(value) if isinstance(value, tuple) else value
