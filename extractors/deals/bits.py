"""Needs of many expressions as the bits of one number: a text is asked once which of them it meets.

A word is looked up once and for all texts, so that a sentence costs one operation a word, however many rules there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from functools import lru_cache

from extractors.deals.needs import Need, Needs, mark

# Words whose looking up is kept: the press uses some ten thousand again and again.
KNOWN_WORDS = 20_000


class NeedBits:
    """The needs of a set of expressions, numbered."""

    def __init__(self, needs: Iterable[Needs]) -> None:
        self._bits: dict[Need, int] = {}
        self._by_word: dict[str, int] = {}
        self._by_start: dict[str, int] = {}
        for need in dict.fromkeys(need for own in needs for need in own):
            if not all(start.isascii() and start.isalnum() for start in need.starts):
                continue  # words are of ASCII letters and digits: of such a need nothing can be said
            bit = self._bits[need] = 1 << len(self._bits)
            for word in need.words:
                self._by_word[word] = self._by_word.get(word, 0) | bit
            for start in need.starts:
                self._by_start[start] = self._by_start.get(start, 0) | bit
        self.met_by = lru_cache(maxsize=KNOWN_WORDS)(self._met_by)

    def required(self, needs: Needs) -> int:
        """The bits that a text must have for an expression with these needs to fit."""
        bits = 0
        for need in needs:
            bits |= self._bits.get(need, 0)
        return bits

    def met(self, words: Set[str]) -> int:
        """The needs that a text with these words meets."""
        bits = 0
        for own in map(self.met_by, words):
            bits |= own
        return bits

    def met_by_kind(self, kind: str) -> int:
        """The needs that a span of a kind meets."""
        return self._by_word.get(mark(kind), 0)

    def _met_by(self, word: str) -> int:
        bits = self._by_word.get(word, 0)
        for start, own in self._by_start.items():
            if start in word:
                bits |= own
        return bits
