"""Drafts of one article that tell one real-world deal become one; guesses give way."""

from __future__ import annotations

from decimal import Decimal

from extractors.deals.cast import Cast, Named
from extractors.deals.cues import Cues
from extractors.deals.drafts import GUESS, Draft, add_names, amount_of
from extractors.deals.markers import MarkerRegex
from extractors.deals.organisations import name_key
from extractors.deals.shares import without_shares, without_values
from extractors.deals.sum_parts import without_targets, without_tranches
from extractors.values import Amount

ROUNDING = Decimal("1.06")
# Rounds of one size so many months from each other are two; dates with a month have so many characters.
_APART, _MONTH = 6, 7
PART = MarkerRegex(r"(?<![\d,.+-])[5-9]\d(?:[,.]\d+)?\s*(?:%|pc\b|pour\s+cent)|\b<control>\b")


def merge(drafts: list[Draft], cast: Cast, cues: Cues) -> list[Draft]:
    """One draft for each deal: same company and amount, or a bare telling of a deal that has one.

    What a company bought is worth is the price, but not what it was worth once, nor where a part of it is bought.
    """
    kept: list[Draft] = []
    for draft in without_targets(without_tranches(drafts)):
        twin = next((k for k in kept if _same(k, draft)), None)
        if twin is None:
            kept.append(draft)
        else:
            _join(twin, draft)
    kept = without_values(without_shares(kept, cues.share))
    for draft in kept:
        if draft.kind == "acquisition" and draft.amount is None and draft.valuation is not None:
            if _of_a_part(draft):
                continue
            recalled = cues.recall.within(draft.valuation[0].text)
            draft.amount, draft.valuation = (None if recalled else draft.valuation), None
    return kept


def _of_a_part(draft: Draft) -> bool:
    """True where the purchase is told to be of a part: "prend 65 % de X", "cède la majorité"."""
    return any(PART.search(view.text) for view in [draft.view, *draft.views, *draft.retold])


def _same(a: Draft, b: Draft) -> bool:
    same_company = a.company.name == b.company.name
    if a.amount and b.amount:
        if _retold(a) != _retold(b) and not (a.amount[2].bound != "exact" or a.around[0].status):
            return False
        if same_company and a.kind == b.kind and _rounded(a, b):
            return True
        if _rivals(a, b) or _told_apart(a, b):
            return False
        same = (
            _equal(a.amount[2], b.amount[2])
            or bool(a.alt and _equal(a.alt[2], b.amount[2]))
            or bool(b.alt and _equal(a.amount[2], b.alt[2]))
        )
        if not same:
            return False
        if (
            a.kind == b.kind
            and a.kind in ("fund", "infrastructure")
            and _one_of_the_other(a.company.name, b.company.name)
        ):
            return True
        guessed = any(d.how == "weighed" and d.grade < GUESS for d in (a, b))
        return same_company or guessed
    if not same_company or a.apart or b.apart:
        return False
    return a.kind == b.kind or (a.amount is None and b.amount is None)


def _one_of_the_other(a: str, b: str) -> bool:
    """True for a manager and its fund, a state and its government: "Elaia" and "Elaia Alpha II"."""
    short, long = sorted((name_key(a), name_key(b)), key=len)
    return short != long and (long.startswith(short) or long.endswith(short))


def _rounded(a: Draft, b: Draft) -> bool:
    """True when one rounds the other: "plus de 14 milliards" or a title's "14 milliards", then "14,3 milliards"."""
    if a.amount is None or b.amount is None or a.amount[2].currency != b.amount[2].currency:
        return False
    coarse, fine = sorted((a, b), key=_digits)
    x, y = amount_of(coarse), amount_of(fine)
    low, high = sorted((x.value, y.value))
    if not low < high <= low * ROUNDING:
        return False
    if x.bound == "at_least" or y.bound == "at_least":
        return min((x, y), key=lambda amount: amount.value).bound == "at_least"
    short = _digits(coarse) < _digits(fine)
    whole = y.value.quantize(Decimal(1).scaleb(_unit(x.value))) == x.value
    return short and (x.bound == "about" or (coarse.view.where == "title" and x.bound == "exact" and whole))


def _finer(a: Draft, b: Draft) -> bool:
    """Whether the first of two sums that are one is the more precise."""
    if "at_least" in (amount_of(a).bound, amount_of(b).bound):
        return amount_of(a).value > amount_of(b).value
    return _digits(a) > _digits(b)


