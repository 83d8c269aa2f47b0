"""Text and patterns without accents or capitals, so that one pattern reads whole and damaged French alike."""

from __future__ import annotations

import re
import unicodedata

_LOST = re.compile(r"[àâäçéèêëîïôöùûüœ]")


def folded(text: str) -> str:
    """Lower case, no accents, one character for one; private-use characters become spaces."""
    if text.isascii():
        return text.lower()
    # A text has some eighty distinct letters; what they fold to folds to itself, so that the order does not matter.
    for char in set(text):
        plain = _fold(char)
        if plain != char:
            text = text.replace(char, plain)
    return text


def loose(words: str) -> str:
    """A regex source for French words whose accents may be there, gone, or gone with their letter.

    "levée" → `leve?e`: reads "levee" and "leve"; a blank reads any run of white space.
    """
    return r"\s+".join("".join(loose_letters(word)) for word in words.split(" "))


def loose_letters(word: str) -> list[str]:
    """The source of each letter of one word, as `loose` joins them."""
    return [re.escape(_fold(char)) + ("?" if _LOST.match(char) and len(word) > 1 else "") for char in word.lower()]


def spellings(word: str) -> set[str]:
    """Every folded form of one word that `loose` reads: each accented letter plain, or gone."""
    forms = {""}
    for char in word.lower():
        plain = _fold(char)
        lost = len(word) > 1 and _LOST.match(char) is not None
        forms = {form + plain for form in forms} | ({*forms} if lost else set())
    return forms


_CACHE: dict[str, str] = {}


def _fold(char: str) -> str:
    known = _CACHE.get(char)
    if known is None:
        if "\ue000" <= char <= "\uf8ff":
            known = " "
        elif char in "œŒ":
            known = "o"
        else:
            low = unicodedata.normalize("NFKD", char).encode("ascii", "ignore").decode("ascii").lower()
            known = low[0] if low else char
        _CACHE[char] = known
    return known
