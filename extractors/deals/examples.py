"""The marked examples of rules, run against all rules: what `veille rules check` reports."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from extractors.deals.extract import trace_deals
from extractors.deals.knowledge import DealKnowledge
from extractors.deals.rules import Rule
from extractors.values import Article, DealMention

_MARK = re.compile(r"\[(company|investors|lead|amount|alt|valuation|round|date) ([^\[\]]+)\]")
# Relative dates in examples resolve against this day; it means nothing else.
EXAMPLE_DAY = date(2025, 6, 16)


@dataclass(frozen=True, slots=True)
class Mark:
    """A slot marked in an example: `text` is the plain example, offsets are in it."""

    slot: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Problem:
    """An example that does not come out as marked; `message` says so in French."""

    rule: str
    example: str
    message: str


def parse_example(example: str) -> tuple[str, tuple[Mark, ...]]:
    """The plain text of a marked example, and its marks.

    "[company Nuvéa] lève [amount 3 M€]" → ("Nuvéa lève 3 M€", (company 0–5, amount 11–15)).
    """
    plain, marks, at = "", [], 0
    for match in _MARK.finditer(example):
        plain += example[at : match.start()]
        marks.append(Mark(match[1], len(plain), len(plain) + len(match[2])))
        plain += match[2]
        at = match.end()
    return plain + example[at:], tuple(marks)


def check_rule(rule: Rule, knowledge: DealKnowledge) -> list[Problem]:
    """Run every example and counter-example of one rule against all rules."""
    problems: list[Problem] = []
    for example in rule.text.examples:
        plain, marks = parse_example(example)
        trace = trace_deals(Article("example", "", plain, EXAMPLE_DAY), knowledge)
        if not any(
            m.rule.id == rule.id for matches in trace.matches for m in (*matches.deals, *matches.parts, *matches.vetoes)
        ):
            problems.append(Problem(rule.id, example, "la règle ne s'applique pas à son propre exemple"))
        problems += [Problem(rule.id, example, message) for message in _missing(plain, marks, trace.deals)]
    for example in rule.text.counter_examples:
        plain, marks = parse_example(example)
        deals = trace_deals(Article("example", "", plain, EXAMPLE_DAY), knowledge).deals
        if any(rule.id in deal.rules for deal in deals):
            problems.append(Problem(rule.id, example, "ce contre-exemple donne une opération par cette règle"))
    return problems


def check_rules(knowledge: DealKnowledge) -> list[Problem]:
    """Every rule's examples; empty when all come out as marked."""
    return [problem for rule in knowledge.rules.all for problem in check_rule(rule, knowledge)]


def _missing(plain: str, marks: tuple[Mark, ...], deals: tuple[DealMention, ...]) -> list[str]:
    """What is marked and not found, and deals without any mark."""
    found = {(e.field, e.start, e.end) for deal in deals for e in deal.evidence}
    out = [
        f"{mark.slot} {plain[mark.start : mark.end]!r} n'est pas trouvé"
        for mark in marks
        if not any(f == mark.slot and s < mark.end and mark.start < e for f, s, e in found)
    ]
    marked = {plain[m.start : m.end] for m in marks if m.slot == "company"}
    if not marked and deals and not any(m.slot in ("lead", "investors", "valuation", "amount") for m in marks):
        out.append(f"aucune opération n'est marquée, mais {deals[0].company} en sort")
    return out
