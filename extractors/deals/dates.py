"""Dates told in French press text, resolved against the day of publication."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Precision = Literal["day", "month", "year"]


@dataclass(frozen=True, slots=True)
class DateSpan:
    """`value` is ISO, as precise as told: `2023`, `2023-06`, `2023-06-11`."""

    start: int
    end: int
    value: str
    precision: Precision


def find_dates(text: str, published: date | None) -> list[DateSpan]:
    """Dates in order, never overlapping. Without `published`, only those that name their year."""
    raise NotImplementedError
