"""A round that is told in one sum and is partly lent: equity and debt are two deals, each with its own amount."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from extractors.deals.abstraction import CLASSES, Span, View
from extractors.deals.drafts import Draft
from extractors.deals.lazy import LazyRegex
from extractors.deals.words import Words
from extractors.values import Amount

# How many sentences behind a round, in its paragraph, the lent part may be told.
REACH = 2
_SUM = CLASSES["amount"]
_NO_SUM = f"[^;:.{_SUM[1:-1]}]"
_PART = rf"(?:(?P<sum>{_SUM})|(?P<bare>\d{{1,3}}(?:,\d{{1,2}})?))"
_NEAR = r"(?:pres\s+de\s+|environ\s+|plus\s+de\s+)?"
_HAS_BEEN = r"(?:ont\s+ete\s+|sont\s+|est\s+)?"


@dataclass(frozen=True, slots=True)
class Pockets:
    """What tells, beside the sum of a round or behind it, which part of it is lent.

    lent: "dont 10 en dette". equity: "dont 468 de capital, le reste en dette". told_later: "Une partie de l'enveloppe,
    4 millions, a pris la forme d'un prêt", "Les 10 millions restants…". lent_sums: "2,4 millions d'emprunts", "un prêt
    de 2,4 millions"; equity_sum: "4 millions en fonds propres": what is lent and what is not, where they add up.
    """

    lent: LazyRegex
    equity: LazyRegex
    told_later: tuple[LazyRegex, ...]
    lent_sums: tuple[LazyRegex, ...]
    equity_sum: LazyRegex

    @classmethod
    def of(cls, words: Words) -> Pockets:
        """With the loan nouns, equity nouns and verbs of lending of `words`."""
        loan = rf"{words.sources['pocket_loan']}(?!\s+convertibles?)"
        form = rf"(?:{words.sources['pocket_form']}\s*(?:de\b|d')?|\b(?:de\b|d'))\s*(?:une?\s+|la\s+)?(?:[a-z]+\s+)?"
        lent = rf"(?:{form}{loan}|{words.sources['pocket_lent.pp']})"
        rest = words.sources["pocket_rest"]
        return cls(
            lent=LazyRegex(rf"\bdont\s+{_NEAR}{_PART}\s+(?:{form}{loan}|{_HAS_BEEN}{words.sources['pocket_lent.pp']})"),
            equity=LazyRegex(
                rf"\bdont\s+{_PART}\s+{form}{words.sources['pocket_equity']}{_NO_SUM}{{0,20}}{rest}\s+"
                rf"(?:\w+\s+){{0,3}}?{form}{loan}"
            ),
            told_later=(
                LazyRegex(rf"{words.sources['pocket_part']}{_NO_SUM}{{0,12}}{_PART}{_NO_SUM}{{0,30}}{lent}"),
                LazyRegex(rf"\b(?:les?|l')\s*{_PART}\s+{words.sources['pocket_left']}{_NO_SUM}{{0,30}}{lent}"),
            ),
            lent_sums=(
                LazyRegex(rf"{_PART}(?:\s+[a-z']+){{0,4}}?[\s']+{loan}"),
                LazyRegex(rf"{loan}(?:\s+[a-z']+){{0,3}}?\s+(?:de\s+|d'){_PART}"),
            ),
            equity_sum=LazyRegex(rf"{_PART}(?:\s+[a-z']+){{0,4}}?[\s']+{words.sources['pocket_equity']}"),
        )


def split_pockets(merged: list[Draft], views: list[View], pockets: Pockets) -> list[Draft]:
    """The drafts, each round that is partly lent as two: what is equity, and what is debt."""
    out: list[Draft] = []
    for draft in merged:
        out.append(draft)
        if draft.kind not in ("funding", "debt", "infrastructure") or draft.amount is None or draft.total:
            continue
        told = _told_part(draft, views, pockets) or _adding_up(draft, views, pockets)
        if told is not None:
            if draft.kind == "debt":
                draft.kind = "funding"  # what lends a part of it made it a loan
            lent = _lent(draft, *told, out + merged)
            out += [lent] if lent is not None else []
    return out


def _told_part(draft: Draft, views: list[View], pockets: Pockets) -> tuple[View, Span[object], Amount, bool] | None:
    """The part of a round that is told to be lent, or (True at the end) to be equity with the rest lent."""
    assert draft.amount
    home, _, whole = draft.amount
    for view in views:
        if view.paragraph != home.paragraph or view.where != home.where or not 0 <= view.number - home.number <= REACH:
            continue
        start = (draft.sum_at or 0) if view is home else 0
        if view is not home and draft.kind != "funding":
            continue
        for pattern in (pockets.lent, pockets.equity) if view is home else pockets.told_later:
            match = pattern.search(view.text, start)
            if match is None or (view is home and _other_sum(view, start, match.start())):
                continue
            span, part = _part(match, view, whole)
            if part is not None and 0 < part.value < whole.value and part.currency == whole.currency:
                return view, span, part, pattern is pockets.equity
    return None


def _adding_up(draft: Draft, views: list[View], pockets: Pockets) -> tuple[View, Span[object], Amount, bool] | None:
    """The lent part of a round where sentences of their own tell its parts, which add up to it.

    A round that is broken down in its own sentence stays one deal.
    """
    assert draft.amount
    home, _, whole = draft.amount
    if draft.kind != "funding":
        return None
    for number, view in enumerate(views):
        if view.where != "text" or view is home:
            continue
        for match in (match for pattern in pockets.lent_sums for match in pattern.finditer(view.text)):
            span, part = _part(match, view, whole)
            if part is None or part.currency != whole.currency or not 0 < part.value < whole.value:
                continue
            rest = whole.value - part.value
            beside = [v for v in views[max(0, number - REACH) : number + 2] if v.where == "text"]
            if part.value != rest and any(_puts_in(v, rest, whole, pockets) for v in beside):
                return view, span, part, False
    return None


def _puts_in(view: View, value: Decimal, whole: Amount, pockets: Pockets) -> bool:
    """Whether a sentence tells equity of that value, in full or as a bare number in the scale of the whole."""
    parts = (_part(match, view, whole)[1] for match in pockets.equity_sum.finditer(view.text))
    return any(part is not None and part.value == value and part.currency == whole.currency for part in parts)


def _other_sum(view: View, start: int, end: int) -> bool:
    """Whether another sum, of which the part may be, stands between a round's sum and its part."""
    return re.search(_SUM, view.text[start + 1 : end]) is not None


