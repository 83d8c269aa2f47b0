"""The `veille` command: every verb calls one function that the flows also call, and prints what it returns."""

from __future__ import annotations

import gc
import json
import sys
from importlib.metadata import version as package_version
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import typer
from rich.console import Console

import cli_alerts
import cli_backfill
import cli_companies
import cli_db
import cli_deals
import cli_past
import cli_rules
import cli_web
from config.errors import ConfigError, VeilleError
from config.settings import Settings, load_settings
from storage.values import RunReport
from terminal.logs import LogFormat, set_up_logging

app = typer.Typer(
    name="veille",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Chaque matin, les opérations financières de l'IA que raconte la presse francophone.\n\n"
    "Exemples : `veille demo` · `veille run --plain` · `veille extract page.html` · `veille deals --since 2026-01-01`",
)
feeds_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Les flux suivis : liste, essai, OPML.",
    epilog="Exemples : `veille feeds list` · `veille feeds check maddyness` · `veille feeds import flux.opml`",
)

out = Console(soft_wrap=False)
err = Console(stderr=True)

Paths = Annotated[list[Path], typer.Argument(exists=True, help="Fichiers .txt, .html, .json, ou dossiers.")]
Parsed = TypeVar("Parsed")
LogOption = Annotated[LogFormat, typer.Option("--log-format", help="Lignes de texte, ou un objet JSON par ligne.")]


def main() -> None:
    """Run the command. Exit codes: 0 done, 1 nothing could be done, 2 bad configuration or arguments."""
    # Starting makes a million objects that all stay (rules, tables): looking for garbage every 700 costs a tenth of it.
    gc.set_threshold(50_000, 20, 50)
    try:
        app(prog_name="veille")
    except ConfigError as error:
        _complain(f"Configuration : {error}")
        sys.exit(2)
    except VeilleError as error:
        _complain(str(error))
        sys.exit(1)


def _print_version(wanted: bool) -> None:
    if wanted:
        out.print(f"veille-ia {package_version('veille-ia')}", highlight=False)
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Affiche la version.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    """Options of the command itself; each acts by its own callback."""


@app.command(epilog="Exemples : `veille run` · `veille run --plain --log-format json` (cron)")
def run(
    plain: Annotated[bool, typer.Option("--plain", help="Sans Prefect : les mêmes fonctions, pour cron.")] = False,
    log_format: LogOption = "text",
) -> None:
    """Un passage quotidien : flux, pages, articles, opérations, courriel."""
    from flows.command import run_once
    from terminal.report import log_report, print_report

    settings = load_settings()
    # On a terminal the bar tells how far the run is; log lines there would only tear it.
    bar = err if err.is_terminal and log_format == "text" else None
    set_up_logging(log_format, above=bar)

    def tell(report: RunReport) -> None:
        # A log that machines read holds nothing but JSON, the report included.
        if log_format == "json":
            log_report(report)
        else:
            print_report(out, report, settings.timezone)

    raise typer.Exit(run_once(settings, tell, plain=plain, bar=bar))


@app.command(epilog='Exemple : `veille serve --cron "30 6 * * *"`')
def serve(
    cron: Annotated[str, typer.Option(help="Cinq champs de cron, à l'heure de VEILLE_TIMEZONE.")] = "30 6 * * *",
    log_format: LogOption = "text",
) -> None:
    """Reste en marche et fait un passage à chaque échéance (Prefect)."""
    from flows.prefect_setup import prepare_prefect

    set_up_logging(log_format)
    settings = load_settings()
    prepare_prefect(settings)
    from flows.serving import serve_daily

    serve_daily(settings, cron)


@app.command(epilog="Exemples : `veille demo` · `veille demo --keep essai/` (base et courriels à regarder ensuite)")
def demo(
    prefect: Annotated[bool, typer.Option("--prefect", help="Faire les passages par Prefect.")] = False,
    keep: Annotated[Path | None, typer.Option(help="Dossier où garder la base et les courriels.")] = None,
) -> None:
    """Une petite presse en ligne sur cette machine, deux passages, ce qu'on y trouve. Ni réseau ni réglages."""
    from demo.show import show_demo

    set_up_logging("text")
    raise typer.Exit(show_demo(out, with_prefect=prefect, keep=keep))


@app.command(epilog="Exemples : `veille extract article.html` · `veille extract dossier/ --format jsonl > lu.jsonl`")
def extract(
    paths: Paths,
    format: Annotated[
        Literal["table", "jsonl"], typer.Option(help="Pour les yeux, ou un objet JSON par article.")
    ] = "table",
) -> None:
    """Lit des articles sur le disque et montre ce qui y est dit, sans base de données."""
    from extractors.codec import reading_json
    from extractors.knowledge import load_knowledge
    from flows.extract import extract_paths
    from sources.documents import Unreadable
    from terminal.reading import print_reading

    set_up_logging("text")
    settings = load_settings()
    knowledge = load_knowledge(settings.config_dir)
    read = failed = 0
    for reading in extract_paths(paths, knowledge, settings.relevance_threshold):
        if isinstance(reading, Unreadable):
            failed += 1
            _complain(f"{reading.path} : {reading.reason}")
            continue
        read += 1
        if format == "jsonl":
            sys.stdout.write(json.dumps(reading_json(reading), ensure_ascii=False) + "\n")
        else:
            print_reading(out, reading)
    raise typer.Exit(0 if read or not failed else 1)


