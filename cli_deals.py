"""The verbs of `veille deals`: list them, look at one, decide about it. `cli` registers them."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import typer
from rich.console import Console

from config.settings import Settings, load_settings
from extractors.values import Kind, Status

if TYPE_CHECKING:
    from storage.database import Database
    from storage.decisions import Decision, Desk

deals_app = typer.Typer(
    invoke_without_command=True,
    rich_markup_mode="markdown",
    epilog="Exemples : `veille deals --since 2026-11-01 --min-amount 10000000` · `veille deals --format csv` · "
    "`veille deals show ID` · `veille deals correct ID montant='12,5 M€'`",
)

out = Console(soft_wrap=False)

Parsed = TypeVar("Parsed")
DealId = Annotated[str, typer.Argument(metavar="ID", help="Comme dans `veille deals`.")]
By = Annotated[str | None, typer.Option("--by", metavar="NOM", help="Qui décide ; par défaut le nom de votre session.")]


@deals_app.callback()
def deals(
    ctx: typer.Context,
    since: Annotated[str | None, typer.Option(metavar="JOUR", help="Publiées depuis ce jour : 2026-11-01.")] = None,
    company: Annotated[str | None, typer.Option(metavar="NOM", help="Nom de l'entreprise, ou une partie.")] = None,
    min_amount: Annotated[str | None, typer.Option(metavar="EUROS", help="Au moins tant, au taux BCE du jour.")] = None,
    kind: Annotated[Kind | None, typer.Option(help="Nature de l'opération.")] = None,
    status: Annotated[Status | None, typer.Option(help="Où elle en est.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Aussi les rappels et ce qui n'est pas de l'IA.")] = False,
    rejected: Annotated[bool, typer.Option("--rejected", help="Aussi celles que quelqu'un a rejetées.")] = False,
    format: Annotated[
        Literal["table", "jsonl", "csv"], typer.Option(help="Pour les yeux, un programme, un tableur.")
    ] = "table",
) -> None:
    """Les opérations en base, les plus récentes d'abord ; une seule, et ce qu'on en décide."""
    if ctx.invoked_subcommand is not None:
        return
    from storage.queries import list_deals
    from storage.values import DealFilter
    from terminal.export import print_deals

    wanted = DealFilter(
        since=_parsed("--since", since, date.fromisoformat, "un jour comme 2026-11-01"),
        company=company,
        min_amount=_parsed("--min-amount", min_amount, _euros, "un nombre d'euros comme 10000000"),
        kind=kind,
        status=status,
        include_all=all_,
        include_rejected=rejected,
    )
    with _database(load_settings()) as database:
        print_deals(out, list_deals(database, wanted), format)


@deals_app.command("show", epilog="Exemples : `veille deals show ID` · `veille deals show ID --format json`")
def show(
    deal: DealId,
    format: Annotated[Literal["text", "json"], typer.Option(help="Pour les yeux, ou pour un programme.")] = "text",
) -> None:
    """Une opération entière : chaque mention et sa phrase, sa vie, les désaccords, les décisions."""
    from storage.records import deal_record, record_json

    settings = load_settings()
    with _database(settings) as database:
        record = deal_record(database, deal)
    if format == "json":
        sys.stdout.write(json.dumps(record_json(record), ensure_ascii=False, indent=1) + "\n")
        return
    from terminal.deal_record import print_record

    print_record(out, record, settings.language)


@deals_app.command("merge", epilog="Exemple : `veille deals merge ID1 ID2`")
def merge(
    ids: Annotated[list[str], typer.Argument(metavar="ID…", help="Deux opérations ou plus, qui n'en sont qu'une.")],
    by: By = None,
) -> None:
    """Réunit des opérations ; la plus ancienne garde son id, les autres y mènent."""
    _decide(by, lambda desk: desk.merge(ids))


@deals_app.command("split", epilog="Exemple : `veille deals split ID k3fab` (le repère que donne `veille deals show`)")
def split(
    deal: DealId,
    mentions: Annotated[list[str], typer.Argument(metavar="MENTION…", help="Les mentions à mettre à part.")],
    by: By = None,
) -> None:
    """Met à part des mentions, qui disent une autre opération."""
    _decide(by, lambda desk: desk.split(deal, mentions))


@deals_app.command("reject", epilog="Exemple : `veille deals reject ID --because \"c'est un chiffre d'affaires\"`")
def reject(
    deal: DealId,
    because: Annotated[str, typer.Option("--because", metavar="RAISON", help="Gardée avec la décision.")] = "",
    by: By = None,
) -> None:
    """Ce n'est pas une opération : elle n'est plus ni listée ni annoncée."""
    _decide(by, lambda desk: desk.reject(deal, because))


@deals_app.command(
    "correct",
    epilog="Exemples : `veille deals correct ID montant='12,5 M€' tour='série B'` · `… investisseurs='A; B'`"
    " · voir aussi `veille deals correct ID ia=non`",
)
def correct(
    deal: DealId,
    fields: Annotated[
        list[str],
        typer.Argument(
            metavar="CHAMP=VALEUR…",
            help="company, kind, amount, valuation, round, status, role, date, investors, lead, ai, cumulative, "
            "ou leur nom français ; « rien » vide un champ.",
        ),
    ],
    by: By = None,
) -> None:
    """Fixe des champs, quoi que dise la presse ensuite."""
    _decide(by, lambda desk: desk.correct(deal, fields))


@deals_app.command("confirm", epilog="Exemple : `veille deals confirm ID`")
def confirm(deal: DealId, by: By = None) -> None:
    """Quelqu'un a vérifié : l'opération est sûre."""
    _decide(by, lambda desk: desk.confirm(deal))


@deals_app.command("note", epilog='Exemple : `veille deals note ID "rappeler le service de presse"`')
def note(deal: DealId, text: Annotated[str, typer.Argument(metavar="TEXTE")], by: By = None) -> None:
    """Garde quelques mots avec une opération."""
    _decide(by, lambda desk: desk.note(deal, text))


@deals_app.command("undo", epilog="Exemple : `veille deals undo 4`")
def undo(number: Annotated[int, typer.Argument(metavar="N", help="Numéro de la décision.")], by: By = None) -> None:
    """Annule une décision ; ce que disent les règles vaut de nouveau."""
    _decide(by, lambda desk: desk.undo(number))


@deals_app.command("decisions", epilog="Exemples : `veille deals decisions` · `veille deals decisions ID --all`")
def decisions(
    deal: Annotated[str | None, typer.Argument(metavar="ID", help="Toutes les opérations par défaut.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Aussi celles qui furent annulées.")] = False,
    format: Annotated[Literal["text", "jsonl"], typer.Option(help="Pour les yeux, ou pour un programme.")] = "text",
) -> None:
    """Ce qui a été décidé, par qui et quand, le plus récent d'abord."""
    from storage.decisions import list_decisions
    from storage.records import decision_json
    from terminal.decisions import decision_text

    settings = load_settings()
    with _database(settings) as database:
        found = list_decisions(database, deal, undone=all_)
    for decision in found:
        if format == "jsonl":
            sys.stdout.write(json.dumps(decision_json(decision), ensure_ascii=False) + "\n")
        else:
            out.print(decision_text(decision, settings.language, with_deal=True), soft_wrap=True)
    if not found and format == "text":
        out.print("Aucune décision.", markup=False)


