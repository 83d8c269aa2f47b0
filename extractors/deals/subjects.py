"""The subject of a verb: by the clauses of its sentence where they tell, else the nearest party outside complements."""

from __future__ import annotations

import re

from extractors.deals.abstraction import PARTY, View
from extractors.deals.clauses import head_of
from extractors.deals.markers import MarkerRegex
from extractors.deals.parties import Party, in_complement

_AFTER_VERB = re.compile(r"\b(?:qui|lequel|laquelle)\s+(?:\w+\s+){0,3}$")
# Nothing, or one apposition, stands between a name and its "qui": "dans X, valorisée 60 millions, qui".
_STRAIGHT = re.compile(r"\"?\s*(?:,[^,;:]{1,80}(?=,))?,?\s*")
# A relative clause or an apposition between commas: "X, qui compte A et B parmi ses clients, lève".
_ASIDE = MarkerRegex(
    r",\s*(?:qui|que|qu'|dont|ou|auquel|laquelle|lequel|a\s+qui|avec|aux\s+cotes|apres|<aside>e?s?|<aside_nouns>)\b"
    r"[^;:]{1,180},(?=[^,]*$)"
)
# "X, Y en prime, boucle son tour": Y is no subject.
_BESIDE = re.compile(r",\s*" + PARTY + r"\s+en\s+\w+\s*,")
# What stands between a subject and its object: words without a mark, and none that opens a clause or joins names.
_ONLY_WORDS = re.compile(r"\s+[a-z][a-z0-9' -]{2,70}")
_NEW_CLAUSE = re.compile(
    r"\b(?:et|ou|ni|qui|que|qu'|dont|mais|quand|lorsque|lorsqu'|puis|tandis|alors|car|comme|si|pour|via|avec|apres|avant|ou|la\s+ou)\b|[\"-]\s"
)


def subject(view: View, position: int, known: list[Party]) -> Party | None:
    """The party that is the subject of the verb at `position`: the nearest to its left outside complements.

    "qui" takes the nearest party before it. Parentheses and other clauses (after ";" or ":") are left out.
    """
    head = head_of(view.text, position)
    told = next((party for party in known if head is not None and party.position == head.party), None)
    if told is not None:
        return told
    text = view.text[:position]
    aside = [m.span() for m in (*_ASIDE.finditer(text), *_BESIDE.finditer(text))]
    floor = max(text.rfind(";"), text.rfind(" : "), text.rfind(": ") if view.where == "text" else -1)
    relative = _AFTER_VERB.search(text)
    candidates = [p for p in known if floor < p.position < position and not _in_parentheses(text, p.position)]
    if not candidates:
        return None
    if relative:
        before = [p for p in candidates if p.position < relative.start()]
        if before:
            last = before[-1]
            if _STRAIGHT.fullmatch(text, last.position + 1, relative.start()) and last.name and not last.name.owner:
                return last
            free = [p for p in before if not in_complement(view.text, p.position)]
            return (free or before)[-1]
    second: Party | None = None
    free = [p for p in candidates if not in_complement(view.text, p.position)]
    for party in reversed(free):
        if _is_object(view.text, party, free):
            continue
        if not any(start < party.position < end for start, end in aside):
            return party
        second = second or party
    return second


def _is_object(text: str, party: Party, free: list[Party]) -> bool:
    """True for "Bécancour" in "Hydronuage choisit Bécancour": only words stand between it and the name before it."""
    before = [p for p in free if p.position < party.position]
    if not before:
        return False
    between = text[before[-1].position + 1 : party.position]
    return bool(_ONLY_WORDS.fullmatch(between)) and not _NEW_CLAUSE.search(between)


def _in_parentheses(text: str, position: int) -> bool:
    if "(" not in text:
        return False
    opened = text.rfind("(", 0, position)
    return opened >= 0 and text.find(")", opened, position) < 0 and text.find(")", position) >= 0
