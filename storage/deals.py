"""Resolving mentions into deals, one company at a time, and queueing what is to be told in the same transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import delete
from sqlmodel import Session, col, select

from extractors.values import Kind, Role, Status
from storage.agreement import period
from storage.companies import company_key
from storage.database import Database
from storage.deal_ids import Ids, carry_over
from storage.deal_tables import CompanyToResolve, DealRow, MentionRow
from storage.encoding import amount_in, amount_out, converted_out
from storage.facts import Cluster, DealFacts, MentionFacts
from storage.news import AlertRules
from storage.queueing import Queue
from storage.rates import convert
from storage.resolution import cluster
from storage.tables import WITHOUT_TEXT, ArticleRow
from storage.values import Event, Resolution, Run
from storage.watches import WatchRule


def resolve(
    db: Database,
    run: Run,
    now: dt.datetime,
    *,
    alert_confidence: float,
    alert_window_days: int,
    watches: Sequence[WatchRule] = (WatchRule(),),
) -> Resolution:
    """Recompute the deals of every company whose mentions changed, one transaction each.

    Killed anywhere and started again it goes on where it was; started twice it changes nothing.

    Args:
        alert_confidence: mentions below it never cause an alert.
        alert_window_days: articles older than that neither (undated ones count from when first seen).
        watches: who is told of what; each gets its own rows in the outbox.
    """
    rules = AlertRules(alert_confidence, alert_window_days, now)
    total = _Tally()
    for key in _waiting(db):
        with db.transaction() as session:
            block = _Block(session, key, run, rules, tuple(watches))
            block.resolve()
        total.add(block.tally)
    return total.resolution()


def _waiting(db: Database) -> list[str]:
    with db.reading() as session:
        return list(session.exec(select(CompanyToResolve.company_key).order_by(CompanyToResolve.company_key)))


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

    def __init__(self, session: Session, key: str, run: Run, rules: AlertRules, watches: tuple[WatchRule, ...]) -> None:
        self.session, self.key, self.run, self.rules, self.watches = session, key, run, rules, watches
        self.tally = _Tally()

    def resolve(self) -> None:
        # Taking the row first makes writers of new mentions of this company wait until we are done.
        taken = delete(CompanyToResolve).where(col(CompanyToResolve.company_key) == self.key)
        if self.session.execute(taken.returning(col(CompanyToResolve.company_key))).first() is None:
            return  # another process was quicker
        self.tally.blocks = 1
        rows, mentions = self._mentions()
        self.held_by = {key: row.deal_id for key, row in rows.items() if row.deal_id is not None}
        query = select(DealRow).where(DealRow.company_key == self.key)
        self.deals = {deal.id: deal for deal in self.session.exec(query)}
        clusters = cluster(list(mentions.values()))
        ids = self._ids(clusters)
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
        queue = Queue(self.session, self.run.id, self.rules, self.watches)
        queue.tell(self.deals, list(zip(ids.of_clusters, clusters, strict=True)), mentions, self.held_by)
        self.tally.queued = queue.queued

    def _mentions(self) -> tuple[dict[str, MentionRow], dict[str, MentionFacts]]:
        query = (
            select(MentionRow, ArticleRow)
            .join(ArticleRow, col(ArticleRow.id) == col(MentionRow.article_id))
            .where(MentionRow.company_key == self.key)
            .options(WITHOUT_TEXT)
        )
        rows: dict[str, MentionRow] = {}
        facts: dict[str, MentionFacts] = {}
        for row, article in self.session.exec(query):
            key = f"{article.canonical_url}#{row.position}"
            rows[key] = row
            facts[key] = _facts(row, key, article.canonical_url, article.published or article.first_seen.date())
        return rows, facts

    def _ids(self, clusters: Sequence[Cluster]) -> Ids:
        living = {
            deal.id: (deal.created_at, deal.first_published or deal.day)
            for deal in self.deals.values()
            if deal.redirect_to is None and deal.mention_count > 0
        }
        return carry_over([found.members for found in clusters], self.held_by, living, seed=self.key)

    def _write_deal(self, deal_id: str, found: Cluster) -> None:
        values = _columns(found.facts)
        row = self.deals.get(deal_id)
        if row is None:
            row = DealRow(
                id=deal_id, company_key=self.key, created_at=self.rules.now, changed_at=self.rules.now, **values
            )
            row.created_run_id = self.run.id
            self.deals[deal_id] = row
            self.tally.created.append(deal_id)
        elif any(getattr(row, name) != value for name, value in values.items()):
            row.sqlmodel_update(values)
            row.changed_at, row.changed_run_id = self.rules.now, self.run.id
            self.tally.changed.append(deal_id)
        row.redirect_to = None  # its tellings may have come apart again
        row.mention_count = len(found.members)
        row.first_published = row.day = found.facts.first_published
        _convert(row, found.facts)
        self.session.add(row)

    def _redirect(self, old: str, survivor: str) -> None:
        self.deals[old].redirect_to, self.deals[old].mention_count = survivor, 0
        for deal in self.deals.values():
            if deal.redirect_to == old:
                deal.redirect_to = survivor


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


def _facts(row: MentionRow, key: str, url: str, published: dt.date) -> MentionFacts:
    return MentionFacts(
        key=key,
        article=url,
        kind=cast(Kind, row.kind),
        company=row.company,
        published=published,
        investors=tuple(row.investors),
        investor_keys=tuple(company_key(name) for name in row.investors),
        lead=tuple(row.lead),
        lead_keys=tuple(company_key(name) for name in row.lead),
        amount=amount_in(row.amount),
        alt=amount_in(row.alt),
        valuation=amount_in(row.valuation),
        round=row.round,
        status=cast(Status, row.status),
        role=cast(Role, row.role),
        cumulative=row.cumulative,
        date=row.date,
        ai=row.ai,
        confidence=row.confidence,
    )
