"""Runs of capitalised words: where a name may stand, before it is judged."""

from __future__ import annotations

import re
from typing import NamedTuple

from extractors.deals.name_words import NameWords

_TOKEN = re.compile(
    r"[A-Z][A-Za-z0-9]*(?:\.(?:[a-z]{2,3}|world|brussels|earth|health|energy|cloud|studio|global|paris|swiss|[A-Z]{1,3}|\d+)(?![A-Za-z0-9])|[&+-][A-Za-z0-9]+|'(?:s(?![a-z])|[A-Z][a-z]+|(?:IA|AI)(?![A-Za-z0-9])))*\+?"
)
_HEAD_OF_TOKEN = re.compile(r"(?:(?<![A-Za-z0-9])(?:[a-z]-|[a-z]{1,3}|\d{1,3}))\Z")
# What a lost apostrophe leaves before a name ("dOpenAI"); other small letters belong to it ("mPharma").
_LOST_ELISION = frozenset(["d", "l", "s", "n", "c", "qu"])
_ELISION = re.compile(r"(?:[LDCSNJMT]|[QJLP][a-z]*u)'")
_INVERSION = re.compile(r"-(?:t-)?(?:il|elle|on|ils|elles|ce|nous|vous|je|tu|la|le|les|y|moi)\Z")
_LINK = re.compile(r" {1,2}(?:&|of|and|for|by|to|the|of the) {1,2}\Z")
_SMALL_WORDS = re.compile(r" {1,2}(?:(?:[a-z]{2,16}|d'|l'|d'[a-z]+|l'[a-z]+) {1,2}){1,4}(?:d'|l')?\Z")
_OF_GAP = re.compile(r" (?:d'|(?:de|du|des) |de (?:la |l'))")
_ARTICLES = frozenset(["Le", "La", "Les", "L"])
_PLAIN_BEFORE = frozenset(" \n'\"(,;:/")
_BEFORE_OPENING = frozenset(" \"'(-•*·>")
_NUMBER_BEFORE = re.compile(r"(?<![A-Za-z0-9.,])(\d{1,3}) \Z")
_LONGEST = 12  # tokens a chain: no name is longer, and time must stay linear
_AFTER_NUMBER = frozenset(
    ["Capital", "Ventures", "Invest", "Partners", "Technologies", "Global", "Founders", "Factory", "Labs", "Studios"]
)
# "Felix Van de Maele": what parts a surname behind these.
_DUTCH = frozenset(["Van", "Von", "Vander"])
_DUTCH_OF = frozenset(["de", "den", "der"])
_DIMENSION = re.compile(r"[2-4]D [A-Z][a-z]")  # "4D Vision"
_UNIT = re.compile(r"\d+(?:[.,]\d+)?(?:M|B|K|G|D|Md|MW|GW|Go|To|Mds|MEUR|MUSD|MdUSD)\Z")


class Token(NamedTuple):
    """A capitalised word as printed, folded."""

    start: int
    end: int
    text: str


class Chain(NamedTuple):
    """Tokens that stand side by side. `opens`: the first opens a sentence, so that its capital tells nothing."""

    tokens: tuple[Token, ...]
    opens: bool

    @property
    def start(self) -> int:
        return self.tokens[0].start

    @property
    def end(self) -> int:
        return self.tokens[-1].end


def find_chains(flat: str, words: NameWords) -> list[Chain]:
    """Chains in order. `flat` is normalised and folded, with its capitals."""
    tokens = _tokens(flat)
    chains: list[Chain] = []
    run: list[Token] = []
    for token in tokens:
        if run and not _joined(flat, words, run, token):
            chains.append(_chain(flat, run))
            run = []
        run.append(token)
    if run:
        chains.append(_chain(flat, run))
    return chains


def opens_sentence(flat: str, start: int) -> bool:
    """Whether what stands at `start` opens a sentence, a line, a list item or a quotation."""
    at = start
    while at and flat[at - 1] in _BEFORE_OPENING:
        at -= 1
    if at == 0 or flat[at - 1] in ".!?…\n":
        return True
    return flat[at - 1] == ":" and '"' in flat[at:start]


def _chain(flat: str, run: list[Token]) -> Chain:
    return Chain(tuple(run), opens_sentence(flat, run[0].start))


