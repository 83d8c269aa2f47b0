"""Taking decisions about deals: each one row with who and when, applied at once and at every recomputation after.

A decision and its effect are one transaction, which holds the companies concerned: of two people who decide at the
same time the second sees what the first did, and a deal that was merged meanwhile is followed where it went.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import text, update
from sqlmodel import Session, col, select

from storage.anchors import figure
from storage.corrections import read_corrections
from storage.database import Database
from storage.deal_tables import AnchorRow, CompanyToResolve, DealRow, DecisionRow, MentionRow
from storage.deals import resolve_company
from storage.decided import anchored, decisions_in_force
from storage.errors import DecisionError
from storage.mentions import mark_companies
from storage.news import AlertRules
from storage.rulings import LEAVES, STAYS, Verb
from storage.tellings import Telling, tellings
from storage.watches import WatchRule

_Mentions = Mapping[str, list[Telling]]


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. `details`: `ids` merged, `marks` split off, `fields` corrected, `text` said."""

    id: int
    verb: Verb
    deal_id: str
    details: Mapping[str, Any]
    decided_by: str
    decided_at: dt.datetime
    undone_by: str | None = None
    undone_at: dt.datetime | None = None


class Desk:
    """Where one person decides. Every method returns the decision that it wrote down.

    Args:
        watches: who is told of what becomes news by a decision.

    Raises:
        DecisionError: nothing was decided; says why and what to do.
    """

    def __init__(
        self, db: Database, who: str, rules: AlertRules, watches: Sequence[WatchRule] = (WatchRule(),)
    ) -> None:
        if not who.strip():
            raise DecisionError("qui décide ? donnez un nom avec --by")
        self._db, self._who, self._rules, self._watches = db, who.strip(), rules, tuple(watches)

    def merge(self, ids: Sequence[str]) -> Decision:
        """These deals are one; the oldest gives its id."""
        with self._at_work(ids) as session:
            deals = _deals(session, ids)
            if len({deal.id for deal in deals}) < len(deals) or len(deals) < 2:
                one = deals[0].id
                raise DecisionError(f"c'est déjà une seule et même opération, {one} ; il en faut deux pour les réunir")
            for deal in deals:
                _refuse_rejected(session, deal)
            mentions = _mentions(session, deals)
            sides = [(side, telling) for side, deal in enumerate(deals) for telling in mentions[deal.id]]
            oldest = min(deals, key=lambda deal: (deal.created_at, deal.first_published or deal.day, deal.id))
            return self._write(session, "merge", oldest.id, {"ids": [deal.id for deal in deals]}, sides)

    def split(self, deal_id: str, marks: Sequence[str]) -> Decision:
        """These mentions of a deal, named by their marks, tell another one."""
        with self._at_work([deal_id]) as session:
            deal = deal_known_by(session, deal_id)
            found = {mark_of(telling.facts.key): telling for telling in _mentions(session, [deal])[deal.id]}
            wanted = {mark.strip("[]").casefold() for mark in marks}
            if unknown := sorted(wanted - set(found)):
                raise DecisionError(
                    f"{deal.id} n'a pas de mention {', '.join(unknown)} ; `veille deals show {deal.id}` les donne"
                )
            if wanted == set(found):
                raise DecisionError(f"toutes les mentions de {deal.id} en partiraient ; laissez-en au moins une")
            sides = [(LEAVES if mark in wanted else STAYS, telling) for mark, telling in found.items()]
            return self._write(session, "split", deal.id, {"marks": sorted(wanted)}, sides)

    def reject(self, deal_id: str, why: str = "") -> Decision:
        """This is no deal: it is never listed nor told any more."""
        return self._about_one("reject", deal_id, {"text": why} if why else {})

    def correct(self, deal_id: str, assignments: Sequence[str]) -> Decision:
        """These fields have these values, whatever the press says."""
        return self._about_one("correct", deal_id, {"fields": read_corrections(assignments)})

    def confirm(self, deal_id: str) -> Decision:
        """Somebody checked this deal: it is sure."""
        return self._about_one("confirm", deal_id, {})

    def note(self, deal_id: str, text: str) -> Decision:
        """Something to remember about a deal."""
        if not text.strip():
            raise DecisionError("la note est vide")
        return self._about_one("note", deal_id, {"text": text.strip()}, rejected_too=True)

    def undo(self, number: int) -> Decision:
        """Take a decision back; what the rules say holds again."""
        with self._at_work([], decision=number) as session:
            row = session.exec(select(DecisionRow).where(DecisionRow.id == number)).first()
            if row is None:
                raise DecisionError(f"pas de décision {number} ; `veille deals decisions` les donne toutes")
            if row.undone_at is not None:
                raise DecisionError(f"la décision {number} est déjà annulée, par {row.undone_by}")
            row.undone_by, row.undone_at = self._who, self._rules.now
            session.flush()
            if row.verb == "merge":
                _give_back(session, number)
            return _decision(row)

    def _about_one(self, verb: Verb, deal_id: str, details: dict[str, Any], *, rejected_too: bool = False) -> Decision:
        with self._at_work([deal_id]) as session:
            deal = deal_known_by(session, deal_id)
            if not rejected_too:
                _refuse_rejected(session, deal)
            sides = [(STAYS, telling) for telling in _mentions(session, [deal])[deal.id]]
            return self._write(session, verb, deal.id, details, sides)

    @contextmanager
    def _at_work(self, ids: Sequence[str], decision: int | None = None) -> Iterator[Session]:
        """A transaction that holds the companies concerned, and computes their deals anew at its end."""
        with self._db.transaction() as session:
            look: Callable[[], set[str]] = lambda: (  # noqa: E731 - asked again until it holds still
                {deal.company_key for deal in _deals(session, ids)}
                if decision is None
                else _companies_of(session, decision)
            )
            _one_at_a_time(session)
            wanted, held = set(decisions_in_force(session, look()).companies), set[str]()
            while not wanted <= held:
                attempt = session.begin_nested()
                mark_companies(session, wanted, self._rules.now)
                held = wanted
                session.expire_all()  # a run may have changed it while we waited for the companies
                wanted = held | decisions_in_force(session, look()).companies
                if not wanted <= held:
                    attempt.rollback()  # all anew, in the one order in which everybody takes them
            yield session
            session.flush()
            for key in sorted(held):
                if session.get(CompanyToResolve, key, populate_existing=True) is not None:
                    resolve_company(session, key, None, self._rules, self._watches)

    def _write(
        self,
        session: Session,
        verb: Verb,
        deal_id: str,
        details: dict[str, Any],
        sides: Sequence[tuple[int, Telling]],
    ) -> Decision:
        row = DecisionRow(verb=verb, deal_id=deal_id, details=details, decided_by=self._who, decided_at=self._rules.now)
        session.add(row)
        session.flush()
        assert row.id is not None
        session.add_all(_anchor(row.id, number, *side) for number, side in enumerate(sides))
        return _decision(row)


