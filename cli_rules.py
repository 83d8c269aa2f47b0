"""The verbs of `veille` for rule authors: try a rule, ask why, measure, compare. `cli` registers them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from config.settings import load_settings

rules_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Les règles : liste, détail, essai, comparaison.",
    epilog="Exemples : `veille rules list` · `veille rules show funding.raise` · `veille rules check`",
)

out = Console(soft_wrap=False)
err = Console(stderr=True)

Paths = Annotated[list[Path], typer.Argument(exists=True, help="Fichiers .txt, .html, .json, ou dossiers.")]


@rules_app.command("list", epilog="Exemple : `veille rules list`")
def rules_list() -> None:
    """Toutes les règles en vigueur, les vôtres comprises."""
    from extractors.deals.knowledge import DealKnowledge
    from terminal.rule_table import rule_table

    out.print(rule_table(DealKnowledge.load(load_settings().config_dir).rules.all))


@rules_app.command("show", epilog="Exemple : `veille rules show funding.raise`")
def rules_show(rule: Annotated[str, typer.Argument(metavar="ID", help="Comme dans `veille rules list`.")]) -> None:
    """Une règle entière : motifs, exemples, ratés connus, fichier et ligne."""
    from extractors.deals.knowledge import DealKnowledge
    from extractors.deals.rule_places import RulePlaces
    from terminal.rule_table import print_rule

    rules = DealKnowledge.load(load_settings().config_dir).rules.all
    found = next((one for one in rules if one.id == rule), None)
    if found is None:
        raise typer.BadParameter(f"aucune règle {rule!r} ; `veille rules list` les donne toutes")
    print_rule(out, found, RulePlaces().line(found))


@rules_app.command("check", epilog="Exemple : `VEILLE_CONFIG_DIR=mes-regles veille rules check`")
def rules_check() -> None:
    """Vérifie chaque fichier de règles et essaie chaque exemple contre toutes les règles.

    Sortie 0 si tout va bien, 1 si un exemple échoue, 2 si un fichier ne se lit pas.
    """
    from extractors.deals.knowledge import DealKnowledge
    from flows.rules_check import check_examples, unread_files
    from terminal.rule_table import print_problem

    settings = load_settings()
    knowledge = DealKnowledge.load(settings.config_dir)
    failed = 0
    for located in check_examples(knowledge):
        failed += 1
        print_problem(out, located)
    for path in unread_files(settings.config_dir):
        err.print(f"{path} : fichier que rien ne lit", style="yellow", markup=False, highlight=False, soft_wrap=True)
    texts = [rule.text for rule in knowledge.rules.all]
    examples = sum(len(text.examples) + len(text.counter_examples) for text in texts)
    verdict = f"{failed} en échec" if failed else "tout va bien"
    out.print(f"{len(texts)} règles, {examples} exemples et contre-exemples : {verdict}", highlight=False)
    raise typer.Exit(1 if failed else 0)


@rules_app.command(
    "diff", epilog="Exemples : `veille rules diff --corpus articles/` · `veille rules diff --against HEAD~1`"
)
def rules_diff(
    against: Annotated[
        str | None,
        typer.Option(
            metavar="REV_OU_DOSSIER", help="Révision git ou dossier ; par défaut, nos règles sans les vôtres."
        ),
    ] = None,
    corpus: Annotated[
        Path | None, typer.Option(exists=True, help="Dossier d'articles ; par défaut, ceux de la base.")
    ] = None,
) -> None:
    """Les opérations qui apparaissent, changent ou disparaissent avec les règles en vigueur."""
    from collections import Counter

    from evaluation.changes import Way
    from flows.rules_diff import compare_rules
    from flows.rules_diff import corpus as open_corpus
    from sources.documents import Unreadable
    from terminal.logs import set_up_logging
    from terminal.rule_changes import change_totals, print_changes

    set_up_logging("text")
    settings = load_settings()
    read, ways = 0, Counter[Way]()
    with open_corpus(settings, corpus) as articles:
        for compared in compare_rules(articles, settings, against):
            if isinstance(compared, Unreadable):
                err.print(
                    f"{compared.path} : {compared.reason}", style="red", markup=False, highlight=False, soft_wrap=True
                )
                continue
            read += 1
            ways.update(change.way for change in compared.changes)
            print_changes(out, compared.article, compared.changes)
    out.print(change_totals(read, ways), highlight=False, soft_wrap=True)


@rules_app.command(
    "weigh",
    epilog="Exemples : `veille rules weigh annotes/ --dry-run` · `veille rules weigh annotes/ encore/ --out essai/`",
)
def rules_weigh(
    folders: Annotated[
        list[Path],
        typer.Argument(exists=True, file_okay=False, metavar="DOSSIER…", help="Dossiers d'articles annotés (.json)."),
    ],
    into: Annotated[
        Path | None,
        typer.Option("--out", file_okay=False, help="Où écrire points/*.yaml ; par défaut, VEILLE_CONFIG_DIR."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Mesurer et montrer, sans rien écrire.")] = False,
    near: Annotated[
        bool,
        typer.Option("--near", help="Ne mesurer que ce qui corrige les points en vigueur : pour un indice nouveau."),
    ] = False,
) -> None:
    """Mesure à nouveau les points des indices sur des articles annotés (quelques minutes pour trois cents)."""
    from config.errors import ConfigError
    from extractors.deals.knowledge import DealKnowledge
    from flows.weighing import weigh_folders, write_points
    from terminal.logs import set_up_logging
    from terminal.points import print_weighed, reading_progress

    set_up_logging("text")
    settings = load_settings()
    into = into or settings.config_dir
    # Told before the minutes it takes, not after.
    if into is None and not dry_run:
        raise ConfigError("où écrire les points ? Donnez --out DOSSIER, réglez VEILLE_CONFIG_DIR, ou --dry-run")
    with reading_progress(err) as progress:
        found = weigh_folders(folders, DealKnowledge.load(settings.config_dir), progress, near=near)
    for path, reason in found.refused:
        err.print(f"{path} : {reason}", style="yellow", markup=False, highlight=False, soft_wrap=True)
    written = [] if dry_run or into is None else write_points(found.measured, into, settings.config_dir)
    print_weighed(out, found.measured, found.articles, written)


def explain(
    paths: Paths,
    html: Annotated[Path | None, typer.Option(help="Écrire une page HTML au lieu d'imprimer.")] = None,
) -> None:
    """Dit d'où vient chaque champ de chaque opération, et ce qui a été écarté et pourquoi."""
    from extractors.deals.explain import Explanation
    from extractors.knowledge import load_knowledge
    from extractors.values import Reading
    from flows.explain import explain_paths
    from sources.documents import Unreadable
    from terminal.explain_page import write_page
    from terminal.explaining import print_explained
    from terminal.logs import set_up_logging

    set_up_logging("text")
    settings = load_settings()
    knowledge = load_knowledge(settings.config_dir)
    read = failed = 0

    def readable() -> Iterator[tuple[Reading, Explanation]]:
        nonlocal read, failed
        for found in explain_paths(paths, knowledge, settings.relevance_threshold):
            if isinstance(found, Unreadable):
                failed += 1
                err.print(f"{found.path} : {found.reason}", style="red", markup=False, highlight=False, soft_wrap=True)
            else:
                read += 1
                yield found

    if html:
        write_page(html, readable())
        out.print(f"{read} article(s) expliqués dans {html}", markup=False, highlight=False, soft_wrap=True)
    else:
        for reading, explanation in readable():
            print_explained(out, reading, explanation)
    raise typer.Exit(0 if read or not failed else 1)