def _digits(draft: Draft) -> int:
    """How many digits a sum is told with, zeros at its end aside."""
    return len(amount_of(draft).value.normalize().as_tuple().digits)


def _unit(value: Decimal) -> int:
    """The place of the last digit that is told: 6 for "37 millions"."""
    exponent = value.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return exponent


def _rivals(a: Draft, b: Draft) -> bool:
    """True for two deals of one size: other investors, and either other dates or only one of them a rumour."""
    if _years_apart(a, b):
        return True
    names, others = {n.name for n in a.investors}, {n.name for n in b.investors}
    if not names or not others or names & others:
        return False
    dated = bool(a.when and b.when and a.when[1].value.value[:7] != b.when[1].value.value[:7])
    rumour = {any(c.status == "rumoured" for c in d.around) for d in (a, b)}
    return dated or len(rumour) == 2


def _years_apart(a: Draft, b: Draft) -> bool:
    """True for two rounds of one size that are dated half a year from each other or more."""
    if a.when is None or b.when is None or {a.kind, b.kind} != {"funding"} or a.view is b.view:
        return False
    one, other = a.when[1].value.value, b.when[1].value.value
    if len(one) < _MONTH or len(other) < _MONTH:
        return abs(int(one[:4]) - int(other[:4])) > 1
    months = [12 * int(told[:4]) + int(told[5:7]) for told in (one, other)]
    return abs(months[0] - months[1]) >= _APART


def _told_apart(a: Draft, b: Draft) -> bool:
    """True for a loan and an aid of one size, or a loan and a purchase, each told by a rule of its kind."""
    apart = {a.kind, b.kind} in ({"debt", "grant"}, {"debt", "acquisition"}, {"grant", "acquisition"})
    return apart and all(any(rule.startswith(f"{d.kind}.") for rule in d.rules) for d in (a, b))


def _retold(draft: Draft) -> bool:
    """True for what is told as an earlier deal: "il avait déjà annoncé 500 millions" is not today's 500 millions."""
    return any(a.earlier for a in draft.around)


def _equal(a: Amount, b: Amount) -> bool:
    """The same figure, or one an end of the other's range."""
    ends, others = {a.value, a.high} - {None}, {b.value, b.high} - {None}
    return a.currency == b.currency and bool(ends & others)


def _join(into: Draft, other: Draft) -> None:
    told = [d for d in (into, other) if _pointed(d)] or [into, other]  # a guess gives way to what a rule says outright
    precise = [d for d in told if d.kind in ("acquisition", "fund", "debt", "ipo", "grant") and d.grade > 0.5]
    kind = max(precise or told, key=lambda d: d.grade).kind
    if into.kind == "fund" and _one_of_the_other(into.company.name, other.company.name):
        into.company = max(into.company, other.company, key=lambda named: len(named.name))
    elif kind == "infrastructure" and _one_of_the_other(into.company.name, other.company.name):
        into.company = _commits(into.company, other.company)
    elif other.grade > into.grade:
        into.company, into.how, into.grade = other.company, other.how, other.grade
    into.kind = kind
    if into.amount and other.amount and _rounded(into, other) and _finer(other, into):
        into.amount = other.amount
    if other.alt and into.amount and other.amount and into.alt is None and _equal(into.amount[2], other.alt[2]):
        into.amount, into.alt = other.amount, other.alt  # a title tells the converted sum
    into.amount = into.amount or other.amount
    into.alt = into.alt or other.alt
    into.valuation = into.valuation or other.valuation
    into.round = into.round or other.round
    into.when = into.when or other.when
    add_names(into.investors, other.investors)
    add_names(into.lead, other.lead)
    into.around += other.around
    into.views += other.views
    into.retold += other.retold
    into.rules += [r for r in other.rules if r not in into.rules]


def _commits(a: Named, b: Named) -> Named:
    """Of a group and its subsidiary the group, of a country and its government the government."""
    short, long = sorted((a, b), key=lambda named: len(named.name))
    return short if name_key(long.name).startswith(name_key(short.name)) else long


def _pointed(draft: Draft) -> bool:
    """Whether a rule says what the deal is, rather than what was weighed alone."""
    return any(not rule.startswith(("weighed.", "parts.")) for rule in draft.rules)
