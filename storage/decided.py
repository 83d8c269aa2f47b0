"""The decisions in force about one company, with the mentions they are about found again among those stored now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from sqlmodel import Session, col, select

from storage.anchors import Told, pair_up
from storage.deal_tables import AnchorRow, DecisionRow, MentionRow
from storage.mentions import told_of
from storage.rulings import Ruling, Verb
from storage.tables import WITHOUT_TEXT, ArticleRow
from storage.tellings import mention_key


@dataclass(frozen=True, slots=True)
class InForce:
    """What holds for `companies`: the company asked for, and those that merges across names tie to it."""

    companies: frozenset[str]
    rulings: tuple[Ruling, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """An anchor's mention as it is stored now."""

    side: int
    key: str
    company_key: str


def decisions_in_force(session: Session, companies: Collection[str]) -> InForce:
    """The decisions about deals of these companies, undone ones left out, oldest first.

    They are looked for by article, so that a decision finds its mentions also when a company is read under another
    name now.
    """
    keys = frozenset(companies)
    if session.exec(select(DecisionRow.id).where(col(DecisionRow.undone_at).is_(None)).limit(1)).first() is None:
        return InForce(keys)
    while True:
        rows = _about(session, keys)
        found = _found_again(session, rows)
        reached = {
            mention.company_key
            for row in rows
            if row.verb == "merge" and any(mention.company_key in keys for mention in found[row.id or 0])
            for mention in found[row.id or 0]
        }
        if reached <= keys:
            break
        keys |= reached
    rulings = (_ruling(row, found[row.id or 0], keys) for row in rows)
    return InForce(keys, tuple(ruling for ruling in rulings if ruling is not None))


def anchored(session: Session, decision_id: int) -> dict[str, list[tuple[int, int]]]:
    """The mentions of one decision as stored now: deal id at the time → (article id, position)."""
    anchors, mentions = _anchors(session, [decision_id]), _mentions_of(session, [decision_id])
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for article_id, some in _by_article(anchors).items():
        there = mentions.get(article_id, [])
        for i, j in pair_up([_told(anchor) for anchor in some], [told_of(row) for row, _ in there]).items():
            found[some[i].deal_id].append((article_id, there[j][0].position))
    return found


def _about(session: Session, companies: Collection[str]) -> list[DecisionRow]:
    articles = select(MentionRow.article_id).where(col(MentionRow.company_key).in_(sorted(companies)))
    ids = select(AnchorRow.decision_id).where(col(AnchorRow.article_id).in_(articles))
    query = select(DecisionRow).where(
        col(DecisionRow.id).in_(ids), col(DecisionRow.undone_at).is_(None), DecisionRow.verb != "note"
    )
    return list(session.exec(query.order_by(col(DecisionRow.id))))


def _found_again(session: Session, rows: Sequence[DecisionRow]) -> dict[int, list[_Found]]:
    ids = [row.id or 0 for row in rows]
    mentions = _mentions_of(session, ids)
    anchors: dict[int, list[AnchorRow]] = defaultdict(list)
    for anchor in _anchors(session, ids):
        anchors[anchor.decision_id].append(anchor)
    return {decision: _matched(anchors[decision], mentions) for decision in ids}


def _matched(anchors: Sequence[AnchorRow], mentions: dict[int, list[tuple[MentionRow, ArticleRow]]]) -> list[_Found]:
    found: list[_Found] = []
    for article_id, some in _by_article(anchors).items():
        there = mentions.get(article_id, [])
        # All mentions of the article compete, also those of other companies: else in a round-up the same figure of
        # the neighbour would be taken for this one.
        for i, j in pair_up([_told(anchor) for anchor in some], [told_of(row) for row, _ in there]).items():
            row, article = there[j]
            found.append(_Found(some[i].side, mention_key(article, row.position), row.company_key))
    return found


def _ruling(row: DecisionRow, found: Sequence[_Found], companies: Collection[str]) -> Ruling | None:
    here = [mention for mention in found if mention.company_key in companies]
    # What is said of a record goes where most of its mentions are; a stray one elsewhere does not take it along.
    if not here or (row.verb in ("reject", "correct", "confirm") and 2 * len(here) < len(found)):
        return None
    sides: dict[int, list[str]] = defaultdict(list)
    for mention in here:
        sides[mention.side].append(mention.key)
    about = {side: tuple(sorted(keys)) for side, keys in sides.items()}
    return Ruling(row.id or 0, cast(Verb, row.verb), about, row.details)


def _by_article(anchors: Iterable[AnchorRow]) -> dict[int, list[AnchorRow]]:
    grouped: dict[int, list[AnchorRow]] = defaultdict(list)
    for anchor in anchors:
        grouped[anchor.article_id].append(anchor)
    return grouped


def _anchors(session: Session, decisions: Sequence[int]) -> list[AnchorRow]:
    query = select(AnchorRow).where(col(AnchorRow.decision_id).in_(decisions))
    return list(session.exec(query.order_by(col(AnchorRow.decision_id), col(AnchorRow.number))))


def _mentions_of(session: Session, decisions: Sequence[int]) -> dict[int, list[tuple[MentionRow, ArticleRow]]]:
    articles = select(AnchorRow.article_id).where(col(AnchorRow.decision_id).in_(decisions))
    query = (
        select(MentionRow, ArticleRow)
        .join(ArticleRow, col(ArticleRow.id) == col(MentionRow.article_id))
        .where(col(MentionRow.article_id).in_(articles))
        .order_by(col(MentionRow.article_id), col(MentionRow.position))
        .options(WITHOUT_TEXT)
    )
    found: dict[int, list[tuple[MentionRow, ArticleRow]]] = defaultdict(list)
    for row, article in session.exec(query):
        found[row.article_id].append((row, article))
    return found


def _told(anchor: AnchorRow) -> Told:
    return Told(anchor.company_key, anchor.kind, anchor.figure, anchor.position)
