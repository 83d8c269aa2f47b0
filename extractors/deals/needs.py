"""What must stand in a text for an expression to fit: looked up among its words, so that most expressions never run.

A need is met by any of its words. Needs are necessary, never sufficient, and an expression about which nothing can be
said has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from functools import lru_cache

from extractors.deals.abstraction import BASES
from extractors.deals.folding import spellings

# Words below this many letters are mostly articles and prepositions.
SHORT = 4
_WORD = re.compile(r"[a-z0-9]+")
_LETTERS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Need:
    """Met by one of `words` (or marks of kinds of span), or by a stretch of text out of `starts`."""

    words: frozenset[str]
    starts: tuple[str, ...] = ()


Needs = tuple[Need, ...]


def all_met(needs: Needs, found: Set[str], text: str) -> bool:
    """False when the expression with these needs cannot fit the text.

    Args:
        found: `words_of(text)`, with the marks of the kinds of its spans.
    """
    for need in needs:
        if need.words.isdisjoint(found) and not (need.starts and any(start in text for start in need.starts)):
            return False
    return True


@lru_cache(maxsize=512)
def words_of(text: str) -> frozenset[str]:
    """The words of a folded text. Kept for the latest texts: every rule and every cue asks for the same ones."""
    return frozenset(_WORD.findall(text))


def mark(kind: str) -> str:
    """The word that stands for a kind of span."""
    return f"{{{kind}}}"


ALL_KINDS = frozenset(mark(kind) for kind in BASES)


def of_words(needs: Needs) -> Needs:
    """Those that words alone can meet: for a text of whose spans nothing is known."""
    return tuple(need for need in needs if need.words.isdisjoint(ALL_KINDS))


def any_of(needs: Iterable[Needs]) -> Needs:
    """What is needed by a choice between expressions: one need of each, when each has one."""
    chosen: list[Need] = []
    for own in needs:
        if not own:
            return ()
        chosen.append(min(own, key=_commonness))
    words = frozenset().union(*(need.words for need in chosen))
    return (Need(words, tuple(dict.fromkeys(start for need in chosen for start in need.starts))),)


def _commonness(need: Need) -> tuple[bool, int, int]:
    """How often a need is met, roughly: "la" in every sentence, "manœuvre" seldom; one word less often than many."""
    shortest = min(map(len, (*need.words, *need.starts)))
    return shortest < SHORT, len(need.words) + len(need.starts), -shortest


@dataclass(slots=True)
class Collector:
    """Needs of a pattern, collected while it is read from left to right: its groups as a stack of alternatives."""

    _open: list[list[list[Need]]] = field(default_factory=lambda: [[[]]])
    _last: bool = False  # whether the element just read added a need

    def kinds(self, *kinds: str) -> None:
        """A span of one of these kinds."""
        self._add(Need(frozenset(map(mark, kinds))))

    def words(self, words: frozenset[str]) -> None:
        """One of these words."""
        self._add(Need(words))

    def literal(self, written: str) -> None:
        """A word as it stands in a pattern: `levée`, `l'acquisition`, `fonds?`, `rachet*`."""
        stem = written.rstrip("*?")
        longest = max(_LETTERS.findall(stem), key=len)
        forms = spellings(longest)
        cut = written.endswith("*") and stem.endswith(longest)
        if written.endswith("s?"):
            forms |= {form.removesuffix("s") for form in forms}
        if min(map(len, forms)) < 2:
            self._last = False
        elif cut:
            self._add(Need(frozenset(), tuple(sorted(forms))))
        else:
            self._add(Need(frozenset(forms)))

    def other(self) -> None:
        """An element about which nothing is said."""
        self._last = False

    def maybe(self) -> None:
        """The element just read may be missing."""
        if self._last:
            self._open[-1][-1].pop()
        self._last = False

    def group(self, sign: str) -> None:
        """One of `( [ | ) ]`."""
        self._last = False
        if sign in "([":
            self._open.append([[]])
        elif sign == "|":
            self._open[-1].append([])
        elif sign in ")]":
            inner = any_of(map(tuple, self._open.pop()))
            if sign == ")" and inner:
                self._add(inner[0])

    def needs(self) -> Needs:
        """All that was collected; those met least often first."""
        (alternatives,) = self._open
        found = tuple(alternatives[0]) if len(alternatives) == 1 else any_of(map(tuple, alternatives))
        return tuple(sorted(found, key=lambda need: len(need.words) + len(need.starts)))

    def _add(self, need: Need) -> None:
        self._open[-1][-1].append(need)
        self._last = True
