"""Terms that a kind of deal never has, titles' sums that are values, what a company was worth at an earlier round."""

from __future__ import annotations

from decimal import Decimal

from extractors.deals.abstraction import Span, View
from extractors.deals.cast import Cast
from extractors.deals.dates import DateSpan
from extractors.deals.drafts import Draft
from extractors.deals.match import Claim, Matches
from extractors.values import Amount, Kind

# Kinds that have a value of the company, and those that are rounds; of 1200 labelled articles none says otherwise.
VALUED: frozenset[Kind] = frozenset({"funding", "ipo", "acquisition"})
ROUNDS: frozenset[Kind] = frozenset({"funding"})
SURE_DEAL = 0.7
# Rules that take a sum for a deal's with no verb to tell so.
WITHOUT_VERB = frozenset(
    ["funding.headline", "funding.round_amount", "funding.continues", "acquisition.some_price", "weighed.near"]
)
_SURE_DATE = 60


def drop_terms(merged: list[Draft]) -> None:
    """Take value and round from deals that have none by their kind."""
    for draft in merged:
        if draft.kind not in VALUED:
            draft.valuation = None
        if draft.kind not in ROUNDS:
            draft.round = None


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
    past = [d for d in past if id(d) not in news and not d.total]
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