def _decide(by: str | None, act: Callable[[Desk], Decision]) -> None:
    from alerts.watchlist import load_watches
    from storage.decisions import Desk
    from storage.news import AlertRules
    from terminal.decisions import decision_text

    settings = load_settings()
    rules = AlertRules(settings.alert_confidence, settings.alert_window_days, datetime.now(UTC))
    watches = [watch.rule for watch in load_watches(settings)]
    with _database(settings) as database:
        decision = act(Desk(database, by if by is not None else _login(), rules, watches))
    out.print(decision_text(decision, settings.language, with_deal=True), soft_wrap=True)


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without users
        return ""


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    from storage.database import open_database

    database = open_database(settings.database)
    try:
        yield database
    finally:
        database.dispose()


def _euros(written: str) -> Decimal:
    """A finite number of euros; digits may be grouped as the press groups them."""
    value = Decimal("".join(written.replace(",", ".").split()))
    if not value.is_finite():
        raise ValueError(written)
    return value


def _parsed(option: str, value: str | None, parse: Callable[[str], Parsed], expected: str) -> Parsed | None:
    if value is None:
        return None
    try:
        return parse(value)
    except (ValueError, ArithmeticError) as error:
        raise typer.BadParameter(f"{option} : {value!r} n'est pas compris ; écrivez {expected}") from error
