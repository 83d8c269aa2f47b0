"""A date as told, and the arithmetic of dates that are no more precise than told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from extractors.deals.numerals import UNITS

Precision = Literal["day", "month", "year"]

NUMERIC = re.compile(r"\d(?:\d?([/.])\d{1,2}\1(?:19|20)\d\d|\d{3}-\d\d-\d\d)(?![\d/-])")
_LONGER_NUMBER = frozenset("0123456789/.-")


@dataclass(frozen=True, slots=True)
class DateSpan:
    """`value` is ISO, as precise as told: `2023`, `2023-06`, `2023-06-11`."""

    start: int
    end: int
    value: str
    precision: Precision


def read_numeric(match: re.Match[str]) -> DateSpan | None:
    """ "13/06/2023", "13.06.2023" or "2023-06-13", unless it is the tail of a longer number."""
    if match.string[match.start() - 1 : match.start()] in _LONGER_NUMBER:
        return None
    parts = [int(part) for part in re.split(r"[/.-]", match.group())]
    value = valid_day(*(parts if parts[0] > 31 else reversed(parts)))
    return None if value is None else DateSpan(match.start(), match.end(), value.isoformat(), "day")


def valid_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def count_of(word: str) -> int | None:
    if word.isdigit():
        return int(word)
    parts = word.split("-")
    return sum(UNITS[part] for part in parts) if all(part in UNITS for part in parts) else None


def shifted(start: int, end: int, origin: str, precision: str, count: int, unit: str) -> DateSpan | None:
    """`origin` moved by `count` units, no more precise than the unit allows."""
    year = int(origin[:4])
    if unit in ("an", "annee"):
        return DateSpan(start, end, str(year + count), "year")
    if precision == "year":
        return None
    if unit in ("moi", "mois"):
        months = year * 12 + int(origin[5:7]) - 1 + count
        return DateSpan(start, end, f"{months // 12}-{months % 12 + 1:02}", "month")
    if precision != "day":
        return None
    moved = date.fromisoformat(origin) + timedelta(days=count * (7 if unit == "semaine" else 1))
    if unit == "jour" and abs(count) < 7:
        return DateSpan(start, end, moved.isoformat(), "day")
    return DateSpan(start, end, f"{moved:%Y-%m}", "month")
