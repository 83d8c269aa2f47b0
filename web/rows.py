"""A deal as one flat row, for spreadsheets and data frames: names and types of columns in one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from extractors.values import Amount
from storage.values import DealView
from web.site import outside

ColumnType = Literal["text", "number", "day", "flag", "count"]
# A spreadsheet takes a cell that begins with one of these for a formula; what strangers publish must not become one.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: how it is called, of what type, and its value in a deal."""

    name: str
    type: ColumnType
    read: Callable[[DealView], object]


def sources(deal: DealView) -> int:
    """How many articles tell it."""
    return len({mention.article for mention in deal.mentions})


COLUMNS = (
    Column("id", "text", lambda deal: deal.id),
    Column("first_published", "day", lambda deal: deal.first_published),
    Column("date", "text", lambda deal: deal.date),
    Column("company", "text", lambda deal: deal.company),
    Column("kind", "text", lambda deal: deal.kind),
    Column("status", "text", lambda deal: deal.status),
    Column("round", "text", lambda deal: deal.round),
    Column("amount", "number", lambda deal: _number(deal.amount)),
    Column("amount_high", "number", lambda deal: _high(deal.amount)),
    Column("currency", "text", lambda deal: deal.amount.currency if deal.amount else None),
    Column("bound", "text", lambda deal: deal.amount.bound if deal.amount else None),
    Column("amount_eur", "number", lambda deal: _float(deal.amount_eur.value) if deal.amount_eur else None),
    Column("eur_rate_day", "day", lambda deal: deal.amount_eur.day if deal.amount_eur else None),
    Column("valuation", "number", lambda deal: _number(deal.valuation)),
    Column("valuation_currency", "text", lambda deal: deal.valuation.currency if deal.valuation else None),
    Column("investors", "text", lambda deal: "; ".join(deal.investors) or None),
    Column("lead", "text", lambda deal: "; ".join(deal.lead) or None),
    Column("role", "text", lambda deal: deal.role),
    Column("cumulative", "flag", lambda deal: deal.cumulative),
    Column("ai", "flag", lambda deal: deal.ai),
    Column("confidence", "number", lambda deal: round(deal.confidence, 3)),
    Column("sources", "count", sources),
    Column("urls", "text", lambda deal: " ".join(links(deal)) or None),
)


def row(deal: DealView) -> list[Any]:
    """The values of a deal, in the order of `COLUMNS`."""
    return [column.read(deal) for column in COLUMNS]


def harmless(value: object) -> object:
    """A text as a spreadsheet shows it, never as a formula; other values as they are."""
    return f"'{value}" if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA_STARTS) else value


def links(deal: DealView) -> tuple[str, ...]:
    """Where it can be read, once each."""
    return tuple(dict.fromkeys(url for mention in deal.mentions if (url := outside(mention.url))))


def _number(amount: Amount | None) -> float | int | None:
    return None if amount is None else _float(amount.value)


def _high(amount: Amount | None) -> float | int | None:
    return None if amount is None or amount.high is None else _float(amount.high)


def _float(value: Decimal) -> float | int:
    """Whole euros stay whole numbers."""
    return int(value) if value == value.to_integral_value() else float(value)
