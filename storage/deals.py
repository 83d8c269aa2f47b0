"""Resolving mentions into deals, one company at a time, and queueing what is to be told in the same transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from storage.agreement import period
from storage.database import Database, upsert
from storage.deal_ids import Ids, carry_over
from storage.deal_tables import CompanyToResolve, DealRow, MentionRow, OutboxRow
from storage.decided import InForce, decisions_in_force
from storage.encoding import amount_out, change_out, converted_out
from storage.facts import Cluster, DealFacts, MentionFacts
from storage.mentions import mark_companies
from storage.news import AlertRules, changes_since, fingerprint, has_fresh_telling, is_news, told
from storage.rates import convert
from storage.rulings import Ruled, clusters_under
from storage.tellings import tellings
from storage.values import MAIL, Change, Event, Resolution, Run


def resolve(
    db: Database,
    run: Run,
    now: dt.datetime,
    *,
    alert_confidence: float,
    alert_window_days: int,
    channels: Sequence[str] = (MAIL,),
) -> Resolution:
    """Recompute the deals of every company whose mentions changed, one transaction each.

    Killed anywhere and started again it goes on where it was; started twice it changes nothing.

    Args:
        alert_confidence: mentions below it never cause an alert.
        alert_window_days: articles older than that neither (undated ones count from when first seen).
        channels: who is told; each gets its own rows in the outbox.
    """
    rules = AlertRules(alert_confidence, alert_window_days, now)
    total = Tally()
    for key in _waiting(db):
        with db.transaction() as session:
            tally = resolve_company(session, key, run, rules, tuple(channels))
        total.add(tally)
    return total.resolution()


def resolve_company(
    session: Session, key: str, run: Run | None, rules: AlertRules, channels: tuple[str, ...] = (MAIL,)
) -> Tally:
    """Recompute the deals of one company that waits for it, and of those that decisions tie to it, in `session`."""
    block = _Block(session, key, run, rules, channels)
    block.resolve()
    return block.tally


def _waiting(db: Database) -> list[str]:
    with db.reading() as session:
        return list(session.exec(select(CompanyToResolve.company_key).order_by(CompanyToResolve.company_key)))


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
        self, session: Session, key: str, run: Run | None, rules: AlertRules, channels: tuple[str, ...]
    ) -> None:
        self.session, self.key, self.rules, self.channels = session, key, rules, channels
        self.run_id = run.id if run else None
        self.tally = Tally()

    def resolve(self) -> None:
        force = self._take()
        if force is None:
            return  # another process was quicker
        self.companies = force.companies
        self.tally.blocks = 1
        rows, mentions = self._mentions()
        self.mentions = mentions
        self.held_by = {key: row.deal_id for key, row in rows.items() if row.deal_id is not None}
        self.deals = self._deals()
        shown = {key for key, deal_id in self.held_by.items() if deal_id in self.deals and not self._hidden(deal_id)}
        ruled = clusters_under(mentions, force.rulings, shown)
        clusters = [deal.cluster for deal in ruled]
        ids = self._ids(clusters)
        for deal_id, one in zip(ids.of_clusters, ruled, strict=True):
            self._write_deal(deal_id, one)
        self.session.flush()  # deals exist before anything points to them
        for old, survivor in ids.redirects.items():
            self._redirect(old, survivor)
        for gone in ids.withdrawn:
            self.deals[gone].mention_count = 0
        for deal_id, found in zip(ids.of_clusters, clusters, strict=True):
            for member in found.members:
                rows[member].deal_id = deal_id
        self._tell([(deal_id, one) for deal_id, one in zip(ids.of_clusters, ruled, strict=True) if not one.rejected])

    def _take(self) -> InForce | None:
        """Take the companies off the list, which makes writers of mentions of theirs wait until we are done."""
        force = decisions_in_force(self.session, {self.key})
        while True:
            locked = force.companies
            if locked != {self.key}:  # all of them, in the one order in which everybody takes them
                mark_companies(self.session, set(locked), self.rules.now)
            taken = delete(CompanyToResolve).where(col(CompanyToResolve.company_key).in_(sorted(locked)))
            if not self.session.execute(taken.returning(col(CompanyToResolve.company_key))).all():
                return None
            # Somebody may have decided while we waited.
            force = decisions_in_force(self.session, {self.key})
            if force.companies <= locked:
                return force

    def _deals(self) -> dict[str, DealRow]:
        """The deals of these companies, and those whose mentions are all read under their names now."""
        query = select(DealRow).where(col(DealRow.company_key).in_(sorted(self.companies)))
        deals = {deal.id: deal for deal in self.session.exec(query)}
        foreign = set(self.held_by.values()) - set(deals)
        if foreign:
            elsewhere = select(MentionRow.deal_id).where(
                col(MentionRow.deal_id).in_(foreign), col(MentionRow.company_key).not_in(sorted(self.companies))
            )
            moved = foreign - set(self.session.exec(elsewhere))
            for deal in self.session.exec(select(DealRow).where(col(DealRow.id).in_(moved))):
                deals[deal.id] = deal
                deal.company_key = self.key
        return deals

    def _hidden(self, deal_id: str) -> bool:
        return self.deals[deal_id].rejected or self.deals[deal_id].redirect_to is not None

    def _mentions(self) -> tuple[dict[str, MentionRow], dict[str, MentionFacts]]:
        rows: dict[str, MentionRow] = {}
        facts: dict[str, MentionFacts] = {}
        for telling in tellings(self.session, col(MentionRow.company_key).in_(sorted(self.companies))):
            rows[telling.facts.key], facts[telling.facts.key] = telling.row, telling.facts
        return rows, facts

    def _ids(self, clusters: Sequence[Cluster]) -> Ids:
        held = set(self.held_by.values())
        living = {
            deal.id: (deal.created_at, deal.first_published or deal.day)
            for deal in self.deals.values()
            if deal.redirect_to is None and (deal.mention_count > 0 or deal.id in held)
        }
        return carry_over([found.members for found in clusters], self.held_by, living, seed=self.key)

    def _write_deal(self, deal_id: str, deal: Ruled) -> None:
        found = deal.cluster
        values = _columns(found.facts)
        row = self.deals.get(deal_id)
        if row is None:
            row = DealRow(
                id=deal_id, company_key=self.key, created_at=self.rules.now, changed_at=self.rules.now, **values
            )
            row.created_run_id = self.run_id
            self.deals[deal_id] = row
            self.tally.created.append(deal_id)
        elif any(getattr(row, name) != value for name, value in values.items()):
            row.sqlmodel_update(values)
            row.changed_at, row.changed_run_id = self.rules.now, self.run_id
            self.tally.changed.append(deal_id)
        row.redirect_to = None  # its tellings may have come apart again
        row.mention_count, row.rejected = len(found.members), deal.rejected
        row.first_published = row.day = found.facts.first_published
        _convert(row, found.facts)
        self.session.add(row)

    def _redirect(self, old: str, survivor: str) -> None:
        self.deals[old].redirect_to, self.deals[old].mention_count = survivor, 0
        for deal in self.deals.values():
            if deal.redirect_to == old:
                deal.redirect_to = survivor

    def _tell(self, found: Sequence[tuple[str, Ruled]]) -> None:
        known = set(self.deals) | set(self.held_by.values())  # a mention read under another name now was told there
        rows = self.session.exec(
            select(OutboxRow).where(col(OutboxRow.deal_id).in_(known)).order_by(col(OutboxRow.id))
        ).all()
        for channel in self.channels:
            said: dict[str, list[OutboxRow]] = {}
            for row in rows:
                if row.channel == channel:
                    said.setdefault(self._now_called(row.deal_id), []).append(row)
            ever = {row.deal_id for row in rows if row.channel == channel}
            for deal_id, one in found:
                self._tell_one(channel, deal_id, one, said.get(deal_id, []), ever)

    def _now_called(self, deal_id: str) -> str:
        return (self.deals[deal_id].redirect_to if deal_id in self.deals else None) or deal_id

    def _tell_one(self, channel: str, deal_id: str, ruled: Ruled, said: Sequence[OutboxRow], ever: set[str]) -> None:
        deal = ruled.cluster.facts
        tellings = [self.mentions[key] for key in ruled.cluster.members]
        if ruled.confirmed:
            tellings = [replace(mention, confidence=1.0) for mention in tellings]
        if not said:
            # What a deal told before held is told, even when its tellings come apart into two deals now.
            unheard = [mention for mention in tellings if self.held_by.get(mention.key) not in ever]
            if is_news(deal, unheard, self.rules):
                self._queue(channel, deal_id, "new", deal, ())
            return
        last = said[-1]
        changes = changes_since(last.told, deal)
        if not changes or not has_fresh_telling(tellings, self.rules):
            return
        if last.event == "new" and last.delivery_id is None:
            last.told = told(deal)  # not sent yet: it will be told as it is now
        else:
            self._queue(channel, deal_id, "updated", deal, changes)

    def _queue(self, channel: str, deal_id: str, event: Event, deal: DealFacts, changes: Sequence[Change]) -> None:
        said = told(deal)
        insert = upsert(self.session, OutboxRow).values(
            channel=channel,
            deal_id=deal_id,
            event=event,
            fingerprint="" if event == "new" else fingerprint(said),
            told=said,
            changes=[change_out(change) for change in changes],
            created_at=self.rules.now,
            run_id=self.run_id,
        )
        once = insert.on_conflict_do_nothing(index_elements=["channel", "deal_id", "event", "fingerprint"])
        if self.session.execute(once.returning(col(OutboxRow.id))).first() is not None:
            self.tally.queued[event].append(deal_id)


def _columns(deal: DealFacts) -> dict[str, Any]:
    """The columns whose change is a change of the deal."""
    return {
        "company": deal.company,
        "kind": deal.kind,
        "investors": list(deal.investors),
        "lead": list(deal.lead),
        "amount": amount_out(deal.amount),
        "alt": amount_out(deal.alt),
        "valuation": amount_out(deal.valuation),
        "round": deal.round,
        "status": deal.status,
        "role": deal.role,
        "cumulative": deal.cumulative,
        "date": deal.date,
        "ai": deal.ai,
        "confidence": deal.confidence,
    }


def _convert(row: DealRow, deal: DealFacts) -> None:
    """Fill in the value in euros, at the rate of the deal's day where one is told, else of its publication."""
    if deal.amount is None or deal.amount.currency is None:
        row.eur, row.amount_eur = None, None
        return
    day = period(deal.date)[1] if deal.date else deal.first_published
    euros = convert(deal.amount.value, deal.amount.currency, "EUR", min(day, deal.first_published))
    row.eur = converted_out(euros)
    row.amount_eur = float(euros.value) if euros else None
