"""What `veille why-not` prints: the spans seen in a sentence, what was refused, the rules that came nearest."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from extractors.deals.whynot import SeenSentence, WhyNot
from terminal.explain_words import near_words, refusal_words, seen_words
from terminal.explaining import print_choice, print_deal
from terminal.marking import print_indented


def print_why_not(out: Console, answer: WhyNot) -> None:
    """The deals when there are some after all; else, sentence by sentence, what was missing."""
    if answer.deals:
        rules = ", ".join(dict.fromkeys(deal.rules[0].id for deal in answer.deals if deal.rules))
        out.print(Text(f"Cette phrase donne une opération, par {rules} :", "green"), soft_wrap=True)
        for number, deal in enumerate(answer.deals, 1):
            print_deal(out, deal, number)
        return
    if not answer.sentences:
        out.print("Il n'y a rien à lire.")
    for told in answer.sentences:
        _print_sentence(out, told)


def _print_sentence(out: Console, told: SeenSentence) -> None:
    out.print(Text(f"« {told.sentence.text.strip()} »", "bold"), soft_wrap=True)
    seen = ", ".join(seen_words(one) for one in told.seen) or "ni somme, ni nom, ni date"
    print_indented(out, Text().append("vu : ", "dim").append(seen), 2)
    for refused in told.refused:
        print_indented(out, Text().append("✗ ", "red").append(f"{refused.text} : {refusal_words(refused)}"), 2)
        if refused.choice is not None:
            print_choice(out, refused.choice, 4)
    if not told.nearest:
        print_indented(out, Text("Aucune règle n'en est proche : il n'y a ni somme, ni verbe, ni nom d'opération."), 2)
    for near in told.nearest:
        print_indented(out, Text().append(near.rule.id, "bold cyan").append(f" : {near_words(near)}"), 2)
        print_indented(out, Text(f"  {near.rule.text.says}", "dim"), 2)
        print_indented(out, Text(f"  motif : {near.pattern}", "dim"), 2)
