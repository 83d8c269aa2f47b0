"""The health of feeds as a table, what needs a person last and in full."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from storage.feed_health import FeedHealth
from terminal.reasons import in_french

_STATES = {"fetched": ("lu", "green"), "not_modified": ("inchangé", "green"), "failed": ("échec", "red")}


def print_health(out: Console, lines: Sequence[FeedHealth], timezone: str) -> None:
    """One row a feed, then one line for each that needs a look."""
    zone = ZoneInfo(timezone)
    table = Table("Flux", "État", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in ("Dernier succès", "Échecs", "Prochain essai", "Art./sem.", "Pertinents"):
        table.add_column(column, justify="right")
    for line in lines:
        share = "" if line.share_relevant is None else f"{line.share_relevant:.0%}"
        table.add_row(
            Text(line.feed_id),
            _state(line),
            _moment(line.last_success_at, zone) or "jamais",
            str(line.consecutive_failures or ""),
            _moment(line.next_check, zone) or "au prochain passage",
            f"{line.articles_a_week:.1f}",
            share,
        )
    out.print(table)
    for line in lines:
        for remark in health_remarks(line, zone):
            out.print(f"! {line.feed_id} : {remark}", markup=False, highlight=False, soft_wrap=True)


def health_remarks(line: FeedHealth, zone: ZoneInfo) -> Iterator[str]:
    """What somebody should know of this feed, one line each."""
    if line.disabled:
        yield (
            f"éteint pour ses réponses ({in_french(line.reason)} – {line.detail}) ; essayé une fois par mois ; "
            "corrigez son adresse dans feeds.yaml, ou mettez `enabled: false`"
        )
    elif line.reason:
        yield f"{in_french(line.reason)} – {line.detail}"
    if line.silent and line.last_new_at:
        yield f"muet depuis le {_moment(line.last_new_at, zone)}, bien plus longtemps que jamais"
    if line.moved_to:
        yield f"déplacé pour de bon : lu à {line.moved_to} ; corrigez son adresse dans feeds.yaml"
    if line.windows_missed:
        yield f"{line.windows_missed} fois, tout était nouveau : des articles ont pu passer entre deux visites"


def _state(line: FeedHealth) -> Text:
    if line.disabled:
        return Text("éteint", "red")
    if line.silent:
        return Text("muet", "yellow")
    return Text(*_STATES.get(line.outcome or "", ("jamais visité", "dim")))


def _moment(moment: datetime | None, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if moment else ""
