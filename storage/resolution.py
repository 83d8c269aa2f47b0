"""Clustering the tellings about one company into deals, whatever order they came in.

Mentions are taken in an order that only depends on what they say: first those that stand on their own (dated,
or told as news, and with an amount), last the undated recalls. Each joins the deal it agrees with best, or
makes one of its own. So the result is a function of the set of mentions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from storage.agreement import (
    Window,
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
# Debt told as part of a round, or a round told as debt: one deal only when the money is the same.
_FAMILY = {"debt": "money", "funding": "money", "grant": "money"}
_ONCE = {"acquisition", "ipo"}  # happens to a company about once: figures may differ, parties may not


def cluster(mentions: Sequence[MentionFacts]) -> list[Cluster]:
    """The deals that these mentions of one company tell, in a stable order."""
    groups: dict[tuple[str, bool], list[_Group]] = {}
    for mention in sorted(mentions, key=_precedence):
        same_family = groups.setdefault((_FAMILY.get(mention.kind, mention.kind), mention.cumulative), [])
        telling = _Telling(mention, window(mention))
        best = max(same_family, key=lambda group: group.affinity(telling), default=None)
        if best is not None and best.affinity(telling) > 0:
            best.add(telling)
        else:
            same_family.append(_Group(telling))
    found = [group.cluster() for family in groups.values() for group in family]
    return sorted(found, key=lambda item: (item.facts.first_published, item.members))


class _Telling:
    __slots__ = ("facts", "window")

    def __init__(self, facts: MentionFacts, when: Window) -> None:
        self.facts, self.window = facts, when


class _Group:
    """A deal in the making."""

    def __init__(self, first: _Telling) -> None:
        self.members = [first]

    def add(self, telling: _Telling) -> None:
        self.members.append(telling)

    def cluster(self) -> Cluster:
        members = sorted((member.facts for member in self.members), key=lambda mention: mention.key)
        return Cluster(tuple(mention.key for mention in members), choose(members))

    def affinity(self, telling: _Telling) -> float:
        """How well `telling` agrees with this deal; 0 when it cannot be the same."""
        if any(_contradict(member, telling) for member in self.members):
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


def _contradict(one: _Telling, two: _Telling) -> bool:
    a, b = one.facts, two.facts
    if _apart(one, two):
        return True
    if a.article == b.article and not (a.kind == b.kind and same_amount(a, b)):
        return True  # an article lists one deal once
    if a.kind != b.kind and not same_amount(a, b):
        return True
    if rounds_contradict(a, b):
        return True
    return a.kind == b.kind == "acquisition" and shared_investors(a, b) is False


def _apart(one: _Telling, two: _Telling) -> bool:
    if one.facts.cumulative:
        return abs((one.facts.published - two.facts.published).days) > 365
    return one.window.gap(two.window) > 0


def _agreement(one: _Telling, two: _Telling) -> float:
    """Points for what agrees; 0 when too little does to say that it is the same deal."""
    a, b = one.facts, two.facts
    investors = shared_investors(a, b)
    money = _money(a, b, investors)
    if money == 0:
        return 0.0
    points = money + 1.5 * same_valuation(a, b) + (investors is True) + bool(a.round and a.round == b.round)
    return points + 1 / (1 + _distance(one, two) / 30)


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


def _distance(one: _Telling, two: _Telling) -> float:
    """Days between the moments the two are about; for an undated recall, from its publication back."""
    return abs(_middle(one) - _middle(two))


def _middle(telling: _Telling) -> float:
    if telling.window.open:
        return float(telling.window.end.toordinal())
    return (telling.window.start.toordinal() + telling.window.end.toordinal()) / 2