def _part(match: re.Match[str], view: View, whole: Amount) -> tuple[Span[object], Amount | None]:
    """The part as an amount: told in full, or as a bare number in the scale of the whole."""
    if match["sum"] is not None:
        span = view.spans[match["sum"]]
        return span, span.value if isinstance(span.value, Amount) else None
    start, end = view.offset(match.start("bare")), view.offset(match.end("bare") - 1) + 1
    scale = Decimal(10**9 if whole.value >= 10**9 else 10**6)
    value = Decimal(match["bare"].replace(",", ".")) * scale
    part = replace(whole, start=start, end=end, value=value, high=None, bound="exact", inherited=True)
    return Span("amount", start, end, part), part


def _lent(
    draft: Draft, view: View, span: Span[object], part: Amount, equity: bool, others: list[Draft]
) -> Draft | None:
    """Leave a round its equity, a site its cost; the draft of what is lent, unless there is one of it already."""
    assert draft.amount
    home, whole_span, whole = draft.amount
    rest = replace(whole, value=whole.value - part.value, high=None)
    if draft.kind != "infrastructure":  # what a site costs stays its sum, whoever pays
        draft.amount, draft.alt = ((view, span, part) if equity else (home, whole_span, rest)), None
    debt = (home, whole_span, rest) if equity else (view, span, part)
    lenders = [n for n in draft.investors if view is not home and n.view is view and n.span.start > span.end]
    if lenders and len(lenders) < len(draft.investors) and not equity:
        draft.investors = [n for n in draft.investors if n not in lenders]
    else:
        lenders = []
    own = [d for d in others if d is not draft and d.amount and d.company.name == draft.company.name]
    if any(d.kind == "debt" and d.amount and d.amount[2].value == debt[2].value for d in own):
        return None
    return replace(
        draft,
        kind="debt",
        amount=debt,
        valuation=None,
        round=None,
        investors=lenders,
        lead=[],
        view=view,
        around=list(draft.around),
        views=[view],
        retold=[],
        rules=[*draft.rules, "debt.part"],
    )
