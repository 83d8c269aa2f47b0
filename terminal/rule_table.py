"""Rules as an analyst reads them: the list, one rule with everything in its file, problems with examples."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from alerts.wording import WORDS
from extractors.deals.rule_places import Located
from extractors.deals.rules import Rule
from terminal.explain_words import LANGUAGE
from terminal.marking import marked_example, print_indented


def rule_table(rules: Iterable[Rule]) -> Table:
    """One row a rule: id, kind, what it says, how many examples and counter-examples."""
    table = Table(show_lines=False, expand=False)
    table.add_column("Id", no_wrap=True)
    table.add_column("Genre")
    table.add_column("Ce qu'elle dit")
    table.add_column("Exemples", justify="right")
    for rule in rules:
        counted = f"{len(rule.text.examples)}+{len(rule.text.counter_examples)}"
        table.add_row(*map(Text, (rule.id, rule_kind(rule), rule.text.says, counted)))
    return table


def rule_kind(rule: Rule) -> str:
    """What a rule gives: a kind of deal, a part of one, or the reason why it is none."""
    if rule.text.not_a_deal:
        return "pas une opération"
    if rule.text.part:
        return "complément"
    return WORDS[LANGUAGE].kinds[rule.kind] if rule.kind else "selon le contexte"


def print_rule(out: Console, rule: Rule, line: int) -> None:
    """One rule: what it says, where it stands, patterns, settings, examples with slots marked, known failures."""
    text = rule.text
    out.print(Text().append(rule.id, "bold").append(f" · {rule_kind(rule)} · sûreté {text.grade:g}"))
    out.print(Text(f"  {text.says}"), soft_wrap=True)
    out.print(Text(f"  {rule.file}:{line}", "dim"), soft_wrap=True)
    sets = {key: value for key, value in text.sets.model_dump().items() if value is not None}
    facts = {
        "destinataire": ", ".join(text.company),
        "payeur": ", ".join(text.investors),
        "écarte": text.not_a_deal or "",
        "fixe": ", ".join(f"{key} = {value}" for key, value in sets.items()),
    }
    for name, value in facts.items():
        if value:
            out.print(Text(f"  {name} : {value}"), soft_wrap=True)
    for title, lines in (
        ("Déclencheurs", [" · ".join(text.trigger)]),
        ("Motifs", text.patterns),
        ("Exceptions (unless)", text.unless),
        ("Il faut qu'il soit question de (about)", text.about),
        ("Sauf s'il est question de (not_about)", text.not_about),
    ):
        _block(out, title, [Text(one) for one in lines])
    _block(out, "Exemples", [marked_example(one, out) for one in text.examples])
    _block(out, "Contre-exemples", [marked_example(one, out) for one in text.counter_examples])
    _block(out, "Ratés connus", [Text(one) for one in text.known_failures])


def print_problem(out: Console, located: Located) -> None:
    """`file:line: rule: what is wrong`, then the example."""
    problem = located.problem
    place = f"{located.file}:{located.line}: "
    out.print(Text().append(place, "bold").append(f"{problem.rule} : {problem.message}", "red"), soft_wrap=True)
    out.print(Text(f"    {problem.example}", "dim"), soft_wrap=True)


def _block(out: Console, title: str, lines: list[Text]) -> None:
    if not lines:
        return
    out.print(Text(f"  {title}", "bold"))
    for line in lines:
        print_indented(out, Text("· ").append_text(line), 4)