def why_not(
    phrase: Annotated[str, typer.Argument(help="Une phrase, entre guillemets.")],
    most: Annotated[int, typer.Option("--most", min=1, help="Combien de règles proches montrer.")] = 3,
) -> None:
    """Dit pourquoi une phrase ne donne pas d'opération : la règle la plus proche, et ce qui lui manque."""
    from extractors.deals.knowledge import DealKnowledge
    from extractors.deals.whynot import why_not as ask
    from extractors.values import Article
    from terminal.nearest import print_why_not

    knowledge = DealKnowledge.load(load_settings().config_dir)
    print_why_not(out, ask(Article("phrase", "", phrase), knowledge, most))


def evaluate(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="Dossier d'articles annotés (.json).")],
    format: Annotated[Literal["table", "json"], typer.Option()] = "table",
    examples: Annotated[int, typer.Option(min=0, help="Combien d'exemples de chaque cause.")] = 3,
) -> None:
    """Mesure les règles sur des articles annotés : les chiffres, et les erreurs groupées par cause."""
    from extractors.knowledge import load_knowledge
    from flows.evaluation import evaluate_folder, evaluation_json
    from terminal.logs import set_up_logging
    from terminal.scores import print_scores

    set_up_logging("text")
    settings = load_settings()
    knowledge = load_knowledge(settings.config_dir)
    found = evaluate_folder(folder, knowledge, settings.relevance_threshold, examples)
    for path, reason in found.refused:
        err.print(f"{path} : {reason}", style="yellow", markup=False, highlight=False, soft_wrap=True)
    if format == "json":
        sys.stdout.write(json.dumps(evaluation_json(found), ensure_ascii=False, indent=1) + "\n")
    else:
        print_scores(out, found.figures, found.groups)
