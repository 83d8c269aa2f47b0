"""Which rules can fit a sentence at all: an index from its words to rules, so that most rules cost nothing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Set
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from extractors.deals.abstraction import BASES
from extractors.deals.bits import KNOWN_WORDS, NeedBits
from extractors.deals.lazy import LazyRegex
from extractors.deals.needs import Needs, all_met, mark, of_words
from extractors.deals.pattern import Pattern, compile_pattern
from extractors.deals.words import Words, longest_words

if TYPE_CHECKING:
    from extractors.deals.rules import Rule

_CLASS = re.compile(r"<([a-z_]+)(?:\.[a-z]+)?>")
_SLOT = re.compile(r"\{(amount|round|date|name)\}")
_LITERAL = re.compile(r"[\w'’ -]+")
_PREFIX = re.compile(r"[\w-]+\*")


@dataclass(frozen=True, slots=True)
class Ready:
    """A rule with the bits that it, and each of its patterns and exceptions, needs a sentence to have."""

    rule: Rule
    needs: int
    patterns: tuple[tuple[int, Pattern], ...]
    unless: tuple[tuple[int, Pattern], ...]


class TriggerIndex:
    """Rules by the words that wake them. Built once from the rules in force."""

    def __init__(self, rules: tuple[Rule, ...], words: Words) -> None:
        self._words: dict[str, int] = defaultdict(int)
        self._prefixes: dict[str, int] = defaultdict(int)
        self._kinds: dict[str, int] = defaultdict(int)
        self._others: list[tuple[Needs, LazyRegex, int]] = []
        for number, rule in enumerate(rules):
            for source, regex in zip(rule.text.trigger, rule.triggers, strict=True):
                self._add(1 << number, source, regex, words)
        self._lengths = sorted({len(prefix) for prefix in self._prefixes})
        self._of_word = lru_cache(maxsize=KNOWN_WORDS)(self._woken_by)
        # Rules whose patterns all need a span of a kind: out of the question where the sentence has none.
        self._needing = {
            kinds: sum(1 << n for n, rule in enumerate(rules) if all(_need(p.needs, kinds) for p in rule.patterns))
            for kinds in (("amount",), ("round",), ("date",), ("name", "anaphor"))
        }
        self._bits = NeedBits(
            needs for rule in rules for needs in (rule.needs, *(p.needs for p in (*rule.patterns, *rule.unless)))
        )
        self._ready = [
            Ready(rule, self._bits.required(rule.needs), self._bitten(rule.patterns), self._bitten(rule.unless))
            for rule in rules
        ]
        self._of_kinds = lru_cache(maxsize=2 ** len(BASES))(self._told_by_kinds)

    def awake(self, text: str, words: Set[str], kinds: Set[str]) -> tuple[int, list[Ready]]:
        """The needs that a sentence meets, and the rules that have a trigger in it and whose needs are met.

        Args:
            words: `words_of(text)`.
            kinds: of the sentence's spans.
        """
        rules = 0
        for own in map(self._of_word, words):
            rules |= own
        woken, possible, own_needs = self._of_kinds(frozenset(kinds))
        rules |= woken
        for needs, regex, bit in self._others:
            if not rules & bit and all_met(needs, words, text) and regex.search(text):
                rules |= bit
        rules &= possible
        if not rules:
            return 0, []
        met = self._bits.met(words) | own_needs
        found: list[Ready] = []
        while rules:
            lowest = rules & -rules
            ready = self._ready[lowest.bit_length() - 1]
            if not ready.needs & ~met:
                found.append(ready)
            rules ^= lowest
        return met, found

    def _told_by_kinds(self, kinds: frozenset[str]) -> tuple[int, int, int]:
        """Rules that spans of these kinds wake, those that miss no other kind, and the needs that they meet."""
        woken, possible, met = 0, -1, 0
        for kind in kinds:
            woken |= self._kinds.get(kind, 0)
            met |= self._bits.met_by_kind(kind)
        for needed, needing in self._needing.items():
            if kinds.isdisjoint(needed):
                possible &= ~needing
        return woken, possible, met

    def _bitten(self, patterns: tuple[Pattern, ...]) -> tuple[tuple[int, Pattern], ...]:
        return tuple((self._bits.required(pattern.needs), pattern) for pattern in patterns)

    def _add(self, bit: int, source: str, regex: LazyRegex, words: Words) -> None:
        if match := _CLASS.fullmatch(source):
            for word in words.keys[match[1]]:
                self._words[word] |= bit
        elif match := _SLOT.fullmatch(source):
            self._kinds[match[1]] |= bit
        elif _PREFIX.fullmatch(source):
            for spelling in longest_words(source[:-1]):
                self._prefixes[spelling] |= bit
        elif _LITERAL.fullmatch(source):
            for spelling in longest_words(source):
                self._words[spelling] |= bit
        else:
            self._others.append((of_words(compile_pattern(source, words).needs), regex, bit))

    def _woken_by(self, word: str) -> int:
        woken = self._words.get(word, 0)
        for length in self._lengths:
            if length > len(word):
                break
            woken |= self._prefixes.get(word[:length], 0)
        return woken


def _need(needs: Needs, kinds: tuple[str, ...]) -> bool:
    """Whether nothing but a span of one of these kinds meets one of the needs."""
    return any(need.words <= set(map(mark, kinds)) and not need.starts for need in needs)
