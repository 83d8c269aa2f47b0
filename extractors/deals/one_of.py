"""A choice between many expressions, each tried only where what it needs stands, so that most are never compiled.

One expression of all of them would be a quarter of a megabyte, and the first article would wait for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache

from extractors.deals.bits import NeedBits
from extractors.deals.lazy import LazyRegex
from extractors.deals.needs import Needs, words_of


class Asked:
    """The needs of all expressions of several choices: a text is asked once which of them it meets."""

    def __init__(self) -> None:
        self._needs: list[Needs] = []
        self.met = lru_cache(maxsize=2048)(self._met)

    def add(self, needs: Needs) -> None:
        """Have these needs asked too; before the first text only."""
        self._needs.append(needs)

    @cached_property
    def bits(self) -> NeedBits:
        """The needs, numbered."""
        return NeedBits(self._needs)

    def _met(self, text: str) -> int:
        return self.bits.met(words_of(text))


class OneOf:
    """Expressions any of which may fit; `needs` are those that words alone can meet."""

    def __init__(self, told: list[tuple[Needs, LazyRegex]], asked: Asked) -> None:
        self.expressions = tuple(regex for _, regex in told)
        self._needs = tuple(needs for needs, _ in told)
        self._asked = asked
        for needs in self._needs:
            asked.add(needs)

    def search(self, text: str) -> re.Match[str] | None:
        """The first expression, in their order, that is found in the text."""
        return next((found for regex in self._possible(text) if (found := regex.search(text))), None)

    def match(self, text: str) -> re.Match[str] | None:
        """The first expression, in their order, that fits from the beginning of the text."""
        return next((found for regex in self._possible(text) if (found := regex.match(text))), None)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """What each expression finds, one expression after the other."""
        for regex in self._possible(text):
            yield from regex.finditer(text)

    @cached_property
    def _ready(self) -> tuple[tuple[int, LazyRegex], ...]:
        required = map(self._asked.bits.required, self._needs)
        return tuple(zip(required, self.expressions, strict=True))

    def _possible(self, text: str) -> Iterator[LazyRegex]:
        if not self.expressions:
            return
        missing = ~self._asked.met(text)
        for required, regex in self._ready:
            if not required & missing:
                yield regex
