"""Terms told apart from their deal: its round in another sentence, and what the company was worth at an earlier one."""

from __future__ import annotations

import re
from decimal import Decimal

from extractors.deals.abstraction import Span, View
from extractors.deals.cast import Cast
from extractors.deals.cues import Cues
from extractors.deals.dates import DateSpan
from extractors.deals.drafts import Draft
from extractors.deals.match import Claim, Matches
from extractors.deals.rounds import RoundSpan
from extractors.values import Amount, Kind

# Kinds that have a value of the company, and those that are rounds; of 1200 labelled articles none says otherwise.
VALUED: frozenset[Kind] = frozenset({"funding", "ipo", "acquisition"})
ROUNDS: frozenset[Kind] = frozenset({"funding"})
SURE_DEAL = 0.7
# Rules that take a sum for a deal's with no verb to tell so.
WITHOUT_VERB = frozenset(
    ["funding.headline", "funding.round_amount", "funding.continues", "acquisition.some_price", "weighed.near"]
)
# How many sentences behind its deal a round is told, and how many when the deal is recalled.
REACH, RECALLED_REACH = 3, 1
# Words that present a round as the one spoken of: "cette", "un premier tour de table, dit de".
_PRESENTED = re.compile(
    r"\b(?:cet|cette|ce|la|le|sa|son|une?|d'une?)\s+(?:[a-z-]+\s+){0,4}?"
    r"(?:(?:tour|ronde|levee)(?:\s+de\s+(?:table|financement|fonds))?,?\s*(?:,\s*)?(?:dite?\s+)?(?:en|de|d')\s*)?\Z"
)
# Words that present it as another: "depuis sa", "avant une", "la précédente".
_OTHER = re.compile(
    r"(?:\b(?:depuis|apres|avant|lors|des|faveur|celles?|pas|ni|vraie?|prochaine?|future?|precedente?|derniere?|specialis\w+|dont|"
    r"envisage\w*|prepar\w+|vis\w{1,4}|attend\w*|prevoi\w+|prevu\w*)\b)[^,;]{0,30}\Z"
)
_SURE_DATE = 60


def drop_terms(merged: list[Draft]) -> None:
    """Take value and round from deals that have none by their kind."""
    for draft in merged:
        if draft.kind not in VALUED:
            draft.valuation = None
        if draft.kind not in ROUNDS:
            draft.round = None


def give_rounds(merged: list[Draft], views: list[View], cast: Cast, cues: Cues) -> None:
    """Give a round told in a sentence of its own to the deal that was told just before, else just behind."""
    for view in views:
        spans = [(at, span) for at, span in view.of("round") if isinstance(span.value, RoundSpan)]
        if len({span.value.value for _, span in spans if isinstance(span.value, RoundSpan)}) != 1:
            continue
        position, span = spans[0]
        before = view.text[:position]
        if not _PRESENTED.search(before) or _OTHER.search(before) or cues.status["planned"].within(view.text):
            continue
        draft = _spoken_of(view, merged, cast)
        if draft is None or draft.kind not in ROUNDS or _total(draft):
            continue
        if any(d.round and d.round[0] is view for d in merged):
            continue
        elsewhen = cues.recall.within(view.text) is not None and not _recalled(draft)
        if draft.round is None and not elsewhen and isinstance(span.value, RoundSpan):
            draft.round = (view, span, span.value.value)


def _spoken_of(view: View, merged: list[Draft], cast: Cast) -> Draft | None:
    """The one deal of the sentence, else the last one before it in reach, else the first behind it."""
    here = [d for d in merged if view in d.views]
    if here:
        return here[0] if len(here) == 1 and not _recalled(here[0]) else None
    named = {cast.called(p.name) for p in cast.known[view.number] if p.name}
    left = [d for d in merged if any(v.number < view.number for v in d.views)]
    if left:
        draft = max(left, key=lambda d: max(v.number for v in d.views if v.number < view.number))
        gap = view.number - max(v.number for v in draft.views if v.number < view.number)
        near = gap <= (RECALLED_REACH if _recalled(draft) else REACH)
        alone = draft.view.paragraph == view.paragraph or draft.company.name == cast.topic
        return draft if near and alone and not _others(named, draft, merged) else None
    right = [d for d in merged if d.view.number == view.number + 1 and d.view.where == view.where]
    return right[0] if len(right) == 1 and not _others(named, right[0], merged) else None


