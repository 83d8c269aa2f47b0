"""One key for all spellings of a company's name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

# Legal forms are grammar of names, not knowledge of companies; compared without dots and spaces.
# fmt: off
_LEGAL_FORMS = frozenset({
    "sa", "sas", "sasu", "sarl", "sca", "scs", "snc", "se", "sprl", "srl", "nv", "bv", "ag", "gmbh", "kg",
    "plc", "ltd", "llc", "llp", "lp", "inc", "corp", "co", "spa", "ab", "oy", "asa", "as", "pte", "pty",
    "incorporated", "corporation", "limited",
})
# fmt: on
_ARTICLES = ("l'", "le ", "la ", "les ", "the ")
_LONGEST = 200  # keys are indexed; a longer "name" is a damaged sentence
_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'"})
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "œ": "oe", "æ": "ae", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_SYMBOLS = str.maketrans({"&": " and ", "+": " plus ", "@": " at "})


def company_key(name: str, aliases: Mapping[str, str] | None = None) -> str:
    """The key under which `name` is filed, never empty.

    Folded: accents, case, punctuation, spaces, legal forms at the end, a leading article. Not folded: words
    that tell companies apart ("Groupe", "Holding", "Ventures").

    Args:
        aliases: key of an alias → key of the main name, from the organisations lexicon.

    Example:
        `company_key("Together.ai") == company_key("TogetherAI") == company_key("Together AI SAS")`
    """
    flat = _fold(name.translate(_APOSTROPHES))
    for article in _ARTICLES:
        if flat.startswith(article) and _WORD.search(flat, len(article)):
            flat = flat[len(article) :]
            break
    words = _WORD.findall(flat.translate(_SYMBOLS))
    while len(words) > 1:
        # "S.A.S." falls into single letters: try the longest run of them first.
        tail = next((n for n in (4, 3, 2, 1) if n < len(words) and _is_legal_form(words[-n:])), 0)
        if not tail:
            break
        words = words[:-tail]
        if words[-1] == "and" and len(words) > 1:  # "Lazard & Co"
            words = words[:-1]
    key = "".join(words) or _codes(name)
    return (aliases or {}).get(key, key)[:_LONGEST]


def _fold(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name).casefold().translate(_LETTERS)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).strip()


def _is_legal_form(words: list[str]) -> bool:
    return "".join(words) in _LEGAL_FORMS and (len(words) == 1 or all(len(word) == 1 for word in words))


def _codes(name: str) -> str:
    """A name without a letter or digit ("!!!") still needs a key of its own."""
    return "u" + "".join(f"{ord(char):x}" for char in name.strip()) if name.strip() else "unnamed"
