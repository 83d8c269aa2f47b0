"""Which id each deal bears when its clusters are recomputed: old ids live on, merged ones redirect.

Every old deal goes where most of its mentions went. Of those that meet in one cluster the oldest gives its id
and the others redirect to it. A cluster that no old deal goes to gets an id made from its first mention.
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


def carry_over(
    clusters: Sequence[Sequence[str]], held_by: Mapping[str, str], living: Mapping[str, Age], *, seed: str
) -> Ids:
    """Assign ids.

    Args:
        clusters: the mention keys of each cluster.
        held_by: mention key → id of the deal it belonged to before.
        living: the ids in use before → anything that sorts the older first.
        seed: the company's key, so that no two companies mint the same id.
    """
    place = {key: index for index, keys in enumerate(clusters) for key in keys}
    went: dict[str, Counter[int]] = {}
    for key, deal in held_by.items():
        if deal in living and key in place:
            went.setdefault(deal, Counter())[place[key]] += 1
    goal = {deal: min(where, key=lambda index: (-where[index], clusters[index])) for deal, where in went.items()}
    ids: dict[int, str] = {}
    for deal in sorted(goal, key=lambda deal: (living[deal], deal)):
        ids.setdefault(goal[deal], deal)
    in_use = set(living)
    for index, keys in enumerate(clusters):
        if index not in ids:
            ids[index] = _mint(f"{seed}\n{min(keys)}", in_use)
            in_use.add(ids[index])
    return Ids(
        of_clusters=tuple(ids[index] for index in range(len(clusters))),
        redirects={deal: ids[index] for deal, index in goal.items() if ids[index] != deal},
        withdrawn=tuple(sorted(set(living) - set(goal))),
    )


def _mint(name: str, in_use: Collection[str]) -> str:
    """Twelve letters and digits made from `name`, the same wherever they are computed."""
    for attempt in count():
        digest = hashlib.sha256(f"{name}\n{attempt}".encode(errors="replace")).digest()
        minted = base64.b32encode(digest).decode()[:12].lower()
        if minted not in in_use:
            return minted
    raise AssertionError("count() does not end")
