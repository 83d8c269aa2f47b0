"""Amounts, days and periods as a reader of the press writes them, in French or English.

The only place where money becomes text: the mail, the CLI table and the dashboard all use it.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Literal

from babel.dates import format_date
from babel.numbers import format_decimal, get_currency_symbol

from extractors.values import Amount, Bound

Language = Literal["fr", "en"]

NBSP = "\N{NO-BREAK SPACE}"
_PLAIN = {"USD": "$", "GBP": "£", "EUR": "€", "JPY": "¥"}  # as the press writes them; CLDR's French says $US, £GB
_BYTE = 256
_BILLION, _MILLION = Decimal(10**9), Decimal(10**6)
_UNITS: dict[Language, tuple[str, str]] = {"fr": ("Md", "M"), "en": ("B", "M")}
_BOUNDS: dict[Language, dict[Bound, str]] = {
    "fr": {"about": "environ ", "at_least": "au moins ", "at_most": "jusqu’à "},
    "en": {"about": "about ", "at_least": "at least ", "at_most": "up to "},
}


# Where French forbids a line to end: before double signs, inside guillemets, between a figure and its scale.
_MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
_TIED = re.compile(
    r"(?<=\S) (?=[:;!?»%€$](?!\w))|(?<=«) "
    rf"|(?<=\d) (?=(?:Md|M|K|k)?[€$]|millions?|milliards?|(?:{_MONTHS})\b)|(?<=\b1er) (?=(?:{_MONTHS})\b)"
)


# UTF-8 that somebody upstream read as Windows-1252 or Latin-1: Ã©, â€™, Å“.
# None of these pairs is met in French otherwise.
_TAIL = "\x80-\xbf" + re.escape(bytes(range(0x80, 0xA0)).decode("cp1252", "ignore"))
_MISREAD = re.compile(f"[ÂÃÅ][{_TAIL}]|â[{_TAIL}]{{2}}")


def readable(text: str) -> str:
    """What the press wrote as it meant it: misread letters mended, no-break spaces where French wants them."""
    return typeset(mended(text))


def mended(text: str) -> str:
    """The letters that a site has garbled, as they were."""
    return _MISREAD.sub(lambda found: _decoded(found[0]), text)


def _decoded(signs: str) -> str:
    try:
        return b"".join(bytes([ord(sign)]) if ord(sign) < _BYTE else sign.encode("cp1252") for sign in signs).decode()
    except UnicodeDecodeError:
        return signs


def typeset(text: str) -> str:
    """What the press wrote, with no-break spaces where French wants them; no longer, no shorter."""
    return _TIED.sub(NBSP, text)


def money(amount: Amount, language: Language) -> str:
    """`600 M€`, `environ 1,5 Md$`, `de 40 à 50 M€`, `350 000 €`; in English `€600M`, `about $1.5B`.

    Spaces inside are no-break. A currency nobody stated is left out.
    """
    low = plain_money(amount.value, amount.currency, language)
    if amount.bound == "range" and amount.high is not None:
        high = plain_money(amount.high, amount.currency, language)
        if language == "en":
            return f"{low}–{high}"
        return f"de{NBSP}{_without_shared_unit(low, high)} à{NBSP}{high}"
    return _BOUNDS[language].get(amount.bound, "") + low


def plain_money(value: Decimal, currency: str | None, language: Language) -> str:
    """A value without bound, rounded to what is worth reading: at most two decimals of its unit."""
    scaled, unit = _scaled(value, _UNITS[language])
    pattern = "#,##0.##" if unit else "#,##0"
    number = format_decimal(scaled, format=pattern, locale=language, decimal_quantization=True)
    symbol, is_code = _symbol(currency, language)
    if language == "en":
        return f"{symbol}{NBSP}{number}{unit}" if is_code else f"{symbol}{number}{unit}"
    if not unit:
        return f"{number}{NBSP}{symbol}".rstrip()
    return f"{number}{NBSP}{unit}{NBSP if is_code else ''}{symbol}".rstrip()


def day(value: dt.date, language: Language) -> str:
    """`1er juin 2024`, `11 June 2024`."""
    pattern = "d MMMM y"
    text = format_date(value, pattern, locale=language)
    return _first_of_month(text) if language == "fr" else text


def weekday(value: dt.date, language: Language) -> str:
    """`lundi 1er juin 2024`, `Monday 1 June 2024`."""
    return f"{format_date(value, 'EEEE', locale=language)} {day(value, language)}"


def period(date: str, language: Language) -> str:
    """An ISO date as precise as it is: `2023`, `juin 2023`, `11 juin 2023`. What is no date comes back unchanged."""
    parts = date.split("-")
    try:
        numbers = [int(part) for part in parts]
        if len(numbers) == 2:
            return format_date(dt.date(numbers[0], numbers[1], 1), "MMMM y", locale=language)
        return day(dt.date(*numbers), language) if len(numbers) == 3 else date
    except ValueError:
        return date


def _scaled(value: Decimal, units: tuple[str, str]) -> tuple[Decimal, str]:
    """The value in the unit it reads best in: 999.999 M becomes 1 Md rather than 1 000 M."""
    cent = Decimal("0.01")
    millions = (value / _MILLION).quantize(cent, ROUND_HALF_EVEN)
    if millions >= 1000:
        return (value / _BILLION).quantize(cent, ROUND_HALF_EVEN), units[0]
    if value >= _MILLION:
        return millions, units[1]
    return value.quantize(Decimal(1), ROUND_HALF_EVEN), ""


def _symbol(currency: str | None, language: Language) -> tuple[str, bool]:
    """The sign to write, and whether it is a code that wants a space."""
    if currency is None:
        return "", False
    if currency in _PLAIN:
        return _PLAIN[currency], False
    symbol = get_currency_symbol(currency, locale=language)
    if language == "fr" and symbol.startswith("$"):
        return f"${NBSP}{symbol[1:]}", False  # "M$ CA"
    return symbol, symbol[-1:].isalnum()


def _without_shared_unit(low: str, high: str) -> str:
    """`40 M€` before `50 M€` is just `40`."""
    number, _, unit = low.partition(NBSP)
    return number if unit and high.endswith(NBSP + unit) and number[-1:].isdigit() else low


def _first_of_month(text: str) -> str:
    return text.replace("1 ", "1er ", 1) if text.startswith("1 ") else text
