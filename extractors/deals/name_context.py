"""What the words around a name say of it: descriptor, owner, member of a list."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractors.deals.name_words import NameWords
from extractors.deals.normalise import plain

_STOP = re.compile(r"[,;:.!?()\n\"]")
_WORD = re.compile(r"[a-z0-9&-]+'?")
_APPOSED = re.compile(r"\"?\s*(?:,|\()\s*(?:(?:une|un|le|la|l'|les|autre|ex-|jeune)\s*){0,2}((?:[a-z-]+'?\s*){1,4})")
_GENITIVE = frozenset(["de", "d'", "du", "des", "chez", "d"])
_OF = frozenset(["de", "d'", "du", "des", "en", "la", "l'", "le", "les", "et", "a"])
# So far left of a name stands what describes it.
REACH = 64
_DEMONYM = re.compile(r"(?:ois|oise|ais|aise|ien|ienne|een|eenne)s?$")
# "d'intelligence artificielle", "de l'IA générative": what may follow the noun of a complement, by its ending.
_ADJECTIVE = re.compile(r"(?:elle|els?|ives?|ifs?|iques?|ales?|al|aux|ees?|aires?|euses?|eux|antes?|ants?)$")
# "Mais", "bien", "trois" are none.
_SHORT = 5


def described(flat: str, words: NameWords, start: int, end: int) -> tuple[str, str, bool]:
    """The descriptor of the name at start..end, the type it tells (or ""), and whether the name is an owner.

    Args:
        flat: normalised and folded; any case.
    """
    left = flat[max(0, start - REACH) : start].rstrip(' "')
    last = left[left.rfind(" ") + 1 :]
    if last in words.titles:
        return last.lower(), "person", False
    back = _WORD.findall(_STOP.split(left)[-1].lower())[-8:]
    tail = list(back)
    while tail and tail[-1] in ("la", "l'", "le", "les"):
        tail.pop()
    if tail and tail[-1] in _GENITIVE:
        return "", "", _belongs(tail[:-1], words)
    if flat[max(0, start - 3) : start] == "ex-":
        return "", "", True
    noun = _noun(back, words)
    if not noun:
        noun = _apposed(flat, words, end)
    return noun, words.descriptors.get(noun, ""), False


def _belongs(back: list[str], words: NameWords) -> bool:
    for length in (1, 2, 3):
        phrase = " ".join(back[-length:])
        if phrase in words.belonging or phrase.removeprefix("ex-") in words.belonging:
            return True
    return len(back) > 1 and back[-1] in words.adjectives and back[-2] in words.belonging


def _noun(back: list[str], words: NameWords) -> str:
    """Walk left over adjectives and complements to a noun that describes: "le fonds américain de capital-risque X"."""
    for at in range(len(back), max(0, len(back) - 7), -1):
        word = back[at - 1]
        if word.rpartition("'")[2] in words.descriptor_ends or word in words.descriptor_ends:
            for length in (3, 2, 1):
                phrase = " ".join(back[max(0, at - length) : at]).replace("' ", "'")
                for form in (phrase, phrase.removesuffix("s"), phrase.removeprefix("ex-")):
                    if form in words.descriptors:
                        return form
        complement = _hangs(back, at - 1) or (_hangs(back, at - 2) and _ADJECTIVE.search(word))
        if not (_qualifies(word, words) or word in _OF or complement) or (at == len(back) and word in _OF):
            return ""
    return ""


def _hangs(back: list[str], at: int) -> bool:
    """Whether the word at `at` is a complement: "d'IA", "en robotique", "de l'IA"."""
    if at < 1:
        return False
    if back[at - 1] in ("de", "d'", "en"):
        return True
    return at > 1 and back[at - 1] in ("l'", "la") and back[at - 2] == "de"


def _qualifies(word: str, words: NameWords) -> bool:
    """An adjective of the lexicon, or a demonym by its ending: "gantois", "malouine", "coréen"."""
    return word in words.adjectives or (len(word) > _SHORT and bool(_DEMONYM.search(word)))


def _apposed(flat: str, words: NameWords, end: int) -> str:
    """ "X, éditeur de logiciels", "X (fonds américain)"."""
    match = _APPOSED.match(flat, end, end + 60) if flat[end : end + 2].lstrip('" ')[:1] in (",", "(") else None
    if match is None:
        return ""
    following = _WORD.findall(match.group(1))
    for skip in (0, 1):
        for length in (3, 2, 1):
            phrase = " ".join(following[skip : skip + length]).replace("' ", "'")
            if phrase in words.descriptors:
                return phrase
        if not (following and following[0] in words.adjectives):
            break
    return ""


@dataclass(slots=True)
class Context:
    """A text whose names are being joined into lists."""

    text: str
    words: NameWords

    def in_parentheses(self, start: int) -> bool:
        """Whether an open parenthesis stands before `start` on the line."""
        left = self.text[max(0, start - 80) : start]
        return left.rfind("(") > max(left.rfind(")"), left.rfind("\n"))

    def linked(self, end: int, start: int) -> bool:
        """Whether the text between two names only links members of one list."""
        gap = self.text[end:start]
        if len(gap) > 160 or "\n" in gap:
            return False
        gap = re.sub(r"\([^()]*\)", " ", plain(gap)).strip(' "')
        if not gap or (gap[0] not in ",;" and not _starts_with(gap, self.words.links)):
            return False
        apposition, _, last = gap.rpartition(",")
        return self._is_link(last) and (not apposition.strip(" ,;") or self._is_apposition(apposition))

    def _is_link(self, part: str) -> bool:
        left = " ".join(_WORD.findall(part))
        for phrases in (self.words.links, self.words.articles):
            for phrase in sorted(phrases, key=len, reverse=True):
                if phrase and (left == phrase or left.startswith(phrase + ("" if phrase.endswith("'") else " "))):
                    left = left[len(phrase) :].strip()
                    break
        words = left.split()
        return len(words) <= 5 and all(
            w in self.words.descriptor_words
            or w.removesuffix("s") in self.words.descriptor_words
            or w in self.words.adjectives
            or w in _OF
            for w in words
        )

    def _is_apposition(self, part: str) -> bool:
        """ ", le fonds de Xavier Niel": an aside that opens with a descriptor or an owner word."""
        first = _WORD.findall(part)[:3]
        return any(
            w in self.words.descriptors or w in self.words.belonging or w.removeprefix("ex-") in self.words.belonging
            for w in first
        )


def _starts_with(gap: str, phrases: frozenset[str]) -> bool:
    return any(gap.startswith(phrase) and not gap[len(phrase) : len(phrase) + 1].isalnum() for phrase in phrases)
