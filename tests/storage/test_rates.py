"""Conversions at the central bank's rate of the day."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from storage.rates import convert

FRIDAY = dt.date(2024, 6, 14)


def test_the_rate_of_the_day() -> None:
    # ECB reference rate of 14 June 2024: 1 EUR = 1.0686 USD.
    found = convert(Decimal(640_000_000), "USD", "EUR", FRIDAY)
    assert found is not None
    assert (found.value, found.day, found.stated) == (Decimal("598914467.53"), FRIDAY, True)


def test_a_weekend_takes_the_last_known_rate_and_says_so() -> None:
    found = convert(Decimal(100), "USD", "EUR", FRIDAY + dt.timedelta(days=2))
    assert found is not None
    assert (found.day, found.stated) == (FRIDAY, False)


def test_after_the_end_of_the_data_the_last_known() -> None:
    found = convert(Decimal(100), "USD", "EUR", dt.date(2199, 1, 1))
    assert found is not None
    assert not found.stated
    assert found.day.year >= 2025


def test_between_two_other_currencies() -> None:
    there = convert(Decimal(1_000_000), "USD", "CHF", FRIDAY)
    assert there is not None
    back = convert(there.value, "CHF", "USD", FRIDAY)
    assert back is not None
    assert abs(back.value - 1_000_000) < 1


def test_the_same_currency_is_not_converted() -> None:
    found = convert(Decimal("5.001"), "XOF", "XOF", FRIDAY)
    assert found is not None
    assert found.value == Decimal("5.001")


@pytest.mark.parametrize(
    ("currency", "day"), [("XOF", FRIDAY), (None, FRIDAY), ("USD", dt.date(1990, 1, 1)), ("€", FRIDAY)]
)
def test_no_rate_no_conversion(currency: str | None, day: dt.date) -> None:
    assert convert(Decimal(1), currency, "EUR", day) is None
