"""Rounds that are named in a sentence of their own: "Nuvéa lève 3 M€. Partech mène cette série A."."""

from __future__ import annotations

import re

from extractors.deals.abstraction import View
from extractors.deals.cast import Cast
from extractors.deals.cues import Cue, Cues
from extractors.deals.drafts import Draft
from extractors.deals.rounds import RoundSpan
from extractors.deals.terms import ROUNDS

# How many sentences after the deal its round may be named.
REACH = 6
# Between a round and the sum that it has itself: "cette série A de 10 millions".
_OWN = re.compile(r"\W*(?:(?:de|d'|a|pour|soit)\s*)?(?:\w+\s+de\s+)?\W*\Z")
# How many sentences behind its deal a round is told, and how many when the deal is recalled.
TOLD_REACH, RECALLED_REACH = 3, 1


def name_rounds(merged: list[Draft], views: list[View], cues: dict[str, Cue]) -> None:
    """Give rounds that take up a deal told before to that deal, and not to another sum of their own sentence."""
    for view in views:
        for place, span in view.of("round"):
            before = view.text[:place]
            this = cues["this"].before.search(before) is not None
            if not this and not cues["taken_up"].before.search(before):
                continue
            for draft in merged if this else ():
                if draft.round and draft.round[1] is span and not _own(draft, view, place):
                    draft.round = None
            told = [d for d in merged if d.views[0].number < view.number and not d.sets_cumulative]
            if any(d.round and d.round[1] is span for d in merged) or not told:
                continue
            latest = max(told, key=lambda d: _last_before(d, view))
            near = view.number - _last_before(latest, view) <= REACH
            value = span.value
            if near and latest.kind == "funding" and latest.round is None and isinstance(value, RoundSpan):
                latest.round = (view, span, value.value)


def _own(draft: Draft, view: View, place: int) -> bool:
    """Whether the sum of a draft stands right behind the round."""
    if draft.amount is None or draft.amount[0] is not view:
        return True
    at = draft.sum_at
    return at is None or (at > place and _OWN.fullmatch(view.text, place + 1, at) is not None)


def _last_before(draft: Draft, view: View) -> int:
    """The number of the last sentence before this one that tells a draft; there must be one."""
    return max(told.number for told in draft.views if told.number < view.number)


def give_rounds(merged: list[Draft], views: list[View], cast: Cast, cues: Cues) -> None:
    """Give a round told in a sentence of its own to the deal that was told just before, else just behind."""
    for view in views:
        spans = [(at, span) for at, span in view.of("round") if isinstance(span.value, RoundSpan)]
        if len({span.value.value for _, span in spans if isinstance(span.value, RoundSpan)}) != 1:
            continue
        position, span = spans[0]
        before = view.text[:position]
        named = cues.named_round
        if not named["presented"].before.search(before) or named["another"].before.search(before):
            continue
        if cues.status["planned"].within(view.text):
            continue
        draft = _spoken_of(view, merged, cast)
        if draft is None or draft.kind not in ROUNDS or draft.total:
            continue
        if any(d.round and d.round[0] is view for d in merged):
            continue
        elsewhen = cues.recall.within(view.text) and not draft.recalled
        if draft.round is None and not elsewhen and isinstance(span.value, RoundSpan):
            draft.round = (view, span, span.value.value)


def _spoken_of(view: View, merged: list[Draft], cast: Cast) -> Draft | None:
    """The one deal of the sentence, else the last one before it in reach, else the first behind it."""
    here = [d for d in merged if view in d.views]
    if here:
        return here[0] if len(here) == 1 and not here[0].recalled else None
    named = {cast.called(p.name) for p in cast.known[view.number] if p.name}
    left = [d for d in merged if any(v.number < view.number for v in d.views)]
    if left:
        draft = max(left, key=lambda d: _last_before(d, view))
        gap = view.number - _last_before(draft, view)
        near = gap <= (RECALLED_REACH if draft.recalled else TOLD_REACH)
        alone = draft.view.paragraph == view.paragraph or draft.company.name == cast.topic
        return draft if near and alone and not _others(named, draft, merged) else None
    right = [d for d in merged if d.view.number == view.number + 1 and d.view.where == view.where]
    return right[0] if len(right) == 1 and not _others(named, right[0], merged) else None


def _others(named: set[str], draft: Draft, merged: list[Draft]) -> bool:
    """True where the recipient of another deal is named, and not that of the draft."""
    return draft.company.name not in named and bool(named & {d.company.name for d in merged})
