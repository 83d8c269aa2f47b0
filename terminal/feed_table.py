"""Feeds as tables: the list, and the coverage that a check found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sources.values import Feed, FeedOutcome, FeedResult
from terminal.reasons import in_french

_ACCESS = {"no": "libre", "partial": "en partie", "yes": "payant"}


def feed_list_table(feeds: Iterable[Feed]) -> Table:
    """One row a feed, switched off ones dimmed and marked."""
    table = Table("Flux", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    # An address is there to be copied: folded over lines where it must, never cut.
    table.add_column("Adresse et thèmes", overflow="fold")
    for feed in feeds:
        about = " · ".join(filter(None, [feed.id, feed.country, _ACCESS.get(feed.paywall, feed.paywall)]))
        table.add_row(
            Text.assemble(feed.name, ("" if feed.enabled else " (éteint)", "yellow"), (f"\n{about}", "dim")),
            Text.assemble(feed.url, (f"\n{', '.join(feed.themes)}", "dim")),
            style=None if feed.enabled else "dim",
        )
    return table


def print_coverage(out: Console, results: Sequence[tuple[Feed, FeedResult]], timezone: str) -> None:
    """One row a feed (whether it answered, how many entries, how many with full text, the newest), then remarks."""
    table = Table("Flux", "Résultat", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in ("Éléments", "Entiers", "Le plus récent", "Durée"):
        table.add_column(column, justify="right")
    for feed, result in results:
        table.add_row(*_row(feed, result, ZoneInfo(timezone)))
    out.print(table)
    for feed, result in results:
        for remark in _remarks(result):
            mark = "✗" if result.outcome is FeedOutcome.FAILED else "!"
            out.print(f"{mark} {feed.id} : {remark}", markup=False, highlight=False, soft_wrap=True)
    answered = sum(result.outcome is not FeedOutcome.FAILED for _, result in results)
    out.print(f"{answered} flux lu{'s' if answered > 1 else ''} sur {len(results)}", markup=False, highlight=False)


def _row(feed: Feed, result: FeedResult, zone: ZoneInfo) -> tuple[Text, ...]:
    entries = result.entries
    dates = [entry.published for entry in entries if entry.published]
    full = sum(entry.content_html is not None for entry in entries)
    ok = result.outcome is not FeedOutcome.FAILED
    return (
        Text(feed.id),
        Text("lu", "green") if ok else Text("échec", "red"),
        Text(str(len(entries)) if ok else ""),
        Text(str(full) if ok else ""),
        Text(f"{max(dates).astimezone(zone):%Y-%m-%d %H:%M}" if dates else ""),
        Text(f"{result.elapsed:.1f} s"),
    )


def _remarks(result: FeedResult) -> Iterable[str]:
    if result.reason:
        yield f"{in_french(result.reason.value)} – {result.detail}"
    elif result.detail:
        yield result.detail
    if result.moved_permanently and result.final_url:
        yield f"déplacé pour de bon vers {result.final_url} : corrigez son adresse dans feeds.yaml"
    for item in result.set_aside:
        yield f"mis de côté, {in_french(item.reason)} – {item.detail}"
