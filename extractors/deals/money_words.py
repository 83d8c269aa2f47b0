"""The vocabulary of money (`config/lexicon/money.yaml`), validated and compiled once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from pydantic import BaseModel, ConfigDict

from config.documents import PACKAGE_DIR, read_yaml, validated
from extractors.deals.normalise import damaged_forms, plain, tolerant
from extractors.values import Bound

BOUNDS: tuple[Bound, ...] = ("at_most", "at_least", "about")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Scale(_Strict):
    value: int
    words: list[str]
    signs: list[str]


class _Currency(_Strict):
    code: str
    words: list[str]
    signs: list[str]
    scaled: list[str] = []


class _After(_Strict):
    about: list[str]
    at_least: list[str]
    at_most: list[str]


class _Bounds(_After):
    after: _After


class _Billion(_Strict):
    after_sign: int
    otherwise: int


class _Regional(_Strict):
    of: str
    words: list[str]
    places: dict[str, list[str]]


class _File(_Strict):
    scales: list[_Scale]
    billion: _Billion
    currencies: list[_Currency]
    quebec_dollar: str
    quebec_cues: list[str]
    quebec_outlets: list[str]
    american_outlets: list[str]
    regional: list[_Regional]
    between: list[str]
    one: list[str]
    money_nouns: list[str]
    shares: list[str]
    shares_paid: list[str]
    people_endings: list[str]
    not_money_after: list[str]
    comparing: list[str]
    bounds: _Bounds
    bound_fillers: list[str]
    moving: list[str]


@dataclass(frozen=True, slots=True)
class Regional:
    """A word of several currencies: its forms, and the places that tell which; `codes` by the pattern's groups."""

    words: frozenset[str]
    places: re.Pattern[str]
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MoneyWords:
    """Compiled vocabulary. Every pattern is meant for `plain` text and is anchored, so that no one scans."""

    scale: re.Pattern[str]  # group "scale"; sign scales only where group "sign" is set
    scale_values: dict[str, int]
    billion: _Billion
    currency: re.Pattern[str]  # after a number; group "word" or "sign"
    scaled_currency: re.Pattern[str]  # after a number with scale
    prefixes: dict[str, str]
    codes: dict[str, str]
    prefix_ends: frozenset[str]
    beginnings: frozenset[str]  # first two letters, or the sign, of what may stand behind a number
    quebec_dollar: str
    quebec_cues: tuple[str, ...]
    quebec_outlets: frozenset[str]
    american_outlets: frozenset[str]
    regional: dict[str, Regional]  # by the code that the word means by default
    one: frozenset[str]
    between: frozenset[str]
    money_noun: re.Pattern[str]
    counted: re.Pattern[str]  # group "noun" when the noun follows "de"
    shares: re.Pattern[str]  # "d'actions", counted unless paid with
    shares_paid: re.Pattern[str]  # what stands before a number of shares that is a price
    not_money_after: re.Pattern[str]
    people_endings: tuple[str, ...]
    comparing: frozenset[str]
    before: dict[str, Bound]  # damaged forms of up to `longest` words
    fillers: frozenset[str]
    bound_ends: frozenset[str]  # last words of bounds and fillers
    after: dict[str, Bound]
    after_beginnings: frozenset[str]
    moving: frozenset[str]

    def may_follow(self, flat: str, end: int) -> bool:
        """Whether scale or currency can stand behind a number that ends at `end`: most are dismissed here."""
        while flat[end : end + 1] in (" ", "\n", "-"):
            end += 1
        first = flat[end : end + 2]
        return first in self.beginnings or first[:1] in self.beginnings or (len(first) == 2 and first[0] in "kmgbt")

    def code(self, written: str) -> str | None:
        """The ISO 4217 code of a currency as it stands in plain text."""
        return self.codes.get(" ".join(written.split()))

    def scale_value(self, written: str, after_sign: bool) -> int:
        """What a scale as it stands in plain text multiplies by."""
        if written.startswith("billion"):
            return self.billion.after_sign if after_sign else self.billion.otherwise
        return self.scale_values[written]


