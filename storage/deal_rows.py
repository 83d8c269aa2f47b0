"""The values chosen for a deal as the columns of its row."""

from __future__ import annotations

from typing import Any, cast

from extractors.values import Kind, Role, Status
from storage.agreement import period
from storage.deal_tables import DealRow
from storage.encoding import amount_in, amount_out, converted_out
from storage.facts import DealFacts
from storage.rates import convert


def columns(deal: DealFacts) -> dict[str, Any]:
    """The columns whose change is a change of the deal."""
    return {
        "company": deal.company,
        "kind": deal.kind,
        "investors": list(deal.investors),
        "lead": list(deal.lead),
        "amount": amount_out(deal.amount),
        "alt": amount_out(deal.alt),
        "valuation": amount_out(deal.valuation),
        "round": deal.round,
        "status": deal.status,
        "role": deal.role,
        "cumulative": deal.cumulative,
        "date": deal.date,
        "ai": deal.ai,
        "confidence": deal.confidence,
    }


def facts_of_row(row: DealRow) -> DealFacts:
    """The values that a stored deal shows."""
    return DealFacts(
        kind=cast(Kind, row.kind),
        company=row.company,
        investors=tuple(row.investors),
        lead=tuple(row.lead),
        amount=amount_in(row.amount),
        alt=amount_in(row.alt),
        valuation=amount_in(row.valuation),
        round=row.round,
        status=cast(Status, row.status),
        role=cast(Role, row.role),
        cumulative=row.cumulative,
        date=row.date,
        ai=row.ai,
        confidence=row.confidence,
        first_published=row.first_published or row.day,
    )


def convert_amount(row: DealRow, deal: DealFacts) -> None:
    """Fill in the value in euros, at the rate of the deal's day where one is told, else of its publication."""
    if deal.amount is None or deal.amount.currency is None:
        row.eur, row.amount_eur = None, None
        return
    day = period(deal.date)[1] if deal.date else deal.first_published
    euros = convert(deal.amount.value, deal.amount.currency, "EUR", min(day, deal.first_published))
    row.eur = converted_out(euros)
    row.amount_eur = float(euros.value) if euros else None