def _others(named: set[str], draft: Draft, merged: list[Draft]) -> bool:
    """True where the recipient of another deal is named, and not that of the draft."""
    return draft.company.name not in named and bool(named & {d.company.name for d in merged})


def _recalled(draft: Draft) -> bool:
    return any(around.role == "background" for around in draft.around)


def _total(draft: Draft) -> bool:
    return draft.sets_cumulative or any(around.cumulative for around in draft.around[:1])


def drop_restated(drafts: list[Draft], found: list[Matches]) -> list[Draft]:
    """Without sums that a title tells without a verb, and the text only as a value of the company or as no deal's."""
    told: dict[tuple[Decimal, str | None], set[bool]] = {}
    for matches in found:
        if matches.view.where == "text":
            for claim in matches.claims:
                told.setdefault((claim.amount.value, claim.amount.currency), set()).add(_settled(claim))
    return [d for d in drafts if not (_bare_title(d) and d.amount and told.get(_sum(d.amount[2])) == {True})]


def _bare_title(draft: Draft) -> bool:
    return draft.view.where == "title" and WITHOUT_VERB.issuperset(draft.rules)


def _sum(amount: Amount) -> tuple[Decimal, str | None]:
    return amount.value, amount.currency


def _settled(claim: Claim) -> bool:
    """Whether a rule says that the sum is a value, or no deal's, nor a part of one, and none says a deal's for sure."""
    if any(match.score >= SURE_DEAL for match in claim.fitting()):
        return False
    if claim.role == "valuation":
        return True
    return claim.role == "not_a_deal" and claim.match is not None and claim.match.rule.text.not_a_deal != "part"


def former_values(found: list[Matches], merged: list[Draft], news: set[int], cast: Cast) -> None:
    """What a company was worth before ("contre 55 millions lors du tour précédent") is told of its earlier deal."""
    for matches in found:
        for claim in matches.claims:
            if claim.role == "valuation" and is_former(claim):
                draft = _former(matches.view, claim, merged, news, cast)
                if draft is not None:
                    draft.valuation = (matches.view, claim.span, claim.amount)


def is_former(claim: Claim) -> bool:
    """True where a rule says that the value is an earlier one."""
    return claim.match is not None and claim.match.rule.text.sets.role == "background"


def _former(view: View, claim: Claim, merged: list[Draft], news: set[int], cast: Cast) -> Draft | None:
    own = [d for d in merged if d.valuation and d.valuation[0] is view]
    told = {d.company.name for d in own} or ({cast.topic} if cast.topic else set())
    past = [d for d in merged if d.kind in ("funding", "ipo") and d.valuation is None and d.company.name in told]
    past = [d for d in past if id(d) not in news and not _total(d)]
    date = _date_behind(view, claim.position)
    if date is not None:
        past = [d for d in past if d.when and _overlap(d.when[1].value.value, date)]
    return past[0] if len(past) == 1 else None


def _date_behind(view: View, position: int) -> str | None:
    """The first date told close behind a place."""
    behind: list[tuple[int, Span[object]]] = [(at, s) for at, s in view.of("date") if 0 < at - position < _SURE_DATE]
    value = min(behind, key=lambda item: item[0])[1].value if behind else None
    return value.value if isinstance(value, DateSpan) else None


def _overlap(one: str, other: str) -> bool:
    """Whether two dates, each as precise as it was told, may be the same."""
    return one.startswith(other) or other.startswith(one)
