"""Queueing what is to be told, watch by watch, in the transaction that writes the deals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from sqlalchemy import func
from sqlmodel import Session, col, select

from storage.database import upsert
from storage.deal_tables import DealRow, OutboxRow
from storage.encoding import change_out, converted_in
from storage.facts import DealFacts, MentionFacts
from storage.news import AlertRules, changes_since, fingerprint, has_fresh_telling, is_news, told
from storage.rulings import Ruled
from storage.values import Change, Event
from storage.watch_words import telling_of
from storage.watches import Candidate, WatchRule


class Queue:
    """The outbox of one transaction. `queued` counts what went in, deal ids by event."""

    def __init__(self, session: Session, run_id: int | None, rules: AlertRules, watches: Sequence[WatchRule]) -> None:
        self.session, self.run_id, self.rules, self.watches = session, run_id, rules, watches
        self.queued: dict[Event, list[str]] = {"new": [], "updated": []}

    def tell(
        self,
        deals: Mapping[str, DealRow],
        found: Sequence[tuple[str, Ruled]],
        mentions: Mapping[str, MentionFacts],
        held_by: Mapping[str, str],
    ) -> None:
        """Queue what each watch has not heard of the deals of one company.

        Args:
            deals: all deals the company ever had, by id.
            found: those it has now, with the tellings of each.
            held_by: mention → the deal it belonged to before.
        """
        known = set(deals) | set(held_by.values())  # a mention read under another name now was told there
        query = select(OutboxRow).where(col(OutboxRow.deal_id).in_(known)).order_by(col(OutboxRow.id))
        rows = self.session.exec(query).all()
        candidates = {deal_id: self._candidate(deals[deal_id], one.cluster.facts) for deal_id, one in found}
        for watch in self.watches:
            said: dict[str, list[OutboxRow]] = {}
            for row in rows:
                if row.channel == watch.id:
                    now_called = (deals[row.deal_id].redirect_to if row.deal_id in deals else None) or row.deal_id
                    said.setdefault(now_called, []).append(row)
            ever = {row.deal_id for row in rows if row.channel == watch.id}
            for deal_id, one in found:
                facts = one.cluster.facts
                tellings = [mentions[key] for key in one.cluster.members]
                if one.confirmed:
                    tellings = [replace(mention, confidence=1.0) for mention in tellings]
                if deal_id in said:
                    self._tell_changes(watch, deal_id, facts, tellings, said[deal_id][-1])
                    continue
                before = {held_by[mention.key] for mention in tellings if mention.key in held_by} - {deal_id}
                if self._heard_within_another(watch, deal_id, facts, before):
                    continue
                # What a deal told before held is told, even when its tellings come apart into two deals now.
                unheard = [mention for mention in tellings if held_by.get(mention.key) not in ever]
                if is_news(facts, unheard, self.rules) and watch.wants(candidates[deal_id]):
                    self._queue(watch, deal_id, "new", facts, ())

    def _heard_within_another(self, watch: WatchRule, deal_id: str, deal: DealFacts, before: set[str]) -> bool:
        """Whether its tellings came out of a deal that was sent. It counts as sent with that one, then and later."""
        sent = select(func.max(OutboxRow.delivery_id)).where(
            OutboxRow.channel == watch.id, col(OutboxRow.deal_id).in_(before)
        )
        delivery = self.session.exec(sent).one() if before else None
        if delivery is not None:
            self._note(watch, deal_id, "new", deal, (), delivery)
        return delivery is not None

    def _tell_changes(
        self, watch: WatchRule, deal_id: str, deal: DealFacts, tellings: Sequence[MentionFacts], last: OutboxRow
    ) -> None:
        """Whoever was told a deal is told what changed of it, also when it would not pass the filters any more."""
        changes = changes_since(last.told, deal)
        if not changes or not has_fresh_telling(tellings, self.rules):
            return
        if last.event == "new" and last.delivery_id is None:
            last.told = told(deal)  # not sent yet: it will be told as it is now
        else:
            self._queue(watch, deal_id, "updated", deal, changes)

    def _queue(self, watch: WatchRule, deal_id: str, event: Event, deal: DealFacts, changes: Sequence[Change]) -> None:
        if self._note(watch, deal_id, event, deal, changes):
            self.queued[event].append(deal_id)

    def _note(
        self,
        watch: WatchRule,
        deal_id: str,
        event: Event,
        deal: DealFacts,
        changes: Sequence[Change],
        delivery: int | None = None,
    ) -> bool:
        """Write a row of the outbox; False when the same was said before. With a `delivery` it counts as sent."""
        said = told(deal)
        insert = upsert(self.session, OutboxRow).values(
            channel=watch.id,
            deal_id=deal_id,
            event=event,
            fingerprint="" if event == "new" else fingerprint(said),
            told=said,
            changes=[change_out(change) for change in changes],
            created_at=self.rules.now,
            run_id=self.run_id,
            delivery_id=delivery,
        )
        once = insert.on_conflict_do_nothing(index_elements=["channel", "deal_id", "event", "fingerprint"])
        return self.session.execute(once.returning(col(OutboxRow.id))).first() is not None

    def _candidate(self, row: DealRow, deal: DealFacts) -> Candidate:
        euros = converted_in(row.eur)
        return Candidate(
            kind=deal.kind,
            status=deal.status,
            company=deal.company,
            investors=deal.investors,
            euros=euros.value if euros else None,
            telling=cache(lambda: telling_of(self.session, row.id)),
        )
