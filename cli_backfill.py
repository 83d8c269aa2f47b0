"""`veille backfill`: fill the past from archives, and see how far it is. `cli` registers it."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from config.settings import load_settings
from terminal.logs import LogFormat, set_up_logging

backfill_app = typer.Typer(
    invoke_without_command=True,
    rich_markup_mode="markdown",
    help="Remplit le passé à partir d'archives ; relancée, la commande reprend où elle en était.\n\n"
    "Sources : `files:DOSSIER` · `warc:FICHIER` · `wayback:HÔTE/RUBRIQUE` · `sitemap:SITE` · `wordpress:SITE` · "
    "`feed:ADRESSE`",
    epilog="Exemples : `veille backfill --source warc:CC-NEWS/ --from 2023-01-01 --to 2024-01-01 --workers 2` · "
    "`veille backfill status`",
)

out = Console(soft_wrap=False)
err = Console(stderr=True)

Redo = Literal["missing", "failed", "all"]


@backfill_app.callback()
def backfill(
    context: typer.Context,
    source: Annotated[str | None, typer.Option(metavar="GENRE:LIEU", help="D'où viennent les pages.")] = None,
    start: Annotated[str | None, typer.Option("--from", metavar="JOUR", help="Premier jour voulu.")] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="JOUR", help="Premier jour qui ne l'est plus.")] = None,
    redo: Annotated[Redo, typer.Option(help="Refaire aussi : rien de fini, les parties échouées, ou tout.")] = "failed",
    reverse: Annotated[bool, typer.Option("--reverse", help="Depuis la fin.")] = False,
    max_parts: Annotated[int | None, typer.Option(min=1, help="S'arrêter après tant de parties.")] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processus de cette machine.")] = 1,
    dask: Annotated[str | None, typer.Option(metavar="ADRESSE", help="Une grappe Dask en marche (PostgreSQL).")] = None,
    plain: Annotated[bool, typer.Option("--plain", help="Sans Prefect.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Seulement le plan, sans rien ranger.")] = False,
    html: Annotated[Path | None, typer.Option(help="Écrire aussi le bilan dans cette page.")] = None,
    log_format: LogFormat = "text",
) -> None:
    """Remplit le passé à partir d'archives."""
    if context.invoked_subcommand is not None:
        return
    if source is None:
        raise typer.BadParameter("--source GENRE:LIEU manque ; par exemple --source files:articles/")
    from flows.backfill_command import fill, plan_lines
    from flows.backfill_run import Order
    from sources.archives.values import Window

    order = Order(
        source,
        Window(_day("--from", start), _day("--to", end)),
        redo=redo,
        reverse=reverse,
        most=max_parts,
        workers=workers,
    )
    settings = load_settings()
    bar = err if err.is_terminal and log_format == "text" else None
    set_up_logging(log_format, above=bar)
    if dry_run:
        for line in plan_lines(settings, order):
            out.print(line, markup=False, highlight=False, soft_wrap=True)
        return
    raise typer.Exit(fill(settings, order, out, bar=bar, plain=plain, dask=dask, page=html))


@backfill_app.command("status", epilog="Exemple : `veille backfill status --format json`")
def status(
    format: Annotated[Literal["table", "json"], typer.Option(help="Pour les yeux ou pour un programme.")] = "table",
) -> None:
    """Où en sont les archives : parties, pages, rythme, temps qui reste."""
    from storage.database import open_database
    from terminal.backfill_report import status_json, status_table

    database = open_database(load_settings().database)
    try:
        if format == "json":
            sys.stdout.write(json.dumps(status_json(database), ensure_ascii=False, indent=2) + "\n")
        else:
            out.print(status_table(database))
    finally:
        database.dispose()


def _day(option: str, written: str | None) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError as error:
        raise typer.BadParameter(f"{option} : {written!r} n'est pas un jour ; écrivez 2023-01-31") from error
