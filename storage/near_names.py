"""Names that may be one organisation, for an analyst to judge: suggestions, never merges.

Two kinds of near miss: keys one typing error apart, and one name that begins the other ("Wave", "Wave Mobile
Money"). Names that the lexicon lists each for itself were judged already and are not suggested.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from storage.companies import company_key

Why = Literal["spelling", "longer_name"]

# From this many letters on a single error rarely leads to another firm's name; "Orme" and "Ormo" may both exist.
_SHORTEST_SPELLING = 6
_SHORTEST_BEGINNING = 4
_LONGEST = 60  # a longer "name" is a damaged sentence
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class NameSeen:
    """An organisation as the database knows it: its key, its usual spelling, how often it is named."""

    key: str
    name: str
    times: int = 1


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`alias` may be another name of `name`, the one named more often."""

    name: NameSeen
    alias: NameSeen
    why: Why


def suggestions(seen: Iterable[NameSeen], *, judged: Collection[str], others: Collection[str]) -> list[Suggestion]:
    """Pairs worth a look, those named most often first; the same for any order of `seen`.

    Args:
        judged: keys that the lexicon lists as names of their own: no two of them are suggested.
        others: words, as keys, that make another organisation of a name ("ventures", "capital").
    """
    names = sorted((name for name in seen if len(name.key) <= _LONGEST), key=lambda name: name.key)
    settled = set(judged)
    found: dict[tuple[str, str], Suggestion] = {}
    for why, pairs in (("spelling", _misspelt(names)), ("longer_name", _longer(names, set(others)))):
        for one, two in pairs:
            if one.key in settled and two.key in settled:
                continue
            # The listed name is the main one; of two unlisted ones that named more often.
            main, alias = sorted((one, two), key=lambda name: (name.key not in settled, -name.times, name.key))
            found.setdefault((main.key, alias.key), Suggestion(main, alias, why))  # type: ignore[arg-type]
    return sorted(found.values(), key=lambda pair: (-pair.name.times - pair.alias.times, pair.name.key, pair.alias.key))


def _misspelt(names: Sequence[NameSeen]) -> Iterator[tuple[NameSeen, NameSeen]]:
    """Keys one letter apart. Each meets the others under its own letters, and under all of them but one."""
    buckets: dict[str, list[NameSeen]] = defaultdict(list)
    for name in names:
        if len(name.key) >= _SHORTEST_SPELLING:
            for form in {name.key, *(name.key[:at] + name.key[at + 1 :] for at in range(len(name.key)))}:
                buckets[form].append(name)
    for sharing in buckets.values():
        for place, two in enumerate(sharing):
            for one in sharing[:place]:
                if _one_letter_apart(one.key, two.key):
                    yield one, two


def _one_letter_apart(one: str, two: str) -> bool:
    """An error in a letter, not in a digit: "Fonds 1" and "Fonds 2" are two. Two letters swapped count as one error."""
    start = 0
    while start < min(len(one), len(two)) and one[start] == two[start]:
        start += 1
    end = 0
    while end < min(len(one), len(two)) - start and one[-1 - end] == two[-1 - end]:
        end += 1
    left, right = one[start : len(one) - end], two[start : len(two) - end]
    swapped = len(left) == len(right) == 2 and left == right[::-1]
    return (swapped or max(len(left), len(right)) == 1) and (left + right).isalpha()


def _longer(names: Sequence[NameSeen], others: set[str]) -> Iterator[tuple[NameSeen, NameSeen]]:
    """Names whose first words are all the words of another."""
    by_key = {name.key: name for name in names}
    for name in names:
        words = _WORD.findall(name.name)
        for count in range(1, len(words)):
            short = by_key.get(company_key(" ".join(words[:count])))
            rest = {company_key(word) for word in words[count:]}
            if short is None or short.key == name.key or len(short.key) < _SHORTEST_BEGINNING:
                continue
            if not rest & others and not any(word.isdigit() for word in rest):
                yield short, name
