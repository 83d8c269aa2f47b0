"""Clustering the tellings about one company into deals, whatever order they came in.

Mentions are taken in an order that only depends on what they say: first those that stand on their own (dated,
or told as news, with an amount, as fact), then talk, last the undated recalls. Each joins the deal it agrees
with best, or makes one of its own; deals that agree once all is told become one. So the result is a function of
the set of mentions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

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
from storage.choices import choose
from storage.facts import Cluster, MentionFacts

_SAME_NEWS_DAYS = 21  # two outlets tell the same news within this time
_SAME_TOTAL_DAYS = 365  # a sum raised to date is repeated for about a year
# Outlets call one operation a round, a loan, a purchase, a listing or a plan: one deal only when the money is the same.
# Who raises a fund is an investor, and what it raises is never what it receives itself.
_APART = {"fund"}
_MONEY = {"debt", "funding", "grant"}
_FAR = 2.5  # a little more than the loosest comparison of `storage.agreement` allows
_ONCE = {"acquisition", "ipo"}  # happens to a company about once: figures may differ, parties may not

Apart = Mapping[str, frozenset[str]]


def cluster(mentions: Sequence[MentionFacts], apart: Apart = MappingProxyType({})) -> list[Cluster]:
    """The deals that these mentions of one company tell, in a stable order.

    Args:
        apart: mention key → keys of the mentions that somebody said are not the same deal.
    """
    families: dict[tuple[str, bool], list[_Telling]] = {}
    for mention in sorted(mentions, key=_precedence):
        family = mention.kind if mention.kind in _APART else ""
        telling = _Telling(mention, apart.get(mention.key, frozenset()))
        families.setdefault((family, mention.cumulative), []).append(telling)
    groups = (group for family in families.values() for group in _joined(_gathered(family)))
    return sorted((group.cluster() for group in groups), key=lambda item: (item.facts.first_published, item.members))


def _gathered(tellings: Iterable[_Telling]) -> list[_Group]:
    """Each telling with the deal it agrees with best among those told before it, in order of precedence."""
    groups: list[_Group] = []
    for telling in tellings:
        affinity, best = 0.0, None
        for group in groups:
            if (points := group.affinity(telling)) > affinity:
                affinity, best = points, group
        if best is None:
            groups.append(_Group([telling]))
        else:
            best.add(telling)
    return groups


def _joined(groups: list[_Group]) -> list[_Group]:
    """Deals that turn out to be one once all is told, the best agreeing first.

    A rumour may find nothing to join while only one outlet has told the announcement, and much when all have.
    """
    points = {
        (one, two): found
        for place, two in enumerate(groups)
        for one in groups[:place]
        if (found := one.agreement(two)) > 0
    }
    while points:
        one, two = max(points, key=lambda pair: (points[pair], pair[0].name, pair[1].name))
        one.absorb(two)
        groups.remove(two)
        points = {pair: found for pair, found in points.items() if not {one, two} & set(pair)}
        for other in groups:
            if other is not one and (found := one.agreement(other)) > 0:
                points[one, other] = found
    return groups


class _Telling:
    """A mention with its window as day numbers: that of its deal, or for a total that of its publication."""

    __slots__ = ("apart", "currency", "end", "facts", "high", "low", "near", "start", "undated")

    def __init__(self, facts: MentionFacts, apart: frozenset[str]) -> None:
        self.facts, self.apart = facts, apart
        told, when, near = facts.published.toordinal(), window(facts, loosely=True), window(facts)
        self.undated = when.open
        self.near = (near.start.toordinal(), near.end.toordinal())
        self.start = told if facts.cumulative else when.start.toordinal()
        self.end = told + _SAME_TOTAL_DAYS if facts.cumulative else when.end.toordinal()

        # Where a figure stands alone, floats rule most others out; the rest is compared exactly.
        amount = facts.amount if facts.alt is None and facts.kind not in _ONCE else None
        self.currency = amount.currency if amount else None
        self.low = float(amount.value) if amount else 0.0
        self.high = float(amount.high or amount.value) if amount else 0.0

    def far_from(self, other: _Telling) -> bool:
        """Whether the figures lie further apart than any two that may be one."""
        if self.currency is None or self.currency != other.currency:
            return False
        return self.low > _FAR * other.high or other.low > _FAR * self.high

    def near_to(self, other: _Telling) -> bool:
        """Whether both may speak of the same days, each taken at its word."""
        return self.facts.cumulative or (self.near[0] <= other.near[1] and other.near[0] <= self.near[1])

    @property
    def middle(self) -> float:
        """The day it is about; for an undated recall that of its publication."""
        return float(self.end) if self.undated else (self.start + self.end) / 2


class _Group:
    """A deal in the making. `start` and `end` bound the days that a further telling must touch to touch all members."""

    def __init__(self, members: list[_Telling]) -> None:
        self.members = members
        self.start, self.end = members[0].start, members[0].end
        self.name = members[0].facts.key

    def add(self, telling: _Telling) -> None:
        self.members.append(telling)
        self.start, self.end = max(self.start, telling.start), min(self.end, telling.end)

    def absorb(self, other: _Group) -> None:
        for telling in other.members:
            self.add(telling)
        self.name = min(self.name, other.name)

    def agreement(self, other: _Group) -> float:
        """How well two deals agree; 0 when they cannot be the same."""
        if other.start > self.end or other.end < self.start:
            return 0.0
        points = max(
            (_agreement(peer, telling) for telling in other.members for peer in self._peers(telling.facts)), default=0.0
        )
        if points and any(_excluded(one, two) for one in self.members for two in other.members):
            return 0.0
        return points

    def cluster(self) -> Cluster:
        members = sorted((member.facts for member in self.members), key=lambda mention: mention.key)
        return Cluster(tuple(mention.key for mention in members), choose(members))

    def affinity(self, telling: _Telling) -> float:
        """How well `telling` agrees with this deal; 0 when it cannot be the same."""
        if telling.start > self.end or telling.end < self.start:
            return 0.0
        if telling.apart and any(member.facts.key in telling.apart for member in self.members):
            return 0.0
        points = max((_agreement(member, telling) for member in self._peers(telling.facts)), default=0.0)
        if points and any(_contradict(member.facts, telling.facts) for member in self.members):
            return 0.0
        return points

    def _peers(self, mention: MentionFacts) -> Iterable[_Telling]:
        """Whose figures count: those told as fact where there are any, since talk is superseded by fact."""
        if mention.amount is None or not is_firm(mention):
            return self.members
        firm = [member for member in self.members if is_firm(member.facts) and member.facts.amount is not None]
        return firm or self.members


def _precedence(mention: MentionFacts) -> tuple[bool, bool, bool, bool, str, str]:
    recalled = mention.role == "background"
    when = mention.date or mention.published.isoformat()
    talk = not is_firm(mention)
    return (recalled and mention.date is None, mention.amount is None, talk, recalled, when, mention.key)


def _excluded(one: _Telling, two: _Telling) -> bool:
    return two.facts.key in one.apart or _contradict(one.facts, two.facts)


def _contradict(a: MentionFacts, b: MentionFacts) -> bool:
    if a.article == b.article and not (a.kind == b.kind and same_amount(a, b)):
        return True  # an article lists one deal once
    if a.kind != b.kind and not _one_operation(a, b):
        return True
    if rounds_contradict(a, b):
        return True
    return "acquisition" in (a.kind, b.kind) and shared_investors(a, b) is False


def _one_operation(a: MentionFacts, b: MentionFacts) -> bool:
    """Told under two kinds: the same money; where the kinds are far apart also a time and more in common."""
    if {a.kind, b.kind} <= _MONEY or not same_amount(a, b):
        return bool(same_amount(a, b))
    alike = equal_amount(a.amount, b.amount) or shared_investors(a, b) is True
    return alike and not (window(a).open or window(b).open)


def _agreement(one: _Telling, two: _Telling) -> float:
    """Points for what agrees; 0 when too little does to say that it is the same deal."""
    a, b = one.facts, two.facts
    if one.far_from(two) or not (one.near_to(two) or equal_amount(a.amount, b.amount)):
        return 0.0
    investors = shared_investors(a, b)
    money = _money(a, b, investors)
    if money == 0:
        return 0.0
    points = money + 1.5 * same_valuation(a, b) + (investors is True) + bool(a.round and a.round == b.round)
    return points + 1 / (1 + abs(one.middle - two.middle) / 30)


def _money(a: MentionFacts, b: MentionFacts, investors: bool | None) -> float:
    if equal_amount(a.amount, b.amount) or same_amount(a, b):
        recalled = "background" in (a.role, b.role) and (a.date is None or b.date is None)
        if investors is False and recalled and a.kind == "funding":
            return 0.0  # the same round figure from somebody else, at a time nobody states
        return 4.0 if equal_amount(a.amount, b.amount) else 3.0
    if a.kind == b.kind and a.kind in _ONCE:
        return 2.0
    talk = not (is_firm(a) and is_firm(b))
    if similar_amount(a, b) and (same_valuation(a, b) or (talk and investors is not False)):
        return 1.5
    if a.amount is not None and b.amount is not None:
        return 0.0
    both_news = a.role == b.role == "news" and abs((a.published - b.published).days) <= _SAME_NEWS_DAYS
    known = investors is True or same_valuation(a, b) or bool(a.round and a.round == b.round)
    return 1.0 if known or (both_news and investors is not False) else 0.0
