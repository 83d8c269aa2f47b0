"""Watches and messages as tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from rich import box
from rich.table import Table
from rich.text import Text

from alerts.send import Outlet
from alerts.watch import OPERATOR, Watch
from storage.messages import DeliveryLine, DeliveryState

_STATES: dict[DeliveryState, tuple[str, str]] = {
    "pending": ("en attente", "yellow"),
    "sent": ("parti", "green"),
    "dead": ("perdu", "bold red"),
    "dropped": ("abandonné", "dim"),
    "empty": ("sans objet", "dim"),
}
_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_NAMES = 3


def watch_table(outlets: Iterable[Outlet], waiting: Mapping[str, int]) -> Table:
    """Every watch: where it goes, when, and what waits for it."""
    table = _table("Veille", "Canal", "Destinataires", "Rythme", "Attend")
    for outlet in outlets:
        watch = outlet.watch
        table.add_row(
            Text(watch.id),
            watch.channel,
            Text("\n".join(outlet.channel.recipients)),
            "à la panne" if watch.id == OPERATOR else _rhythm(watch),
            str(waiting.get(watch.id, 0)),
        )
    return table


def delivery_table(lines: Iterable[DeliveryLine], timezone: str) -> Table:
    """Messages, newest first: what each tells and where it stands."""
    table = _table("N°", "Veille", "Fait le", "Dit", "État")
    for line in lines:
        state, style = _STATES[line.state]
        told = Text(state, style)
        if line.state in ("pending", "dead") and line.attempts:
            told.append(f"\n{line.attempts} essai{'s' if line.attempts > 1 else ''}", "dim")
        if line.state == "pending" and line.next_try:
            told.append(f", prochain le {_moment(line.next_try, timezone)}", "dim")
        if line.error:
            told.append(f"\n{line.error}", "dim")
        tells = "note" if line.kind == "note" else ", ".join(line.tells[:_NAMES])
        if len(line.tells) > _NAMES:
            tells += f"… ({len(line.tells)})"
        table.add_row(str(line.id), Text(line.channel), _moment(line.created_at, timezone), Text(tells), told)
    return table


def _rhythm(watch: Watch) -> str:
    rhythm = watch.rhythm
    if rhythm.pace == "at-once":
        return "aussitôt"
    when = f"à {rhythm.at:%H:%M}"
    return f"chaque jour {when}" if rhythm.pace == "daily" else f"chaque {_DAYS[rhythm.weekday]} {when}"


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in ("N°", "Fait le"))
    return table


def _moment(moment: datetime, timezone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M}"
