"""The same facts in another text: what a rule that is true of French must not mind."""

from __future__ import annotations

import copy
import random
import re
import textwrap
import unicodedata
from collections.abc import Callable
from html.entities import codepoint2name
from typing import Any

Labelled = dict[str, Any]
Change = Callable[[str], str]

_TWINS = str.maketrans({"'": "’", "’": "'", " ": "\u00a0", "\u00a0": " ", "\u202f": " "})
_KEPT_WORDS = {"AI", "IA", "Labs", "Lab", "Technologies", "Technology", "Ventures", "Capital", "Partners", "Group"}
_VOWELS, _CONSONANTS = "aeiou", "bcdfglmnprstv"

OTHER_MONEY = (
    "Le marché mondial du secteur devrait atteindre 1 300 milliards de dollars en 2032, selon un cabinet d’études.",
    "Son chiffre d’affaires a progressé de 12 % sur un an, à 48 millions d’euros.",
    "L’autorité de protection des données avait infligé une amende de 20 millions d’euros à un concurrent.",
    "Le ministère prévoit un budget de 900 millions d’euros pour la recherche l’an prochain.",
    "Un ingénieur de ce niveau touche jusqu’à 300 000 euros par an, salaire et primes compris.",
    "En Bourse, la capitalisation du groupe dépasse désormais 75 milliards d’euros.",
)


def everywhere(labelled: Labelled, change: Change) -> Labelled:
    """Title, text and every labelled name changed alike."""
    out = copy.deepcopy(labelled)
    out["title"], out["text"] = change(out["title"]), change(out["text"])
    for deal in out["deals"]:
        deal["company"] = change(deal["company"])
        for field in ("investors", "lead"):
            deal[field] = [change(name) for name in deal[field]]
    return out


def without_accents(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def without_accented_letters(text: str) -> str:
    return "".join(char for char in text if len(unicodedata.normalize("NFD", char)) == 1)


def typographic_twins(text: str) -> str:
    return text.translate(_TWINS)


def cut_into_lines(text: str) -> str:
    """Each paragraph in lines of sixty characters, as scans and plain mails have them."""
    parts = text.split("\n")
    return "\n".join(textwrap.fill(part, 60, break_long_words=False, break_on_hyphens=False) for part in parts)


def misread(text: str) -> str:
    """UTF-8 read as Latin-1."""
    return text.encode().decode("latin-1")


def with_entities(text: str) -> str:
    """Letters and signs as HTML writes them."""
    return "".join(f"&{codepoint2name[ord(char)]};" if ord(char) in codepoint2name else char for char in text)


def with_invented_names(labelled: Labelled) -> Labelled:
    """Every labelled company under an invented name of the same shape."""
    names = sorted({deal["company"] for deal in labelled["deals"]}, key=len, reverse=True)
    table: dict[str, str] = {}
    for name in names:
        for word in re.findall(r"\w+", name):
            if len(word) > 2 and not word.isdigit() and word not in _KEPT_WORDS and word[:1].isupper():
                table.setdefault(word, _invented(word))
    if not table:
        return labelled
    pattern = re.compile(r"\b(?:" + "|".join(sorted(map(re.escape, table), key=len, reverse=True)) + r")\b")
    return everywhere(labelled, lambda text: pattern.sub(lambda found: table[found.group()], text))


def with_other_money(labelled: Labelled) -> Labelled:
    """Sentences about money that is no deal, after every paragraph in turn."""
    out = copy.deepcopy(labelled)
    paragraphs = out["text"].split("\n")
    added = []
    for place, paragraph in enumerate(paragraphs):
        added.append(paragraph)
        # Lists are left whole: a sentence between two items would be a change of facts for the reader too.
        if len(paragraph) > 200:
            added.append(OTHER_MONEY[place % len(OTHER_MONEY)])
    out["text"] = "\n".join(added)
    return out


def _invented(word: str) -> str:
    chance = random.Random(word)
    letters = []
    for place, char in enumerate(word):
        if char.isdigit():
            letters.append(char)
            continue
        pool = _VOWELS if unicodedata.normalize("NFD", char)[0].lower() in _VOWELS + "y" else _CONSONANTS
        new = chance.choice(pool)
        letters.append(new.upper() if char.isupper() else new)
        if place == 0 and letters[0] == char:
            letters[0] = "V" if char != "V" else "B"
    return "".join(letters)
