"""Whom a party stands for: a name as the article calls it, or the one that "il", "le groupe", "la start-up" take up."""

from __future__ import annotations

import re
from itertools import pairwise

from extractors.deals.abstraction import CLASSES, View
from extractors.deals.cast import NEVER_A_PARTY, NEVER_FUNDED, PAYING, Cast, Named
from extractors.deals.clauses import heads
from extractors.deals.discourse import taken_up
from extractors.deals.parties import Party, in_complement


def resolve(party: Party, view: View, cast: Cast, paying: bool) -> Named | None:
    """The name a party stands for; anaphors take up the focus, the payer or the topic."""
    if party.name is not None:
        barred = NEVER_A_PARTY if paying else NEVER_FUNDED
        if paying and party.name.type == "state":
            return None
        return Named(cast.called(party.name), view, party.span) if cast.can_be(party, barred) else None
    anaphor = party.anaphor
    assert anaphor is not None
    if anaphor.order:
        called = _by_order(party, view, cast, anaphor.order)
    elif paying:
        called = _payer_before(party, cast) or _opens_before(party, cast) or cast.payer
    elif anaphor.large and cast.payer:
        called = cast.payer
    else:
        demonstrative = anaphor.text.startswith(("cette", "ce "))
        called = (
            (
                taken_up(party, cast)
                if demonstrative
                else _subject_before(party, view, cast) or _led_before(party, view, cast)
                if anaphor.pronoun
                else None
            )
            or cast.focus
            or (None if anaphor.pronoun else cast.last)
            or cast.topic
        )
    return Named(called, view, party.span) if called else None


# How far from the beginning of a sentence its subject may stand for the next one to take it up.
_OPENS = 60
# How many sentences back the two may stand whom "le premier" and "le second" tell apart.
_PAIR_BACK = 2
# "Microsoft et Nvidia", "Cyclica, à Toronto, et Valence Discovery": no third name, no new clause between them.
_NAME = CLASSES["name"][1:-1]
_TOGETHER = re.compile(rf"[^.;:{_NAME}]{{0,70}}\bet\s[^.;:,{_NAME}]{{0,30}}")


def _by_order(party: Party, view: View, cast: Cast, order: int) -> str | None:
    """The first or second of the two parties that were last named together: "Papyrine et Lecto"."""
    for number in range(view.number, view.number - _PAIR_BACK - 1, -1):
        if number not in cast.views:
            break
        text = cast.views[number].text
        named = [p for p in cast.known[number] if p.name and cast.can_be(p, NEVER_FUNDED)]
        named = [p for p in named if number < view.number or p.position < party.position]
        for one, two in reversed(list(pairwise(named))):
            if _TOGETHER.fullmatch(text, one.position + 1, two.position):
                chosen = (one, two)[order - 1].name
                return cast.called(chosen) if chosen else None
    return None


def _subject_before(party: Party, view: View, cast: Cast) -> str | None:
    """Who "il" is in the sentence that names him: "X maintient son site, où il doit injecter 130 millions"."""
    for other in cast.known[party.view]:
        if other.position >= party.position:
            break
        if other.name and cast.allowed(other, NEVER_FUNDED) and not in_complement(view.text, other.position):
            return None if other.name.type in PAYING else cast.called(other.name)
    return None


def _led_before(party: Party, view: View, cast: Cast) -> str | None:
    """Who "elle" is when its own sentence names nobody before it: the company that the sentence before is about."""
    before = cast.views.get(view.number - 1)
    if before is None or before.paragraph != view.paragraph or before.where != view.where:
        return None
    told = heads(before.text)
    if not told or told[0].party > _OPENS:
        return None
    led = next((p for p in cast.known[before.number] if p.position == told[0].party), None)
    if led is None or led.name is None or not cast.allowed(led, NEVER_FUNDED) or led.name.type in PAYING:
        return None
    called = cast.called(led.name)
    return None if cast.pays(called) else called


def _opens_before(party: Party, cast: Cast) -> str | None:
    """Who "il" is when it pays and its own sentence names nobody: the fund or bank that opened the sentence before."""
    if party.anaphor is None or not party.anaphor.pronoun:
        return None
    for other in cast.known.get(party.view - 1, []):
        if other.name and cast.allowed(other, NEVER_A_PARTY):
            return cast.called(other.name) if other.name.type in PAYING else None
    return None


def _payer_before(party: Party, cast: Cast) -> str | None:
    """Who "le groupe" or "il" is when it pays: the last party named before it in its sentence, other than the topic."""
    named = [p for p in cast.known[party.view] if p.name and p.position < party.position]
    named = [p for p in named if cast.allowed(p, NEVER_A_PARTY)]
    called = [cast.called(p.name) for p in named if p.name]
    return next((name for name in reversed(called) if name != cast.topic), None)
