"""Conversion at the European Central Bank's reference rate of the day, from the history that ships with a package."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import cache
from typing import Any

from storage.values import Converted

_TO_CENTS = Decimal("0.01")


def convert(value: Decimal, currency: str | None, to: str, day: dt.date) -> Converted | None:
    """`value` in another currency at the rate of `day`, rounded to cents.

    Where the bank published none for that day (weekend, after the data end), the last known rate before it
    is taken and `stated` is False. None when there is no rate: unknown currency, or a day before its history.
    """
    if currency == to:
        return Converted(value, to, day)
    source, target = _rate(currency, day), _rate(to, day)
    if source is None or target is None:
        return None
    used = min(source[1], target[1])
    return Converted((value / source[0] * target[0]).quantize(_TO_CENTS), to, used, stated=used == day)


@cache
def _rate(currency: str | None, day: dt.date) -> tuple[Decimal, dt.date] | None:
    """Units of `currency` for one euro and the day of that rate; the last one known at `day`."""
    if currency == "EUR":
        return Decimal(1), day
    from currency_converter import RateNotFoundError

    converter = _converter()
    if currency not in converter.currencies:
        return None
    first, last = converter.bounds[currency]
    at = min(day, last)
    while at >= first:
        try:
            return Decimal(repr(converter.convert(1, "EUR", currency, date=at))), at
        except RateNotFoundError:
            at -= dt.timedelta(days=1)
    return None


@cache
def _converter() -> Any:
    """The whole history; loading takes a good part of a second, so it is done when first needed."""
    from currency_converter import CurrencyConverter

    return CurrencyConverter()
