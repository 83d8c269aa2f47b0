"""Mentions as rows: written with their article, or exchanged when it is read anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from itertools import count

from sqlalchemy import delete
from sqlmodel import Session, col, select

from extractors.values import DealMention, Reading
from storage.aliases import aliases_or_applied
from storage.anchors import Told, figure, pair_up
from storage.columns import storable
from storage.companies import company_key
from storage.database import upsert
from storage.deal_ids import own_id
from storage.deal_tables import CompanyToResolve, MentionRow
from storage.encoding import amount_out, evidence_out
from storage.tables import WITHOUT_TEXT, ArticleRow
from storage.tellings import mention_key
from storage.values import ArticleState

FRENCH = "fr"


def mark_companies(session: Session, keys: set[str], now: dt.datetime) -> None:
    """Note that the deals of these companies must be computed again."""
    if not keys:
        return
    # Updating locks the row until we commit, so that a `resolve` at work cannot miss our mentions.
    insert = upsert(session, CompanyToResolve).on_conflict_do_update(
        index_elements=["company_key"], set_={"marked_at": now}
    )
    # In one order everywhere, so that two writers never wait in a circle.
    session.execute(insert, [{"company_key": key, "marked_at": now} for key in sorted(keys)])


def article_state(reading: Reading) -> ArticleState:
    """`not_french` when another language was recognised, else by relevance."""
    if reading.language not in (None, FRENCH):
        return "not_french"
    return "relevant" if reading.relevance.relevant else "not_relevant"


def told_deals(reading: Reading) -> tuple[DealMention, ...]:
    """Deals are only read out of French: other articles are set aside."""
    return () if article_state(reading) == "not_french" else reading.deals


def insert_mentions(session: Session, article_id: int, reading: Reading, aliases: Mapping[str, str] | None) -> set[str]:
    """Write the mentions of a new article. Returns the keys of the companies concerned."""
    rows = mention_rows(article_id, reading, aliases_or_applied(session, aliases))
    session.add_all(rows)
    return {row.company_key for row in rows}


def replace_mentions(
    session: Session, article_id: int, reading: Reading, aliases: Mapping[str, str] | None
) -> set[str]:
    """Put what is read now in the place of what was read before; a mention known again stays with its deal.

    Returns:
        The keys of the companies concerned; none when nothing changed, and then nothing is written.
    """
    old, new = _before_and_after(session, article_id, reading, aliases)
    if not (keys := _concerned(old, new)):
        return keys
    article = session.exec(select(ArticleRow).where(ArticleRow.id == article_id).options(WITHOUT_TEXT)).one()
    _take_places(old, new, article)
    session.execute(delete(MentionRow).where(col(MentionRow.article_id) == article_id))
    for row in old:
        session.expunge(row)
    session.add_all(new)
    session.flush()
    return keys


def _take_places(old: list[MentionRow], new: list[MentionRow], article: ArticleRow) -> None:
    """Give each mention known again its deal and the id that it would give to a deal, wherever it stands now."""
    for i, j in pair_up([told_of(row) for row in old], [told_of(row) for row in new]).items():
        new[j].deal_id = old[i].deal_id
        moved = old[i].position != new[j].position
        new[j].own_id = old[i].own_id or (own_id(mention_key(article, old[i].position)) if moved else None)
    taken = {row.own_id for row in new if row.own_id}
    for row in new:
        key = mention_key(article, row.position)
        if row.own_id is None and own_id(key) in taken:  # one that stood there before took it along
            row.own_id = next(name for n in count(1) if (name := own_id(f"{key}\n{n}")) not in taken)
            taken.add(row.own_id)


def companies_concerned(
    session: Session, article_id: int, reading: Reading, aliases: Mapping[str, str] | None
) -> set[str]:
    """What `replace_mentions` would return, with nothing written."""
    return _concerned(*_before_and_after(session, article_id, reading, aliases))


def _before_and_after(
    session: Session, article_id: int, reading: Reading, aliases: Mapping[str, str] | None
) -> tuple[list[MentionRow], list[MentionRow]]:
    return stored_mentions(session, article_id), mention_rows(article_id, reading, aliases_or_applied(session, aliases))


def _concerned(old: list[MentionRow], new: list[MentionRow]) -> set[str]:
    if [_content(row) for row in old] == [_content(row) for row in new]:
        return set()
    return {row.company_key for row in (*old, *new)}


def stored_mentions(session: Session, article_id: int) -> list[MentionRow]:
    """The mentions of an article, in its order."""
    query = select(MentionRow).where(MentionRow.article_id == article_id).order_by(col(MentionRow.position))
    return list(session.exec(query))


def told_of(row: MentionRow) -> Told:
    """What a stored mention tells, to know it again by."""
    return Told(row.company_key, row.kind, figure(row.amount), row.position)


def mention_rows(article_id: int, reading: Reading, aliases: Mapping[str, str] | None) -> list[MentionRow]:
    """The mentions of a reading as rows, not yet written."""
    return [
        MentionRow(
            article_id=article_id,
            position=position,
            company_key=company_key(storable(mention.company), aliases),
            company=mention.company,
            kind=mention.kind,
            investors=list(mention.investors),
            lead=list(mention.lead),
            amount=amount_out(mention.amount),
            alt=amount_out(mention.alt),
            valuation=amount_out(mention.valuation),
            round=mention.round,
            status=mention.status,
            role=mention.role,
            cumulative=mention.cumulative,
            date=mention.date,
            ai=mention.ai,
            evidence=evidence_out(mention.evidence),
            rules=list(mention.rules),
            confidence=mention.confidence,
        )
        for position, mention in enumerate(told_deals(reading))
    ]


def _content(row: MentionRow) -> dict[str, object]:
    """What is read of a mention, in the spelling that the database keeps."""
    content = row.model_dump(exclude={"id", "deal_id", "own_id"})
    return {name: _plain(value) for name, value in content.items()}


def _plain(value: object) -> object:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value
