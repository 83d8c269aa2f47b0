"""The same article with its companies under invented names: what is learnt must not hang on a name being known."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import replace

from evaluation.truths import Told, Truth

_VOWELS, _CONSONANTS = "aeiou", "bcdfglmnprstv"
# Words of names that say what a name is.
_KEPT = frozenset(["AI", "IA", "Labs", "Lab", "Technologies", "Technology", "Ventures", "Capital", "Partners", "Group"])


def with_invented_names(told: Told) -> Told:
    """Every capitalised word of a labelled company's name in another form, the same wherever it stands."""
    words = {word for truth in told.truths for word in re.findall(r"\w+", truth.company) if _is_name(word)}
    if not words:
        return told
    table = {word: invented(word) for word in words}
    pattern = re.compile(r"\b(?:" + "|".join(sorted(map(re.escape, words), key=lambda w: (-len(w), w))) + r")\b")

    def renamed(text: str) -> str:
        return pattern.sub(lambda found: table[found.group()], text)

    def retold(truth: Truth) -> Truth:
        return replace(
            truth,
            company=renamed(truth.company),
            investors=None if truth.investors is None else tuple(map(renamed, truth.investors)),
            lead=tuple(map(renamed, truth.lead)),
        )

    article = replace(told.article, title=renamed(told.article.title), text=renamed(told.article.text))
    return replace(told, article=article, truths=tuple(map(retold, told.truths)))


def invented(word: str) -> str:
    """A word of the same shape, always the same for the same word, never with the same first letter."""
    letters = []
    for place, char in enumerate(word):
        if char.isdigit():
            letters.append(char)
            continue
        pool = _VOWELS if unicodedata.normalize("NFD", char)[0].lower() in _VOWELS + "y" else _CONSONANTS
        draw = hashlib.sha256(f"{place} {word}".encode()).digest()
        new = pool[int.from_bytes(draw[:4], "big") % len(pool)]
        letters.append(new.upper() if char.isupper() else new)
    if letters[0] == word[0]:
        letters[0] = "V" if word[0] != "V" else "B"
    return "".join(letters)


def _is_name(word: str) -> bool:
    return len(word) > 2 and not word.isdigit() and word not in _KEPT and word[:1].isupper()
