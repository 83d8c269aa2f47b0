"""Clustering the tellings about one company into deals, whatever order they came in.

Mentions are taken in an order that only depends on what they say: first those that stand on their own (dated,
or told as news, with an amount, as fact), then talk, last the undated recalls. Each joins the deal it agrees
with best, or makes one of its own; deals that agree once all is told become one. So the result is a function of
the set of mentions.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from storage.agreement import is_firm, same_amount, window
from storage.bonds import SAME_NEWS_DAYS, Bonds, Says
from storage.choices import choose
from storage.facts import Cluster, MentionFacts

_SAME_TOTAL_DAYS = 365  # a sum raised to date is repeated for about a year
# Who raises a fund is an investor, and what it raises is never what it receives itself.
_APART = {"fund"}
_MONTH = 30

Apart = Mapping[str, frozenset[str]]


def cluster(mentions: Sequence[MentionFacts], apart: Apart = MappingProxyType({})) -> list[Cluster]:
    """The deals that these mentions of one company tell, in a stable order.

    Args:
        apart: mention key → keys of the mentions that somebody said are not the same deal.
    """
    families: dict[tuple[str, bool], list[_Telling]] = {}
    bonds = Bonds()
    for mention in sorted(mentions, key=_precedence):
        family = mention.kind if mention.kind in _APART else ""
        telling = _Telling(mention, apart.get(mention.key, frozenset()), bonds.says(mention))
        families.setdefault((family, mention.cumulative), []).append(telling)
    groups = (group for family in families.values() for group in _joined(_gathered(family, bonds)))
    return sorted((group.cluster() for group in groups), key=lambda item: (item.facts.first_published, item.members))


def _gathered(tellings: Iterable[_Telling], bonds: Bonds) -> list[_Group]:
    """Each telling with the deal it agrees with best among those told before it, in order of precedence."""
    groups: list[_Group] = []
    for telling in tellings:
        affinity, best = 0.0, None
        for group in groups:
            if (points := group.affinity(telling)) > affinity:
                affinity, best = points, group
        if best is None:
            groups.append(_Group(telling, bonds))
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
    """A mention with its window as day numbers: that of its deal, or for a total that of its publication.

    `middle`: the day it is about; for an undated recall that of its publication.
    """

    __slots__ = ("apart", "end", "facts", "middle", "near", "says", "start", "told")

    def __init__(self, facts: MentionFacts, apart: frozenset[str], says: Says) -> None:
        self.facts, self.apart, self.says = facts, apart, says
        self.told, when, near = facts.published.toordinal(), window(facts, loosely=True), window(facts)
        self.near = (near.start.toordinal(), near.end.toordinal())
        self.start = self.told if facts.cumulative else when.start.toordinal()
        self.end = self.told + _SAME_TOTAL_DAYS if facts.cumulative else when.end.toordinal()
        self.middle = float(self.end) if when.open else (self.start + self.end) / 2

    def near_to(self, other: _Telling) -> bool:
        """Whether both may speak of the same days, each taken at its word."""
        return self.facts.cumulative or (self.near[0] <= other.near[1] and other.near[0] <= self.near[1])


class _Alike:
    """Tellings of one deal that say the same, by the day they are about."""

    __slots__ = ("middles", "tellings")

    def __init__(self) -> None:
        self.middles: list[float] = []
        self.tellings: list[_Telling] = []

    def add(self, telling: _Telling) -> None:
        place = bisect_left(self.middles, telling.middle)
        self.middles.insert(place, telling.middle)
        self.tellings.insert(place, telling)

    def nearest(self, day: float) -> Iterator[_Telling]:
        """The tellings, the nearest to a day first."""
        after = bisect_left(self.middles, day)
        before = after - 1
        while before >= 0 or after < len(self.middles):
            left = day - self.middles[before] if before >= 0 else math.inf
            right = self.middles[after] - day if after < len(self.middles) else math.inf
            if left <= right:
                yield self.tellings[before]
                before -= 1
            else:
                yield self.tellings[after]
                after += 1


class _Group:
    """A deal in the making. `start` and `end` bound the days that a further telling must touch to touch all members."""

    def __init__(self, first: _Telling, bonds: Bonds) -> None:
        self._bonds = bonds
        self.members: list[_Telling] = []
        self.start, self.end, self.name = first.start, first.end, first.facts.key
        self._alike: dict[Says, _Alike] = {}
        self._articles: dict[str, list[_Telling]] = {}
        self._firm = False  # whether an amount is told as a fact
        self.add(first)

    def add(self, telling: _Telling) -> None:
        self.members.append(telling)
        self.start, self.end = max(self.start, telling.start), min(self.end, telling.end)
        self._alike.setdefault(telling.says, _Alike()).add(telling)
        self._articles.setdefault(telling.facts.article, []).append(telling)
        self._firm = self._firm or self._bonds.firm(telling.says.figure)

    def absorb(self, other: _Group) -> None:
        for telling in other.members:
            self.add(telling)
        self.name = min(self.name, other.name)

    def agreement(self, other: _Group) -> float:
        """How well two deals agree; 0 when they cannot be the same."""
        if other.start > self.end or other.end < self.start:
            return 0.0
        points = 0.0
        for says, alike in other._alike.items():
            peers = self._peers(says)
            if peers:
                points = max(points, *(self._best(peers, telling, points) for telling in alike.tellings))
        if points and any(self._excludes(telling) for telling in other.members):
            return 0.0
        return points

    def affinity(self, telling: _Telling) -> float:
        """How well `telling` agrees with this deal; 0 when it cannot be the same."""
        if telling.start > self.end or telling.end < self.start:
            return 0.0
        points = self._best(self._peers(telling.says), telling, 0.0)
        return 0.0 if points and self._excludes(telling) else points

    def cluster(self) -> Cluster:
        members = sorted((member.facts for member in self.members), key=lambda mention: mention.key)
        return Cluster(tuple(mention.key for mention in members), choose(members))

    def _peers(self, says: Says) -> list[tuple[Says, _Alike]]:
        """Whose figures count: those told as fact where there are any, since talk is superseded by fact."""
        firm = self._firm and self._bonds.firm(says.figure)
        return [
            (own, alike)
            for own, alike in self._alike.items()
            if (not firm or self._bonds.firm(own.figure)) and not self._bonds.hopeless(own.figure, says.figure)
        ]

    def _best(self, peers: list[tuple[Says, _Alike]], telling: _Telling, best: float) -> float:
        """The most points that `telling` has with one of its peers, `best` when none has more."""
        for own, alike in peers:
            for peer in alike.nearest(telling.middle):
                found = self._bonds.points(peer.facts, own, telling.facts, telling.says)
                more = 1 / (1 + abs(peer.middle - telling.middle) / _MONTH)
                if found.always and (not found.fresh or found.fresh + more <= best):
                    break  # nor do those further away agree better
                points = found.fresh if abs(peer.told - telling.told) <= SAME_NEWS_DAYS else found.later
                if points and points + more > best and (found.equal or peer.near_to(telling)):
                    best = points + more
        return best

    def _excludes(self, telling: _Telling) -> bool:
        """Whether somebody said that it is another deal, or what it says contradicts what a member says."""
        if telling.apart and any(member.facts.key in telling.apart for member in self.members):
            return True
        for member in self._articles.get(telling.facts.article, ()):
            if not (member.facts.kind == telling.facts.kind and same_amount(member.facts, telling.facts)):
                return True  # an article lists one deal once
        return any(
            self._bonds.contradict(member.facts, says, telling.facts, telling.says)
            for says, alike in self._alike.items()
            for member in self._speaking(says, alike, telling)
        )

    def _speaking(self, says: Says, alike: _Alike, telling: _Telling) -> list[_Telling]:
        """Of tellings that say the same one speaks for all, unless the rates of their days play a part."""
        return alike.tellings if self._bonds.by_the_day(says.figure, telling.says.figure) else alike.tellings[:1]


def _precedence(mention: MentionFacts) -> tuple[bool, bool, bool, bool, str, str]:
    recalled = mention.role == "background"
    when = mention.date or mention.published.isoformat()
    talk = not is_firm(mention)
    return (recalled and mention.date is None, mention.amount is None, talk, recalled, when, mention.key)
