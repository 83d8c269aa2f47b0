"""A round that is told in one sum and is partly lent: equity and debt are two deals, each with its own amount."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from extractors.deals.abstraction import CLASSES, Span, View
from extractors.deals.drafts import Draft
from extractors.values import Amount

# How many sentences behind a round, in its paragraph, the lent part may be told.
REACH = 2
_SUM = CLASSES["amount"]
_NO_SUM = f"[^;:.{_SUM[1:-1]}]"
_PART = rf"(?:(?P<sum>{_SUM})|(?P<bare>\d{{1,3}}(?:,\d{{1,2}})?))"
_LENT = (
    r"(?:dettes?|prets?|emprunts?|credits?|obligations?|avances?\s+remboursables?|venture\s+debt|unitranche|"
    r"endettement|financement\s+bancaire)(?!\s+convertibles?)"
)
_EQUITY = r"(?:capital|fonds\s+propres|equity|actions|capitaux\s+propres|augmentation\s+de\s+capital)"
_FORM = r"(?:de|d'|en|sous\s+(?:la\s+)?forme\s+(?:de|d')|par)\s*(?:une?\s+|la\s+)?(?:[a-z]+\s+)?"
# "dont 10 en dette", "dont 4 millions prêtés par Y"
_PARTLY_LENT = re.compile(
    rf"\bdont\s+(?:pres\s+de\s+|environ\s+|plus\s+de\s+)?{_PART}\s+(?:{_FORM}{_LENT}\b|(?:ont\s+ete\s+|sont\s+|est\s+)?"
    r"(?:pretee?s?|empruntee?s?)\b)"
)
# "Une partie de l'enveloppe, 4 millions, a pris la forme d'un prêt"
_PART_OF_IT = re.compile(
    r"\b(?:une\s+partie|part)\s+de\s+(?:l'enveloppe|la\s+somme|cette\s+somme|ce\s+montant|ce\s+total|l'argent|l'operation|la\s+levee)"
    rf"{_NO_SUM}{{0,12}}{_PART}{_NO_SUM}{{0,30}}\b(?:{_FORM}{_LENT}|(?:pretee?s?|empruntee?s?))\b"
)
# "Les 10 millions restants prennent la forme d'un prêt"
_THE_REST = re.compile(
    rf"\b(?:les?|l')\s*{_PART}\s+(?:restante?s?|qui\s+restent)\b{_NO_SUM}{{0,30}}\b(?:{_FORM}{_LENT}|(?:pretee?s?|empruntee?s?))\b"
)
# "dont 468 millions de capital, le reste en dette"
_PARTLY_EQUITY = re.compile(
    rf"\bdont\s+{_PART}\s+{_FORM}{_EQUITY}\b{_NO_SUM}{{0,20}}\b(?:le\s+)?(?:reste|solde|surplus|complement)\s+"
    rf"(?:\w+\s+){{0,3}}?{_FORM}{_LENT}\b"
)
# "2,4 millions d'emprunts", "132 de l'endettement"; "un emprunt de 2,4 millions": lent where it and an equal rest
# told beside it add up to the round.
_LENT_SUMS = (
    re.compile(rf"{_PART}(?:\s+[a-z']+){{0,4}}?[\s']+{_LENT}\b"),
    re.compile(rf"\b{_LENT}(?:\s+[a-z']+){{0,3}}?\s+(?:de\s+|d'){_PART}"),
)
_EQUITY_SUM = re.compile(rf"{_PART}(?:\s+[a-z']+){{0,4}}?[\s']+{_EQUITY}\b")


def split_pockets(merged: list[Draft], views: list[View]) -> list[Draft]:
    """The drafts, each round that is partly lent as two: what is equity, and what is debt."""
    out: list[Draft] = []
    for draft in merged:
        out.append(draft)
        if draft.kind not in ("funding", "debt", "infrastructure") or draft.amount is None or draft.total:
            continue
        told = _told_part(draft, views) or _adding_up(draft, views)
        if told is not None:
            if draft.kind == "debt":
                draft.kind = "funding"  # what lends a part of it made it a loan
            lent = _lent(draft, *told, out + merged)
            out += [lent] if lent is not None else []
    return out


def _told_part(draft: Draft, views: list[View]) -> tuple[View, Span[object], Amount, bool] | None:
    """The part of a round that is told to be lent, or (True at the end) to be equity with the rest lent."""
    assert draft.amount
    home, _, whole = draft.amount
    for view in views:
        if view.paragraph != home.paragraph or view.where != home.where or not 0 <= view.number - home.number <= REACH:
            continue
        start = (draft.sum_at or 0) if view is home else 0
        if view is not home and draft.kind != "funding":
            continue
        patterns = (
            ((_PARTLY_LENT, False), (_PARTLY_EQUITY, True))
            if view is home
            else ((_PART_OF_IT, False), (_THE_REST, False))
        )
        for pattern, equity in patterns:
            match = pattern.search(view.text, start)
            if match is None or (view is home and _other_sum(view, start, match.start())):
                continue
            span, part = _part(match, view, whole)
            if part is not None and 0 < part.value < whole.value and part.currency == whole.currency:
                return view, span, part, equity
    return None


def _adding_up(draft: Draft, views: list[View]) -> tuple[View, Span[object], Amount, bool] | None:
    """The lent part of a round where the article tells what else there is of it, and both add up to the round."""
    assert draft.amount
    _, _, whole = draft.amount
    if draft.kind != "funding":
        return None
    for number, view in enumerate(views):
        if view.where != "text":
            continue
        for match in (match for pattern in _LENT_SUMS for match in pattern.finditer(view.text)):
            span, part = _part(match, view, whole)
            if part is None or part.currency != whole.currency or not 0 < part.value < whole.value:
                continue
            rest = whole.value - part.value
            beside = [v for v in views[max(0, number - REACH) : number + 2] if v.where == "text"]
            if part.value != rest and any(_puts_in(v, rest, whole) for v in beside):
                return view, span, part, False
    return None


def _puts_in(view: View, value: Decimal, whole: Amount) -> bool:
    """Whether a sentence tells equity of that value, in full or as a bare number in the scale of the whole."""
    parts = (_part(match, view, whole)[1] for match in _EQUITY_SUM.finditer(view.text))
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
