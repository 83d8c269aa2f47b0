"""`veille reprocess`: read the past again. `cli` registers it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer
from rich.console import Console

from config.settings import load_settings
from terminal.logs import set_up_logging

out = Console(soft_wrap=False)
err = Console(stderr=True)


def reprocess(
    since: Annotated[
        str | None, typer.Option(metavar="JOUR", help="Articles publiés depuis ce jour, et ceux sans date.")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processus de cette machine.")] = 1,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Montre ce qui changerait, sans rien garder.")] = False,
) -> None:
    """Relit avec les règles d'aujourd'hui les articles lus avec d'autres, ou jugés d'après un autre seuil."""
    from flows.reprocess import preview
    from flows.reprocess import reprocess as read_again
    from terminal.past import print_preview, reprocess_lines
    from terminal.progress import progress_for

    set_up_logging("text", above=err if err.is_terminal else None)
    settings = load_settings()
    day = _day(since)
    with progress_for(err) as progress:
        if dry_run:
            seen = preview(settings, day, workers=workers, progress=progress)
        else:
            report = read_again(settings, day, workers=workers, progress=progress)
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
