"""The verbs of `veille` for alerts: watches read and tried, messages listed, sent, tried again or dropped."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from config.settings import Settings, load_settings
from storage.messages import DeliveryState
from terminal.logs import LogFormat, set_up_logging

if TYPE_CHECKING:
    from storage.database import Database

alerts_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Les veilles de `alerts.yaml` et leurs messages.",
    epilog="Exemples : `veille alerts check` · `veille alerts test mail` · `veille alerts list --state dead`",
)

out = Console(soft_wrap=False)
err = Console(stderr=True)

Number = Annotated[int, typer.Argument(metavar="N°", help="Comme dans `veille alerts list`.")]


def send(
    log_format: Annotated[
        LogFormat, typer.Option("--log-format", help="Lignes de texte, ou un objet JSON par ligne.")
    ] = "text",
) -> None:
    """Envoie ce qui est dû à chaque veille, sans passage : entre deux passages, ou par cron toutes les dix minutes.

    Sortie 0 si rien n'est resté en échec, 1 sinon.
    """
    from flows.alerting import send_now

    set_up_logging(log_format)
    settings = load_settings()
    with _database(settings) as database:
        result = send_now(settings, database, datetime.now(UTC))
    for line in result.errors:
        _say(err, line, "yellow")
    told = f"{len(result.sent)} message(s) envoyé(s), {len(result.failed)} à retenter, {len(result.dead)} perdu(s)"
    if result.quiet:
        told += f" ; heures de silence pour {', '.join(result.quiet)}"
    _say(out, told)
    raise typer.Exit(1 if result.failed or result.dead else 0)


@alerts_app.command("check", epilog="Exemple : `VEILLE_CONFIG_DIR=mes-veilles veille alerts check`")
def check() -> None:
    """Lit `alerts.yaml` (le nôtre et le vôtre) et ses secrets, et montre les veilles en vigueur.

    Sortie 2 si une ligne est fautive : fichier, ligne et champ sont nommés.
    """
    from alerts.outlets import open_outlets
    from storage.deliveries import waiting
    from terminal.alert_table import watch_table

    settings = load_settings()
    outlets = open_outlets(settings)
    with _database(settings) as database:
        out.print(watch_table(outlets, waiting(database)))


@alerts_app.command(
    "test",
    epilog="Exemples : `veille alerts test mail` · `veille alerts test sante --since 2026-11-01 --html essai.html`",
)
def show(
    watch: Annotated[str, typer.Argument(metavar="VEILLE", help="Son id dans `alerts.yaml`.")],
    since: Annotated[
        str | None, typer.Option(metavar="JOUR", help="Depuis ce jour : 2026-11-01. Sans lui, depuis hier.")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Écrit aussi le courriel HTML dans ce fichier.")] = None,
) -> None:
    """Montre ce qu'une veille aurait envoyé depuis hier. N'envoie rien, ne retient rien."""
    from alerts.mail import render_mail
    from alerts.previewing import standalone_html
    from alerts.watchlist import find_watch
    from storage.previews import preview

    settings = load_settings()
    found = find_watch(settings, watch)
    now = datetime.now(UTC)
    zone = ZoneInfo(found.timezone)
    start = datetime.combine(_day(since) if since else now.astimezone(zone).date() - timedelta(days=1), time(), zone)
    with _database(settings) as database:
        shown = preview(database, found.rule, start, confidence=settings.alert_confidence)
    _say(err, f"{len(shown.told)} opération(s) depuis le {start:%Y-%m-%d}, {len(shown.missed)} écartée(s)", "dim")
    for deal, by in shown.missed:
        _say(err, f"  écartée par only.{by} : {deal.company}", "dim")
    if not shown.told:
        return
    digest = start.astimezone(UTC) if found.rhythm.pace != "at-once" else None
    mail = render_mail(
        shown.told, language=found.language, timezone=found.timezone, day=now, since=digest, watch=found.name
    )
    sys.stdout.write(f"{mail.subject}\n\n{mail.text}\n")
    if html is not None:
        html.write_text(standalone_html(mail), encoding="utf-8")
        _say(err, f"HTML écrit dans {html}", "dim")


@alerts_app.command("list", epilog="Exemples : `veille alerts list` · `veille alerts list --state dead`")
def list_(
    state: Annotated[DeliveryState | None, typer.Option(help="Seulement ceux dans cet état.")] = None,
    watch: Annotated[str | None, typer.Option(metavar="VEILLE", help="Seulement ceux de cette veille.")] = None,
    most: Annotated[int, typer.Option("--last", help="Combien, les plus récents.", min=1)] = 50,
) -> None:
    """Les messages, les plus récents d'abord : partis, en attente, perdus."""
    from storage.deliveries import list_deliveries, waiting
    from terminal.alert_table import delivery_table

    settings = load_settings()
    with _database(settings) as database:
        out.print(delivery_table(list_deliveries(database, state=state, channel=watch, most=most), settings.timezone))
        for channel, count in waiting(database).items():
            _say(out, f"{channel} : {count} nouvelle(s) pour le prochain message")


@alerts_app.command("retry", epilog="Exemple : `veille alerts retry 12`")
def retry(number: Number) -> None:
    """Remet un message perdu, abandonné ou en attente dans la file ; `veille send` l'envoie aussitôt."""
    from storage.deliveries import retry_delivery

    with _database(load_settings()) as database:
        retry_delivery(database, number)
    _say(out, f"message {number} remis dans la file ; `veille send` l'envoie")


@alerts_app.command("drop", epilog="Exemple : `veille alerts drop 12`")
def drop(number: Number) -> None:
    """N'envoie plus jamais un message perdu ou en attente ; ce qu'il disait compte comme dit."""
    from storage.deliveries import drop_delivery

    with _database(load_settings()) as database:
        drop_delivery(database, number)
    _say(out, f"message {number} abandonné")


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    from storage.database import open_database

    database = open_database(settings.database)
    try:
        yield database
    finally:
        database.dispose()


def _day(written: str) -> datetime:
    try:
        return datetime.fromisoformat(written)
    except ValueError as error:
        raise typer.BadParameter(
            f"--since : {written!r} n'est pas compris ; écrivez un jour comme 2026-11-01"
        ) from error


def _say(where: Console, line: str, style: str = "") -> None:
    where.print(line, style=style, markup=False, highlight=False, soft_wrap=True)
