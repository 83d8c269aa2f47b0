"""Money and days as the press writes them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from newsroom import money as amount

from alerts.formatting import day, money, period, plain_money, weekday
from alerts.headers import header_text
from extractors.values import Amount

# (amount, French, English); "_" stands for a no-break space, "~" for the narrow one between thousands.
MONEY = [
    (amount(600e6), "600_M€", "€600M"),
    (amount("1.5e9", "USD"), "1,5_Md$", "$1.5B"),
    (amount(109e9), "109_Md€", "€109B"),
    (amount(600e6, bound="about"), "environ 600_M€", "about €600M"),
    (amount(1e9, "USD", "at_least"), "au moins 1_Md$", "at least $1B"),
    (amount(37e6, "CHF", "at_most"), "jusqu’à 37_M_CHF", "up to CHF_37M"),
    (amount(40e6, "EUR", "range", 50e6), "de_40 à_50_M€", "€40M–€50M"),
    (amount(800e6, "EUR", "range", 1.2e9), "de_800_M€ à_1,2_Md€", "€800M–€1.2B"),
    (amount(350_000), "350~000_€", "€350,000"),
    (amount("137.5e6", "CAD"), "137,5_M$_CA", "CA$137.5M"),
    (amount(65e6, "GBP"), "65_M£", "£65M"),
    (amount("202.74999e6"), "202,75_M€", "€202.75M"),
    (amount(999_999_999), "1_Md€", "€1B"),
    (amount(999_000), "999~000_€", "€999,000"),
    (amount(100e6, None), "100_M", "100M"),
    (amount(350_000, None), "350~000", "350,000"),
    (amount(0), "0_€", "€0"),
]


@pytest.mark.parametrize(("value", "french", "english"), MONEY)
def test_money(value: Amount, french: str, english: str) -> None:
    spaces = str.maketrans({"_": "\u00a0", "~": "\u202f"})
    assert money(value, "fr") == french.translate(spaces)
    assert money(value, "en") == english.translate(spaces)


def test_money_never_breaks_inside_its_figure() -> None:
    assert " " not in plain_money(Decimal(1_234_567), "XOF", "fr")


def test_days() -> None:
    first = dt.date(2024, 6, 1)
    assert (day(first, "fr"), day(first, "en")) == ("1er juin 2024", "1 June 2024")
    assert day(dt.date(2024, 6, 11), "fr") == "11 juin 2024"
    assert weekday(dt.date(2026, 11, 23), "fr") == "lundi 23 novembre 2026"


@pytest.mark.parametrize(
    ("date", "shown"),
    [("2023", "2023"), ("2023-06", "juin 2023"), ("2023-06-11", "11 juin 2023"), ("2023-13", "2023-13"), ("x", "x")],
)
def test_periods(date: str, shown: str) -> None:
    assert period(date, "fr") == shown


@pytest.mark.parametrize(
    ("hostile", "safe"),
    [
        ("Orme\r\nBcc: all@example.org", "Orme Bcc: all@example.org"),
        ("a\0b\u2028c\x85d\x0be", "a b c d e"),
        ("evil\u202etxt", "evil txt"),
        ("lone \ud800", "lone ?"),
        ("  many   spaces ", "many spaces"),
        ("x" * 300, "x" * 179 + "…"),
    ],
)
def test_header_text(hostile: str, safe: str) -> None:
    assert header_text(hostile) == safe
