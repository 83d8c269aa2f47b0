"""The vocabulary of time (`config/lexicon/dates.yaml`), validated once, as sets of plain damaged forms."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel, ConfigDict

from config.documents import PACKAGE_DIR, read_yaml, validated
from extractors.deals.normalise import damaged_forms, longest_run


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    months: dict[int, list[str]]
    weekdays: list[str]
    seasons: dict[str, int]
    before_month: list[str]
    before_year: list[str]
    not_before_year: list[str]
    last: list[str]
    next: list[str]
    same_year: list[str]
    earlier: list[str]
    later: list[str]


@dataclass(frozen=True, slots=True)
class DateWords:
    """Every set holds plain forms; months are 1 to 12, weekdays 0 (Monday) to 6, seasons the month they start."""

    months: dict[str, int]
    short_months: frozenset[str]  # abbreviations, months only after a day
    weekdays: dict[str, int]
    seasons: dict[str, int]
    by_run: dict[str, list[str]]  # the longest run of letters of a month, weekday or season → its forms
    before_month: frozenset[str]
    before_year: frozenset[str]
    not_before_year: frozenset[str]
    last: frozenset[str]
    next: frozenset[str]
    same_year: frozenset[str]
    earlier: frozenset[str]
    later: frozenset[str]


@cache
def date_words() -> DateWords:
    """The vocabulary as shipped.

    Raises:
        ConfigError: names the line of `dates.yaml` at fault.
    """
    words = validated(read_yaml(PACKAGE_DIR / "lexicon" / "dates.yaml"), _File)
    months = {form: number for number, names in words.months.items() for name in names for form in _long(name)}
    weekdays = {form: number for number, name in enumerate(words.weekdays) for form in _long(name)}
    seasons = {form: month for name, month in words.seasons.items() for form in _long(name)}
    by_run: dict[str, list[str]] = {}
    for form in (*months, *weekdays, *seasons):
        by_run.setdefault(longest_run(form), []).append(form)
    return DateWords(
        months=months,
        short_months=_forms([name for names in words.months.values() for name in names[1:]]),
        weekdays=weekdays,
        seasons=seasons,
        by_run=by_run,
        before_month=_forms(words.before_month),
        before_year=_forms(words.before_year),
        not_before_year=_forms(words.not_before_year),
        last=_forms(words.last),
        next=_forms(words.next),
        same_year=_forms(words.same_year),
        earlier=_forms(words.earlier),
        later=_forms(words.later),
    )


def _forms(phrases: list[str]) -> frozenset[str]:
    return frozenset(form for phrase in phrases for form in damaged_forms(phrase))


def _long(name: str) -> set[str]:
    """Damaged forms that can still be told from other words: "t" is not "été"."""
    return {form for form in damaged_forms(name) if len(form) > 2}
