"""Mentions of labelled articles stored, resolved and scored: which articles tell the same deal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from labelled import Labelled, as_article, scorer

from extractors.read import read_article
from extractors.values import Amount, DealMention, Evidence, Reading, Relevance
from storage.articles import store_article
from storage.companies import company_key
from storage.database import Database, open_database
from storage.deals import resolve
from storage.organisations import apply_aliases
from storage.processes import this_process
from storage.queries import deal_json, list_deals
from storage.runs import begin_run
from storage.values import DealFilter

UNCOUNTED = "(optional or a total)"
NOW = dt.datetime(2026, 11, 25, 5, 30, tzinfo=dt.UTC)


def labelled_readings(corpus: dict[str, Labelled]) -> Iterator[Reading]:
    """Each article with the deals of its labels in place of extracted ones, as if all were in French."""
    for labelled in corpus.values():
        deals = tuple(_mention(deal) for deal in labelled["deals"])
        yield Reading(as_article(labelled), "fr", Relevance(1.0, relevant=True), deals)


def extracted_readings(corpus: dict[str, Labelled]) -> Iterator[Reading]:
    """Each article as `veille` reads it."""
    for labelled in corpus.values():
        yield read_article(as_article(labelled))


def stored(readings: Iterator[Reading], folder: Path, aliases: Mapping[str, str]) -> list[dict[str, Any]]:
    """What `veille deals --all --format jsonl` prints after these articles were stored and resolved."""
    db = open_database(f"sqlite:///{folder / 'labelled.db'}")
    try:
        return _lines(db, readings, aliases)
    finally:
        db.dispose()


def same_deal(corpus: dict[str, Labelled], lines: list[dict[str, Any]]) -> tuple[dict[str, float], list[str]]:
    """The scorer's `--clusters`, as it is: pairwise precision, recall and F1, and the pairs at fault."""
    result, errors = scorer().clusters(corpus, lines)
    return result["same_deal"], errors


def comparable(
    corpus: dict[str, Labelled], lines: list[dict[str, Any]], aliases: Mapping[str, str]
) -> tuple[dict[str, Labelled], list[dict[str, Any]]]:
    """Labels and lines without what the scorer counts as false though it is right.

    It takes two spellings of one company for two companies, and knows neither totals nor optional deals, so that
    bringing these together counts against us. Here a company has one spelling on both sides, and totals and
    optional deals are on neither (labelled mentions say in their evidence which they are).
    """

    def one_spelling(name: str) -> str:
        return company_key(name, aliases)

    gold = {
        name: labelled
        | {"deals": [deal | {"company": one_spelling(deal["company"])} for deal in labelled["deals"] if _counts(deal)]}
        for name, labelled in corpus.items()
    }
    found = [
        line
        | {
            "company": one_spelling(line["company"]),
            "mentions": [told for told in line["mentions"] if UNCOUNTED not in {e["text"] for e in told["evidence"]}],
        }
        for line in lines
        if not line["cumulative"]
    ]
    return gold, found


def _counts(deal: dict[str, Any]) -> bool:
    return not (deal.get("optional") or deal.get("cumulative"))


def _lines(db: Database, readings: Iterator[Reading], aliases: Mapping[str, str]) -> list[dict[str, Any]]:
    apply_aliases(db, aliases, NOW)
    run = begin_run(db, "backfill", NOW, owner=this_process(), lease_seconds=600)
    for reading in readings:
        name = reading.article.id
        url = f"file:///{name}.json"
        store_article(db, canonical_url=url, reading=reading, now=NOW, run=run, stem=name)
    resolve(db, run, NOW, alert_confidence=0.5, alert_window_days=7)
    return [deal_json(view) for view in list_deals(db, DealFilter(include_all=True))]


def _mention(deal: dict[str, Any]) -> DealMention:
    amount = deal.get("amount")
    return DealMention(
        kind=deal["kind"],
        company=deal["company"],
        investors=tuple(deal.get("investors") or ()),
        lead=tuple(deal.get("lead") or ()),
        amount=_amount(amount),
        alt=_amount((amount or {}).get("alt")),
        valuation=_amount(deal.get("valuation")),
        round=deal.get("round"),
        status=deal["status"],
        role=deal["role"],
        cumulative=bool(deal.get("cumulative")),
        date=deal.get("date"),
        ai=bool(deal.get("ai", True)),
        confidence=0.9,
        evidence=() if _counts(deal) else (Evidence(0, 0, UNCOUNTED, "company"),),
    )


def _amount(stated: dict[str, Any] | None) -> Amount | None:
    if stated is None:
        return None
    value, high = (None if stated.get(end) is None else Decimal(str(stated[end])) for end in ("value", "high"))
    assert value is not None
    return Amount(0, 0, value, stated.get("currency"), stated.get("bound") or "exact", high)
