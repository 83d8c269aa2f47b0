"""Stored deals on standard output: a table for eyes, JSONL and CSV for programs and spreadsheets."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable
from itertools import islice
from typing import Literal

from rich.console import Console

from storage.queries import deal_json
from storage.values import DealView
from terminal.deal_table import deal_table

_ROWS = 40  # what eyes read; a table of thousands takes minutes to lay out

DealFormat = Literal["table", "jsonl", "csv"]

_COLUMNS = (
    "id", "date", "company", "kind", "amount", "currency", "bound", "high", "amount_eur", "valuation",
    "valuation_currency", "round", "investors", "lead", "status", "role", "cumulative", "ai", "confidence",
    "first_published", "sources", "urls",
)  # fmt: skip
# A spreadsheet takes a cell that begins with one of these for a formula; what strangers publish must not become one.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def print_deals(out: Console, deals: Iterable[DealView], format: DealFormat) -> None:
    """Print `deals` one at a time; a table holds the first `_ROWS` and says when there are more."""
    if format == "jsonl":
        for deal in deals:
            sys.stdout.write(json.dumps(deal_json(deal), ensure_ascii=False) + "\n")
    elif format == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(_COLUMNS)
        for deal in deals:
            writer.writerow([_cell(value) for value in _row(deal)])
    else:
        shown = list(islice(deals, _ROWS + 1))
        if shown:
            out.print(deal_table(shown[:_ROWS]))
        else:
            out.print("Aucune opération ne répond à ces critères.", markup=False)
        if len(shown) > _ROWS:
            out.print(f"Les {_ROWS} plus récentes ; affinez (--since, --company…), ou --format csv pour toutes.")


def _row(deal: DealView) -> list[object]:
    amount, valuation = deal.amount, deal.valuation
    return [
        deal.id,
        deal.date,
        deal.company,
        deal.kind,
        amount and f"{amount.value:f}",
        amount and amount.currency,
        amount and amount.bound,
        amount and amount.high and f"{amount.high:f}",
        deal.amount_eur and f"{deal.amount_eur.value:.0f}",
        valuation and f"{valuation.value:f}",
        valuation and valuation.currency,
        deal.round,
        "; ".join(deal.investors),
        "; ".join(deal.lead),
        deal.status,
        deal.role,
        deal.cumulative,
        deal.ai,
        f"{deal.confidence:.2f}",
        deal.first_published,
        len({mention.article for mention in deal.mentions}),
        " ".join(dict.fromkeys(mention.url for mention in deal.mentions if mention.url)),
    ]


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return "'" + value
    return "" if value is None else value
