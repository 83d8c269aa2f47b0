"""Whom a rule itself points at: the party in its slot, or the one it says to look for; and who pays by it."""

from __future__ import annotations

import re

from extractors.deals.abstraction import PARTY, View
from extractors.deals.cast import NEVER_FUNDED, PAYING, Cast, Named
from extractors.deals.discourse import company_party, investor_party, near_party, own_party
from extractors.deals.match import Match
from extractors.deals.parties import Party, in_complement, read_list, read_list_back
from extractors.deals.resolve import resolve

_VERB_RULE = re.compile(r"\(?<(?:raise|invest|give|announce|acquire)>")
_CLAUSE_END = re.compile(rf"[,;:()\"]|{PARTY}")


def pointed_recipient(fit: list[Match], position: int, view: View, cast: Cast) -> tuple[str | None, str]:
    """Whom the best of the rules that find anybody point at for the sum at `position`, and by which of their means."""
    for match in fit:
        named, how = recipient_of(match, position, view, cast, payers_of(match, view, cast))
        if named:
            return named.name, how
    return None, ""


def recipient_of(match: Match, position: int, view: View, cast: Cast, payers: list[Named]) -> tuple[Named | None, str]:
    paying = {p.name for p in payers}
    party = company_party(match, cast)
    if party is not None and match.rule.kind == "infrastructure" and "company" not in match.slots:
        party = first_of_all(party, view, cast.known[view.number])
    if party is not None:
        slot = "company" in match.slots
        if not (slot and party.name is not None and match.described("company")):
            named = resolve(party, view, cast, paying=False)
            pointed = slot and party.name is not None
            if named and (pointed or named.name not in paying) and not _unlikely(match, party, slot):
                return named, "slot" if slot and party.name else "subject" if party.name else "anaphor"
    if "company" in match.slots or _of_another(match, cast):
        return None, ""
    for source in match.rule.text.company:
        if source in ("near", "own"):
            near = (near_party if source == "near" else own_party)(match, cast, position)
            named = resolve(near, view, cast, paying=False) if near else None
            if named and (named.name not in paying or source == "own"):
                return named, source
        elif source == "topic":
            called = next((c for c in (cast.focus, cast.topic) if c and c not in paying and not cast.pays(c)), None)
            if called:
                return cast.mention(called, view), "topic"
    return None, ""


def first_of_all(party: Party, view: View, known: list[Party]) -> Party:
    """Who is named first of those who build together: "Google et l'émirati Orféo ont promis un milliard"."""
    if party.name is None:
        return party
    return read_list_back(view, party.position, known)[0]


def _of_another(match: Match, cast: Cast) -> bool:
    """True where the verb has a subject of its own that is no company: "le gouvernement promet"."""
    if not _VERB_RULE.match(match.pattern.source) or cast.other_subject is None:
        return False
    left = _CLAUSE_END.split(match.view.text[max(0, match.start - 80) : match.start])[-1]
    told = cast.other_subject.before.search(left)
    return bool(told) and not cast.other_subject.pseudo.search(left)


def _unlikely(match: Match, party: Party, slot: bool) -> bool:
    """States receive nothing; funds and banks that stand near a round take part in it."""
    if party.name is None:
        return False
    if slot:
        hangs = match.rule.text.free and in_complement(match.view.text, party.position)
        return party.name.type == "state" or hangs
    if match.rule.kind in ("debt", "grant"):
        return party.name.type in PAYING
    return match.rule.kind == "funding" and party.name.type in PAYING and "near" in match.rule.text.company


def payers_of(match: Match, view: View, cast: Cast) -> list[Named]:
    if "named" in match.rule.text.investors:
        return _named_near(match, view, cast)
    party = investor_party(match, cast)
    if party is None:
        return []
    slot = any(s in match.slots for s in ("investor", "investors", "lead"))
    ends = not slot or match.pattern.source.startswith("{investor")
    run = read_list_back(view, party.position, cast.known[view.number]) if ends else read_list(view, party.position)
    named = [resolve(p, view, cast, paying=True) for p in run or [party]]
    return [n for n in named if n is not None]


def _named_near(match: Match, view: View, cast: Cast) -> list[Named]:
    """The nearest party of the amount's clause, when it is one that pays in this article or could."""
    start = max(view.text.rfind(mark, 0, match.start) for mark in (";", ":", ".")) + 1
    ends = [i for i in (view.text.find(";", match.end),) if i >= 0]
    inside = [
        p for p in cast.known[view.number] if start <= p.position < (ends[0] if ends else len(view.text)) and p.name
    ]
    inside.sort(key=lambda p: abs(p.position - match.start))
    for party in inside:
        named = resolve(party, view, cast, paying=True)
        if named and named.name != cast.topic:
            return [named]
    return []


def only_other(match: Match, view: View, company: Named, cast: Cast) -> list[Named]:
    """Who buys where the rule does not say: the one other party of the sentence that hangs on no preposition."""
    if match.rule.kind != "acquisition":
        return []
    others = [p for p in cast.known[view.number] if p.name and cast.allowed(p, NEVER_FUNDED | {"state", "public"})]
    free = [
        p for p in others if p.name and cast.called(p.name) != company.name and not in_complement(view.text, p.position)
    ]
    named = [n for n in (resolve(p, view, cast, paying=True) for p in free) if n]
    return named if len({n.name for n in named}) == 1 and len(named) == 1 else []
