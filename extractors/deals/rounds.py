"""Names of funding rounds in French press text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RoundSpan:
    """`value` is `pre-seed`, `seed`, `series-a` … `series-k`, `bridge` or `growth`."""

    start: int
    end: int
    value: str


def find_rounds(text: str) -> list[RoundSpan]:
    """Rounds named in the text, in order."""
    raise NotImplementedError
