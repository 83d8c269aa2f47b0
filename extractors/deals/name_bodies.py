"""Bodies and families named with a small letter: "la région Occitanie", "le canton de Vaud", "la famille Mulliez".

And those that a capital alone makes a body: "l'État", "la Région".
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from extractors.deals.name_words import NameWords, name_words

_NAME = r"[A-Z][A-Za-z]+(?:-[A-Za-z]+)*(?: [A-Z][A-Za-z]+(?:-[A-Za-z]+)*){0,3}"
_OF = r"(?:de la |de l'|de |du |des |d')"
_FAMILY = "famille"


class Body(NamedTuple):
    """`text[start:end]` names a body of this type."""

    start: int
    end: int
    type: str


def find_bodies(flat: str, words: NameWords) -> list[Body]:
    """Bodies in order, never overlapping. `flat` is normalised and folded, with its capitals."""
    found = []
    for match in _pattern().finditer(flat):
        told = match["told"]
        if told is not None and told not in words.adjectives and told not in words.bodies_levels:
            continue
        if match["alone"] is not None:
            if match["before"] not in words.bodies_not_after:
                end = match.end("nation") if match["nation"] in words.adjectives else match.end("alone")
                found.append(Body(match.start("alone"), end, "treasury"))
            continue
        if match["town"] is not None and match["where"] not in words.places:
            continue
        noun = next(match[group] for group in ("plain", "of", "town", "whose") if match[group] is not None)
        found.append(
            Body(match.start(), match.end(), "person" if noun == _FAMILY else words.descriptors.get(noun, "public"))
        )
    return found


@cache
def _pattern() -> re.Pattern[str]:
    words = name_words()
    plain, of, whose, alone = (
        _any(nouns) for nouns in (words.bodies_plain, words.bodies_of, words.bodies_of_people, words.bodies_alone)
    )
    return re.compile(
        rf"(?<![A-Za-z-])(?:(?P<plain>{plain}) {_OF}?{_NAME}|(?P<of>{of}) {_OF}{_NAME}"
        rf"|(?P<town>ville) {_OF}(?P<where>{_NAME})"
        rf"|(?P<whose>{whose}) (?P<told>[a-z-]{{5,}})"
        rf"|(?:(?P<before>[a-z]+) (?:par |pour |de |d')?)?(?:[Ll]'|[Ll]a )(?P<alone>{alone})(?![ '-][A-Z]| d[eu'])"
        r"(?: (?P<nation>[a-z-]{5,}))?)"
        r"(?![A-Za-z])"
    )


def _any(nouns: frozenset[str]) -> str:
    return "|".join(sorted(map(re.escape, nouns), key=len, reverse=True))
