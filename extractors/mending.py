"""Texts damaged on the way (entities left in, UTF-8 misread, accents apart, signs lost), as they were meant.

What is found in the mended text is cited from the text as it came: each mended character knows where it came from.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from extractors.values import Article, DealMention, Evidence

_ENTITY = re.compile(r"&(?:#\d{2,6}|#[xX][0-9a-fA-F]{2,5}|[a-zA-Z][a-zA-Z0-9]{1,7});")
_BLOCK_TAG = re.compile(
    r"<(?:/?(?:p|div|li|ul|ol|h[1-6]|tr|td|table|blockquote)|br\s?/?)\b[^<>]{0,200}>", re.IGNORECASE
)
_OTHER_TAG = re.compile(r"</?(?:a|b|i|em|strong|span|u|sup|sub|img|figure|figcaption)\b[^<>]{0,300}>", re.IGNORECASE)
_MARK = re.compile("[\u0300-\u036f]")
_APART = re.compile(r"[^\W\d_][\u0300-\u036f]+")
# The bytes that Windows-1252 and Latin-1 show as these characters.
_BYTE = {bytes([b]).decode("cp1252", "ignore") or chr(b): b for b in range(0x80, 0x100)} | {
    chr(b): b for b in range(0x80, 0x100)
}
_FOLLOWING = re.escape("".join(shown for shown, byte in _BYTE.items() if 0x80 <= byte < 0xC0))
# Two bytes of a letter, three of a sign; "Ã " is an "à" whose second byte became a plain space.
_MISREAD = re.compile(rf"[\u00c2\u00c3\u00c5][{_FOLLOWING}]|\u00e2[{_FOLLOWING}]{{2}}|\u00c3 (?= |\w)")
# What misread bytes may have been: the letters and signs of French, and of its neighbours' names.
_MEANT = frozenset("’‘“”„–—…€•™œŒšŠžŽ") | {chr(code) for code in range(0x80, 0x100)}
# What befell so many words of a text befell it everywhere.
_OFTEN = 3
# A letter that became a sign; then apostrophes, blanks and euros did, too.
_LOST = re.compile(r"(?<=[^\W\d_])(?:\?|\ufffd{1,3})(?=[^\W\d_])")
_LOST_SIGNS = re.compile(
    r"(?<!\w)(?P<elided>(?:[dljsnmtcDLJSNMTC]|[Qq]u|[Ll]orsqu|[Pp]uisqu|[Jj]usqu))(?:\?\?|\ufffd{4,6}|(?:\?|\ufffd{1,3})(?=[aeiouyhA-Z]))"
    r"|(?P<blank>(?<=\d)(?:\?|\ufffd{1,3})(?=[^\W_]))"
    r"|(?P<euro>(?:(?<=\d)|(?<=\d )|(?<=[kM])|(?<=Md)|(?<=Mds))(?:\?|\ufffd{1,3})(?=[\s.,;:)]|$))"
    r"|(?<=[^\W\d_])(?:\?|\ufffd{1,3})(?=[^\W\d_]| [a-z0-9])|\ufffd+(?=[^\W\d_])|(?<=[^\W\d_])\ufffd+"
)

# A scanner's "I" for an "l" inside so many words, and its "O" for a zero.
_INSIDE = re.compile(r"(?<=[a-zà-ÿ])I(?=[a-zà-ÿ])")
_CAPITAL_IN = re.compile(_INSIDE.pattern + r"|(?<!\w)I(?=(?:a|e|es|ui|eurs?|[eè]v\w+|ors)\b)|(?<=[a-zà-ÿ]{2})I\b")
_ZERO = re.compile(r"(?<=\d\d)O\b|(?<=\d)O(?=\d)|(?<=\d )O(?=[\dO]{2})|(?<=\dO)O")

# The end of a sentence with the next one glued to it: where a line end was lost.
_GLUED = re.compile(
    r"(?<=[.!?…»\")])(?=[A-ZÀ-Ý«][a-zà-ÿ'’ ])"
    r"(?:(?<=[a-zà-ÿ\d€$%)]{2}[.!?…])|(?<=[»\"][.!?…])|(?<=[a-zà-ÿ\d€$%)]{2}[.!?…][»\")]))"
)
_APART_FROM_NEXT = re.compile(r"[a-zà-ÿ][.!?…] [A-ZÀ-Ý]")

_Change = Callable[[re.Match[str]], str]


@dataclass(frozen=True, slots=True)
class MendedText:
    """`origins[i]` is where `text[i]` begins in the text as it came, `origins[-1]` where that ends."""

    text: str
    origins: tuple[int, ...] | None = None

    def place(self, start: int, end: int) -> tuple[int, int]:
        """The same span in the text as it came."""
        if self.origins is None:
            return start, end
        return self.origins[start], self.origins[end]

    def found(self, start: int, end: int) -> tuple[int, int]:
        """The span of the text as it came, in this one."""
        if self.origins is None:
            return start, end
        return bisect_left(self.origins, start), bisect_left(self.origins, end)


@dataclass(frozen=True, slots=True)
class Mended:
    """An article as it was meant, and as it came; the same object where nothing was damaged."""

    article: Article
    came: Article
    title: MendedText
    text: MendedText

    def cited(self, deal: DealMention) -> DealMention:
        """The deal with its evidence cited from the article as it came."""
        if self.article is self.came:
            return deal
        return replace(deal, evidence=tuple(map(self._cited, deal.evidence)))

    def _cited(self, evidence: Evidence) -> Evidence:
        whole, raw = (self.title, self.came.title) if evidence.where == "title" else (self.text, self.came.text)
        start, end = whole.place(evidence.start, evidence.end)
        return replace(evidence, start=start, end=end, text=raw[start:end])


@lru_cache(maxsize=8)
def mended(article: Article) -> Mended:
    """The article with its title and text as they were meant."""
    title, text = mend(article.title), mend(article.text)
    if title.origins is None and text.origins is None:
        return Mended(article, article, title, text)
    return Mended(replace(article, title=title.text, text=text.text), article, title, text)


def mend(text: str) -> MendedText:
    """A text as it was meant, in linear time.

    Tags are taken out, entities read, misread UTF-8 is read again, accents are put on their letters; what shows in
    several words (sentences glued together, a scanner's letters, signs in place of lost letters) is mended everywhere.
    """
    whole = MendedText(text)
    if "<" in text:
        whole = _changed(_changed(whole, _BLOCK_TAG, lambda match: "\n"), _OTHER_TAG, lambda match: "")
    if "&" in text:
        whole = _changed(whole, _ENTITY, lambda match: html.unescape(match[0]))
    if any(sign in whole.text for sign in "ÂÃÅâ"):
        once = _changed(whole, _MISREAD, _read_again)
        # Read wrongly twice, too.
        whole = _changed(once, _MISREAD, _read_again) if once is not whole else whole
    if _MARK.search(whole.text):
        whole = _changed(whole, _APART, lambda match: unicodedata.normalize("NFC", match[0]))
    if _often(_GLUED, whole.text):
        # Where other sentences stand apart, it was the end of a line that was lost, else a blank.
        lost = "\n" if _count(_APART_FROM_NEXT, whole.text) >= _count(_GLUED, whole.text) else " "
        whole = _changed(whole, _GLUED, lambda match: lost)
    if _often(_INSIDE, whole.text):
        whole = _changed(_changed(whole, _CAPITAL_IN, lambda match: "l"), _ZERO, lambda match: "0")
    if whole.text.count("?") + whole.text.count("\ufffd") >= _OFTEN and _often(_LOST, whole.text):
        whole = _changed(whole, _LOST_SIGNS, _without_sign)
    return whole


def _read_again(match: re.Match[str]) -> str:
    shown = match[0]
    if shown.endswith(" "):
        return "à" if match.string[match.end() : match.end() + 1] == " " else "à "
    meant = bytes(_BYTE[char] for char in shown).decode("utf-8", "ignore")
    return meant if meant in _MEANT else shown


def _often(pattern: re.Pattern[str], text: str) -> bool:
    return sum(1 for _ in zip(pattern.finditer(text), range(_OFTEN), strict=False)) == _OFTEN


def _count(pattern: re.Pattern[str], text: str) -> int:
    return sum(1 for _ in pattern.finditer(text))


def _without_sign(match: re.Match[str]) -> str:
    if match["elided"]:
        return match["elided"] + "'"
    return " " if match["blank"] else "€" if match["euro"] else ""


def _changed(whole: MendedText, pattern: re.Pattern[str], change: _Change) -> MendedText:
    """Each match in its changed form; the characters of a form all come from the whole match."""
    parts: list[str] = []
    origins: list[int] = []
    last = 0
    for match in pattern.finditer(whole.text):
        form = change(match)
        if form == match[0]:
            continue
        parts += [whole.text[last : match.start()], form]
        origins += _from(whole, range(last, match.start()))
        origins += _from(whole, [match.start()] * len(form))
        last = match.end()
    if not parts:
        return whole
    origins += _from(whole, range(last, len(whole.text) + 1))
    return MendedText("".join(parts) + whole.text[last:], tuple(origins))


def _from(whole: MendedText, places: Iterable[int]) -> Iterable[int]:
    return places if whole.origins is None else map(whole.origins.__getitem__, places)
