"""What a backfill came to: as lines for terminal, log and Prefect, as a page, and how far one is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from rich import box
from rich.table import Table

from storage.backfills import Backfill, Progress, all_backfills, misses_of, progress
from storage.database import Database
from storage.past import biggest_deals, deals_by_month
from terminal.deal_table import deal_rows
from terminal.reasons import in_french

_TEMPLATES = Path(__file__).resolve().parent / "templates"
_BAR = 32
_SILENCE = 2  # months without a deal that are told one by one
_SHOWN_MISSES = 10
# The order in which the fate of what was read is told; "lost:…" and "refused:…" are summed by their reasons.
_FATES = {
    "items": "lues",
    "stored": "articles rangés",
    "known": "déjà connus",
    "mentions": "opérations racontées",
    "relevant": "sur l'argent de l'IA",
    "deals_elsewhere": "avec une opération hors sujet",
    "not_relevant": "hors sujet",
    "not_french": "dans une autre langue",
    "outside": "hors de la période",
}
_REFUSALS = {
    "not_french": "pas en français",
    "no_money": "sans argent",
    "no_ai": "sans IA",
    "no_deal": "sans somme ni rachat",
}
_NOTHING = "la source ne contient rien à lire pour cette période"


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything that the lines and the page tell."""

    backfill: Backfill
    progress: Progress
    months: list[tuple[str, int]]
    biggest: list[dict[str, object]]
    misses: list[dict[str, str]]


def summarise(db: Database, backfill: Backfill) -> Summary:
    """Read the summary of a backfill from the ledger and the deals of its window."""
    start, end = (date.fromisoformat(side) if side else None for side in backfill.window.split(".."))
    return Summary(
        backfill,
        progress(db, backfill),
        deals_by_month(db, start, end),
        deal_rows(biggest_deals(db, start, end)),
        list(misses_of(db, backfill, _SHOWN_MISSES)),
    )


def summary_lines(summary: Summary) -> list[str]:
    """The summary as lines of text, 80 columns where names allow it."""
    told = summary.progress
    lines = [f"Archives : {summary.backfill.source}", f"Période  : {_window(summary.backfill.window)}"]
    if not told.parts:
        return [*lines, f"Parties  : aucune, {_NOTHING}"]
    lines.append(f"Parties  : {_states(told.states)}")
    lines += [
        f"Pages    : {line}" if not number else f"           {line}" for number, line in enumerate(_fates(told.counts))
    ]
    if summary.months:
        lines += ["", "Opérations de l'IA par mois de publication"]
        lines += _chart(summary.months)
    if summary.biggest:
        lines += ["", "Les plus grosses"]
        lines += [
            f"  {row['Publié'] or '?':10}  {row['Montant']:>14}  {row['Entreprise']} ({row['Opération']})"
            for row in summary.biggest
        ]
    if told.failures:
        lines += ["", "Parties échouées (`veille backfill … --redo failed` les reprend)"]
        lines += [f"  {key} : {detail or in_french(reason)}" for key, reason, detail in told.failures]
    if summary.misses:
        lines += ["", "Ce qui n'a rien donné, d'abord"]
        lines += [f"  {miss['where']} : {in_french(miss['reason'])} ({miss['detail']})" for miss in summary.misses]
    return lines


