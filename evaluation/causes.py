"""Errors grouped by cause, so that a rule author sees what to mend first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from evaluation.agreement import overlap, same_amount, same_deal_amount
from evaluation.scoring import FIELDS, Outcome, agrees
from extractors.deals.explain import Refusals
from extractors.deals.extract import Trace
from extractors.deals.match import Claim
from extractors.values import Amount, DealMention

Side = Literal["missed", "false", "field"]


@dataclass(frozen=True, slots=True)
class Mistake:
    """One error.

    cause: for `missed`: language, wrong_amount, wrong_company, no_words (a deal without amount), unread (the amount
        was not read as one), or why its amount was refused (`extractors.deals.explain.Reason`). For `false`:
        wrong_amount, wrong_company, twice, vetoable (a veto fits the amount too, but lost), unlabelled.
        For `field`: the field.
    detail: the rule at work, where there is one.
    """

    side: Side
    cause: str
    detail: str
    article: str
    told: DealMention | None
    expected: DealMention | None


@dataclass(slots=True)
class Group:
    """Mistakes of one cause; `examples` holds the first few."""

    side: Side
    cause: str
    count: int = 0
    details: dict[str, int] = field(default_factory=dict)
    examples: list[Mistake] = field(default_factory=list)


class Groups:
    """Gathers mistakes by side and cause, keeping so many examples of each."""

    def __init__(self, examples: int) -> None:
        self._most = examples
        self._groups: dict[tuple[Side, str], Group] = {}

    def add(self, mistake: Mistake) -> None:
        """Count one mistake."""
        key = (mistake.side, mistake.cause)
        group = self._groups.setdefault(key, Group(*key))
        group.count += 1
        if mistake.detail:
            group.details[mistake.detail] = group.details.get(mistake.detail, 0) + 1
        if len(group.examples) < self._most:
            group.examples.append(mistake)

    def largest_first(self) -> list[Group]:
        """Missed, then false, then fields; in each the commonest cause first."""
        order: tuple[Side, ...] = ("missed", "false", "field")
        return sorted(self._groups.values(), key=lambda g: (order.index(g.side), -g.count, g.cause))


def mistakes(article: str, outcome: Outcome, language: str | None, trace: Trace) -> Iterator[Mistake]:
    """Every error of one article, with its cause.

    Args:
        language: what the article was taken for.
        trace: how its deals were read; empty when it was not taken for French.
    """
    for label, near in outcome.missed:
        # The same amount told of somebody else is shown beside what it should have been.
        astray = next((told for told, _ in outcome.false if label.amount and same_deal_amount(told, label)), None)
        cause, detail = ("language", language or "") if language != "fr" else _missed(label, near, astray, trace)
        yield Mistake("missed", cause, detail, article, near or astray, label)
    for told, near in outcome.false:
        astray = next((label for label, _ in outcome.missed if told.amount and same_deal_amount(told, label)), None)
        cause, detail = _false(told, near, astray, outcome, trace)
        yield Mistake("false", cause, detail, article, told, near or astray)
    for told, label in outcome.found:
        for name in _wrong_fields(told, label):
            yield Mistake("field", name, "", article, told, label)


def _missed(label: DealMention, near: DealMention | None, astray: DealMention | None, trace: Trace) -> tuple[str, str]:
    if near is not None:
        return "wrong_amount", _rule(near)
    if label.amount is None:
        return "no_words", ""
    if astray is not None:
        return "wrong_company", _rule(astray)
    for matches in trace.matches:
        for claim in matches.claims:
            if same_amount(claim.amount, label.amount, label.alt):
                return Refusals(trace).reason(claim, matches.view), claim.match.rule.id if claim.match else ""
    return "unread", ""


def _false(
    told: DealMention, near: DealMention | None, astray: DealMention | None, outcome: Outcome, trace: Trace
) -> tuple[str, str]:
    if near is not None:
        return "wrong_amount", _rule(told)
    if astray is not None:
        return "wrong_company", _rule(told)
    if told.amount and any(same_deal_amount(told, label) for _, label in outcome.found):
        return "twice", _rule(told)
    veto = _lost_veto(told.amount, trace)
    return ("vetoable", veto) if veto else ("unlabelled", _rule(told))


def _lost_veto(amount: Amount | None, trace: Trace) -> str:
    """The veto that fits the amount of a false deal but did not win."""
    if amount is None:
        return ""
    claims: Iterator[Claim] = (claim for matches in trace.matches for claim in matches.claims)
    for claim in claims:
        if claim.span.start == amount.start and claim.amount == amount:
            return next((m.rule.id for m in claim.rivals if m.rule.text.not_a_deal), "")
    return ""


def _wrong_fields(told: DealMention, label: DealMention) -> Iterator[str]:
    yield from (name for name in FIELDS if agrees(name, told, label) is False)
    for name, a, b in (("investors", told.investors, label.investors), ("lead", told.lead, label.lead)):
        if not overlap(a, b) == len(a) == len(b):
            yield name


def _rule(deal: DealMention) -> str:
    return deal.rules[0] if deal.rules else ""
