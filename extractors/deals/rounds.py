"""Names of funding rounds in French press text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel, ConfigDict

from config.documents import PACKAGE_DIR, read_yaml, validated
from extractors.deals.normalise import damaged_forms, letter_runs, longest_run, normalise, plain

_SERIES = re.compile(r"s(?:e|a[^\w\s]|[?\ufffd])?ries?\s{1,2}([a-k])(?:\s?[1-3])?(?![a-z0-9'])")
_PLURAL = re.compile(r"\s(?:et|ou|a)\s([a-k])(?![a-z0-9'])")
_LETTER_ROUNDS = (
    ("tour", re.compile(r"tour\s(?:de\s)?([a-k])(?![a-z0-9'])")),
    ("ronde", re.compile(r"ronde\s(?:de\s)?([a-k])(?![a-z0-9'])")),
    ("round", re.compile(r"round\s(?:de\s)?([a-k])(?![a-z0-9'])")),
    ("round", re.compile(r"[\s\"'(]([a-k])[\s-]round")),
)


@dataclass(frozen=True, slots=True)
class RoundSpan:
    """`value` is `pre-seed`, `seed`, `series-a` … `series-k`, `bridge` or `growth`."""

    start: int
    end: int
    value: str


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    rounds: dict[str, list[str]]
    not_before: list[str]
    not_after: list[str]


@dataclass(frozen=True, slots=True)
class _Words:
    by_run: dict[str, list[tuple[str, str]]]  # the longest run of letters of a phrase → phrases and values
    not_before: tuple[str, ...]
    not_after: tuple[str, ...]


def find_rounds(text: str) -> list[RoundSpan]:
    """Rounds named in the text, in order, never overlapping. "séries A et B" is a habit of funds, not a round."""
    flat, capitals = plain(text), normalise(text)
    found = [
        RoundSpan(m.start(), m.end(), f"series-{m.group(1)}")
        for m in _SERIES.finditer(flat)
        if capitals[m.start(1)].isupper()
        and not _PLURAL.match(flat, m.end())
        and not flat[m.start() - 1 : m.start()].isalnum()
    ]
    for stem, pattern in _LETTER_ROUNDS:
        if stem not in flat:
            continue
        found += [
            RoundSpan(m.start(), m.end(), f"series-{m.group(1)}")
            for m in pattern.finditer(flat)
            if capitals[m.start(1)].isupper() and not flat[m.start() - 1 : m.start()].isalpha()
        ]
    words = _words()
    runs = letter_runs(flat)
    for phrase, value in [told for run in runs & words.by_run.keys() for told in words.by_run[run]]:
        at = flat.find(phrase)
        while at >= 0:
            end = at + len(phrase)
            if _stands(flat, at, end):
                found.append(RoundSpan(at, end, value))
            at = flat.find(phrase, end)
    return _longest(found)


def _stands(flat: str, start: int, end: int) -> bool:
    words = _words()
    if flat[start - 1 : start].isalnum() or flat[end : end + 1].isalnum():
        return False
    left, right = flat[max(0, start - 32) : start].rstrip(" -"), flat[end : end + 16].lstrip(" -")
    return not left.endswith(words.not_before) and not right.startswith(words.not_after)


def _longest(found: list[RoundSpan]) -> list[RoundSpan]:
    kept: list[RoundSpan] = []
    for span in sorted(found, key=lambda s: (s.start, -s.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


@cache
def _words() -> _Words:
    words = validated(read_yaml(PACKAGE_DIR / "lexicon" / "rounds.yaml"), _File)
    rounds = {form: value for value, names in words.rounds.items() for name in names for form in damaged_forms(name)}
    by_run: dict[str, list[tuple[str, str]]] = {}
    for phrase, value in rounds.items():
        by_run.setdefault(longest_run(phrase), []).append((phrase, value))
    return _Words(
        by_run=by_run,
        not_before=tuple(form for phrase in words.not_before for form in damaged_forms(phrase)),
        not_after=tuple(form for phrase in words.not_after for form in damaged_forms(phrase)),
    )
