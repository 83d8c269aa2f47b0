"""Resolving mentions into deals, one company at a time, and queueing what is to be told in the same transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, delete, or_
from sqlmodel import Session, col, select

from storage.agreement import period
from storage.aliases import applied_aliases
from storage.database import Database, upsert
from storage.deal_ids import Origin, carry_over, own_id
from storage.deal_tables import CompanyToResolve, DealRow, MentionRow, OutboxRow
from storage.encoding import amount_out, change_out, converted_out
from storage.facts import Cluster, DealFacts, MentionFacts
from storage.news import AlertRules, changes_since, fingerprint, has_fresh_telling, is_news, told
from storage.rates import convert
from storage.resolution import cluster
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
    total = _Tally()
    waiting, aliases = _waiting(db)
    for key in waiting:
        with db.transaction() as session:
            block = _Block(session, key, run, rules, tuple(channels), aliases)
            block.resolve()
        total.add(block.tally)
    return total.resolution()


def _waiting(db: Database) -> tuple[list[str], dict[str, str]]:
    """The companies to resolve, and the aliases in force."""
    with db.reading() as session:
        keys = session.exec(select(CompanyToResolve.company_key).order_by(CompanyToResolve.company_key))
        return list(keys), applied_aliases(session)


@dataclass(slots=True)
class _Tally:
    """Counts that become a `Resolution` once their transaction is committed."""

    blocks: int = 0
    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    queued: dict[Event, list[str]] = field(default_factory=lambda: {"new": [], "updated": []})

    def add(self, other: _Tally) -> None:
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
    """All that is known of one company, inside one transaction."""

    def __init__(
        self,
        session: Session,
        key: str,
        run: Run,
        rules: AlertRules,
        channels: tuple[str, ...],
        aliases: Mapping[str, str],
    ) -> None:
        self.session, self.key, self.run, self.rules, self.channels = session, key, run, rules, channels
        self.aliases = aliases
        self.tally = _Tally()
        self.mentions: dict[str, MentionFacts] = {}
        self.held_by: dict[str, str] = {}
        self.deals: dict[str, DealRow] = {}

    def resolve(self) -> None:
        # Taking the row first makes writers of new mentions of this company wait until we are done.
        taken = delete(CompanyToResolve).where(col(CompanyToResolve.company_key) == self.key)
        if self.session.execute(taken.returning(col(CompanyToResolve.company_key))).first() is None:
            return  # another process was quicker
        self.tally.blocks = 1
        rows, origins = self._mentions()
        self.held_by = {key: row.deal_id for key, row in rows.items() if row.deal_id is not None}
        self._load_deals()
        clusters = cluster(list(self.mentions.values()))
        ids = carry_over([found.members for found in clusters], origins, held_by=self.held_by, living=self._living())
        self._load(col(DealRow.id).in_(set(ids.of_clusters) - set(self.deals)))
        self.renamed = set(ids.redirects.values())
        for deal_id, found in zip(ids.of_clusters, clusters, strict=True):
            self._write_deal(deal_id, found)
        self.session.flush()  # deals exist before anything points to them
        for old, survivor in ids.redirects.items():
            self._redirect(old, survivor)
        for gone in ids.withdrawn:
            self.deals[gone].mention_count = 0
        for deal_id, found in zip(ids.of_clusters, clusters, strict=True):
            for member in found.members:
                rows[member].deal_id = deal_id
        self._tell(list(zip(ids.of_clusters, clusters, strict=True)))

    def _mentions(self) -> tuple[dict[str, MentionRow], dict[str, Origin]]:
        rows: dict[str, MentionRow] = {}
        origins: dict[str, Origin] = {}
        for telling in tellings(self.session, col(MentionRow.company_key) == self.key, aliases=self.aliases):
            facts = telling.facts
            rows[facts.key], self.mentions[facts.key] = telling.row, facts
            age = (telling.article.first_seen, facts.published, facts.key)
            origins[facts.key] = Origin(age, telling.row.own_id or own_id(facts.key))
        return rows, origins

    def _load_deals(self) -> None:
        """The deals of this company, those its mentions bring from another name, and what redirects to them."""
        self._load(col(DealRow.company_key) == self.key)
        brought = set(self.held_by.values()) - set(self.deals)
        self._load(or_(col(DealRow.id).in_(brought), col(DealRow.redirect_to).in_(brought)), wanted=bool(brought))

    def _load(self, condition: ColumnElement[bool], *, wanted: bool = True) -> None:
        if wanted:
            self.deals |= {deal.id: deal for deal in self.session.exec(select(DealRow).where(condition))}

    def _living(self) -> set[str]:
        """The ids that this company's mentions decide about: not those which another company's mentions bear too."""
        shared = select(MentionRow.deal_id).where(
            col(MentionRow.deal_id).in_(select(DealRow.id).where(DealRow.company_key == self.key)),
            col(MentionRow.company_key) != self.key,
        )
        brought = {deal.id for deal in self.deals.values() if deal.company_key != self.key}
        also = select(MentionRow.deal_id).where(
            col(MentionRow.deal_id).in_(brought), col(MentionRow.company_key) != self.key
        )
        elsewhere = set(self.session.exec(shared)) | (set(self.session.exec(also)) if brought else set())
        return {
            deal.id
            for deal in self.deals.values()
            if deal.redirect_to is None and (deal.mention_count > 0 or deal.id in brought) and deal.id not in elsewhere
        }

    def _write_deal(self, deal_id: str, found: Cluster) -> None:
        values = _columns(found.facts)
        row = self.deals.get(deal_id)
        if row is None:
            row = DealRow(
                id=deal_id, company_key=self.key, created_at=self.rules.now, changed_at=self.rules.now, **values
            )
            row.created_run_id = self.run.id
            self.deals[deal_id] = row
            (self.tally.changed if deal_id in self.renamed else self.tally.created).append(deal_id)
        elif any(getattr(row, name) != value for name, value in values.items()):
            row.sqlmodel_update(values)
            row.changed_at, row.changed_run_id = self.rules.now, self.run.id
            self.tally.changed.append(deal_id)
        row.redirect_to = None  # its tellings may have come apart again
        row.company_key = self.key  # its tellings may be filed under another name now
        row.mention_count = len(found.members)
        row.first_published = row.day = found.facts.first_published
        _convert(row, found.facts)
        self.session.add(row)

    def _redirect(self, old: str, survivor: str) -> None:
        gone, heir = self.deals[old], self.deals[survivor]
        gone.redirect_to, gone.mention_count, gone.company_key = survivor, 0, self.key
        if gone.created_at <= heir.created_at:  # the same deal under the name of an older telling
            heir.created_at, heir.created_run_id = gone.created_at, gone.created_run_id
        for deal in self.deals.values():
            if deal.redirect_to == old:
                deal.redirect_to, deal.company_key = survivor, self.key

    def _tell(self, found: Sequence[tuple[str, Cluster]]) -> None:
        rows = self.session.exec(
            select(OutboxRow).where(col(OutboxRow.deal_id).in_(self.deals)).order_by(col(OutboxRow.id))
        ).all()
        for channel in self.channels:
            said: dict[str, list[OutboxRow]] = {}
            for row in rows:
                if row.channel == channel:
                    said.setdefault(self.deals[row.deal_id].redirect_to or row.deal_id, []).append(row)
            ever = {row.deal_id for row in rows if row.channel == channel}
            for deal_id, one in found:
                self._tell_one(channel, deal_id, one, said.get(deal_id, []), ever)

    def _tell_one(self, channel: str, deal_id: str, found: Cluster, said: Sequence[OutboxRow], ever: set[str]) -> None:
        deal = found.facts
        tellings = [self.mentions[key] for key in found.members]
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
            run_id=self.run.id,
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
