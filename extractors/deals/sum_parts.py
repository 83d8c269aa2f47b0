"""Sums that are no deals of their own: parts of a sum told nearby, and what a fund or a round aims at."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

from extractors.deals.drafts import Draft, add_names, amount_of
from extractors.deals.markers import MarkerRegex

WHOLE_REACH = 3
TRANCHE_REACH = 2
# How many sentences apart what was raised and what is aimed at may be told.
AIM_REACH = 1
_AIM = MarkerRegex(
    r"\b<aims>\b[^.;:]{0,30}\Z"
    r"|\b(?:veut|compte|entend)\s+<reaching>[^.;:]{0,20}\Z"
)
_RAISED = MarkerRegex(r"\b<reached>\b")
_PAST = MarkerRegex(r"\b(?:avait|avaient|<earlier>)\b")
_BRINGS_TO = MarkerRegex(r"\b<bringing>\b[^.;:]*\ba\s+(?:\w+\s+){0,2}\Z")


def without_tranches(drafts: list[Draft]) -> list[Draft]:
    """Drop amounts that add up to another amount of the same company told nearby: they are its parts.

    Equity, debt and aid with an amount each are deals of their own; then the whole is dropped. Rounds of which somebody
    makes up the total raised so far are no parts of one.
    """
    parts: set[int] = set()
    told = [d for d in drafts if d.amount]
    wholes: dict[tuple[str, Decimal, str | None], list[Draft]] = {}
    for draft in told:
        wholes.setdefault((draft.company.name, amount_of(draft).value, amount_of(draft).currency), []).append(draft)
    for group in _neighbours(told):
        first = group[0]
        whole = sum((amount_of(d).value for d in group), Decimal(0))
        for c in wholes.get((first.company.name, whole, amount_of(first).currency), ()):
            near = min(abs(c.view.number - first.view.number), c.view.number) <= WHOLE_REACH
            apart = len({_pocket(d) for d in group}) > 1
            if apart and c.kind == "infrastructure":
                continue  # what a site costs, and who pays for it
            if near and (apart or not (c.total or _brought_to(c))):
                for part in group:
                    add_names(c.investors, part.investors)
                    add_names(c.lead, part.lead)
                parts |= {id(c)} if apart else {id(d) for d in group}
    return [d for d in drafts if id(d) not in parts]


def _neighbours(told: list[Draft]) -> Iterator[tuple[Draft, ...]]:
    """Pairs and threes of sums of one company and currency that stand close together; none is another told again."""
    for i, a in enumerate(told):
        close = [b for b in told[i + 1 : i + 4] if _beside(a, b)]
        for b in close:
            if amount_of(a).value != amount_of(b).value or a.view is b.view:
                yield a, b
        for b, c in combinations(close, 2):
            values = [(amount_of(d).value, _pocket(d)) for d in (a, b, c)]
            if len(set(values)) == len(values):
                yield a, b, c


def _beside(a: Draft, b: Draft) -> bool:
    same = a.company.name == b.company.name and amount_of(a).currency == amount_of(b).currency
    return same and b.view.number - a.view.number <= TRANCHE_REACH


def without_targets(drafts: list[Draft]) -> list[Draft]:
    """Drop what a fund or a round aims at where less of it is told as reached next to it."""
    told = [d for d in drafts if d.amount and d.kind in ("fund", "funding")]
    aims = {
        (a.company.name, amount_of(a).value)
        for a in told
        if _aimed(a) and any(a is not b and not _aimed(b) and _reached(b, a) for b in told)
    }
    return [d for d in drafts if d not in told or (d.company.name, amount_of(d).value) not in aims]


def _aimed(draft: Draft) -> bool:
    assert draft.amount
    view, position = draft.amount[0], draft.sum_at or 0
    return _AIM.search(view.text, max(0, position - 60), position) is not None


def _reached(draft: Draft, aim: Draft) -> bool:
    """Whether it tells a smaller sum of the same company that was just raised, beside its aim."""
    x, y = amount_of(draft), amount_of(aim)
    near = abs(draft.view.number - aim.view.number) <= AIM_REACH
    raised = _RAISED.search(draft.view.text) is not None and _PAST.search(draft.view.text) is None
    return draft.company.name == aim.company.name and x.currency == y.currency and x.value < y.value and near and raised


def _pocket(draft: Draft) -> str:
    """Where the money comes from: a loan, aid, or equity."""
    return draft.kind if draft.kind in ("debt", "grant") else "equity"


def _brought_to(draft: Draft) -> bool:
    """Whether an extension brings the round to this sum: "une rallonge de 5 millions porte le tour à 14"."""
    if draft.amount is None:
        return False
    view, place = draft.amount[0], draft.sum_at or 0
    return _BRINGS_TO.search(view.text, max(0, place - 80), place) is not None
