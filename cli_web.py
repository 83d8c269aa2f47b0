"""`veille web` and `veille export`: the dashboard, and its files without it. `cli` registers them."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console

from config.settings import Settings, load_settings
from extractors.values import Kind, Status

if TYPE_CHECKING:
    from storage.database import Database
    from storage.values import DealView
    from web.exports import Format

err = Console(stderr=True)


def web(
    host: Annotated[str, typer.Option(help="Adresse où écouter ; ailleurs qu'ici, il faut pouvoir s'identifier.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8765,
) -> None:
    """Le tableau de bord, son API et ses exports, sur la base de veille."""
    from web.server import must_close, serve

    settings = load_settings()
    must_close(settings, host)  # before the database is opened and the address told
    with _database(settings) as database:
        shown = f"[{host}]" if ":" in host else host
        err.print(f"http://{shown}:{port}/  (Ctrl+C pour arrêter)", markup=False, highlight=False)
        serve(database, settings, host, port)


def export(
    format: Annotated[Literal["csv", "xlsx", "parquet", "jsonl"], typer.Option(help="Format du fichier.")] = "csv",
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FICHIER", help="Par défaut la sortie standard.", dir_okay=False)
    ] = None,
    q: Annotated[str, typer.Option(help="Mots des noms, titres et médias.")] = "",
    company: Annotated[str, typer.Option(metavar="NOM")] = "",
    investor: Annotated[str, typer.Option(metavar="NOM")] = "",
    outlet: Annotated[str, typer.Option(metavar="NOM")] = "",
    kind: Annotated[Kind | None, typer.Option(help="Nature.")] = None,
    status: Annotated[Status | None, typer.Option(help="Où en est l'opération.")] = None,
    round: Annotated[str, typer.Option(help="seed, series-a…")] = "",
    country: Annotated[str, typer.Option(metavar="PAYS", help="De l'entreprise, où il est connu : FR, BE, US…")] = "",
    since: Annotated[str, typer.Option(metavar="JOUR")] = "",
    until: Annotated[str, typer.Option(metavar="JOUR")] = "",
    min: Annotated[str, typer.Option(metavar="EUROS")] = "",
    max: Annotated[str, typer.Option(metavar="EUROS")] = "",
    scope: Annotated[
        Literal["news", "all"], typer.Option(help="all : aussi les rappels et ce qui n'est pas de l'IA.")
    ] = ("news"),
    sort: Annotated[Literal["recent", "oldest", "largest", "smallest", "name"], typer.Option(help="Ordre.")] = "recent",
) -> None:
    """Les opérations en fichier, sous les mêmes filtres que le tableau de bord."""
    from storage.browse import all_deals
    from web.exports import write
    from web.params import lenient

    told = {
        "q": q, "company": company, "investor": investor, "outlet": outlet, "kind": kind or "", "status": status or "",
        "round": round, "country": country.upper(),
        "since": since, "until": until, "min": min, "max": max, "scope": scope, "sort": sort,
    }  # fmt: skip
    params, wrong = lenient(told)
    if wrong:
        raise typer.BadParameter(
            f"--{wrong[0]} : {told[wrong[0]]!r} n'est pas compris ; écrivez un jour comme 2026-11-01, un nombre "
            "d'euros, ou des mots"
        )
    with _database(load_settings()) as database:
        deals = all_deals(database, params.browse())
        if to is None:
            if sys.stdout.isatty() and format in ("xlsx", "parquet"):
                raise typer.BadParameter(f"{format} n'est pas pour un terminal ; donnez un fichier avec --to")
            _to_stdout(format, deals)
            return
        with to.open("wb") as file:
            write(format, deals, file)


def _to_stdout(format: Format, deals: Iterator[DealView]) -> None:
    from web.exports import write

    if format in ("csv", "jsonl"):
        write(format, deals, sys.stdout.buffer)
        return
    # A workbook and a Parquet file are written back and forth: not into a pipe.
    with tempfile.TemporaryFile() as file:
        write(format, deals, file)
        file.seek(0)
        shutil.copyfileobj(file, sys.stdout.buffer)


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    from storage.database import open_database

    database = open_database(settings.database)
    try:
        yield database
    finally:
        database.dispose()
