"""Which rules can fit a sentence at all: an index from its words to rules, so that most rules cost nothing."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from extractors.deals.abstraction import View
from extractors.deals.lazy import LazyRegex
from extractors.deals.needs import Needs, all_met, mark, of_words, words_of
from extractors.deals.pattern import compile_pattern
from extractors.deals.words import Words, longest_words

if TYPE_CHECKING:
    from extractors.deals.rules import Rule

_CLASS = re.compile(r"<([a-z_]+)(?:\.[a-z]+)?>")
_SLOT = re.compile(r"\{(amount|round|date|name)\}")
_LITERAL = re.compile(r"[\w'’ -]+")
_PREFIX = re.compile(r"[\w-]+\*")


class TriggerIndex:
    """Rules by the words that wake them. Built once from the rules in force."""

    def __init__(self, rules: tuple[Rule, ...], words: Words) -> None:
        self._words: dict[str, set[int]] = defaultdict(set)
        self._prefixes: dict[str, set[int]] = defaultdict(set)
        self._kinds: dict[str, set[int]] = defaultdict(set)
        self._others: list[tuple[Needs, LazyRegex, int]] = []
        for number, rule in enumerate(rules):
            for source, regex in zip(rule.text.trigger, rule.triggers, strict=True):
                self._add(number, source, regex, words)
        self._lengths = sorted({len(prefix) for prefix in self._prefixes})
        self._of_word = lru_cache(maxsize=20_000)(self._woken_by)
        # Rules whose patterns all need a span of a kind: out of the question where the sentence has none.
        self._needing = {
            kinds: frozenset(n for n, rule in enumerate(rules) if all(_need(p.needs, kinds) for p in rule.patterns))
            for kinds in (("amount",), ("round",), ("date",), ("name", "anaphor"))
        }

    def _add(self, number: int, source: str, regex: LazyRegex, words: Words) -> None:
        if match := _CLASS.fullmatch(source):
            for word in words.keys[match[1]]:
                self._words[word].add(number)
        elif match := _SLOT.fullmatch(source):
            self._kinds[match[1]].add(number)
        elif _PREFIX.fullmatch(source):
            for spelling in longest_words(source[:-1]):
                self._prefixes[spelling].add(number)
        elif _LITERAL.fullmatch(source):
            for spelling in longest_words(source):
                self._words[spelling].add(number)
        else:
            self._others.append((of_words(compile_pattern(source, words).needs), regex, number))

    def awake(self, view: View, kinds: set[str]) -> set[int]:
        """Numbers of the rules that have a trigger in the sentence."""
        found: set[int] = set()
        words = words_of(view.text)
        found.update(*map(self._of_word, words))
        for kind in kinds:
            found |= self._kinds.get(kind, set())
        for needs, regex, number in self._others:
            if number not in found and all_met(needs, words, view.text) and regex.search(view.text):
                found.add(number)
        for needed, needing in self._needing.items():
            if kinds.isdisjoint(needed):
                found -= needing
        return found

    def _woken_by(self, word: str) -> frozenset[int]:
        woken = set(self._words.get(word, ()))
        for length in self._lengths:
            if length > len(word):
                break
            woken |= self._prefixes.get(word[:length], set())
        return frozenset(woken)


def _need(needs: Needs, kinds: tuple[str, ...]) -> bool:
    """Whether nothing but a span of one of these kinds meets one of the needs."""
    return any(need.words <= set(map(mark, kinds)) and not need.starts for need in needs)
