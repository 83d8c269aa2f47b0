"""What is worth telling: whether a deal is news, and which changes of a deal already told deserve another word."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from extractors.values import Amount
from storage.agreement import amounts_agree
from storage.companies import company_key
from storage.encoding import amount_in, amount_out
from storage.facts import FIRM, DealFacts, MentionFacts
from storage.values import Change


@dataclass(frozen=True, slots=True)
class AlertRules:
    """When to speak: how sure a telling must be, and how recent; moments in UTC."""

    confidence: float
    window_days: int
    now: dt.datetime

    @property
    def since(self) -> dt.date:
        """The first day that still counts as recent."""
        return self.now.date() - dt.timedelta(days=self.window_days)


def is_news(deal: DealFacts, tellings: Iterable[MentionFacts], rules: AlertRules) -> bool:
    """A deal about AI, not cancelled, that a recent and sure enough telling reports as current.

    Totals over several operations are no deal of their own.
    """
    if not deal.ai or deal.cumulative or deal.status == "cancelled":
        return False
    return any(_recent_news(mention, rules) and mention.status != "cancelled" for mention in tellings)


def has_fresh_telling(tellings: Iterable[MentionFacts], rules: AlertRules) -> bool:
    """Whether a change of this deal comes from today's press, and not from reading the past again."""
    return any(_recent_news(mention, rules) for mention in tellings)


def told(deal: DealFacts) -> dict[str, Any]:
    """What a message about `deal` says, as far as `changes_since` compares it."""
    return {"status": deal.status, "amount": amount_out(deal.amount), "lead": list(deal.lead)}


def changes_since(before: Mapping[str, Any], deal: DealFacts) -> tuple[Change, ...]:
    """What changed since `before` (a `told`): confirmed or called off, another amount, another lead."""
    changes: list[Change] = []
    if before["status"] != deal.status and deal.status in FIRM:
        changes.append(Change("status", before["status"], deal.status))
    amount = amount_in(before["amount"])
    if deal.amount is not None and (amount is None or not _agree(amount, deal)):
        changes.append(Change("amount", amount, deal.amount))
    old_lead, new_lead = ({company_key(name) for name in lead} for lead in (before["lead"], deal.lead))
    if old_lead and new_lead and not (old_lead <= new_lead or new_lead <= old_lead):
        changes.append(Change("lead", tuple(before["lead"]), deal.lead))
    return tuple(changes)


def fingerprint(said: Mapping[str, Any]) -> str:
    """A short name for a `told`: the same thing is never said twice of one deal."""
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def _agree(before: Amount, deal: DealFacts) -> bool:
    day = deal.first_published
    return deal.amount is not None and amounts_agree(before, deal.amount, day, day)


def _recent_news(mention: MentionFacts, rules: AlertRules) -> bool:
    return (
        mention.role == "news"
        and not mention.archived
        and mention.ai
        and mention.confidence >= rules.confidence
        and mention.published >= rules.since
    )
