"""Readings and mentions as plain JSON values, and back: the one form that the CLI prints and storage keeps."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from extractors.values import Amount, DealMention, Evidence, Reading


def reading_json(reading: Reading) -> dict[str, Any]:
    """One object an article, as the scorer and `veille extract --format jsonl` have it."""
    return {
        "id": reading.article.id,
        "language": reading.language,
        "relevant": reading.relevance.relevant,
        "relevance": {
            "score": round(reading.relevance.score, 3),
            "reasons": [asdict(reason) for reason in reading.relevance.reasons],
        },
        "deals": [mention_json(mention) for mention in reading.deals],
    }


def mention_json(mention: DealMention) -> dict[str, Any]:
    """A mention with every field of the guide, then evidence, rules and confidence."""
    return {
        "kind": mention.kind,
        "company": mention.company,
        "investors": list(mention.investors),
        "lead": list(mention.lead),
        "amount": amount_json(mention.amount, mention.alt),
        "valuation": amount_json(mention.valuation),
        "round": mention.round,
        "status": mention.status,
        "role": mention.role,
        "cumulative": mention.cumulative,
        "date": mention.date,
        "ai": mention.ai,
        "evidence": [asdict(span) for span in mention.evidence],
        "rules": list(mention.rules),
        "confidence": round(mention.confidence, 3),
    }


def mention_from_json(value: dict[str, Any]) -> DealMention:
    """The inverse of `mention_json`; spans of amounts are not kept there and come back as 0..0."""
    amount = value.get("amount")
    return DealMention(
        kind=value["kind"],
        company=value["company"],
        investors=tuple(value.get("investors") or ()),
        lead=tuple(value.get("lead") or ()),
        amount=_amount(amount),
        alt=_amount((amount or {}).get("alt")),
        valuation=_amount(value.get("valuation")),
        round=value.get("round"),
        status=value.get("status", "announced"),
        role=value.get("role", "news"),
        cumulative=bool(value.get("cumulative")),
        date=value.get("date"),
        ai=bool(value.get("ai", True)),
        evidence=tuple(Evidence(**span) for span in value.get("evidence") or ()),
        rules=tuple(value.get("rules") or ()),
        confidence=float(value.get("confidence", 0.5)),
    )


def amount_json(amount: Amount | None, alt: Amount | None = None) -> dict[str, Any] | None:
    """`value` as an int when whole; `high` only for ranges; `alt` only when the text states a conversion."""
    if amount is None:
        return None
    out: dict[str, Any] = {"value": _number(amount.value), "currency": amount.currency, "bound": amount.bound}
    if amount.high is not None:
        out["high"] = _number(amount.high)
    if alt is not None:
        out["alt"] = amount_json(alt)
    return out


def _amount(value: dict[str, Any] | None) -> Amount | None:
    if not value:
        return None
    high = value.get("high")
    return Amount(
        0,
        0,
        Decimal(str(value["value"])),
        value.get("currency"),
        value.get("bound") or "exact",
        None if high is None else Decimal(str(high)),
    )


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
