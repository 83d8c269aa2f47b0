"""What was read out of one article, for `veille extract`."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from extractors.values import Reading
from terminal.deal_table import mention_table

# Reasons beyond these few add nothing that a reader at a terminal would use; `--format jsonl` has them all.
_SHOWN_REASONS = 6


def print_reading(out: Console, reading: Reading) -> None:
    """Language, explained relevance, then the deals as a table."""
    relevance = reading.relevance
    verdict = "pertinent" if relevance.relevant else "hors sujet"
    reasons = ", ".join(f"{reason.term} {reason.points:+g}" for reason in relevance.reasons[:_SHOWN_REASONS])
    out.print(Text(reading.article.id, "bold"))
    out.print(Text(f"  langue {reading.language or '?'} · {verdict} ({relevance.score:g}) : {reasons}"), soft_wrap=True)
    if reading.deals:
        out.print(mention_table(reading.article.title, reading.deals))
    else:
        out.print(Text("  aucune opération", "dim"))
