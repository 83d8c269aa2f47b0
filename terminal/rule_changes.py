"""What `veille rules diff` prints: deals that appear, change or vanish, article by article, and the totals."""

from __future__ import annotations

from collections import Counter

from rich.console import Console
from rich.text import Text

from evaluation.changes import Change, Way
from extractors.values import Article, DealMention
from terminal.explain_words import FIELDS, field_value
from terminal.marking import print_indented

_MARKS: dict[Way, tuple[str, str]] = {"appears": ("+", "green"), "changes": ("~", "yellow"), "vanishes": ("-", "red")}


def print_changes(out: Console, article: Article, changes: list[Change]) -> None:
    """One article's changes; nothing when there are none."""
    if not changes:
        return
    out.print(Text(f"{article.id}  {article.title}".rstrip(), "bold"), soft_wrap=True)
    for change in changes:
        mark, style = _MARKS[change.way]
        print_indented(out, Text(f"{mark} ", style).append(_told(change)), 2)


def change_totals(articles: int, ways: Counter[Way]) -> str:
    """The last line."""
    if not ways:
        return f"{articles} articles lus : aucune différence"
    return (
        f"{articles} articles lus : {ways['appears']} opérations apparaissent, {ways['changes']} changent, "
        f"{ways['vanishes']} disparaissent"
    )


def _told(change: Change) -> str:
    before, after = change.before, change.after
    if before and after:
        fields = (f"{FIELDS[name]} {field_value(before, name)} → {field_value(after, name)}" for name in change.fields)
        return f"{_deal(after)} : {' ; '.join(fields)}"
    told = after or before
    assert told is not None
    return f"{_deal(told)} ({', '.join(told.rules)})"


def _deal(deal: DealMention) -> str:
    return f"{deal.company}, {field_value(deal, 'kind')}, {field_value(deal, 'amount')}"
