"""French numbers, in digits or in words, to exact decimals."""

from __future__ import annotations

import re
from decimal import Decimal

UNITS = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9,
    "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16,
    "vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60,
    "septante": 70, "huitante": 80, "octante": 80, "nonante": 90,
}  # fmt: skip
COLLECTIVES = {
    "dizaine": 10, "douzaine": 12, "quinzaine": 15, "vingtaine": 20, "trentaine": 30, "quarantaine": 40,
    "cinquantaine": 50, "soixantaine": 60, "centaine": 100,
}  # fmt: skip

# Thousands grouped by spaces, dots or Swiss apostrophes; else digits with a decimal comma or dot.
# The first digit stands outside the alternatives: it lets the scanner skip to digits at once.
DIGITS = (
    r"\d(?:\d{0,2}(?:(?: {1,3}|[.'])\d{3}(?!\d)){1,5}+(?:,\d{1,4}(?!\d))?"
    r"|\d{0,2}(?:,\d{3}(?!\d)){2,5}+(?:\.\d{1,2}(?!\d))?"
    r"|\d{0,14}+(?:[.,]\d{1,6}+)?+)(?!\d)"
)


def words_value(numeral: str) -> Decimal:
    """The value of a numeral in words, folded and lower case.

    "quatre-vingt-dix" is 90, "trois cent cinquante mille" is 350000.
    """
    total = current = 0
    for word in re.split(r"[\s-]+", numeral):
        if word == "mille":
            total, current = total + max(1, current) * 1000, 0
        elif word in ("cent", "cents"):
            current = max(1, current) * 100
        elif word in ("vingt", "vingts") and current % 100 == 4:
            current += 76
        elif word in UNITS:
            current += UNITS[word]
    return Decimal(total + current)


def digits_value(digits: str, scale: int, singular: bool) -> Decimal:
    """The value of a number in digits, before its scale is applied.

    A group of three after one dot or comma is a fraction before a scale word in the singular or in thousands of
    millions ("1.125 milliard"), and thousands otherwise ("800.000 euros", "2.500 millions", "$350,000").
    """
    if digits.isdigit():
        return Decimal(digits)
    compact = re.sub(r"[ ']", "", digits)
    groups = re.split(r"[.,]", compact)
    marks = re.findall(r"[.,]", compact)
    if not marks:
        return Decimal(compact)
    thousands = all(len(group) == 3 for group in groups[1:])
    if len(marks) == 1 and thousands and groups[0] != "0":
        fraction = singular or scale >= 10**9 or (scale > 1 and marks[0] == ",")
        return Decimal(".".join(groups)) if fraction else Decimal("".join(groups))
    if len(marks) > 1 and not thousands:
        return Decimal("".join(groups[:-1]) + "." + groups[-1])
    return Decimal("".join(groups)) if len(marks) > 1 else Decimal(".".join(groups))
