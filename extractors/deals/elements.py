"""The elements of a pattern, one by one: which of them a sentence has, which it lacks, how far they come in order."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractors.deals.pattern import Pattern, PatternError, compile_pattern
from extractors.deals.words import Words

_GAPS = ("~", "~~", "~!")
_PARTIES = re.compile(r"\{(?:company|investors?|lead|party)!?\}")
_SUBSTANCE = re.compile(r"[{<]|[^\W\d_]{5}")
# A choice that an article or a pronoun meets: "(il|elle|celui-ci)".
_SMALL_CHOICE = re.compile(r"[(|](?:[^\W\d_]{1,2}|l')[|)]")
# What the lack of an element weighs: nearly every sentence has a party, an "à" or a comma.
_WHOLE, _PARTY, _LITTLE = 1.0, 0.5, 0.6


@dataclass(frozen=True, slots=True)
class Progress:
    """How near a pattern comes to a sentence.

    present, missing: its required elements that stand, or do not stand, anywhere in the sentence.
    reached: when none is missing: how many fit in order, near enough; all of them when the pattern fits.
    fits: the pattern fits.
    """

    pattern: Pattern
    present: tuple[str, ...]
    missing: tuple[str, ...]
    reached: int
    fits: bool

    @property
    def lacking(self) -> float:
        """The weight of what is missing, or stands but not in its place; 0 when the pattern fits."""
        out_of_order = () if self.fits or self.missing else self.present[self.reached :]
        return sum(weight(part) for part in (*self.missing, *out_of_order))

    @property
    def telling(self) -> bool:
        """True when something stands there that not every sentence has."""
        return any(weight(part) == _WHOLE for part in self.present)

    @property
    def worded(self) -> bool:
        """True when the pattern asks for words, not only for spans."""
        return any(weight(part) == _WHOLE and not part.startswith("{") for part in self.present + self.missing)


def weight(part: str) -> float:
    """How much the lack of an element weighs, 0 to 1."""
    if _PARTIES.fullmatch(part) or part == "%prep":
        return _PARTY
    if not _SUBSTANCE.search(part) or _SMALL_CHOICE.search(part):
        return _LITTLE
    return _WHOLE


class Elements:
    """Compiles elements once each, for one sentence after the other."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._compiled: dict[str, Pattern | None] = {}

    def progress(self, pattern: Pattern, text: str) -> Progress:
        """How near `pattern` comes to the view's `text`."""
        parts = split_pattern(pattern.source)
        required = [part for part in parts if _is_required(part)]
        present = [part for part in required if self._stands(part, text)]
        missing = [part for part in required if part not in present]
        fits = pattern.regex.search(text) is not None
        reached = len(required) if fits else 0
        if not fits and not missing:
            reached = self._reached(parts, text)
        return Progress(pattern, tuple(present), tuple(missing), reached, fits)

    def _reached(self, parts: list[str], text: str) -> int:
        """How many required elements, from the first on, the sentence has in order and near enough."""
        count = 0
        for i, part in enumerate(parts):
            if not _is_required(part):
                continue
            if not self._stands(" ".join(parts[: i + 1]), text):
                break
            count += 1
        return count

    def _stands(self, source: str, text: str) -> bool:
        if source not in self._compiled:
            try:
                self._compiled[source] = compile_pattern(source, self._words)
            except PatternError:
                self._compiled[source] = None
        compiled = self._compiled[source]
        return compiled.regex.search(text) is not None if compiled else _has_sign(source, text)


def split_pattern(source: str) -> list[str]:
    """Elements as the rule author wrote them, groups whole.

    "<raise> ~ {amount} [par {investor}]" → ["<raise>", "~", "{amount}", "[par {investor}]"]
    """
    out, word, depth, escaped = [], "", 0, False
    for char in source:
        if not escaped:
            depth += (char in "[(") - (char in "])")
        if char.isspace() and depth == 0:
            out.append(word)
            word = ""
        else:
            word += char
        escaped = char == "\\" and not escaped
    out.append(word)
    return [part for part in out if part] if "|" not in _outside(source) else [source]


def _has_sign(source: str, text: str) -> bool:
    r"""Whether the text has one of the signs of an element without words: "\%", "(:|,|-)"."""
    signs = [sign.removeprefix("\\") for sign in source.strip("()").split("|")] if len(source) > 2 else [source[-1]]
    return any(sign in ("^", "$") or sign in text for sign in signs)


def _outside(source: str) -> str:
    kept, depth = "", 0
    for char in source:
        depth += (char in "[(") - (char in "])")
        kept += char if depth == 0 else ""
    return kept


def _is_required(part: str) -> bool:
    optional = part.startswith("[") and part.endswith("]") and _outside(part) == "]"
    return (
        part not in _GAPS and part not in "^$" and not part.startswith("%") and not part.endswith("?") and not optional
    )
