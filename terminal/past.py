"""What reading stored articles again did or would do, as lines."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from alerts.formatting import Language
from alerts.headlines import headline
from storage.foresight import DealChange
from storage.values import DealView
from terminal.record_words import RECORD_WORDS, value_words

_COMPARED = (
    "company", "kind", "amount", "valuation", "round", "investors", "lead", "status", "role", "date", "ai",
    "cumulative",
)  # fmt: skip


def reprocess_lines(read: int, changed: int, failed: int, deals_new: int, deals_changed: int) -> list[str]:
    """The report of reading again."""
    if not read and not failed:
        return ["Rien à relire : tous ces articles ont été lus avec les règles d'aujourd'hui"]
    return [
        f"Articles   {read} relus, {changed} disent autre chose, {failed} laissés pour une autre fois",
        f"Opérations {deals_new} nouvelles, {deals_changed} mises à jour",
    ]


def print_preview(out: Console, read: int, changed: int, deals: Sequence[DealChange], language: Language) -> None:
    """What would appear, change and vanish."""
    out.print(Text(f"{read} articles à relire, dont {changed} diraient autre chose ; rien n'est gardé de cet essai."))
    for title, sign, style, wanted in (
        ("Apparaîtraient", "+", "green", [one for one in deals if one.before is None]),
        ("Changeraient", "~", "yellow", [one for one in deals if one.before and one.after]),
        ("Disparaîtraient", "-", "red", [one for one in deals if one.after is None]),
    ):
        if not wanted:
            continue
        out.print()
        out.print(Text(f"{title} ({len(wanted)})", "bold underline"))
        told = [one for one in wanted if not _only_surer(one)]
        for change in told:
            _print_change(out, change, sign, style, language)
        if len(told) < len(wanted):
            out.print(Text(f"  … {len(wanted) - len(told)} dont seule la sûreté change", "dim"))


def _only_surer(change: DealChange) -> bool:
    if change.before is None or change.after is None:
        return False
    return not _differences(change.before, change.after, "fr")


def _print_change(out: Console, change: DealChange, sign: str, style: str, language: Language) -> None:
    deal = change.before or change.after
    assert deal is not None, "a change has at least one side"
    line = Text(f"{sign} ", style).append(headline(deal, language))
    if deal.role == "background":
        line.append(f" · {RECORD_WORDS[language].background}", "dim")
    out.print(Padding(line.append(f" · {deal.id}", "dim"), (0, 0, 0, 2), expand=False))
    if change.before and change.after:
        for told in _differences(change.before, change.after, language):
            out.print(Padding(Text(told), (0, 0, 0, 6), expand=False))


def _differences(before: DealView, after: DealView, language: Language) -> list[str]:
    words = RECORD_WORDS[language]
    found: list[str] = []
    for name in _COMPARED:
        was, now = getattr(before, name), getattr(after, name)
        if was != now:
            told = f"{value_words(name, was, language)} → {value_words(name, now, language)}"
            found.append(f"{words.fields[name]} {told}")
    if len(before.mentions) != len(after.mentions):
        found.append(f"{words.mentions} {len(before.mentions)} → {len(after.mentions)}")
    return found
