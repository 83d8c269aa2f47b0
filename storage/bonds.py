"""How well two tellings agree, kept by what they say: a thousand articles on a company say the same few things of it.

Points depend on the figures, parties and valuations of two tellings, and on when they were told. All but the days is
looked up, so that a company told of thousands of times does not cost a comparison of each telling with each.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import NamedTuple

from extractors.values import Amount
from storage.agreement import (
    equal_amount,
    is_firm,
    rounds_contradict,
    same_amount,
    same_valuation,
    shared_investors,
    similar_amount,
    window,
)
from storage.facts import MentionFacts

SAME_NEWS_DAYS = 21  # two outlets tell the same news within this time
# Outlets call one operation a round, a loan, a purchase, a listing or a plan: one deal only when the money is the same.
_MONEY = {"debt", "funding", "grant"}
_FAR = 2.5  # a little more than the loosest comparison of `storage.agreement` allows
_Range = tuple[str | None, float, float]
_ONCE = {"acquisition", "ipo"}  # happens to a company about once: figures may differ, parties may not


class Says(NamedTuple):
    """What a telling says, as numbers: of its figure (kind, sums, round, status, role), its parties, its valuation.

    A `value` of 0 states no valuation.
    """

    figure: int
    party: int
    value: int


class Points(NamedTuple):
    """For what agrees, told within `SAME_NEWS_DAYS` of each other or not.

    `equal`: the very same amount. `always`: the same for all that say this, as no rate of a day plays a part.
    """

    fresh: float
    later: float
    equal: bool
    always: bool


@dataclass(slots=True)
class _Numbers:
    """Things by the number that they got when first seen, and one telling that has each."""

    number: dict[Hashable, int] = field(default_factory=dict)
    told: list[MentionFacts] = field(default_factory=list)

    def of(self, thing: Hashable, facts: MentionFacts) -> int:
        found = self.number.setdefault(thing, len(self.told))
        if found == len(self.told):
            self.told.append(facts)
        return found


class Bonds:
    """The comparisons made so far between the tellings of one company."""

    def __init__(self) -> None:
        self._figures, self._parties, self._values = _Numbers(), _Numbers(), _Numbers()
        self._ranges: list[_Range | None] = []  # by figure
        self._best: dict[tuple[int, int], float] = {}
        self._shared: dict[tuple[int, int], bool | None] = {}
        self._valued: dict[tuple[int, int], bool] = {}
        self._points: dict[tuple[int, int, bool | None, bool], Points] = {}
        self._contradict: dict[tuple[int, int, int, int], bool] = {}

    def says(self, facts: MentionFacts) -> Says:
        """What a telling says, as numbers."""
        undated = facts.date is None
        figure = (facts.kind, facts.amount, facts.alt, facts.round, facts.status, facts.role, undated)
        number = self._figures.of(figure, facts)
        if number == len(self._ranges):
            self._ranges.append(_range(facts))
        return Says(
            number,
            self._parties.of(facts.investor_keys, facts),
            1 + self._values.of(facts.valuation, facts) if facts.valuation else 0,
        )

    def firm(self, figure: int) -> bool:
        """Whether that figure is an amount told as a fact."""
        told = self._figures.told[figure]
        return told.amount is not None and is_firm(told)

    def hopeless(self, one: int, two: int) -> bool:
        """Whether no two tellings with these figures can be one deal, whatever else they say."""
        left, right = self._ranges[one], self._ranges[two]
        if left and right and left[0] == right[0] and (left[1] > _FAR * right[2] or right[1] > _FAR * left[2]):
            return True
        best = self._best.get((one, two))
        if best is None:
            a, b = self._figures.told[one], self._figures.told[two]
            best = 1.0 if _converted(a, b) else _money(a, b, investors=True, valued=True, fresh=True)
            self._best[one, two] = best
        return best == 0

    def points(self, a: MentionFacts, of_a: Says, b: MentionFacts, of_b: Says) -> Points:
        """Points for all that agrees but the days; 0 when too little does to say that it is the same deal."""
        valued = of_a.value != 0 and of_b.value != 0 and self._same_valuation(a, of_a.value, b, of_b.value)
        key = (of_a.figure, of_b.figure, self._investors(of_a.party, of_b.party), valued)
        found = self._points.get(key)
        if found is None:
            found = _points(a, b, key[2], valued)
            if found.always:
                self._points[key] = found
        return found

    def by_the_day(self, one: int, two: int) -> bool:
        """Whether sums of these figures are compared at the rates of the days they were told."""
        return _converted(self._figures.told[one], self._figures.told[two])

    def contradict(self, a: MentionFacts, of_a: Says, b: MentionFacts, of_b: Says) -> bool:
        """Whether what they say cannot be true of one deal, wherever they say it."""
        key = (of_a.figure, of_b.figure, of_a.party, of_b.party)
        found = self._contradict.get(key)
        if found is None:
            found = _contradict(a, b, self._investors(of_a.party, of_b.party))
            if not _converted(a, b):
                self._contradict[key] = found
        return found

    def _same_valuation(self, a: MentionFacts, of_a: int, b: MentionFacts, of_b: int) -> bool:
        found = self._valued.get((of_a, of_b))
        if found is None:
            found = same_valuation(a, b)
            if not _converted(a, b):
                self._valued[of_a, of_b] = found
        return found

    def _investors(self, one: int, two: int) -> bool | None:
        if (one, two) not in self._shared:
            self._shared[one, two] = shared_investors(self._parties.told[one], self._parties.told[two])
        return self._shared[one, two]


def _range(facts: MentionFacts) -> _Range | None:
    """Currency, low and high of an amount that stands alone; floats rule most others out, the rest is compared."""
    amount = facts.amount if facts.alt is None and facts.kind not in _ONCE else None
    return (amount.currency, float(amount.value), float(amount.high or amount.value)) if amount else None


def _converted(a: MentionFacts, b: MentionFacts) -> bool:
    """Whether sums of several currencies are compared, which depends on the rates of the days they were told."""
    sums: list[Amount | None] = [a.amount, a.alt, a.valuation, b.amount, b.alt, b.valuation]
    return len({amount.currency for amount in sums if amount is not None and amount.currency is not None}) > 1


def _points(a: MentionFacts, b: MentionFacts, investors: bool | None, valued: bool) -> Points:
    more = 1.5 * valued + (investors is True) + bool(a.round and a.round == b.round)
    fresh, later = (_money(a, b, investors=investors, valued=valued, fresh=near) for near in (True, False))
    equal = equal_amount(a.amount, b.amount)
    return Points(fresh and fresh + more, later and later + more, equal, not _converted(a, b))


def _money(a: MentionFacts, b: MentionFacts, *, investors: bool | None, valued: bool, fresh: bool) -> float:
    if equal_amount(a.amount, b.amount) or same_amount(a, b):
        recalled = "background" in (a.role, b.role) and (a.date is None or b.date is None)
        if investors is False and recalled and a.kind == "funding":
            return 0.0  # the same round figure from somebody else, at a time nobody states
        return 4.0 if equal_amount(a.amount, b.amount) else 3.0
    if a.kind == b.kind and a.kind in _ONCE:
        return 2.0
    talk = not (is_firm(a) and is_firm(b))
    if similar_amount(a, b) and (valued or (talk and investors is not False)):
        return 1.5
    if a.amount is not None and b.amount is not None:
        return 0.0
    both_news = fresh and a.role == b.role == "news"
    known = investors is True or valued or bool(a.round and a.round == b.round)
    return 1.0 if known or (both_news and investors is not False) else 0.0


def _contradict(a: MentionFacts, b: MentionFacts, investors: bool | None) -> bool:
    if a.kind != b.kind and not _one_operation(a, b, investors):
        return True
    if rounds_contradict(a, b):
        return True
    return "acquisition" in (a.kind, b.kind) and investors is False


def _one_operation(a: MentionFacts, b: MentionFacts, investors: bool | None) -> bool:
    """Told under two kinds: the same money; where the kinds are far apart also a time and more in common."""
    if {a.kind, b.kind} <= _MONEY or not same_amount(a, b):
        return bool(same_amount(a, b))
    alike = equal_amount(a.amount, b.amount) or investors is True
    return alike and not (window(a).open or window(b).open)
