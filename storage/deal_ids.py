"""Which id each deal bears: that of its first telling. So ids depend on the tellings alone, not on batches.

Every mention has an id of its own, made from its name (or carried over from the mention it replaces). A deal bears
the id of the mention that was seen first; of those first seen at one moment, of the one published first, then of the
smaller name. From this follows:

- What joins a deal later never changes its id: a telling seen later is not the first.
- When deals merge, the older id stays, and the newer redirects to it.
- When a deal comes apart, the id stays with its first telling; the other part bears the id of *its* first telling,
  the very one it bore before should the two have been merged once.
- Stored in any order and in any batches, the same mentions give the same ids, as long as each has the same moment of
  first sight. (That moment is a fact about a mention: without it, no id could outlast the arrival of an older article.)

What was alerted therefore keeps its name, or redirects to the deal that swallowed it; `storage.deals` follows
redirects, so that it is not alerted again.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

Age = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Ids:
    """The id of each cluster, in order; where merged ids lead to; and the ids that no mention bears any more."""

    of_clusters: tuple[str, ...]
    redirects: Mapping[str, str]
    withdrawn: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """What a mention brings to the id of its deal: its age (what sorts first is older) and its own id."""

    age: Age
    own_id: str


def carry_over(
    clusters: Sequence[Sequence[str]],
    origins: Mapping[str, Origin],
    *,
    held_by: Mapping[str, str],
    living: Collection[str],
) -> Ids:
    """Assign ids.

    Args:
        clusters: the mention keys of each cluster.
        origins: mention key → where it comes from.
        held_by: mention key → id of the deal it belonged to before.
        living: the ids in use before.
    """
    firsts = [min(keys, key=lambda key: origins[key].age) for keys in clusters]
    ids: dict[int, str] = {}
    for index in sorted(range(len(clusters)), key=lambda index: origins[firsts[index]].age):
        ids[index] = _free(origins[firsts[index]].own_id, firsts[index], set(ids.values()))
    place = {key: index for index, keys in enumerate(clusters) for key in keys}
    goals = _goals(place, origins, held_by, set(living) - set(ids.values()))
    return Ids(
        of_clusters=tuple(ids[index] for index in range(len(clusters))),
        redirects={deal: ids[index] for deal, index in goals.items()},
        withdrawn=tuple(sorted(set(living) - set(ids.values()) - set(goals))),
    )


def own_id(mention: str) -> str:
    """The id that a mention gives to a deal of which it is the first: the same wherever it is computed."""
    return _digest(mention)


def _goals(
    place: Mapping[str, int], origins: Mapping[str, Origin], held_by: Mapping[str, str], displaced: set[str]
) -> dict[str, int]:
    """For ids that no cluster bears: the cluster of the mention they come from, else of most that bore them."""
    went: dict[str, Counter[int]] = {}
    for key, deal in held_by.items():
        if deal in displaced and key in place:
            went.setdefault(deal, Counter())[place[key]] += 1
    goals = {deal: min(where, key=lambda index: (-where[index], index)) for deal, where in went.items()}
    for key, index in place.items():
        if origins[key].own_id in displaced:
            goals[origins[key].own_id] = index
    return goals


def _free(wanted: str, mention: str, taken: Collection[str]) -> str:
    """`wanted`, unless two mentions were given one id of their own: then the younger deal gets one of its name."""
    names = (_digest(mention if attempt == 0 else f"{mention}\n{attempt}") for attempt in count())
    return wanted if wanted not in taken else next(name for name in names if name not in taken)


def _digest(name: str) -> str:
    """Twelve letters and digits: 60 bits, so that a million mentions meet once in a million databases."""
    digest = hashlib.sha256(name.encode(errors="replace")).digest()
    return base64.b32encode(digest).decode()[:12].lower()