@feeds_app.command("list", epilog="Exemple : `veille feeds list`")
def feeds_list() -> None:
    """Les flux de `feeds.yaml`, les vôtres compris."""
    from sources.feedlist import load_feeds
    from terminal.feed_table import feed_list_table

    out.print(feed_list_table(load_feeds(load_settings().config_dir)))


@feeds_app.command("check", epilog="Exemples : `veille feeds check` · `veille feeds check maddyness frenchweb`")
def feeds_check(
    ids: Annotated[list[str] | None, typer.Argument(help="Flux à essayer ; tous par défaut.")] = None,
) -> None:
    """Essaie chaque flux une fois et montre ce qu'il donne."""
    from flows.feeds_check import check_feeds
    from terminal.feed_table import print_coverage

    set_up_logging("text")
    settings = load_settings()
    results = check_feeds(settings, ids or [])
    print_coverage(out, results, settings.timezone)
    raise typer.Exit(0 if any(result.entries for _, result in results) else 1)


@feeds_app.command("export", epilog="Exemple : `veille feeds export > flux.opml`")
def feeds_export() -> None:
    """Les flux au format OPML, sur la sortie standard."""
    from sources.feedlist import load_feeds
    from sources.opml import write_opml

    sys.stdout.buffer.write(write_opml(load_feeds(load_settings().config_dir)))


@feeds_app.command("import", epilog="Exemple : `veille feeds import flux.opml`")
def feeds_import(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Fichier OPML.")]) -> None:
    """Ajoute les flux d'un fichier OPML à `feeds.yaml` de VEILLE_CONFIG_DIR."""
    from sources.opml import read_opml
    from sources.subscribing import subscribe

    settings = load_settings()
    if settings.config_dir is None:
        raise ConfigError("VEILLE_CONFIG_DIR n'est pas réglé : nommez un dossier où écrire votre feeds.yaml")
    offered = read_opml(file.read_bytes())
    done = subscribe(settings.config_dir, offered.feeds)
    for problem in offered.refused:
        _complain(problem, "yellow")
    added, known = len(done.added), len(done.known)
    told = f"{added} flux ajouté{'s' if added > 1 else ''} à {done.path}, {known} déjà suivi{'s' if known > 1 else ''}"
    out.print(told, markup=False, highlight=False, soft_wrap=True)


@app.command(epilog="Exemple : `veille doctor`")
def doctor() -> None:
    """Vérifie réglages, base, courrier, disque et horloge, et dit quoi faire."""
    from flows.doctor import examine
    from terminal.checks import print_checks

    raise typer.Exit(print_checks(out, examine(_settings_or_error())))


app.command(epilog="Exemples : `veille reprocess --dry-run` · `veille reprocess --since 2026-01-01`")(
    cli_past.reprocess
)
app.command(epilog="Exemple : `veille web` puis http://127.0.0.1:8765/")(cli_web.web)
app.command(
    epilog="Exemples : `veille export > deals.csv` · `veille export --format xlsx --since 2026-01-01 --to d.xlsx`"
)(cli_web.export)
# The verbs of rule authors come after those of every day.
app.add_typer(cli_deals.deals_app, name="deals")
feeds_app.command("status", epilog="Exemple : `veille feeds status`")(cli_db.feeds_status)
app.add_typer(feeds_app, name="feeds")
app.add_typer(cli_companies.companies_app, name="companies")
app.add_typer(cli_backfill.backfill_app, name="backfill")
app.add_typer(cli_alerts.alerts_app, name="alerts")
app.command(epilog="Exemple : `*/10 * * * *  veille send` (cron)")(cli_alerts.send)
app.add_typer(cli_db.db_app, name="db")
app.add_typer(cli_rules.rules_app, name="rules")
app.command(epilog="Exemples : `veille explain article.html` · `veille explain dossier/ --html page.html`")(
    cli_rules.explain
)
app.command(epilog='Exemple : `veille why-not "Nuvéa engouffre 10 M€"`')(cli_rules.why_not)
app.command(epilog="Exemples : `veille evaluate articles/` · `veille evaluate articles/ --format json`")(
    cli_rules.evaluate
)


def _complain(line: str, style: str = "red") -> None:
    """One line on standard error; not folded, so that paths in it can be copied."""
    err.print(line, style=style, markup=False, highlight=False, soft_wrap=True)


def _settings_or_error() -> Settings | ConfigError:
    try:
        return load_settings()
    except ConfigError as error:
        return error


if __name__ == "__main__":
    main()
