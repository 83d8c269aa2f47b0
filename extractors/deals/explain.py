"""Why an article gives these deals and no others: fields with their sentence and rule, and what was refused."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from extractors.deals.abstraction import View
from extractors.deals.assemble import BARE_KINDS
from extractors.deals.choices import Choice, Choices, trace_choices
from extractors.deals.extract import Trace
from extractors.deals.knowledge import DealKnowledge
from extractors.deals.match import Claim, Match, Matches
from extractors.mending import mended
from extractors.values import Article, DealMention, Evidence, Where

Reason = Literal[
    "vetoed", "too_small", "converted", "valuation", "unclaimed", "no_recipient", "sector_total", "overruled", "unnamed"
]

# Slots of patterns from which a field may be filled.
_SLOTS = {
    "company": ("company",),
    "investors": ("investors", "investor", "lead"),
    "lead": ("lead", "investor", "investors"),
    "amount": ("amount", "valuation"),
    "valuation": ("valuation",),
}
_MONEY = ("amount", "alt", "valuation")
# Why assembling left an amount out, as `Trace.refused` words it.
_TOLD: dict[str, Reason] = {"no recipient found": "no_recipient", "goes on with the total of a sector": "sector_total"}


@dataclass(frozen=True, slots=True)
class RuleTold:
    """A rule that was at work. `says` is empty for what assembling does without a rule."""

    id: str
    says: str = ""


@dataclass(frozen=True, slots=True)
class Cited:
    """A field's span in its sentence's passage, and the rule that pointed at it (None: found near by, without one)."""

    field: str
    start: int
    end: int
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class ToldSentence:
    """One sentence as the article has it, with what was read from it. Offsets are those of title or text."""

    where: Where
    start: int
    end: int
    text: str
    cited: tuple[Cited, ...] = ()


@dataclass(frozen=True, slots=True)
class ExplainedDeal:
    """A deal, the sentences it was read from in order, and the rules that read it, the decisive one first.

    choices: what was weighed for it: who and what kind, then status, news and AI.
    """

    mention: DealMention
    sentences: tuple[ToldSentence, ...]
    rules: tuple[RuleTold, ...]
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """A candidate that became no deal. `text` is the sum, or the words of a deal without one.

    rule: the veto for `vetoed`, else the rule by which it was a candidate, if any.
    rival: for `vetoed` and `valuation`, the rule that would have made it a deal, if any.
    choice: what its being nobody's was weighed by, where that was weighed.
    """

    text: str
    reason: Reason
    sentence: ToldSentence
    rule: RuleTold | None = None
    rival: RuleTold | None = None
    choice: Choice | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything there is to say about the deals of one article."""

    deals: tuple[ExplainedDeal, ...]
    refused: tuple[Refused, ...]


def explain_deals(article: Article, knowledge: DealKnowledge) -> Explanation:
    """`find_deals` with reasons. Pure; places are those of `mended(article).article`."""
    article = mended(article).article
    return explain_trace(article, *trace_choices(article, knowledge), knowledge)


def explain_trace(article: Article, trace: Trace, choices: Choices, knowledge: DealKnowledge) -> Explanation:
    """The same from a trace that is already there."""
    says = {rule.id: rule.text.says for rule in knowledge.rules.all}
    deals = tuple(
        ExplainedDeal(
            mention,
            tuple(_sentences(article, trace, mention)),
            tuple(RuleTold(rule, says.get(rule, "")) for rule in mention.rules),
            choices.of_deal(trace, number),
        )
        for number, mention in enumerate(trace.deals)
    )
    return Explanation(deals, tuple(_refused(article, trace, choices)))


def sentence_of(article: Article, view: View, cited: tuple[Cited, ...] = ()) -> ToldSentence:
    """The sentence of a view as the article has it."""
    return ToldSentence(view.where, view.start, view.end, passage_of(article, view)[view.start : view.end], cited)


def passage_of(article: Article, view: View) -> str:
    """Title or text: what the offsets of a view count in."""
    return article.title if view.where == "title" else article.text


def rule_told(match: Match) -> RuleTold:
    """The rule of a match."""
    return RuleTold(match.rule.id, match.rule.text.says)


