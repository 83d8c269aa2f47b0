"""What a change of rules does to the deals of an article: which appear, which change and how, which vanish."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from evaluation.agreement import paired
from extractors.values import Amount, DealMention

Way = Literal["appears", "changes", "vanishes"]

# What makes another deal of it, in the order in which it is told; rules and confidence do not.
COMPARED = (
    "company", "kind", "amount", "alt", "valuation", "round", "investors", "lead", "status", "role", "cumulative",
    "date", "ai",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One deal before and after: `before` is None when it appears, `after` when it vanishes.

    fields: for one that changes, the fields that differ.
    """

    way: Way
    before: DealMention | None
    after: DealMention | None
    fields: tuple[str, ...] = ()


def compare(before: Sequence[DealMention], after: Sequence[DealMention]) -> list[Change]:
    """The changes from one reading of an article to another, in the order of the article; empty when they agree."""
    pairs = dict(paired(after, before))
    out: list[Change] = []
    for i, now in enumerate(after):
        if i not in pairs:
            out.append(Change("appears", None, now))
        elif fields := _differing(before[pairs[i]], now):
            out.append(Change("changes", before[pairs[i]], now, fields))
    kept = set(pairs.values())
    out += [Change("vanishes", was, None) for j, was in enumerate(before) if j not in kept]
    return out


def _differing(before: DealMention, after: DealMention) -> tuple[str, ...]:
    return tuple(name for name in COMPARED if _plain(getattr(before, name)) != _plain(getattr(after, name)))


def _plain(value: object) -> object:
    """An amount without its place in the text: told elsewhere it is still the same."""
    return (value.value, value.currency, value.bound, value.high) if isinstance(value, Amount) else value
