"""Resolving mentions into deals, one company at a time, and queueing what is to be told in the same transaction."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, delete, or_
from sqlmodel import Session, col, select

from storage.aliases import aliases_or_applied, applied_aliases
from storage.browse_index import index_deals
from storage.database import Database
from storage.deal_ids import Origin, carry_over, own_id
from storage.deal_rows import columns, convert_amount
from storage.deal_tables import CompanyToResolve, DealRow, MentionRow
from storage.decided import InForce, decisions_in_force
from storage.facts import MentionFacts
from storage.mentions import mark_companies
from storage.news import AlertRules
from storage.queueing import Queue
from storage.rulings import Ruled, clusters_under
from storage.tellings import tellings
from storage.trying import tried_again
from storage.values import Event, Resolution, Run
from storage.watches import WatchRule

# Each transaction waits for the disk: most of what a company with few mentions costs. Others who write wait meanwhile,
# so that a transaction takes no more companies once so many seconds have passed.
_TOGETHER = 100
_OTHERS_WAIT = 0.2


def resolve(
    db: Database,
    run: Run,
    now: dt.datetime,
    *,
    alert_confidence: float,
    alert_window_days: int,
    watches: Sequence[WatchRule] = (WatchRule(),),
) -> Resolution:
    """Recompute the deals of every company whose mentions changed, a few companies a transaction.

    Killed anywhere and started again it goes on where it was; started twice it changes nothing.

    Args:
        alert_confidence: mentions below it never cause an alert.
        alert_window_days: articles older than that neither (undated ones count from when first seen).
        watches: who is told of what; each gets its own rows in the outbox.
    """
    rules = AlertRules(alert_confidence, alert_window_days, now)
    total = Tally()
    waiting, aliases = _waiting(db)
    while waiting:
        some = waiting[:_TOGETHER]

        def store(some: Sequence[str] = some) -> tuple[int, Tally]:
            return _resolve_some(db, some, run, rules, tuple(watches), aliases)

        taken, tally = tried_again(store)
        waiting = waiting[taken:]
        total.add(tally)
    return total.resolution()


def _resolve_some(
    db: Database,
    keys: Sequence[str],
    run: Run,
    rules: AlertRules,
    watches: tuple[WatchRule, ...],
    aliases: Mapping[str, str],
) -> tuple[int, Tally]:
    """The first of these companies, as many as others may be kept waiting for; how many that were."""
    total, taken, until = Tally(), 0, time.monotonic() + _OTHERS_WAIT
    touched: set[str] = set()
    with db.transaction() as session:
        for key in keys:
            block = _Block(session, key, run, rules, watches, aliases)
            block.resolve()
            total.add(block.tally)
            touched |= block.deals.keys()
            taken += 1
            if time.monotonic() > until:
                break
        _index(session, touched, aliases, watches)  # all at once, which costs little more than for one company
    return taken, total


def resolve_company(
    session: Session,
    key: str,
    run: Run | None,
    rules: AlertRules,
    watches: tuple[WatchRule, ...] = (WatchRule(),),
    aliases: Mapping[str, str] | None = None,
) -> Tally:
    """Recompute the deals of one company that waits for it, and of those that decisions tie to it, in `session`.

    Args:
        aliases: those in force in the database unless given.
    """
    known = aliases_or_applied(session, aliases)
    block = _Block(session, key, run, rules, watches, known)
    block.resolve()
    _index(session, set(block.deals), known, watches)
    return block.tally


def _index(session: Session, ids: set[str], aliases: Mapping[str, str], watches: tuple[WatchRule, ...]) -> None:
    words = watches[0].words if watches else None  # all have the same
    if ids:
        index_deals(session, sorted(ids), aliases, words)


def _waiting(db: Database) -> tuple[list[str], dict[str, str]]:
    """The companies to resolve, and the aliases in force."""
    with db.reading() as session:
        keys = session.exec(select(CompanyToResolve.company_key).order_by(CompanyToResolve.company_key))
        return list(keys), applied_aliases(session)


@dataclass(slots=True)
class Tally:
    """Counts that become a `Resolution` once their transaction is committed."""

    blocks: int = 0
    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    queued: dict[Event, list[str]] = field(default_factory=lambda: {"new": [], "updated": []})

    def add(self, other: Tally) -> None:
        self.blocks += other.blocks
        self.created += other.created
        self.changed += other.changed
        for event, ids in other.queued.items():
            self.queued[event] += ids

    def resolution(self) -> Resolution:
        return Resolution(
            blocks=self.blocks,
            created=tuple(self.created),
            changed=tuple(self.changed),
            queued_new=tuple(dict.fromkeys(self.queued["new"])),
            queued_updated=tuple(dict.fromkeys(self.queued["updated"])),
        )


class _Block:
    """All that is known of one company and of those that decisions tie to it, inside one transaction."""

    def __init__(
        self,
        session: Session,
        key: str,
        run: Run | None,
        rules: AlertRules,
        watches: tuple[WatchRule, ...],
        aliases: Mapping[str, str],
    ) -> None:
        self.session, self.key, self.rules, self.watches = session, key, rules, watches
        self.aliases = aliases
        self.run_id = run.id if run else None
        self.companies: frozenset[str] = frozenset({key})
        self.tally = Tally()
        self.mentions: dict[str, MentionFacts] = {}
        self.filed: dict[str, str] = {}
        self.held_by: dict[str, str] = {}
        self.deals: dict[str, DealRow] = {}

    def resolve(self) -> None:
        force = self._take()
        if force is None:
            return  # another process was quicker
        self.companies = force.companies
        self.tally.blocks = 1
        rows, origins = self._mentions()
        self.held_by = {key: row.deal_id for key, row in rows.items() if row.deal_id is not None}
        self._load_deals()
        shown = {key for key, deal_id in self.held_by.items() if deal_id in self.deals and not self._hidden(deal_id)}
        ruled = clusters_under(self.mentions, force.rulings, shown)
        clusters = [deal.cluster for deal in ruled]
        ids = carry_over([found.members for found in clusters], origins, held_by=self.held_by, living=self._living())
        self._load(col(DealRow.id).in_(set(ids.of_clusters) - set(self.deals)))
        self.renamed = set(ids.redirects.values())
        for deal_id, one in zip(ids.of_clusters, ruled, strict=True):
            first = min(one.cluster.members, key=lambda key: origins[key].age)
            self._write_deal(deal_id, one, self.filed[first])
        self.session.flush()  # deals exist before anything points to them
        for old, survivor in ids.redirects.items():
            self._redirect(old, survivor)
        for gone in ids.withdrawn:
            self.deals[gone].mention_count = 0
        for deal_id, found in zip(ids.of_clusters, clusters, strict=True):
            for member in found.members:
                rows[member].deal_id = deal_id
        self.session.flush()
        queue = Queue(self.session, self.run_id, self.rules, self.watches)
        told = [(deal_id, one) for deal_id, one in zip(ids.of_clusters, ruled, strict=True) if not one.rejected]
        queue.tell(self.deals, told, self.mentions, self.held_by)
        self.tally.queued = queue.queued

    def _take(self) -> InForce | None:
        """Take the companies off the list, which makes writers of mentions of theirs wait until we are done."""
        force = decisions_in_force(self.session, {self.key})
        while True:
            locked = force.companies
            attempt = self.session.begin_nested() if force.rulings else None
            if locked != {self.key}:
                mark_companies(self.session, set(locked), self.rules.now)
            taken = delete(CompanyToResolve).where(col(CompanyToResolve.company_key).in_(sorted(locked)))
            if not self.session.execute(taken.returning(col(CompanyToResolve.company_key))).all():
                return None
            # Somebody may have decided while we waited. More companies are taken all anew, in the one order in which
            # everybody takes them, so that two never wait for each other.
            force = decisions_in_force(self.session, {self.key})
            if force.companies <= locked:
                return force
            if attempt is not None:
                attempt.rollback()

    def _hidden(self, deal_id: str) -> bool:
        return self.deals[deal_id].rejected or self.deals[deal_id].redirect_to is not None

    def _mentions(self) -> tuple[dict[str, MentionRow], dict[str, Origin]]:
        rows: dict[str, MentionRow] = {}
        origins: dict[str, Origin] = {}
        companies = col(MentionRow.company_key).in_(sorted(self.companies))
        for telling in tellings(self.session, companies, aliases=self.aliases):
            facts = telling.facts
            rows[facts.key], self.mentions[facts.key] = telling.row, facts
            self.filed[facts.key] = telling.row.company_key
            age = (telling.article.first_seen, facts.published, facts.key)
            origins[facts.key] = Origin(age, telling.row.own_id or own_id(facts.key))
        return rows, origins

    def _load_deals(self) -> None:
        """The deals of these companies, those their mentions bring from another name, and what redirects to them."""
        self._load(col(DealRow.company_key).in_(sorted(self.companies)))
        brought = set(self.held_by.values()) - set(self.deals)
        self._load(or_(col(DealRow.id).in_(brought), col(DealRow.redirect_to).in_(brought)), wanted=bool(brought))

    def _load(self, condition: ColumnElement[bool], *, wanted: bool = True) -> None:
        if wanted:
            self.deals |= {deal.id: deal for deal in self.session.exec(select(DealRow).where(condition))}

    def _living(self) -> set[str]:
        """The ids that these mentions decide about: not those which another company's mentions bear too."""
        ours = sorted(self.companies)
        of_others = col(MentionRow.company_key).not_in(ours)
        shared = select(MentionRow.deal_id).where(
            col(MentionRow.deal_id).in_(select(DealRow.id).where(col(DealRow.company_key).in_(ours))), of_others
        )
        brought = {deal.id for deal in self.deals.values() if deal.company_key not in self.companies}
        also = select(MentionRow.deal_id).where(col(MentionRow.deal_id).in_(brought), of_others)
        elsewhere = set(self.session.exec(shared)) | (set(self.session.exec(also)) if brought else set())
        return {
            deal.id
            for deal in self.deals.values()
            if deal.redirect_to is None and (deal.mention_count > 0 or deal.id in brought) and deal.id not in elsewhere
        }

    def _write_deal(self, deal_id: str, deal: Ruled, company_key: str) -> None:
        found = deal.cluster
        values = columns(found.facts)
        row = self.deals.get(deal_id)
        if row is None:
            row = DealRow(
                id=deal_id, company_key=company_key, created_at=self.rules.now, changed_at=self.rules.now, **values
            )
            row.created_run_id = self.run_id
            self.deals[deal_id] = row
            (self.tally.changed if deal_id in self.renamed else self.tally.created).append(deal_id)
        elif any(getattr(row, name) != value for name, value in values.items()):
            row.sqlmodel_update(values)
            row.changed_at, row.changed_run_id = self.rules.now, self.run_id
            self.tally.changed.append(deal_id)
        row.redirect_to = None  # its tellings may have come apart again
        row.company_key = company_key  # its tellings may be filed under another name now
        row.mention_count, row.rejected = len(found.members), deal.rejected
        row.first_published = row.day = found.facts.first_published
        convert_amount(row, found.facts)
        self.session.add(row)

    def _redirect(self, old: str, survivor: str) -> None:
        gone, heir = self.deals[old], self.deals[survivor]
        gone.redirect_to, gone.mention_count, gone.company_key = survivor, 0, heir.company_key
        if gone.created_at <= heir.created_at:  # the same deal under the name of an older telling
            heir.created_at, heir.created_run_id = gone.created_at, gone.created_run_id
        for deal in self.deals.values():
            if deal.redirect_to == old:
                deal.redirect_to, deal.company_key = survivor, heir.company_key
