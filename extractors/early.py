"""Early refusal: pages that cannot tell a French AI deal are dropped by their bytes, before the costly text extraction.

A page passes when it is in French, speaks of money, speaks of AI or at length of money (a company may be told to raise
funds without a word of AI), and holds a sum or the words of a rule for deals without one. The words are those of
`lexicon/relevance.yaml` and of the rules; a page in doubt passes.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Literal

from extractors.bag import TermBag
from extractors.deals.amounts import find_amounts
from extractors.deals.folding import folded
from extractors.deals.match import LEAST
from extractors.deals.needs import ALL_KINDS, mark
from extractors.html_bytes import decode_html
from extractors.knowledge import Knowledge, load_knowledge
from extractors.language import function_words

Refusal = Literal["not_french", "no_money", "no_ai", "no_deal"]

# Distinct French function words: every French article of the corpus has twelve or more, English ones two or three. A
# short text need not have so many: one for every twenty-five of its distinct words.
FRENCH, FRENCH_IN = 6, 25
# Distinct terms of money: every article with an AI deal has one or more; without a term of AI, five or more.
MONEY, MONEY_WITHOUT_AI = 1, 4
# No sentence of the press has so many words; what belongs together is looked for within this reach.
SENTENCE = 160
_KINDS = ALL_KINDS - {mark("amount")}
# What never holds an article's text, and much of a page's weight.
# First those that weigh most: the others are looked for in what is left.
_ASIDE = (
    ((b"<script", b"</script"), (b"<style", b"</style")),
    ((b"<svg", b"</svg"), (b"<nav", b"</nav"), (b"<select", b"</select"), (b"<footer", b"</footer"), (b"<!--", b"-->")),
)
# A script may hold the text of a page whose body does not (JSON-LD): such a page is kept whole.
_TEXT_IN_SCRIPT = b'"articlebody"'
# "j'ai" is not AI: told by its capitals, or by a domain.
_CAPITALS = frozenset({"ai", "ia"})
_NAMED_AI = re.compile(r"(?:(?<![^\W_])|[a-z])(?:AI|IA)s?(?![^\W_])|\.ai\b")
_SIGNS = re.compile(r"[€$£¥]")
# Bytes of UTF-8 read as Windows-1252 and saved: the words are not to be found before the text is mended.
_DAMAGED = ("Ã©", "Ã¨", "â€™", "\ufffd")
_AI_SIGNS = ("AI", "IA", ".ai")
_TEXT = re.compile(rb">\s*([^<\s][^<]*)")
# Everything but small letters and digits becomes a space: splitting is several times quicker than an expression.
_TO_SPACES = bytes(code if chr(code).isalnum() and code < 128 else 32 for code in range(256))


class EarlyGate:
    """The tests, made from what the analyst declared. Pure; about a tenth of one text extraction a page."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._french = frozenset(word for word in function_words().words["fr"] if len(word) > 1)
        self._ai = TermBag(knowledge.relevance.terms("ai"), besides=_CAPITALS)
        self._money = TermBag(knowledge.relevance.terms("money"))
        # What a rule for a deal without a sum needs to stand in one sentence.
        patterns = (pattern for rule in knowledge.deals.rules.deals for pattern in rule.patterns)
        self._bare = [pattern for pattern in patterns if "amount" not in pattern.slots]

    def refuse_page(self, body: bytes, content_type: str = "") -> Refusal | None:
        """Why a page cannot tell a French AI deal; None: it may.

        Args:
            body: the page as it came, decompressed.
        """
        if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return None  # two bytes a letter: for the full path
        return self.refuse_text(visible_text(body, content_type))

    def refuse_text(self, text: str) -> Refusal | None:
        """The same for a text without markup."""
        words = frozenset(_words_of(folded(text)))
        if len(self._french & words) < min(FRENCH, 1 + len(words) // FRENCH_IN):
            return "not_french"
        if any(mark in text for mark in _DAMAGED):
            return None
        money = self._money.count(words, MONEY_WITHOUT_AI)
        if money < MONEY and not _SIGNS.search(text):
            return "no_money"
        if money < MONEY_WITHOUT_AI and not self._ai.count(words, 1) and not _names_ai(text):
            return "no_ai"
        return None if self._may_tell_deal(text) else "no_deal"

    def _may_tell_deal(self, text: str) -> bool:
        """A sum large enough for a deal, or the words of one told without, not too far from each other."""
        if any(amount.value >= LEAST for amount in find_amounts(text)):
            return True
        told = _words_of(folded(text))
        for start in range(0, len(told), SENTENCE // 2):
            words = told[start : start + SENTENCE]
            near, stretch = frozenset(words) | _KINDS, " ".join(words)
            if any(pattern.may_fit(near, stretch) for pattern in self._bare):
                return True
        return False


def _words_of(plain: str) -> list[str]:
    return plain.encode("ascii", "replace").translate(_TO_SPACES).decode().split()


def _names_ai(text: str) -> bool:
    return any(sign in text for sign in _AI_SIGNS) and _NAMED_AI.search(text) is not None


@lru_cache(maxsize=4)
def load_gate(user_dir: Path | None = None) -> EarlyGate:
    """The gate for the shipped knowledge with the user's own."""
    return EarlyGate(load_knowledge(user_dir))


def visible_text(body: bytes, content_type: str = "") -> str:
    """What a reader may see of a page, roughly: without scripts, styles, menus and tags. Never fails."""
    low = body.lower()
    if _TEXT_IN_SCRIPT not in low:
        for elements in _ASIDE:
            body = b"".join(_outside(body, low, elements))
            low = body.lower()
    read = decode_html(b" ".join(_TEXT.findall(b">" + body)), content_type)
    return html.unescape(read) if "&" in read else read


def _outside(body: bytes, low: bytes, elements: Iterable[tuple[bytes, bytes]]) -> Iterable[bytes]:
    """The stretches of a page outside these elements, in order. An element that never ends is kept."""
    cuts: list[tuple[int, int]] = []
    for opening, closing in elements:
        at = low.find(opening)
        while at >= 0:
            end = low.find(closing, at)
            if end < 0:
                break
            cuts.append((at, end))
            at = low.find(opening, end)
    at = 0
    for start, end in sorted(cuts):
        if start > at:
            yield body[at:start]
        at = max(at, end)
    yield body[at:]