class Refusals:
    """Why amounts of one article became no deals; built once, asked for each."""

    def __init__(self, trace: Trace) -> None:
        self._told = dict(line.split(" ", 1) for line in reversed(trace.refused) if " " in line)

    def reason(self, claim: Claim, view: View) -> Reason:
        """Why an amount became no deal."""
        if claim.role == "not_a_deal":
            return "vetoed" if claim.match else "too_small"
        if claim.role in ("converted", "valuation", "unclaimed"):
            return claim.role
        return _TOLD.get(self._told.get(f"{view.where}:{claim.span.start}", ""), "overruled")


def _sentences(article: Article, trace: Trace, mention: DealMention) -> Iterator[ToldSentence]:
    for matches in trace.matches:
        view = matches.view
        held = [e for e in mention.evidence if e.where == view.where and view.start <= e.start < view.end]
        if held:
            cited = {
                (e.field, e.start, e.end): Cited(e.field, e.start, e.end, _rule(e, matches, mention)) for e in held
            }
            yield sentence_of(article, view, tuple(sorted(cited.values(), key=lambda c: (c.start, c.field))))


def _rule(evidence: Evidence, matches: Matches, mention: DealMention) -> str | None:
    """The rule whose slot holds the span; else one that has such a slot (the span goes on with its list) or, for a
    recipient or payer found as subject or topic, the deal's own rule.
    """
    slots = _SLOTS.get(evidence.field)
    if slots is None:
        return None
    fit = [m for m in matches.deals + matches.parts if m.rule.id in mention.rules]
    fit.sort(key=lambda m: (mention.rules.index(m.rule.id), -m.score))
    slotted = [
        (m.view.spans[m.view.text[m.slots[slot]]].start, m.rule.id) for m in fit for slot in slots if slot in m.slots
    ]
    exact = next((rule for start, rule in slotted if start == evidence.start), None)
    if exact is not None:
        return exact
    if slotted and evidence.field in ("investors", "lead"):
        return min(slotted, key=lambda item: (item[0] > evidence.start, abs(item[0] - evidence.start)))[1]
    return next((m.rule.id for m in fit if not m.rule.text.part), None)


def _refused(article: Article, trace: Trace, choices: Choices) -> Iterator[Refused]:
    refusals = Refusals(trace)
    cited = {(e.where, e.start) for deal in trace.deals for e in deal.evidence if e.field in _MONEY}
    places = sorted((e.where, e.start) for deal in trace.deals for e in deal.evidence)
    told = {
        (amount.value, amount.currency)
        for deal in trace.deals
        for amount in (deal.amount, deal.alt, deal.valuation)
        if amount
    }
    for matches in trace.matches:
        view = matches.view
        for claim in matches.claims:
            # A sum told again is no candidate of its own.
            if (view.where, claim.span.start) in cited or (claim.amount.value, claim.amount.currency) in told:
                continue
            choice = choices.recipients.get((view.where, claim.span.start))
            nobody = choice if choice is not None and choice.answer is None else None
            yield _refused_sum(article, claim, view, refusals.reason(claim, view), nobody)
        first = bisect_left(places, (view.where, view.start))
        if first == len(places) or places[first] >= (view.where, view.end):
            yield from _unnamed(article, matches)


def _refused_sum(article: Article, claim: Claim, view: View, reason: Reason, choice: Choice | None) -> Refused:
    fitting = [m for m in claim.fitting() if not m.rule.text.part]
    return Refused(
        text=passage_of(article, view)[claim.span.start : claim.span.end],
        reason=reason,
        sentence=sentence_of(article, view, (Cited("amount", claim.span.start, claim.span.end),)),
        rule=rule_told(claim.match) if claim.match else None,
        rival=rule_told(fitting[0]) if fitting and claim.role != "deal" else None,
        choice=choice,
    )


def _unnamed(article: Article, matches: Matches) -> Iterator[Refused]:
    """A deal without amount whose recipient is not named clearly, in a sentence that gives no deal."""
    view = matches.view
    bare = [m for m in matches.deals if "amount" not in m.slots and m.rule.kind in BARE_KINDS]
    for match in sorted(bare, key=lambda m: -m.score)[:1]:
        start, end = view.offset(match.start), view.offset(match.end)
        words = passage_of(article, view)[start:end].strip()
        yield Refused(words, "unnamed", sentence_of(article, view), rule_told(match))
