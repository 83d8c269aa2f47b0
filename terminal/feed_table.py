"""Feeds as tables: the list, and the coverage that a check found."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from sources.values import Feed, FeedOutcome, FeedResult


def feed_list_table(feeds: Iterable[Feed]) -> Table:
    """One row a feed, switched off ones dimmed."""
    table = Table("Id", "Nom", "Pays", "Thèmes", "Accès")
    # An address is there to be copied: folded over lines, never cut.
    table.add_column("Adresse", overflow="fold")
    for feed in feeds:
        cells = [feed.id, feed.name, feed.country or "", ", ".join(feed.themes), feed.paywall, feed.url]
        table.add_row(*map(Text, cells), style=None if feed.enabled else "dim")
    return table


def coverage_table(results: Iterable[tuple[Feed, FeedResult]]) -> Table:
    """One row a feed: whether it answered, how many entries, full text or not, the newest one, the trouble."""
    table = Table("Flux", "Résultat", "Éléments", "Texte entier", "Le plus récent", "Durée", "Remarque")
    for feed, result in results:
        entries = result.entries
        dates = [entry.published for entry in entries if entry.published]
        full = sum(entry.content_html is not None for entry in entries)
        remark = f"{result.reason.value} : {result.detail}" if result.reason else ""
        if result.moved_permanently and result.final_url:
            remark = f"déplacé vers {result.final_url} {remark}".strip()
        ok = result.outcome is not FeedOutcome.FAILED
        table.add_row(
            Text(feed.id),
            Text("lu" if ok else "échec", "green" if ok else "red"),
            Text(str(len(entries)), justify="right"),
            Text(f"{full}/{len(entries)}", justify="right"),
            Text(f"{max(dates):%Y-%m-%d %H:%M}" if dates else ""),
            Text(f"{result.elapsed:.1f} s", justify="right"),
            Text(remark),
        )
    return table
