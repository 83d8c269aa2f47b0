"""Deals as a table: on the terminal, and as rows for a Prefect artifact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.table import Table
from rich.text import Text

from alerts.formatting import amount_words, kind_word, round_word, status_word
from extractors.values import DealMention
from storage.values import DealView

_LANGUAGE = "fr"


def deal_rows(deals: Iterable[DealView]) -> list[dict[str, object]]:
    """One row a deal, by column title."""
    return [
        {
            "Id": deal.id,
            "Date": deal.date or (deal.first_published.isoformat() if deal.first_published else ""),
            "Entreprise": deal.company,
            "Opération": kind_word(deal.kind, _LANGUAGE),
            "Montant": amount_words(deal.amount, _LANGUAGE) if deal.amount else "",
            "Tour": round_word(deal.round, _LANGUAGE) if deal.round else "",
            "Investisseurs": _names(deal.investors, deal.lead),
            "Statut": status_word(deal.status, _LANGUAGE),
            "Sources": len({mention.article for mention in deal.mentions}),
        }
        for deal in deals
    ]


def deal_table(deals: Iterable[DealView], title: str | None = None) -> Table:
    """The deals as a table that fits a terminal."""
    return _table(deal_rows(deals), title)


def mention_table(article: str, mentions: Iterable[DealMention]) -> Table:
    """The deals read out of one article."""
    rows: list[dict[str, object]] = [
        {
            "Entreprise": mention.company,
            "Opération": kind_word(mention.kind, _LANGUAGE),
            "Montant": amount_words(mention.amount, _LANGUAGE) if mention.amount else "",
            "Tour": round_word(mention.round, _LANGUAGE) if mention.round else "",
            "Investisseurs": _names(mention.investors, mention.lead),
            "Statut": status_word(mention.status, _LANGUAGE),
            "Rôle": ("actualité" if mention.role == "news" else "rappel") + (", cumul" if mention.cumulative else ""),
            "Date": mention.date or "",
            "IA": "oui" if mention.ai else "non",
            "Sûreté": f"{mention.confidence:.2f}",
        }
        for mention in mentions
    ]
    return _table(rows, article)


def _table(rows: Sequence[dict[str, object]], title: str | None) -> Table:
    table = Table(title=title, title_justify="left", show_lines=False, expand=False)
    for column in rows[0] if rows else ():
        right = column in ("Montant", "Sources", "Sûreté")
        table.add_column(column, justify="right" if right else "left", no_wrap=column in ("Id", "Date", "Montant"))
    for row in rows:
        # Text, not markup: a company name may hold square brackets.
        table.add_row(*(Text(str(value)) for value in row.values()))
    return table


def _names(investors: Sequence[str], lead: Sequence[str]) -> str:
    return ", ".join(f"{name} (chef de file)" if name in lead else name for name in investors)
