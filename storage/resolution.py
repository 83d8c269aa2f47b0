"""Clustering the tellings about one company into deals, whatever order they came in.

Mentions are taken in an order that only depends on what they say: first those that stand on their own (dated,
or told as news, and with an amount), last the undated recalls. Each joins the deal it agrees with best, or
makes one of its own. So the result is a function of the set of mentions.
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
# Debt told as part of a round, or a round told as debt: one deal only when the money is the same.
_FAMILY = {"debt": "money", "funding": "money", "grant": "money"}
_ONCE = {"acquisition", "ipo"}  # happens to a company about once: figures may differ, parties may not

Apart = Mapping[str, frozenset[str]]


def cluster(mentions: Sequence[MentionFacts], apart: Apart = MappingProxyType({})) -> list[Cluster]:
    """The deals that these mentions of one company tell, in a stable order.

    Args:
        apart: mention key → keys of the mentions that somebody said are not the same deal.
    """
    groups: dict[tuple[str, bool], list[_Group]] = {}
    for mention in sorted(mentions, key=_precedence):
        same_family = groups.setdefault((_FAMILY.get(mention.kind, mention.kind), mention.cumulative), [])
        telling = _Telling(mention, apart.get(mention.key, frozenset()))
        affinity, best = 0.0, None
        for group in same_family:
            if (points := group.affinity(telling)) > affinity:
                affinity, best = points, group
        if best is None:
            same_family.append(_Group(telling))
        else:
            best.add(telling)
    found = [group.cluster() for family in groups.values() for group in family]
    return sorted(found, key=lambda item: (item.facts.first_published, item.members))


class _Telling:
    """A mention with its window as day numbers: that of its deal, or for a total that of its publication."""

    __slots__ = ("apart", "end", "facts", "start", "undated")

    def __init__(self, facts: MentionFacts, apart: frozenset[str]) -> None:
        self.facts, self.apart = facts, apart
        told, when = facts.published.toordinal(), window(facts)
        self.undated = when.open
        self.start = told if facts.cumulative else when.start.toordinal()
        self.end = told + _SAME_TOTAL_DAYS if facts.cumulative else when.end.toordinal()

    @property
    def middle(self) -> float:
        """The day it is about; for an undated recall that of its publication."""
        return float(self.end) if self.undated else (self.start + self.end) / 2


class _Group:
    """A deal in the making. `start` and `end` bound the days that a further telling must touch to touch all members."""

    def __init__(self, first: _Telling) -> None:
        self.members = [first]
        self.start, self.end = first.start, first.end

    def add(self, telling: _Telling) -> None:
        self.members.append(telling)
        self.start, self.end = max(self.start, telling.start), min(self.end, telling.end)

    def cluster(self) -> Cluster:
        members = sorted((member.facts for member in self.members), key=lambda mention: mention.key)
        return Cluster(tuple(mention.key for mention in members), choose(members))

    def affinity(self, telling: _Telling) -> float:
        """How well `telling` agrees with this deal; 0 when it cannot be the same."""
        if telling.start > self.end or telling.end < self.start:
            return 0.0
        if telling.apart and any(member.facts.key in telling.apart for member in self.members):
            return 0.0
        if any(_contradict(member.facts, telling.facts) for member in self.members):
            return 0.0
        peers = self._peers(telling.facts)
        return max((_agreement(member, telling) for member in peers), default=0.0)

    def _peers(self, mention: MentionFacts) -> Iterable[_Telling]:
        """Whose figures count: those told as fact where there are any, since talk is superseded by fact."""
        if mention.amount is None or not is_firm(mention):
            return self.members
        firm = [member for member in self.members if is_firm(member.facts) and member.facts.amount is not None]
        return firm or self.members


def _precedence(mention: MentionFacts) -> tuple[bool, bool, bool, str, str]:
    recalled = mention.role == "background"
    when = mention.date or mention.published.isoformat()
    return (recalled and mention.date is None, mention.amount is None, recalled, when, mention.key)


def _contradict(a: MentionFacts, b: MentionFacts) -> bool:
    if a.article == b.article and not (a.kind == b.kind and same_amount(a, b)):
        return True  # an article lists one deal once
    if a.kind != b.kind and not same_amount(a, b):
        return True
    if rounds_contradict(a, b):
        return True
    return a.kind == b.kind == "acquisition" and shared_investors(a, b) is False


def _agreement(one: _Telling, two: _Telling) -> float:
    """Points for what agrees; 0 when too little does to say that it is the same deal."""
    a, b = one.facts, two.facts
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
    if a.kind in _ONCE:
        return 2.0
    talk = not (is_firm(a) and is_firm(b))
    if similar_amount(a, b) and (same_valuation(a, b) or (talk and investors is not False)):
        return 1.5
    if a.amount is not None and b.amount is not None:
        return 0.0
    both_news = a.role == b.role == "news" and abs((a.published - b.published).days) <= _SAME_NEWS_DAYS
    known = investors is True or same_valuation(a, b) or bool(a.round and a.round == b.round)
    return 1.0 if known or (both_news and investors is not False) else 0.0
