"""Amounts, evidence and conversions as JSON that keeps decimals exact, and back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from extractors.values import Amount, Evidence
from storage.values import Change, Converted


def amount_out(amount: Amount | None) -> dict[str, Any] | None:
    """An amount with decimals as strings and without its span (evidence has that)."""
    if amount is None:
        return None
    out = {"value": _plain(amount.value), "currency": amount.currency, "bound": amount.bound}
    return out if amount.high is None else out | {"high": _plain(amount.high)}


def amount_in(value: Mapping[str, Any] | None) -> Amount | None:
    """The inverse of `amount_out`; the span comes back as 0..0."""
    if value is None:
        return None
    high = value.get("high")
    return Amount(
        start=0,
        end=0,
        value=Decimal(value["value"]),
        currency=value["currency"],
        bound=value["bound"],
        high=None if high is None else Decimal(high),
    )


def evidence_out(evidence: Iterable[Evidence]) -> list[dict[str, Any]]:
    """Evidence spans as they are."""
    return [asdict(span) for span in evidence]


def evidence_in(values: Iterable[Mapping[str, Any]]) -> tuple[Evidence, ...]:
    """The inverse of `evidence_out`."""
    return tuple(Evidence(**value) for value in values)


def converted_out(converted: Converted | None) -> dict[str, Any] | None:
    """A conversion with the day of its rate."""
    if converted is None:
        return None
    return {
        "value": _plain(converted.value),
        "currency": converted.currency,
        "day": converted.day.isoformat(),
        "stated": converted.stated,
    }


def converted_in(value: Mapping[str, Any] | None) -> Converted | None:
    """The inverse of `converted_out`."""
    if value is None:
        return None
    return Converted(
        value=Decimal(value["value"]),
        currency=value["currency"],
        day=dt.date.fromisoformat(value["day"]),
        stated=value["stated"],
    )


def change_out(change: Change) -> dict[str, Any]:
    """A change, with amounts as `amount_out` writes them."""
    sides = (amount_out(side) if isinstance(side, Amount) else side for side in (change.before, change.after))
    before, after = (list(side) if isinstance(side, tuple) else side for side in sides)
    return {"field": change.field, "before": before, "after": after}


def change_in(value: Mapping[str, Any]) -> Change:
    """The inverse of `change_out`."""
    sides = (value["before"], value["after"])
    if value["field"] == "amount":
        return Change("amount", *(amount_in(side) for side in sides))
    if value["field"] == "lead":
        return Change("lead", *(tuple(side or ()) for side in sides))
    return Change("status", *sides)


def _plain(value: Decimal) -> str:
    """Equal amounts have one spelling: `600000000`, never `6E+8` nor `600000000.00`."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