def list_decisions(db: Database, deal_id: str | None = None, *, undone: bool = False) -> list[Decision]:
    """Decisions, newest first: about one deal, also under ids that were merged into it, or all.

    Args:
        undone: also those that were taken back.

    Raises:
        DecisionError: there is no such deal.
    """
    with db.reading() as session:
        return decisions_about(session, deal_id, undone=undone)


def decisions_about(session: Session, deal_id: str | None, *, undone: bool = False) -> list[Decision]:
    """Like `list_decisions`, within a session."""
    query = select(DecisionRow).order_by(col(DecisionRow.id).desc())
    if not undone:
        query = query.where(col(DecisionRow.undone_at).is_(None))
    if deal_id is not None:
        deal = deal_known_by(session, deal_id)
        ids = [deal.id, *session.exec(select(DealRow.id).where(DealRow.redirect_to == deal.id))]
        about = select(AnchorRow.decision_id).where(col(AnchorRow.deal_id).in_(ids))
        query = query.where(col(DecisionRow.deal_id).in_(ids) | col(DecisionRow.id).in_(about))
    return [_decision(row) for row in session.exec(query)]


def mark_of(mention_key: str) -> str:
    """A short name for a mention that stays when others come: five letters and digits."""
    return base64.b32encode(hashlib.sha256(mention_key.encode(errors="replace")).digest()).decode()[:5].casefold()


def _one_at_a_time(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer anyway
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext('decide'))"))


def deal_known_by(session: Session, deal_id: str) -> DealRow:
    """The deal known by this id, redirects followed.

    Raises:
        DecisionError: there is none, or no article tells it any more.
    """
    row = session.get(DealRow, deal_id, populate_existing=True)
    while row is not None and row.redirect_to is not None:
        row = session.get(DealRow, row.redirect_to, populate_existing=True)
    if row is None:
        raise DecisionError(f"pas d'opération {deal_id} ; `veille deals --all` les donne toutes, avec leur id")
    if row.mention_count == 0:
        raise DecisionError(f"plus aucun article ne dit l'opération {deal_id} : il n'y a rien à en voir ni à y décider")
    return row


def _deals(session: Session, ids: Sequence[str]) -> list[DealRow]:
    return [deal_known_by(session, deal_id) for deal_id in ids]


def _refuse_rejected(session: Session, deal: DealRow) -> None:
    if not deal.rejected:
        return
    number = next((one.id for one in decisions_about(session, deal.id) if one.verb == "reject"), None)
    remedy = f"annulez d'abord le rejet : `veille deals undo {number}`" if number else "annulez d'abord le rejet"
    raise DecisionError(f"{deal.id} est rejetée ; {remedy}")


def _mentions(session: Session, deals: Sequence[DealRow]) -> _Mentions:
    found: dict[str, list[Telling]] = {deal.id: [] for deal in deals}
    for telling in tellings(session, col(MentionRow.deal_id).in_(sorted(found))):
        found[telling.row.deal_id or ""].append(telling)
    return {deal_id: sorted(some, key=lambda telling: telling.facts.key) for deal_id, some in found.items()}


def _anchor(decision_id: int, number: int, side: int, telling: Telling) -> AnchorRow:
    row = telling.row
    return AnchorRow(
        decision_id=decision_id,
        number=number,
        article_id=row.article_id,
        side=side,
        deal_id=row.deal_id or "",
        company_key=row.company_key,
        kind=row.kind,
        figure=figure(row.amount),
        position=row.position,
    )


def _companies_of(session: Session, decision: int) -> set[str]:
    articles = select(AnchorRow.article_id).where(AnchorRow.decision_id == decision)
    return set(session.exec(select(MentionRow.company_key).where(col(MentionRow.article_id).in_(articles))))


def _give_back(session: Session, decision: int) -> None:
    """After a merge is undone each deal has its mentions again, so that it comes back under its own id."""
    for deal_id, places in anchored(session, decision).items():
        for article_id, position in places:
            there = (col(MentionRow.article_id) == article_id, col(MentionRow.position) == position)
            session.execute(update(MentionRow).where(*there).values(deal_id=deal_id))
        revived = update(DealRow).where(col(DealRow.id) == deal_id)
        session.execute(revived.values(redirect_to=None, mention_count=len(places)))
    session.expire_all()


def _decision(row: DecisionRow) -> Decision:
    return Decision(
        id=row.id or 0,
        verb=cast(Verb, row.verb),
        deal_id=row.deal_id,
        details=row.details,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        undone_by=row.undone_by,
        undone_at=row.undone_at,
    )
