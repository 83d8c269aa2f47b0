"""What people decided, applied on top of the rules: who is kept apart, what is one deal, which values stand.

Pure: decisions come with the mentions that they are about already found again (`storage.decided`), oldest first.
Where two speak of the same thing the later one stands.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from storage.choices import choose
from storage.corrections import corrected
from storage.facts import Cluster, DealFacts, MentionFacts
from storage.resolution import Apart, cluster

Verb = Literal["merge", "split", "reject", "correct", "confirm", "note"]

STAYS, LEAVES = 0, 1  # the sides of a split


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision in force. `about`: the keys of the mentions it is about, found again, by side."""

    id: int
    verb: Verb
    about: Mapping[int, tuple[str, ...]]
    details: Mapping[str, Any]

    @property
    def mentions(self) -> tuple[str, ...]:
        """All mentions it is about."""
        return tuple(key for side in sorted(self.about) for key in self.about[side])


@dataclass(frozen=True, slots=True)
class Ruled:
    """A deal after decisions: `facts` with corrections, whether it was rejected or confirmed."""

    cluster: Cluster
    rejected: bool = False
    confirmed: bool = False


def clusters_under(
    mentions: Mapping[str, MentionFacts], rulings: Sequence[Ruling], shown: Collection[str] = ()
) -> list[Ruled]:
    """The deals that `mentions` tell, as rules have it and then as people decided.

    Args:
        shown: keys of the mentions that belong to a deal which readers see. A rejected telling never joins these.
    """
    apart = _apart(rulings)
    groups = [list(found.members) for found in cluster(list(mentions.values()), apart)]
    for ruling in rulings:
        if ruling.verb == "merge":
            groups = _united(groups, ruling.mentions, apart)
        elif ruling.verb == "split":
            groups = _united(groups, ruling.about.get(LEAVES, ()), apart)
    rejected = {key for ruling in rulings if ruling.verb == "reject" for key in ruling.mentions}
    groups = [part for group in groups for part in _parted(group, rejected, shown)]
    found = [_cluster(group, mentions) for group in groups]
    found.sort(key=lambda item: (item.facts.first_published, item.members))
    return _with_values(found, rulings)


def _apart(rulings: Sequence[Ruling]) -> Apart:
    """Pairs that were split; a later merge of both takes that back."""
    pairs: set[tuple[str, str]] = set()
    for ruling in rulings:
        if ruling.verb == "split":
            leaving = ruling.about.get(LEAVES, ())
            pairs |= {pair for a in ruling.about.get(STAYS, ()) for b in leaving for pair in ((a, b), (b, a))}
        elif ruling.verb == "merge":
            together = set(ruling.mentions)
            pairs = {(a, b) for a, b in pairs if not (a in together and b in together)}
    found: dict[str, set[str]] = {}
    for a, b in pairs:
        found.setdefault(a, set()).add(b)
    return {key: frozenset(others) for key, others in found.items()}


def _united(groups: list[list[str]], keys: Collection[str], apart: Apart) -> list[list[str]]:
    """The groups that hold `keys` as one, but for those that a later split keeps apart."""
    wanted = set(keys)
    first: list[str] | None = None
    rest: list[list[str]] = []
    for group in groups:
        if wanted.isdisjoint(group):
            rest.append(group)
        elif first is None:
            first = list(group)
        elif any(not apart.get(key, frozenset()).isdisjoint(first) for key in group):
            rest.append(group)
        else:
            first += group
    return rest if first is None else [*rest, first]


def _parted(group: list[str], rejected: Collection[str], shown: Collection[str]) -> list[list[str]]:
    """Rejected tellings by themselves where the others tell a deal that readers see."""
    out = [key for key in group if key in rejected]
    rest = [key for key in group if key not in rejected]
    return [out, rest] if out and any(key in shown for key in rest) else [group]


def _cluster(keys: Collection[str], mentions: Mapping[str, MentionFacts]) -> Cluster:
    members = tuple(sorted(keys))
    return Cluster(members, choose([mentions[key] for key in members]))


def _with_values(found: Sequence[Cluster], rulings: Sequence[Ruling]) -> list[Ruled]:
    """Each deal under the decisions about its record, which go where most of their mentions went."""
    place = {key: index for index, one in enumerate(found) for key in one.members}
    ruled = [Ruled(one) for one in found]
    for ruling in rulings:
        if ruling.verb not in ("reject", "correct", "confirm"):
            continue
        where = [place[key] for key in ruling.mentions if key in place]
        if not where:
            continue
        target = min(set(where), key=lambda index: (-where.count(index), index))
        ruled[target] = _under(ruled[target], ruling)
    return ruled


def _under(deal: Ruled, ruling: Ruling) -> Ruled:
    if ruling.verb == "reject":
        return replace(deal, rejected=True)
    facts: DealFacts = deal.cluster.facts
    if ruling.verb == "confirm":
        return replace(deal, confirmed=True, cluster=replace(deal.cluster, facts=replace(facts, confidence=1.0)))
    return replace(deal, cluster=replace(deal.cluster, facts=corrected(facts, ruling.details["fields"])))
