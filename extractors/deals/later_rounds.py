"""Rounds that are named a sentence after their sum: "Nuvéa lève 3 M€. Partech mène cette série A."."""

from __future__ import annotations

import re

from extractors.deals.abstraction import View
from extractors.deals.drafts import Draft
from extractors.deals.rounds import RoundSpan

# How many sentences after the deal its round may be named.
REACH = 6
_OF = r"(?:(?:de|du)\s+|d')?"
_NOUN = r"(?:operation|tour|levee|transaction|augmentation\s+de\s+capital|financement|ronde)"
# "Ce tour de série A", "cette opération, de série G", "L'opération, une série D"; "La série J, codirigée par"
_TAKES_UP = re.compile(
    rf"(?:\b(?P<this>ce|cet|cette)\s+(?:\w+\s+){{0,2}}{_OF}|\b{_NOUN}\s*,\s*(?:une?\s+)?{_OF}|^\W*(?:la|le|l')\s*(?:tour\s+{_OF})?)\Z"
)
# Between a round and the sum that it has itself: "cette série A de 10 millions".
_OWN = re.compile(r"\W*(?:(?:de|d'|a|pour|soit)\s*)?(?:\w+\s+de\s+)?\W*\Z")


def name_rounds(merged: list[Draft], views: list[View]) -> None:
    """Give rounds that take up a deal told before to that deal, and not to another sum of their own sentence."""
    for view in views:
        for place, span in view.of("round"):
            takes_up = _TAKES_UP.search(view.text, 0, place)
            if takes_up is None:
                continue
            for draft in merged if takes_up["this"] else ():
                if draft.round and draft.round[1] is span and not _own(draft, view, place):
                    draft.round = None
            told = [d for d in merged if d.views[0].number < view.number and not d.sets_cumulative]
            if any(d.round and d.round[1] is span for d in merged) or not told:
                continue
            latest = max(told, key=lambda d: max(v.number for v in d.views if v.number < view.number))
            near = view.number - max(v.number for v in latest.views if v.number < view.number) <= REACH
            value = span.value
            if near and latest.kind == "funding" and latest.round is None and isinstance(value, RoundSpan):
                latest.round = (view, span, value.value)


def _own(draft: Draft, view: View, place: int) -> bool:
    """Whether the sum of a draft stands right behind the round."""
    if draft.amount is None or draft.amount[0] is not view:
        return True
    at = next((position for position, span in view.of("amount") if span is draft.amount[1]), -1)
    return at < 0 or (at > place and _OWN.fullmatch(view.text, place + 1, at) is not None)