@cache
def money_words() -> MoneyWords:
    """The vocabulary as shipped.

    Raises:
        ConfigError: names the line of `money.yaml` at fault.
    """
    document = read_yaml(PACKAGE_DIR / "lexicon" / "money.yaml")
    words = validated(document, _File)
    scale_values = {plain(form): scale.value for scale in words.scales for form in scale.words + scale.signs}
    scale_words = [form for scale in words.scales for form in scale.words] + ["billion", "billions"]
    scale_signs = [form for scale in words.scales for form in scale.signs]
    codes = {
        form: currency.code
        for currency in words.currencies
        for written in currency.words + currency.signs + currency.scaled
        for form in damaged_forms(written)
    }
    signs = [form for c in words.currencies for form in c.signs]
    money = [form for c in words.currencies for form in c.words] + [s for s in signs if s.isalpha() and len(s) == 3]
    scaled = [form for c in words.currencies for form in c.scaled]
    glued = "|".join(sorted({plain(s) for s in signs if s.isalpha() and len(s) in (2, 3)}))
    between = _any(words.between)
    gap = r"[ \n]{0,3}"
    link = rf"{gap}(?:d(?:e\s|['\s?\ufffd]?)\s{{0,3}})?"
    before = {form: bound for bound in BOUNDS for form in _forms(getattr(words.bounds, bound))}
    fillers = _forms(words.bound_fillers)
    after = {form: bound for bound in BOUNDS for form in _forms(getattr(words.bounds.after, bound))}
    return MoneyWords(
        scale=re.compile(
            rf"{gap}(?:(?:{between})\s)?-?(?:(?P<scale>{_any(scale_words)})(?![a-z0-9])"
            rf"|(?P<glued>{_any(scale_words)})(?=(?:{glued})(?![a-z]))"
            rf"|(?P<sign>{_any(scale_signs)})(?:(?![a-z0-9])|(?=(?:{glued})(?![a-z]))))\.?"
        ),
        scale_values=scale_values,
        billion=words.billion,
        currency=_currency(link, gap, money, signs),
        scaled_currency=_currency(link, gap, money + scaled, signs),
        prefixes={plain(s): c.code for c in words.currencies for s in c.signs},
        codes=codes,
        prefix_ends=frozenset(plain(sign)[-1] for sign in signs),
        beginnings=frozenset(
            plain(f)[:2] for f in [*scale_words, *scale_signs, *money, *signs, *words.between, "d'", "de"]
        ),
        quebec_dollar=words.quebec_dollar,
        quebec_cues=tuple(map(plain, words.quebec_cues)),
        quebec_outlets=frozenset(map(plain, words.quebec_outlets)),
        american_outlets=frozenset(map(plain, words.american_outlets)),
        regional={held.of: _regional(held) for held in words.regional},
        one=frozenset(map(plain, words.one)),
        between=frozenset(map(plain, words.between)),
        money_noun=re.compile(
            rf"\s{{1,2}}d(?:e\s|u\s|es\s|e\sla\s|e\sl'|['\s])\s{{0,3}}(?:{_any(words.money_nouns)})(?![a-z])"
        ),
        counted=re.compile(
            rf"\s{{1,2}}(?:(?:d['\s]\s{{0,3}}|de\s{{1,3}})(?P<noun>[a-z]+)|(?:{_any(words.not_money_after)})(?![a-z]))"
        ),
        shares=re.compile(rf"\s{{1,2}}(?:d['\s]\s{{0,3}}|de\s{{1,3}})(?:ses\s)?(?:{_any(words.shares)})(?![a-z])"),
        shares_paid=re.compile(rf"(?:^|[^a-z])(?:{_any(words.shares_paid)})\s*\Z"),
        not_money_after=re.compile(rf"\s{{1,2}}(?:{_any(words.not_money_after)})(?![a-z])"),
        people_endings=tuple(map(plain, words.people_endings)),
        comparing=_forms(words.comparing),
        before=before,
        fillers=fillers,
        bound_ends=frozenset(form.split()[-1].rpartition("'")[2] for form in [*before, *fillers] if form),
        after=after,
        after_beginnings=frozenset(form.split()[0] for form in after if form),
        moving=_forms(words.moving),
    )


def _regional(held: _Regional) -> Regional:
    groups = "|".join(f"({'|'.join(re.escape(plain(place)) for place in held.places[code])})" for code in held.places)
    return Regional(
        frozenset(form for word in held.words for form in damaged_forms(word)),
        re.compile(rf"(?<![a-z])(?:{groups})"),
        tuple(held.places),
    )


def value_of(number: Decimal, scale: int) -> Decimal:
    """number × scale, whole numbers without a fraction."""
    value = number * scale
    whole = value.to_integral_value()
    return whole if whole == value else value


def _currency(link: str, gap: str, words: list[str], signs: list[str]) -> re.Pattern[str]:
    return re.compile(rf"{link}(?P<word>{_any(words)})(?![a-z])|{gap}(?P<sign>{_signs(signs)})")


def _signs(signs: list[str]) -> str:
    ended = [
        re.escape(plain(s)) + ("(?![a-z])" if s[-1].isalpha() else "") for s in sorted(signs, key=len, reverse=True)
    ]
    return "|".join(ended)


def _any(phrases: list[str]) -> str:
    return "|".join(tolerant(phrase) for phrase in sorted(phrases, key=len, reverse=True))


def _forms(phrases: list[str]) -> frozenset[str]:
    return frozenset(form for phrase in phrases for form in damaged_forms(phrase))
