"""Terms looked up in the bag of a text's words: says at once which terms cannot stand in it, never where one does.

A term of several words counts as there when all its words are, wherever they stand; so it is found too often, never
too seldom. Costs a set operation a text however many terms there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Set

from extractors.deals.folding import spellings

_WORD = re.compile(r"[^\W_]+")
# How many first letters of a cut term (`investi*`) are looked up before the rest of it is compared.
_PREFIX = 3

Forms = frozenset[str]


class TermBag:
    """Terms as a lexicon writes them (accents, capitals and a trailing `*` included), ready to be looked up.

    Args:
        besides: words that say nothing by themselves and are passed over as terms of one word, as single letters are
            ("M€" is told by its sign).
    """

    def __init__(self, terms: Iterable[str], besides: Set[str] = frozenset()) -> None:
        self._whole: dict[str, list[tuple[tuple[Forms, ...], Forms]]] = {}
        self._cut: dict[str, list[str]] = {}
        for term in dict.fromkeys(terms):
            words = [frozenset(spellings(word)) for word in _WORD.findall(term.lower())]
            stem: Forms = words.pop() if term.endswith("*") and words else frozenset()
            if not words:
                for form in stem:
                    self._cut.setdefault(form[:_PREFIX], []).append(form)
                continue
            chosen = max(words, key=lambda forms: max(map(len, forms)))
            if len(words) == 1 and not stem and (not chosen.isdisjoint(besides) or max(map(len, chosen)) == 1):
                continue
            rest = tuple(forms for forms in words if forms is not chosen)
            for form in chosen:
                self._whole.setdefault(form, []).append((rest, stem))

    def count(self, words: Set[str], enough: int) -> int:
        """How many different words of a text may be (the rarest word of) a term; counting ends at `enough`.

        Args:
            words: the folded words of the text.
        """
        found: set[str] = set()
        for word in words & self._whole.keys():
            for rest, stem in self._whole[word]:
                if all(not forms.isdisjoint(words) for forms in rest) and (not stem or _begins(words, stem)):
                    found.add(word)
                    if len(found) >= enough:
                        return enough
        for word in words:
            for start in self._cut.get(word[:_PREFIX], ()):
                if word.startswith(start):
                    found.add(word)
                    if len(found) >= enough:
                        return enough
        return len(found)


def _begins(words: Set[str], stems: Forms) -> bool:
    starts = tuple(stems)
    return any(word.startswith(starts) for word in words)
