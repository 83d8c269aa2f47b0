"""Deciding about two names that may be one: accepted, the alias is in force at once; refused, nobody is asked again.

What people decide stands on top of what the lexicon lists. Each decision is a row with who and when; undone ones stay.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from sqlalchemy import select as core_select
from sqlmodel import Session, col, select

from storage.aliases import applied_aliases
from storage.browse_index import index_deals
from storage.browse_tables import NAMES
from storage.companies import company_key
from storage.database import Database
from storage.deal_tables import AliasDecisionRow, CompanyToResolve
from storage.deals import resolve_company
from storage.errors import DecisionError
from storage.news import AlertRules
from storage.organisations import put_in_force
from storage.watches import WatchRule

Verdict = Literal["accept", "refuse"]
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class AliasDecision:
    """One decision: `alias` is (accept) or is not (refuse) another name of `main`."""

    id: int
    verdict: Verdict
    alias_key: str
    alias: str
    main_key: str
    main: str
    decided_by: str
    decided_at: dt.datetime
    undone_by: str | None = None
    undone_at: dt.datetime | None = None

    @property
    def pair(self) -> frozenset[str]:
        """The two keys."""
        return frozenset({self.alias_key, self.main_key})


class AliasDesk:
    """Where one person decides about names.

    Args:
        listed: the aliases of the lexicon, key → key.
        watches: who is told of what becomes news by a decision.

    Raises:
        DecisionError: nothing was decided; says why and what to do.
    """

    def __init__(
        self, db: Database, who: str, listed: Mapping[str, str], rules: AlertRules, watches: Sequence[WatchRule]
    ) -> None:
        if not who.strip():
            raise DecisionError("qui décide ? il manque un nom")
        self._db, self._who, self._listed = db, who.strip(), listed
        self._rules, self._watches = rules, tuple(watches)

    def decide(self, verdict: Verdict, alias: str, main: str) -> AliasDecision:
        """Accept or refuse that `alias` is another name of `main`."""
        alias, main = alias.strip(), main.strip()
        keys = company_key(alias), company_key(main)
        if not alias or not main or keys[0] == keys[1]:
            raise DecisionError("il faut deux noms différents")
        with self._db.transaction() as session:
            standing = [one for one in _standing(session) if one.pair == frozenset(keys)]
            if standing:
                one = standing[-1]
                raise DecisionError(f"déjà jugé par {one.decided_by} ; annulez d'abord la décision {one.id}")
            if verdict == "accept" and applied_aliases(session).get(keys[1], keys[1]) == keys[0]:
                raise DecisionError(f"« {main} » est déjà un alias de « {alias} »")
            row = AliasDecisionRow(
                verdict=verdict, alias_key=keys[0], alias=alias, main_key=keys[1], main=main,
                decided_by=self._who, decided_at=self._rules.now,
            )  # fmt: skip
            session.add(row)
            session.flush()
            self._apply(session)
            return _decision(row)

    def undo(self, number: int) -> AliasDecision:
        """Take a decision back; what the lexicon lists holds again."""
        with self._db.transaction() as session:
            row = session.get(AliasDecisionRow, number)
            if row is None:
                raise DecisionError(f"pas de décision {number} sur des noms")
            if row.undone_at is not None:
                raise DecisionError(f"la décision {number} est déjà annulée, par {row.undone_by}")
            row.undone_by, row.undone_at = self._who, self._rules.now
            session.flush()
            self._apply(session)
            return _decision(row)

    def _apply(self, session: Session) -> None:
        change = put_in_force(session, self._listed, self._rules.now)
        session.flush()
        for key in sorted(change.touched):
            if session.get(CompanyToResolve, key, populate_existing=True) is not None:
                resolve_company(session, key, None, self._rules, self._watches)
        # Deals in which the name put money in are found under the other one now.
        naming = core_select(NAMES.c.deal_id).where(NAMES.c.key.in_(change.names)).distinct()
        ids = sorted(session.execute(naming).scalars())
        aliases = applied_aliases(session)
        for start in range(0, len(ids), _CHUNK):
            index_deals(session, ids[start : start + _CHUNK], aliases)  # countries stay


def alias_decisions(db: Database, *, limit: int = 200) -> list[AliasDecision]:
    """The last decisions about names, also those taken back."""
    with db.reading() as session:
        rows = session.exec(select(AliasDecisionRow).order_by(col(AliasDecisionRow.id).desc()).limit(limit))
        return [_decision(row) for row in rows]


def judged_pairs(db: Database) -> frozenset[frozenset[str]]:
    """The pairs of keys that somebody decided about."""
    with db.reading() as session:
        return frozenset(one.pair for one in _standing(session))


def _standing(session: Session) -> list[AliasDecision]:
    query = select(AliasDecisionRow).where(col(AliasDecisionRow.undone_at).is_(None)).order_by(col(AliasDecisionRow.id))
    return [_decision(row) for row in session.exec(query)]


def _decision(row: AliasDecisionRow) -> AliasDecision:
    return AliasDecision(
        id=row.id or 0,
        verdict=cast(Verdict, row.verdict),
        alias_key=row.alias_key,
        alias=row.alias,
        main_key=row.main_key,
        main=row.main,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        undone_by=row.undone_by,
        undone_at=row.undone_at,
    )
