"""Decisions as lines: what, by whom, when."""

from __future__ import annotations

from rich.text import Text

from alerts.formatting import Language, day
from storage.corrections import decoded
from storage.decisions import Decision
from terminal.record_words import RECORD_WORDS, value_words


def decision_text(decision: Decision, language: Language, *, with_deal: bool = False) -> Text:
    """`4  corrigée par claire le 10 mars 2026 : Montant 13 M$`."""
    words = RECORD_WORDS[language]
    line = Text(f"{decision.id:>3}  ", "cyan")
    if with_deal:
        line.append(f"{decision.deal_id}  ", "dim")
    line.append(words.verbs[decision.verb], "bold").append(" ")
    line.append(words.by.format(who=decision.decided_by, day=day(decision.decided_at.date(), language)))
    if what := _what(decision, language):
        line.append(" : " if language == "fr" else ": ").append(what)
    if decision.undone_at is not None:
        undone = words.undone.format(who=decision.undone_by, day=day(decision.undone_at.date(), language))
        line.append(f" ({undone})", "yellow")
    return line


def _what(decision: Decision, language: Language) -> str:
    details = decision.details
    if decision.verb == "merge":
        return ", ".join(details["ids"])
    if decision.verb == "split":
        return ", ".join(details["marks"])
    if decision.verb == "correct":
        fields = RECORD_WORDS[language].fields
        return ", ".join(
            f"{fields[name]} {value_words(name, value, language)}" for name, value in decoded(details["fields"]).items()
        )
    return str(details.get("text", ""))
