"""Deals as a table: on the terminal, and as rows for a Prefect artifact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.table import Table
from rich.text import Text

from alerts.formatting import Language, money
from alerts.wording import WORDS, round_words
from extractors.values import DealMention
from storage.values import DealView

_LANGUAGE: Language = "fr"
_WORDS = WORDS[_LANGUAGE]


def deal_rows(deals: Iterable[DealView]) -> list[dict[str, object]]:
    """One row a deal, by column title."""
    return [
        {
            "Id": deal.id,
            "Date": deal.date or (deal.first_published.isoformat() if deal.first_published else ""),
            "Entreprise": deal.company,
            "Opération": _WORDS.kinds[deal.kind],
            "Montant": money(deal.amount, _LANGUAGE) if deal.amount else "",
            "Tour": round_words(deal.round, _LANGUAGE) if deal.round else "",
            "Investisseurs": _names(deal.investors, deal.lead),
            "Statut": _WORDS.statuses[deal.status] or "annoncé",
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
            "Opération": _WORDS.kinds[mention.kind],
            "Montant": money(mention.amount, _LANGUAGE) if mention.amount else "",
            "Tour": round_words(mention.round, _LANGUAGE) if mention.round else "",
            "Investisseurs": _names(mention.investors, mention.lead),
            "Statut": _WORDS.statuses[mention.status] or "annoncé",
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
