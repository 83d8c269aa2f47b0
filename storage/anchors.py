"""Finding a mention again after its article was read anew: by what it tells, not by its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Told:
    """What one mention of an article tells, as far as it is needed to know it again."""

    company_key: str
    kind: str
    figure: str
    position: int


def figure(amount: Mapping[str, Any] | None) -> str:
    """An amount as stored, in one word: `20000000 EUR`; empty when none is told."""
    return f"{amount['value']} {amount['currency'] or '?'}" if amount else ""


def pair_up(before: Sequence[Told], after: Sequence[Told]) -> dict[int, int]:
    """Which mention of `after` each one of `before` is, by index; those that nothing resembles are left out.

    The same company is the same mention, best with the same figure and kind; where a name is read otherwise now, the
    same figure of the same kind is. Best pairs first, each mention once.
    """
    pairs = [
        (-likeness, abs(old.position - new.position), i, j)
        for i, old in enumerate(before)
        for j, new in enumerate(after)
        if (likeness := _likeness(old, new))
    ]
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, i, j in sorted(pairs):
        if i not in found and j not in taken:
            found[i] = j
            taken.add(j)
    return found


def _likeness(old: Told, new: Told) -> int:
    company, kind = old.company_key == new.company_key, old.kind == new.kind
    same_figure = old.figure == new.figure
    if not company and not (same_figure and old.figure and kind):
        return 0
    return 8 * company + 4 * same_figure + 2 * kind
