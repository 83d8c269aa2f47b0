"""Names made of ordinary words that a text gives away: "pour Le Studio", "la jeune pousse Sillage", "Orbite 9"."""

from __future__ import annotations

import re

from extractors.deals.name_context import described
from extractors.deals.name_words import NameWords

# Inside a sentence, behind a small word or a mark: no capital is due there.
_INSIDE = r"(?:(?<![\w'-])(?:[a-z][a-z-]*|Pour|Chez|Avec|Selon|Par|De|A|Dans|Et|Mais)|[,;:)]) "
_WORD = r"[A-Z][a-z]+(?![\w-])"
_OF = r" (?:des|du|de|de la|d'|de l') ?"
_ARTICLED = re.compile(rf"{_INSIDE}(?P<name>(?:Le|La|Les)(?: {_WORD})+(?:{_OF}{_WORD})?)")
# "Le Studio - 4 millions d'euros": the head of a line.
_HEADED = re.compile(rf"(?:^|\n)(?:[-*•] )?(?P<name>(?:Le|La|Les)(?: {_WORD})+)(?= ?(?:- |[|(]))")
_OF_NAME = re.compile(rf"{_INSIDE}(?P<name>(?P<first>{_WORD})(?: d'| de la | du | des | de ){_WORD})")
_NUMBERED = re.compile(rf"{_INSIDE}(?P<name>(?P<first>{_WORD}) \d{{1,3}})(?![\w%€$£+]|[.,]\d| (?:milli|euros|dollars))")
_ALONE = re.compile(rf"{_INSIDE}(?P<name>(?P<first>{_WORD}))(?! (?:[A-Z]|\d|d'|de |du |des ))")
_COMPLEMENT = re.compile(_OF + r"(?=[A-Z])")
_ARTICLE = re.compile(r"(?:\b(?:le|la|les|un|une|du|des|au|aux|ce|cet|cette|ces|son|sa|ses) )\Z")
_ROLES = frozenset(["company", "fund"])
_REACH = 64
_FAR = 20_000  # characters within which a name is told again, so that time stays linear


def told_names(flat: str, words: NameWords) -> frozenset[str]:
    """The names in a folded text whose words are all ordinary, by the capital that nothing but a name explains."""
    found = set()
    for match in (*_ARTICLED.finditer(flat), *_HEADED.finditer(flat)):
        if match["name"] in found:
            continue
        name = _own(flat, match["name"], match.start("name"))
        ordinary = all(_ordinary(word, words) for word in _head(name).split()[1:])
        if ordinary and name not in words.refused:
            found.add(name)
    for pattern in (_OF_NAME, _NUMBERED):
        for match in pattern.finditer(flat):
            start, name = match.start("name"), match["name"]
            bare = _ARTICLE.search(flat, max(0, start - 6), start) is None
            if name not in found and bare and _ordinary(match["first"], words) and _again(flat, name, start):
                found.add(name)
    for match in _ALONE.finditer(flat):
        if not _ordinary(match["first"], words):
            continue
        left = flat[max(0, match.start("name") - _REACH) : match.end("name")]
        noun, kind, _ = described(left, words, len(left) - len(match["name"]), len(left))
        if noun and kind in _ROLES:
            found.add(match["name"])
    return frozenset(found)


def _own(flat: str, name: str, start: int) -> str:
    """The name with its complement where the text repeats both ("Le Studio des Machines"), else without."""
    return name if _again(flat, name, start) else _head(name)


def _head(name: str) -> str:
    return _COMPLEMENT.split(name)[0]


def _again(flat: str, name: str, start: int) -> bool:
    """Whether the name stands in the text before or near behind its place, too."""
    return 0 <= flat.find(name, 0, start + _FAR) < start or flat.find(name, start + 1, start + _FAR) >= 0


def _ordinary(word: str, words: NameWords) -> bool:
    """Whether a word would be taken for no name, and is none that always has its capital."""
    small = word.lower()
    fixed = word in words.refused or word in words.places or word in words.heads or word in words.first_names
    return small in words.common and small not in words.openers and not fixed
