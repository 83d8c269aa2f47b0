"""What `veille explain` prints: an article's deals field by field with sentences and rules, and what was refused."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from extractors.deals.choices import Choice
from extractors.deals.explain import ExplainedDeal, Explanation, Refused
from extractors.values import Reading
from terminal.cue_words import choice_words, weights_words
from terminal.explain_words import FIELDS, field_value, refusal_words, rule_words
from terminal.marking import STYLES, legend, marked, print_indented

_WHERE = {"title": "titre", "text": "texte"}


def print_explained(out: Console, reading: Reading, explanation: Explanation) -> None:
    """Language, relevance with every reason, each deal with every field, and the refused candidates."""
    out.print(Text(f"{reading.article.id}  {reading.article.title}".rstrip(), "bold"), soft_wrap=True)
    for line in relevance_lines(reading):
        out.print(Text(f"  {line}"), soft_wrap=True)
    for number, deal in enumerate(explanation.deals, 1):
        print_deal(out, deal, number)
    if not explanation.deals:
        out.print(Text("  aucune opération", "dim"))
    if explanation.refused:
        out.print(Text("  Écartés", "bold"))
        for refused in explanation.refused:
            print_refused(out, refused)
    out.print()


def relevance_lines(reading: Reading) -> list[str]:
    """Language and relevance, with what counted for and against."""
    if reading.language != "fr":
        return [f"langue {reading.language or 'inconnue'} : seuls les articles en français sont lus"]
    relevance = reading.relevance
    verdict = "pertinent" if relevance.relevant else "hors sujet"
    reasons = ", ".join(
        f"{reason.term}{f' ×{reason.count}' if reason.count > 1 else ''} {reason.points:+g}"
        for reason in relevance.reasons
    )
    return [f"langue fr · {verdict} ({relevance.score:g})", f"raisons : {reasons or 'aucun terme du lexique'}"]


def print_deal(out: Console, deal: ExplainedDeal, number: int) -> None:
    """One deal: its fields with the rule of each, the sentences with spans marked, what its rules say."""
    title = f"{deal.mention.company} · {field_value(deal.mention, 'kind')}"
    out.print(Text(f"  {number}. {title}", "bold"), soft_wrap=True)
    rules = rules_by_field(deal)
    for field, name in FIELDS.items():
        style = STYLES.get(field, "") if field in rules else ""
        line = Text("     ").append(f"{name:<14}", "" if style else "dim").append(" ")
        line.append(field_value(deal.mention, field), style if out.color_system else "")
        if rules.get(field):
            line.append(f"  ← {rules[field]}", "dim")
        out.print(line, soft_wrap=True)
    for sentence in deal.sentences:
        print_indented(out, Text().append(f"{_WHERE[sentence.where]} : ", "dim").append_text(marked(sentence, out)), 5)
    if colours := legend((c.field for s in deal.sentences for c in s.cited), out):
        print_indented(out, colours, 5)
    for rule in deal.rules:
        print_indented(out, Text().append(f"{rule.id} : ", "dim").append(rule_words(rule)), 5)
    for choice in deal.choices:
        print_choice(out, choice, 5)


def print_choice(out: Console, choice: Choice, by: int) -> None:
    """One weighed choice, then the cues for it and those against it."""
    print_indented(out, Text(choice_words(choice)), by)
    for line in weights_words(choice):
        print_indented(out, Text(line, "dim"), by + 2)


def print_refused(out: Console, refused: Refused) -> None:
    """One refused candidate with the reason and its sentence."""
    out.print(
        Text().append("   ✗ ", "red").append(refused.text, "bold").append(f" : {refusal_words(refused)}"),
        soft_wrap=True,
    )
    print_indented(out, Text(refused.sentence.text.strip(), "dim"), 5)
    if refused.choice is not None:
        print_choice(out, refused.choice, 5)


def rules_by_field(deal: ExplainedDeal) -> dict[str, str]:
    """For each cited field the rules that pointed at it; empty where it was found near by, without a rule."""
    found: dict[str, list[str]] = {}
    for sentence in deal.sentences:
        for cited in sentence.cited:
            held = found.setdefault(cited.field, [])
            if cited.rule and cited.rule not in held:
                held.append(cited.rule)
    return {field: ", ".join(rules) for field, rules in found.items()}
