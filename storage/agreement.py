"""Do two tellings speak of the same deal? Amounts, dates, parties and rounds, each compared by a stated rule.

Tolerances are relative and come from how the press tells deals: rounded figures, "près de", the rate a
journalist happened to take, a day of signature against a day of publication.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from extractors.values import Amount, Bound
from storage.facts import FIRM, DealFacts, MentionFacts
from storage.rates import convert

# How far below and above the stated value the true one may lie.
_SPREAD: dict[Bound, tuple[Decimal, Decimal]] = {
    "exact": (Decimal("0.96"), Decimal("1.04")),
    "about": (Decimal("0.90"), Decimal("1.10")),
    "at_least": (Decimal("0.96"), Decimal("1.15")),
    "at_most": (Decimal("0.85"), Decimal("1.04")),
    "range": (Decimal("0.96"), Decimal("1.04")),
}
_OTHER_CURRENCY = Decimal("0.06")  # a journalist's rate against the bank's
_LOOSE = Decimal("2.2")  # a rumoured figure against the final one
_NEAR = dt.timedelta(days=45)  # between the day of a deal and the day it is told or dated
_TALKS = dt.timedelta(days=180)  # how long a rumour may wait for its announcement
_PLANS = dt.timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Window:
    """When a deal may have happened, days included. `open` when only "before this" is known."""

    start: dt.date
    end: dt.date
    open: bool = False


def window(mention: MentionFacts) -> Window:
    """The stated date padded by `_NEAR`; else around publication, forward for talks and plans, backward for recalls."""
    told = mention.published
    if mention.date:
        first, last = period(mention.date)
        return Window(first - _NEAR, last + _NEAR)
    if mention.status == "rumoured":
        return Window(told - _NEAR, told + _TALKS)
    if mention.status == "planned":
        return Window(told - _NEAR, told + _PLANS)
    if mention.role == "news":
        return Window(told - _NEAR, told + _NEAR)
    return Window(dt.date.min, told, open=True)


@lru_cache(maxsize=4096)
def period(date: str) -> tuple[dt.date, dt.date]:
    """First and last day of an ISO date of any precision; a malformed one is taken as precise as it can be read."""
    year, month, day = (*[int(part) for part in date.split("-") if part.isdigit()][:3], 0, 0, 0)[:3]
    if not dt.MINYEAR < year < dt.MAXYEAR:
        return dt.date.min + dt.timedelta(days=1000), dt.date.max - dt.timedelta(days=1000)
    if not 1 <= month <= 12:
        return dt.date(year, 1, 1), dt.date(year, 12, 31)
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        return dt.date(year, month, 1), dt.date(year, month, last)
    return dt.date(year, month, day), dt.date(year, month, day)


def same_amount(a: MentionFacts, b: MentionFacts) -> bool | None:
    """True when the stated amounts can be the same money; None when one side states none."""
    if a.amount is None or b.amount is None:
        return None
    return any(amounts_agree(x, y, a.published, b.published) for x in _forms(a) for y in _forms(b))


def similar_amount(a: MentionFacts, b: MentionFacts) -> bool | None:
    """Like `same_amount`, for figures of which one is talk: within a factor of `_LOOSE`."""
    if a.amount is None or b.amount is None:
        return None
    return any(_ratio_within(x, y, a.published, b.published) for x in _forms(a) for y in _forms(b))


def equal_amount(a: Amount | None, b: Amount | None) -> bool:
    """The very same figure in the same currency."""
    return a is not None and b is not None and (a.value, a.currency) == (b.value, b.currency)


def amounts_agree(a: Amount, b: Amount, day_a: dt.date, day_b: dt.date) -> bool:
    """Whether two figures can be the same money, each converted at the rate of the day it was told."""
    pair = _in_one_currency(a, b, day_a, day_b)
    if pair is None:
        return False
    (a_low, a_high), (b_low, b_high), converted = pair
    slack = _OTHER_CURRENCY if converted else Decimal(0)
    a_low, a_high = a_low * _SPREAD[a.bound][0], a_high * _SPREAD[a.bound][1]
    b_low, b_high = b_low * (_SPREAD[b.bound][0] - slack), b_high * (_SPREAD[b.bound][1] + slack)
    return a_low <= b_high and b_low <= a_high


def same_valuation(a: MentionFacts, b: MentionFacts) -> bool:
    """Both state a valuation, and it can be the same."""
    return (
        a.valuation is not None
        and b.valuation is not None
        and amounts_agree(a.valuation, b.valuation, a.published, b.published)
    )


def shared_investors(a: MentionFacts, b: MentionFacts) -> bool | None:
    """Whether they name one investor in common; None when one side names none."""
    if not a.investor_keys or not b.investor_keys:
        return None
    return any(_same_party(x, y) for x in a.investor_keys for y in b.investor_keys)


def rounds_contradict(a: MentionFacts | DealFacts, b: MentionFacts | DealFacts) -> bool:
    """Both name a round, and not the same; "growth" and "bridge" describe rather than number, so they go with any."""
    loose = {"growth", "bridge"}
    return bool(a.round and b.round and a.round != b.round and not {a.round, b.round} & loose)


def is_firm(mention: MentionFacts) -> bool:
    """Told as a fact, not as talk or plan."""
    return mention.status in FIRM


def _forms(mention: MentionFacts) -> list[Amount]:
    return [amount for amount in (mention.amount, mention.alt) if amount is not None]


def _ratio_within(a: Amount, b: Amount, day_a: dt.date, day_b: dt.date) -> bool:
    pair = _in_one_currency(a, b, day_a, day_b)
    if pair is None:
        return False
    (a_low, a_high), (b_low, b_high), _ = pair
    return a_low <= b_high * _LOOSE and b_low <= a_high * _LOOSE


_Range = tuple[Decimal, Decimal]


def _in_one_currency(a: Amount, b: Amount, day_a: dt.date, day_b: dt.date) -> tuple[_Range, _Range, bool] | None:
    """Both as (low, high) in the same currency, and whether a conversion was needed. An unstated currency fits any."""
    a_range, b_range = (a.value, a.high or a.value), (b.value, b.high or b.value)
    if a.currency == b.currency or a.currency is None or b.currency is None:
        return a_range, b_range, False
    # Always into EUR, never from one side to the other, so that the order of the two does not matter.
    left, right = _euros(a_range, a.currency, day_a), _euros(b_range, b.currency, day_b)
    return None if left is None or right is None else (left, right, True)


@lru_cache(maxsize=65536)
def _euros(amounts: _Range, currency: str, day: dt.date) -> _Range | None:
    low, high = (convert(amount, currency, "EUR", day) for amount in amounts)
    return None if low is None or high is None else (low.value, high.value)


def _same_party(a: str, b: str) -> bool:
    """Equal keys, or one the beginning of the other ("SoftBank", "SoftBank Group")."""
    short, long = sorted((a, b), key=len)
    return a == b or (len(short) >= 4 and long.startswith(short))
