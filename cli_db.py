"""The verbs of `veille` for whoever keeps it running: the database, and the health of feeds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from config.settings import load_settings

db_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="La base : copie, rétablissement, examen, place, durée de garde.",
    epilog="Exemples : `veille db backup copies/lundi.db` · `veille db check` · `veille db prune --days 365`",
)

out = Console(soft_wrap=False)


def _say(line: str) -> None:
    out.print(line, markup=False, highlight=False, soft_wrap=True)


@db_app.command("backup", epilog="Exemple : `veille db backup copies/veille-lundi.db`")
def db_backup(file: Annotated[Path, typer.Argument(dir_okay=False, help="Où écrire la copie.")]) -> None:
    """Copie la base dans un fichier, même pendant un passage (PostgreSQL : par pg_dump)."""
    from storage.maintenance import backup

    size = backup(load_settings().database, file)
    _say(f"{file} : {size / 1e6:.1f} Mo, copie relue et entière")


@db_app.command("restore", epilog="Exemple : `veille db restore copies/veille-lundi.db`")
def db_restore(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Une copie de `veille db backup`.")],
    yes: Annotated[bool, typer.Option("--yes", help="Sans demander.")] = False,
) -> None:
    """Met une copie à la place de la base ; l'ancienne est gardée à côté."""
    from storage.maintenance import restore

    if not yes:
        typer.confirm("Remplacer la base par cette copie ?", abort=True)
    kept = restore(load_settings().database, file)
    _say(f"Base rétablie depuis {file}" + (f" ; l'ancienne est {kept}" if kept else ""))


@db_app.command("check", epilog="Exemple : `veille db check`")
def db_check() -> None:
    """Cherche des dégâts dans la base. Code 1 s'il y en a."""
    from storage.maintenance import check

    problems = check(load_settings().database)
    for problem in problems:
        _say(f"✗ {problem}")
    _say("Rétablissez une copie : `veille db restore FICHIER`" if problems else "La base est saine.")
    raise typer.Exit(1 if problems else 0)


@db_app.command("vacuum", epilog="Exemple : `veille db vacuum`")
def db_vacuum() -> None:
    """Rend au disque la place de ce qui a été effacé."""
    from storage.maintenance import vacuum

    _say(f"{vacuum(load_settings().database) / 1e6:.1f} Mo rendus")


@db_app.command("prune", epilog="Exemples : `veille db prune --days 365 --dry-run` · `veille db prune --days 365`")
def db_prune(
    days: Annotated[int, typer.Option(min=30, help="Ce qui est plus vieux est lâché.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Compte sans rien effacer.")] = False,
) -> None:
    """Lâche les vieux textes qui ne disent aucune opération. Adresses, titres et opérations restent."""
    from storage.database import open_database
    from storage.retention import prune

    database = open_database(load_settings().database)
    try:
        gone = prune(database, datetime.now(UTC) - timedelta(days=days), dry_run=dry_run)
    finally:
        database.dispose()
    _say(
        f"{'Seraient lâchés' if dry_run else 'Lâchés'} : {gone.texts} textes, {gone.versions} versions, "
        f"{gone.entries} résumés, {gone.set_aside} éléments mis de côté"
    )


def feeds_status() -> None:
    """Santé de chaque flux : dernier succès, échecs, raison, prochain essai, articles par semaine, part pertinente."""
    from sources.feedlist import load_feeds
    from storage.database import open_database
    from storage.feed_health import feed_health
    from terminal.feed_health import print_health

    settings = load_settings()
    feeds = [feed for feed in load_feeds(settings.config_dir) if feed.enabled]
    database = open_database(settings.database)
    try:
        health = feed_health(database, feeds, datetime.now(UTC))
    finally:
        database.dispose()
    print_health(out, health, settings.timezone)
