"""Which rules can fit a sentence at all: an index from its words to rules, so that most rules cost nothing."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from extractors.deals.abstraction import View
from extractors.deals.lazy import LazyRegex
from extractors.deals.needs import words_of
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
        self._others: list[tuple[LazyRegex, int]] = []
        for number, rule in enumerate(rules):
            for source, regex in zip(rule.text.trigger, rule.triggers, strict=True):
                self._add(number, source, regex, words)
        self._lengths = sorted({len(prefix) for prefix in self._prefixes})

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
            self._others.append((regex, number))

    def awake(self, view: View, kinds: set[str]) -> set[int]:
        """Numbers of the rules that have a trigger in the sentence."""
        found: set[int] = set()
        for word in words_of(view.text):
            if word in self._words:
                found |= self._words[word]
            for length in self._lengths:
                if length > len(word):
                    break
                if word[:length] in self._prefixes:
                    found |= self._prefixes[word[:length]]
        for kind in kinds:
            found |= self._kinds.get(kind, set())
        for regex, number in self._others:
            if number not in found and regex.search(view.text):
                found.add(number)
        return found