def _tokens(flat: str) -> list[Token]:
    found: list[Token] = []
    end = 0
    for match in _TOKEN.finditer(flat):
        start, stop = match.span()
        if start < end:
            continue
        text = match.group()
        before = flat[start - 1] if start else " "
        if before in _PLAIN_BEFORE and text.isalpha() and flat[stop : stop + 1] != "'" and text not in _AFTER_NUMBER:
            token: Token | None = Token(start, stop, text)
        else:
            token = _odd_token(flat, start, stop, end)
        if token is not None:
            found.append(token)
            end = token.end
    return found


def _odd_token(flat: str, start: int, stop: int, floor: int) -> Token | None:
    """A token with digits, dots, elisions or small letters in front; None when it is none after all."""
    before = flat[start - 1] if start else " "
    if before.isalnum() or (before == "-" and flat[start - 2 : start - 1].isalnum()):
        head = _HEAD_OF_TOKEN.search(flat, max(floor, start - 4), start)
        if head is None and before != "-":
            return None
        if head is not None and head.group().rstrip("-") not in _LOST_ELISION:
            start = head.start()
    elision = _ELISION.match(flat, start)
    if elision is not None:
        start = elision.end()
        if start >= stop:
            return None
    text = flat[start:stop]
    inverted = _INVERSION.search(text) if "-" in text else None
    if inverted is not None:
        text = text[: inverted.start()]
    text = text.removesuffix("'s")
    unit = text[0].isdigit() and _UNIT.fullmatch(text) and not _DIMENSION.match(flat, start)
    if unit or flat[start - 1 : start] in ("$", "€", "£"):
        return None
    stop = start + len(text)
    number = _NUMBER_BEFORE.search(flat, max(0, start - 5), start) if text in _AFTER_NUMBER else None
    start = number.start(1) if number is not None else start
    return Token(start, stop, flat[start:stop])


def _joined(flat: str, words: NameWords, run: list[Token], token: Token) -> bool:
    if len(run) >= _LONGEST:
        return False
    end = run[-1].end
    if flat[end : end + 1] != " " or token.start - end > 40:
        return False  # nothing that joins two words is longer
    gap = flat[end : token.start]
    if gap in (" ", "  ") or _LINK.fullmatch(gap):
        return True
    if len(run) > 6:
        return False
    small = gap.split()
    if run[-1].text in _DUTCH and " ".join(small) in _DUTCH_OF:
        return True
    if run[0].text in words.first_names and len(small) == 1 and len(run) <= 2:
        return (small[0] in words.particles and small[0] not in ("de", "d'", "du", "le", "la")) or (
            small[0] in words.particles and len(run) == 1
        )
    if _OF_GAP.fullmatch(gap) and _one_name(flat, words, run, token):
        return True
    first = run[-1] is run[0] or (len(run) == 2 and run[0].text in _ARTICLES)
    return first and run[-1].text in words.heads and _SMALL_WORDS.fullmatch(gap) is not None and _of(small)


def _one_name(flat: str, words: NameWords, run: list[Token], token: Token) -> bool:
    """ "Clef d'Azur", "Odyssée des Mots": the text never writes the first word alone, or both are ordinary words."""
    first = run[-1]
    if len(run) > 1 and (len(run) > 2 or run[0].text not in _ARTICLES):
        return False
    if not (first.text[1:].islower() and token.text[1:].islower()) or first.text in words.refused | words.places:
        return False
    small = first.text.lower()
    if first.text in words.first_names or small in words.openers or small in words.adjectives:
        return False
    if token.text in words.refused or (small in words.descriptors and len(run) == 1):
        return False
    whole = flat[first.start : token.end]
    if token.text.lower() in words.common and token.text not in words.places:
        return not opens_sentence(flat, first.start) or small not in words.common
    told = flat.count(whole)
    lone = re.search(rf"\b{re.escape(first.text)}\b(?!{re.escape(flat[first.end : token.end])})", flat)
    return told > 1 and lone is None


def _of(small: list[str]) -> bool:
    """ "Fonds de solidarité FTQ", "Business Angels des Grandes Écoles", but not "Banque et Total"."""
    return bool(small) and small[0].split("'")[0] in ("de", "du", "des", "d", "pour")
