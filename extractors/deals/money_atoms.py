"""Numbers in a text, each with the scale and currency that stand at it: the atoms of which amounts are made.

Digits are found by one scan; words ("vingt", "une centaine de") by walking back from a scale or currency word.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from extractors.deals.money_words import MoneyWords
from extractors.deals.numerals import COLLECTIVES, DIGITS, UNITS, digits_value, words_value

_DIGITS = re.compile(DIGITS)
_RUN = re.compile(r"\d+")
_SCALE_WORD = re.compile(r"milli(?:on|ard|er)s?(?![a-z])")
_THOUSAND_OR_HUNDRED = ("mille ", "cent ", "cents ", "un ")  # numerals in words that may stand at a currency
_SYMBOLIC = re.compile(r"l'(?=(?:euro|dollar|franc)s? symbolique)")  # "cédé pour l'euro symbolique"
# Of shares fewer are counted.
_BILLION = 10**9
# "leve3,5millions": damaged text that lost its spaces.
_SUM_FOLLOWS = re.compile(r"\s?(?:millions?|milliards?)(?![a-z])|\s?md?€")
_HALF = re.compile(r"\s+et\s+demie?(?![a-z])")
_COLLECTIVE = re.compile(rf"(?:(?<![a-z])([a-z]+)\s+)?({'|'.join(COLLECTIVES)})(s?)\s+d(?:e\s+|['\s]\s*)\Z")
_DEMI = re.compile(r"(?:(?<![a-z])(?:une?|le|ce|du|au)\s+)?(?<![a-z])demi[\s-]*\Z")
_QUARTERS = re.compile(r"(?<![a-z])(un|trois)\s+quarts?\s+de\s+\Z")
_TO = re.compile(r"\s(?:a|ou|et)\s\Z")
_LOOK_BACK = 90


class Atom(NamedTuple):
    """`scale` is 0 when none is written, `currency` None likewise.

    about: the numeral itself is vague ("une vingtaine"). counted: things are counted, not money.
    sure: False for a bare sign ("20 M"), which is money only beside other money.
    quebec: the currency is written "millions $".
    """

    start: int
    end: int
    number: Decimal
    scale: int
    currency: str | None
    written: str = ""
    about: bool = False
    counted: bool = False
    sure: bool = True
    quebec: bool = False


class _Numeral(NamedTuple):
    start: int
    end: int
    number: Decimal
    digits: str = ""
    about: bool = False


def find_atoms(text: str, flat: str, words: MoneyWords) -> list[Atom]:
    """Atoms in order, never overlapping.

    Args:
        text: normalised, with its capitals.
        flat: the same, `plain`.
    """
    numerals = [*_in_digits(flat), *_in_words(flat, words)]
    numerals.sort(key=lambda numeral: (numeral.start, -numeral.end))
    atoms: list[Atom] = []
    end = 0
    for numeral in numerals:
        if numeral.start >= end:
            atom = _atom(text, flat, words, numeral, end)
            if atom is not None:
                atoms.append(atom)
                end = atom.end
    return atoms


def _in_digits(flat: str) -> list[_Numeral]:
    found = []
    match = _DIGITS.search(flat)
    while match is not None:
        start, end = match.span()
        before = flat[start - 1] if start else " "
        glued = before.isalpha() and flat[start - 2 : start].isalpha() and _SUM_FOLLOWS.match(flat, end) is not None
        if (before.isalnum() and not glued) or (before in "-.,'" and _glued_before(flat, start - 1)):
            end = _RUN.match(flat, start).end()  # type: ignore[union-attr]
        else:
            found.append(_Numeral(start, end, Decimal(0), match.group()))
        match = _DIGITS.search(flat, end)
    return found


def _glued_before(flat: str, at: int) -> bool:
    """ "GPT-4" and the rest of a damaged number are no numbers."""
    left = flat[at - 1 : at]
    return left.isalpha() if flat[at] == "-" else left.isdigit()


def _in_words(flat: str, words: MoneyWords) -> list[_Numeral]:
    found: list[_Numeral | None] = []
    for match in _SCALE_WORD.finditer(flat):
        at = match.start()
        before = flat[at - 2 : at].strip(" \n-")[-1:]
        if not before.isdigit() and not flat[at - 1 : at].isalpha():
            numeral = _before(flat, at, words, match.group())
            found += [numeral, _lower_end(flat, words, numeral)]
    for last in _THOUSAND_OR_HUNDRED:
        at = flat.find(last)
        while at >= 0:
            end = at + len(last)
            if not flat[at - 1 : at].isalpha() and words.currency.match(flat, end - 1) is not None:
                found.append(_walked(max(0, end - _LOOK_BACK), flat[max(0, end - _LOOK_BACK) : end], words, ""))
            at = flat.find(last, end)
    found += [_Numeral(match.end(), match.end(), Decimal(1)) for match in _SYMBOLIC.finditer(flat)]
    return [numeral for numeral in found if numeral is not None]


def _lower_end(flat: str, words: MoneyWords, numeral: _Numeral | None) -> _Numeral | None:
    """The "deux" of "deux à trois millions"."""
    if numeral is None:
        return None
    floor = max(0, numeral.start - _LOOK_BACK)
    left = flat[floor : numeral.start]
    link = _TO.search(left[-5:])
    return None if link is None else _walked(floor, left[: len(left) - len(link.group())], words, "")


def _before(flat: str, at: int, words: MoneyWords, scale: str) -> _Numeral | None:
    """The numeral in words that ends where a scale word begins."""
    floor = max(0, at - _LOOK_BACK)
    left = flat[floor:at]
    if left.endswith(("demi-", "demi ")) and (demi := _DEMI.search(left)):
        return _Numeral(floor + demi.start(), at, Decimal("0.5"))
    if left.endswith("de ") and (quarters := _QUARTERS.search(left)):
        return _Numeral(floor + quarters.start(), at, Decimal(UNITS[quarters.group(1)]) / 4)
    if left.endswith(("de ", "d'", "d ")) and (collective := _COLLECTIVE.search(left[-40:])):
        return _collective(max(floor, at - 40), at, collective)
    return _walked(floor, left, words, scale)


def _collective(floor: int, at: int, match: re.Match[str]) -> _Numeral | None:
    """ "une vingtaine de", "deux douzaines de"; "quelques centaines de" tells no amount."""
    count = UNITS.get(match.group(1) or "", 0 if match.group(3) else 1)
    if not count:
        return None
    start = match.start(1) if match.group(1) in UNITS else match.start(2)
    return _Numeral(floor + start, at, Decimal(count * COLLECTIVES[match.group(2)]), about=True)


def _walked(floor: int, left: str, words: MoneyWords, scale: str) -> _Numeral | None:
    """Walk back over numeral words; a lone "le" before a scale in the singular makes it one."""
    end = start = len(left.rstrip(" \n-"))
    taken: list[str] = []
    for _ in range(12):
        stripped = left[:start].rstrip(" \n-")
        word_start = len(stripped)
        while word_start and stripped[word_start - 1].isalpha():
            word_start -= 1
        word = stripped[word_start:]
        if word in ("dun", "dune"):  # the apostrophe was lost
            word, word_start = word[1:], word_start + 1
        if not word or left[len(stripped) : start].count("\n") > 1:
            break
        if word in UNITS or word in ("cent", "cents", "mille") or (word == "et" and taken):
            taken.append(word)
        elif not (word in words.between and not taken):
            if not taken and word in words.one and scale in ("million", "milliard"):
                return _Numeral(floor + end, floor + end, Decimal(1))
            break
        start = word_start
    while taken and taken[-1] == "et":  # the walk went past the numeral
        taken.pop()
    if not taken:
        return None
    numeral = " ".join(reversed(taken))
    first = left.rfind(taken[-1], 0, end) if len(taken) == 1 else _first_of(left, taken, end)
    return _Numeral(floor + first, floor + end, words_value(numeral))


def _first_of(left: str, taken: list[str], end: int) -> int:
    at = end
    for word in taken:
        at = left.rfind(word, 0, at)
    return at


def _atom(text: str, flat: str, words: MoneyWords, numeral: _Numeral, floor: int) -> Atom | None:
    prefix_start, prefix = _prefix(text, flat, words, numeral.start, floor)
    if prefix is None and numeral.digits and not words.may_follow(flat, numeral.end):
        return Atom(numeral.start, numeral.end, digits_value(numeral.digits, 1, False), 0, None)
    scale_match = words.scale.match(flat, numeral.end)
    scale, singular, end, sign = 0, False, numeral.end, ""
    if scale_match is not None:
        written = scale_match.group("scale") or scale_match.group("glued") or scale_match.group("sign")
        sign = scale_match.group("sign") or ""
        scale, end = words.scale_value(written, prefix is not None), scale_match.end()
        singular = written in ("million", "milliard")
    half = _HALF.match(flat, end) if scale and not sign else None
    end = half.end() if half else end
    match = (words.scaled_currency if scale else words.currency).match(flat, end) if end < len(flat) else None
    currency, written = prefix, ""
    if match is not None and (code := _code(text, words, match)) is not None:
        currency, end, written = code, match.end(), match.group().strip()
    if sign and not currency:
        if scale_match is None or sign not in "m" or text[scale_match.start("sign")] != "M":
            scale, end = 0, numeral.end
    elif scale_match is not None and not currency and flat[end - 1] == ".":
        end -= 1
    number = digits_value(numeral.digits, scale or 1, singular) if numeral.digits else numeral.number
    counted = (
        bool(scale)
        and not currency
        and (_counts(text, flat, words, end) or _shares(flat, words, numeral.start, end, scale))
    )
    if match is not None and match.group("word") and words.not_money_after.match(flat, end):  # "livres audio"
        currency, counted = None, True
    return Atom(
        start=prefix_start if prefix else numeral.start if numeral.start < numeral.end else _skip(flat, numeral.start),
        end=end,
        number=number + Decimal("0.5") if half else number,
        scale=scale,
        currency=currency,
        written=written,
        about=numeral.about,
        counted=counted,
        sure=not sign,
        quebec=written == "$" and flat[numeral.end : end].lstrip(" -").startswith("milli"),
    )


def _skip(flat: str, at: int) -> int:
    while flat[at].isspace():
        at += 1
    return at


def _prefix(text: str, flat: str, words: MoneyWords, start: int, floor: int) -> tuple[int, str | None]:
    """A currency sign before the number: where it starts, and its code."""
    end = start
    while end > floor and start - end < 2 and flat[end - 1] == " ":
        end -= 1
    if end <= floor or flat[end - 1] not in words.prefix_ends:
        return start, None
    for length in range(min(5, end - floor), 0, -1):
        at = end - length
        code = words.prefixes.get(flat[at:end])
        if code is not None and (not flat[at].isalpha() or (text[at].isupper() and not flat[at - 1 : at].isalnum())):
            return at, code
    return start, None


def _code(text: str, words: MoneyWords, match: re.Match[str]) -> str | None:
    group = "word" if match.group("word") else "sign"
    written = match.group(group)
    short = written.isalpha() and len(written) <= 3 and written not in ("eur", "yen", "won", "frs")
    if short and not text[match.start(group) : match.end(group)].isupper():
        return None
    return words.code(written)


def _counts(text: str, flat: str, words: MoneyWords, end: int) -> bool:
    """Whether a noun that is not money follows: "2 milliards d'utilisateurs", but "2 milliards de Google"."""
    match = words.counted.match(flat, end)
    if match is None or words.money_noun.match(flat, end) is not None:
        return False
    noun = match.group("noun")
    return noun is None or not text[match.start("noun")].isupper() or noun.endswith(words.people_endings)


def _shares(flat: str, words: MoneyWords, start: int, end: int, scale: int) -> bool:
    """Whether shares are counted: "5 millions d'actions", but "vend pour 6 millions d'actions"."""
    if scale >= _BILLION or words.shares.match(flat, end) is None:
        return False
    return words.shares_paid.search(flat[max(0, start - 20) : start]) is None