def summary_page(summary: Summary) -> str:
    """The same as a page of its own, without script; everything from archives is escaped."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    most = max((count for _, count in summary.months), default=1)
    return environment.get_template("backfill.html.j2").render(
        source=summary.backfill.source,
        window=_window(summary.backfill.window),
        states=_states(summary.progress.states),
        fates=_fates(summary.progress.counts),
        months=[(month, count, round(100 * count / most)) for month, count in _without_silence(summary.months)],
        biggest=summary.biggest,
        failures=[(key, detail or in_french(reason)) for key, reason, detail in summary.progress.failures],
        misses=[(miss["where"], in_french(miss["reason"]), miss["detail"]) for miss in summary.misses],
    )


def status_table(db: Database) -> Table:
    """Every backfill with how far it is, its pace and the time it still needs."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in ("Source", "Période", "Parties", "Pages", "Rangés", "Rythme", "Reste"):
        table.add_column(
            column, overflow="fold", justify="right" if column in ("Pages", "Rangés", "Rythme", "Reste") else "left"
        )
    for backfill in all_backfills(db):
        told = progress(db, backfill, failures=0)
        pace = told.counts.get("items", 0) / told.seconds if told.seconds else 0.0
        table.add_row(
            backfill.source,
            _window(backfill.window),
            _states(told.states) if backfill.planned else "plan en cours",
            f"{told.counts.get('items', 0)}",
            f"{told.counts.get('stored', 0)}",
            f"{pace:.0f}/s" if pace else "",
            _duration(told.seconds_left(told.states.get("running", 1))) if told.left else "",
        )
    return table


def status_json(db: Database) -> list[dict[str, Any]]:
    """The same as values for programs."""
    found = []
    for backfill in all_backfills(db):
        told = progress(db, backfill)
        found.append(
            {
                "source": backfill.source,
                "window": backfill.window,
                "planned": backfill.planned,
                "parts": dict(told.states),
                "counts": dict(told.counts),
                "seconds": round(told.seconds, 3),
                "seconds_left": told.seconds_left(told.states.get("running", 1)) if told.left else 0.0,
                "failures": [
                    {"part": key, "reason": reason, "detail": detail} for key, reason, detail in told.failures
                ],
            }
        )
    return found


def _chart(months: Sequence[tuple[str, int]]) -> list[str]:
    most = max(count for _, count in months)
    return [
        "  …" if month is None else f"  {month} {count:>5}  {'█' * round(_BAR * count / most)}".rstrip()
        for month, count in _without_silence(months)
    ]


def _without_silence(months: Sequence[tuple[str, int]]) -> list[tuple[str | None, int]]:
    """The months, a long silence among them as one gap (None)."""
    shown: list[tuple[str | None, int]] = []
    silent: list[tuple[str | None, int]] = []
    for month, count in months:
        if not count:
            silent.append((month, 0))
            continue
        shown += silent if len(silent) <= _SILENCE else [(None, 0)]
        silent = []
        shown.append((month, count))
    return shown


def _window(written: str) -> str:
    start, _, end = written.partition("..")
    if not start and not end:
        return "tout"
    return f"depuis {start}" if not end else f"avant {end}" if not start else f"{start} → {end}"


def _states(states: Mapping[str, int]) -> str:
    words = {"done": "faite{}", "running": "en cours", "planned": "à faire", "failed": "échouée{}"}
    told = [f"{n} {word.format('s' if n > 1 else '')}" for state, word in words.items() if (n := states.get(state, 0))]
    return ", ".join(told) or "aucune"


def _fates(counts: Mapping[str, int]) -> list[str]:
    told = [f"{counts[key]} {word}" for key, word in _FATES.items() if counts.get(key)]
    lines = [", ".join(told[start : start + 3]) for start in range(0, len(told), 3)]
    for prefix, words, said in (("refused:", _REFUSALS, "écartée{} d'emblée"), ("lost:", {}, "perdue{}")):
        found = {key.removeprefix(prefix): count for key, count in counts.items() if key.startswith(prefix)}
        if found:
            why = ", ".join(f"{words.get(key) or in_french(key)} {count}" for key, count in _ordered(found))
            total = sum(found.values())
            lines.append(f"{total} {said.format('s' if total > 1 else '')} : {why}")
    return lines or ["rien"]


def _ordered(found: Mapping[str, int]) -> Sequence[tuple[str, int]]:
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return "?"
    minutes = round(seconds / 60)
    return (
        f"{minutes // 60} h {minutes % 60:02}" if minutes >= 60 else f"{minutes} min" if minutes else f"{seconds:.0f} s"
    )
