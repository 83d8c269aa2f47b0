"""Deals as a table: on the terminal, and as rows for a Prefect artifact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from alerts.formatting import Language, money
from alerts.wording import WORDS, round_words
from extractors.values import Amount, DealMention, Kind, Status
from storage.values import DealView

_LANGUAGE: Language = "fr"
_WORDS = WORDS[_LANGUAGE]
# Names told in a row; `--format jsonl` has them all.
_NAMES = 4


def deal_rows(deals: Iterable[DealView]) -> list[dict[str, object]]:
    """One row a deal, by column title."""
    return [
        {
            "Id": deal.id,
            "Publié": deal.first_published.isoformat() if deal.first_published else "",
            "Date": deal.date or "",
            "Entreprise": deal.company,
            "Opération": _WORDS.kinds[deal.kind],
            "Montant": _money(deal.amount),
            "Tour": _round(deal.round),
            "Investisseurs": ", ".join(_names(deal.investors, deal.lead)),
            "Statut": _WORDS.statuses[deal.status] or "annoncée",
            "Sources": _sources(deal),
        }
        for deal in deals
    ]


def deal_table(deals: Iterable[DealView], title: str | None = None) -> Table:
    """The deals as a table that is read in 80 columns: what a reader looks for first, the rest dimmed below it."""
    table = _table(title, "Publié", "Entreprise", "Opération", "Montant", "Investisseurs")
    for deal in deals:
        sources = _sources(deal)
        published = deal.first_published.isoformat() if deal.first_published else ""
        table.add_row(
            _cell(published, f"{sources} source{'s' if sources > 1 else ''}"),
            _cell(deal.company, deal.id),
            _cell(*_operation(deal.kind, deal.round, deal.status), _when(deal.date)),
            _cell(_money(deal.amount)),
            _cell(_some_names(deal.investors, deal.lead)),
        )
    return table


def mention_table(article: str, mentions: Iterable[DealMention]) -> Table:
    """The deals read out of one article."""
    table = _table(article, "Entreprise", "Opération", "Montant", "Investisseurs", "Sûreté")
    for mention in mentions:
        remarks = [
            *(["rappel"] if mention.role == "background" else []),
            *(["cumul"] if mention.cumulative else []),
            *([] if mention.ai else ["hors IA"]),
        ]
        table.add_row(
            _cell(mention.company),
            _cell(*_operation(mention.kind, mention.round, mention.status), _when(mention.date), ", ".join(remarks)),
            _cell(_money(mention.amount)),
            _cell(_some_names(mention.investors, mention.lead)),
            _cell(f"{mention.confidence:.2f}"),
        )
    return table


def _table(title: str | None, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), leading=1)
    for column in columns:
        figures = column in ("Montant", "Sûreté")
        # Days, sums and ids are looked for and copied whole; names may run over several lines.
        table.add_column(column, justify="right" if figures else "left", no_wrap=column == "Publié", overflow="fold")
    return table


def _cell(first: str, *below: str) -> Text:
    """Text, not markup: a company name may hold square brackets."""
    cell = Text(first)
    for line in filter(None, below):
        cell.append(f"\n{line}", "dim")
    return cell


def _operation(kind: Kind, round_: str | None, status: Status) -> tuple[str, str]:
    return _WORDS.kinds[kind], ", ".join(filter(None, [_round(round_), _WORDS.statuses[status]]))


def _when(date: str | None) -> str:
    """As precise as told: `2026`, `2026-06`, `2026-06-11`."""
    if date is None:
        return ""
    return f"le {date}" if date.count("-") == 2 else f"en {date}"


def _money(amount: Amount | None) -> str:
    return money(amount, _LANGUAGE) if amount else ""


def _round(round_: str | None) -> str:
    return round_words(round_, _LANGUAGE) if round_ else ""


def _sources(deal: DealView) -> int:
    return len({mention.article for mention in deal.mentions})


def _names(investors: Sequence[str], lead: Sequence[str]) -> list[str]:
    """Those who lead come first."""
    leading = [f"{name} (chef de file)" for name in investors if name in lead]
    return leading + [name for name in investors if name not in lead]


def _some_names(investors: Sequence[str], lead: Sequence[str]) -> str:
    names = _names(investors, lead)
    # "et 1 autre" would take the room of the name it hides.
    if len(names) <= _NAMES + 1:
        return ", ".join(names)
    return f"{', '.join(names[:_NAMES])} et {len(names) - _NAMES} autres"
