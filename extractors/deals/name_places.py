"""Which unknown names the text itself uses as places: "un site à Bollène", "le maire de Bissen", "À Lupfig, Green…"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from extractors.deals.name_words import NameWords, name_words

# How far left of a name the noun may stand that makes a place of it.
_REACH = 70
# "À Lupfig, Green agrandit son campus", but not "À Nuvéa de jouer".
_OPENS = re.compile(r"(?:^|[.!?:;\n]\s*\"?|^- )[AaE]n?\s+\Z")
_NOT_TURN = re.compile(r"(?!\s+(?:de|d')\s*[a-z]+(?:er|ir|re)\b)[,\s]")
# "Rochefort-en-Terre", "Juan-les-Pins"
_HYPHENED = re.compile(
    r"[A-Z][a-z]+(?:-[A-Z]?[a-z]+)*-(?:les|lez|sur|sous|en|au|aux|du|des|de|la|le)-[A-Z][a-z]+(?:-[A-Z]?[a-z]+)*\Z"
)
# "Nuvéa, de Brulmont, lève"
_FROM = re.compile(r"\b[A-Z][\w-]*\s*,\s+(?:de\s+|d'|[aA]\s+)\Z")
_ASIDE = re.compile(r"\s*[,.)]")
# "à Borlänge, en Suède", "à Taulé, dans le Finistère", "à Fouju (Seine-et-Marne)"
_AT = re.compile(r"(?:^|[\s(])[aA]\s+\Z")
_LIES_IN = re.compile(
    r"\s*[,(]\s*(?:dans\s+(?:le|la|les|l')|en\s+[A-Z]|au\s+(?:nord|sud|large|c[oe]+ur|[A-Z])|a\s+l'(?:est|ouest)|pres\s+d|"
    r"non\s+loin|a\s+[a-z0-9' ]{2,20}(?:kilom|km\b|minutes|heures?\b)|sur\s+la\s+cote|sur\s+l'ile|aux\s+portes)"
)


def told_places(flat: str, names: Iterable[tuple[int, int]]) -> set[str]:
    """The names, as written in `flat` (folded, with capitals), that stand as a place at least once.

    Args:
        names: where names stand that no lexicon knows.
    """
    at, of = _patterns()
    found = set()
    for start, end in names:
        name = flat[start:end]
        if name in found:
            continue
        left = flat[max(0, start - _REACH) : start]
        opens = _OPENS.search(left) is not None and _NOT_TURN.match(flat, end) is not None
        aside = _FROM.search(left) is not None and _ASIDE.match(flat, end) is not None
        if (
            _HYPHENED.match(name)
            or opens
            or aside
            or at.search(left)
            or of.search(left)
            or (_AT.search(left) and _LIES_IN.match(flat, end))
        ):
            found.add(name)
    return found


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words: NameWords = name_words()
    at, of = (
        "|".join(sorted(map(re.escape, nouns), key=len, reverse=True)) for nouns in (words.places_at, words.places_of)
    )
    small = r"(?:\s+[a-z0-9'-]+){0,3}?"
    return (
        re.compile(rf"\b(?:{at}){small}\s+a\s+\Z", re.IGNORECASE),
        re.compile(rf"\b(?:{of})(?:\s+[a-z-]+)?\s+(?:de\s+|d')\Z", re.IGNORECASE),
    )
