"""The verbs of `veille` about the past: fill it in, read it again. `cli` registers them."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer
from rich.console import Console

from config.settings import load_settings
from terminal.logs import set_up_logging

out = Console(soft_wrap=False)
err = Console(stderr=True)


def backfill(
    source: Annotated[
        str, typer.Option("--source", metavar="GENRE:LIEU", help="`files:DOSSIER` : des .txt, .html, .json.")
    ],
) -> None:
    """Remplit le passé depuis une archive, sans alerte ; relancé, il ne fait que ce qui manque."""
    from flows.backfill import backfill as fill
    from sources.archives import open_source
    from terminal.past import backfill_lines
    from terminal.progress import progress_for

    set_up_logging("text", above=err if err.is_terminal else None)
    settings = load_settings()
    with progress_for(err) as progress:
        report = fill(settings, open_source(source), progress=progress)
    for line in backfill_lines(
        new=report.new,
        known=report.known,
        mentions=report.mentions,
        deals_new=report.deals_new,
        deals_changed=report.deals_changed,
        unreadable=[f"{one.path} : {one.reason}" for one in report.unreadable],
    ):
        out.print(line, markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(0 if report.new or report.known or not report.unreadable else 1)


def reprocess(
    since: Annotated[
        str | None, typer.Option(metavar="JOUR", help="Articles publiés depuis ce jour, et ceux sans date.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Montre ce qui changerait, sans rien garder.")] = False,
) -> None:
    """Relit avec les règles d'aujourd'hui les articles que d'autres règles ont lus."""
    from flows.reprocess import preview
    from flows.reprocess import reprocess as read_again
    from terminal.past import print_preview, reprocess_lines
    from terminal.progress import progress_for

    set_up_logging("text", above=err if err.is_terminal else None)
    settings = load_settings()
    day = _day(since)
    with progress_for(err) as progress:
        if dry_run:
            seen = preview(settings, day, progress=progress)
        else:
            report = read_again(settings, day, progress=progress)
    if dry_run:
        print_preview(out, seen.read, seen.changed, seen.deals, settings.language)
        return
    for line in reprocess_lines(report.read, report.changed, report.failed, report.deals_new, report.deals_changed):
        out.print(line, markup=False, highlight=False, soft_wrap=True)


def _day(written: str | None) -> date | None:
    if written is None:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise typer.BadParameter(
            f"--since : {written!r} n'est pas compris ; écrivez un jour comme 2026-11-01"
        ) from error
