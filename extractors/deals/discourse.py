"""Who is meant: the topic company, who pays, and what a rule without a slot takes for its party."""

from __future__ import annotations

from extractors.deals.abstraction import View
from extractors.deals.cast import NEVER_FUNDED, PAYING, SURE_PART, Cast, headline
from extractors.deals.match import Match, Matches
from extractors.deals.parties import Party, in_complement, party_at
from extractors.deals.subjects import subject


def learn_roles(found: list[Matches], cast: Cast) -> None:
    """Count who pays and who receives where a rule says so outright."""
    for matches in found:
        for match in matches.deals + matches.parts:
            payer: Party | None = investor_party(match, cast)
            company = company_party(match, cast)
            if payer and payer.name and (company or (match.rule.text.part and match.rule.text.grade >= SURE_PART)):
                cast.paid[cast.called(payer.name)] += 1
            if company and company.name and not match.rule.text.part:
                cast.paid[cast.called(company.name)] -= 1
        for claim in matches.claims:
            best = claim.match
            if best and best.rule.kind == "funding" and best.rule.text.investors == ["subject"]:
                payer = investor_party(best, cast)
                if payer and payer.name:
                    cast.paid[cast.called(payer.name)] += 1


def is_strong(topic: str | None, views: list[View], cast: Cast) -> bool:
    """True when the title names the topic and no other company that could receive money: an article about one."""
    titled = {
        cast.called(p.name)
        for view in headline(views)
        for p in cast.known[view.number]
        if p.name and cast.allowed(p, NEVER_FUNDED) and p.name.type not in PAYING
    }
    return topic in titled and all(called == topic or cast.pays(called) for called in titled)


def company_party(match: Match, cast: Cast) -> Party | None:
    """The party a match itself gives as the recipient: its slot, else the subject when the rule asks for it."""
    if "company" in match.slots:
        return _slot(match, "company")
    if "subject" in match.rule.text.company:
        return subject(match.view, match.start, cast.known[match.view.number])
    return None


def investor_party(match: Match, cast: Cast) -> Party | None:
    """The party a match itself gives as the one who pays."""
    for slot in ("investor", "investors", "lead"):
        if slot in match.slots:
            return _slot(match, slot)
    if "subject" in match.rule.text.investors:
        return subject(match.view, match.start, cast.known[match.view.number])
    return None


def taken_up(party: Party, cast: Cast) -> str | None:
    """What "cette start-up" takes up: the company named just before it, in its sentence or the one before."""
    for number in (party.view, party.view - 1):
        found = [p for p in cast.known.get(number, []) if p.name and cast.allowed(p, NEVER_FUNDED)]
        found = [p for p in found if number < party.view or p.position < party.position]
        named = [cast.called(p.name) for p in found if p.name and p.name.type not in PAYING]
        named = [called for called in named if not cast.pays(called)]
        if named:
            return named[-1]
    return None


def near_party(match: Match, cast: Cast, position: int) -> Party | None:
    """The nearest party left of `position`, also inside complements; then the nearest right of it."""
    found = [p for p in cast.known[match.view.number] if cast.allowed(p, NEVER_FUNDED)]
    left = [p for p in found if p.position < position and not (p.anaphor and p.anaphor.pronoun)]
    funds = match.rule.kind == "fund"
    left = [p for p in left if not p.name or not (cast.pays(cast.called(p.name)) or cast.vague(p.name))]
    left = [p for p in left if funds or not p.name or p.name.type not in PAYING]
    free = [p for p in left if not in_complement(match.view.text, p.position)]
    return free[-1] if free else (left[-1] if left else None)


def own_party(match: Match, cast: Cast, position: int) -> Party | None:
    """In an article about many: the company that opens the amount's item (from the last semicolon or bullet on)."""
    if cast.strong:
        return None
    text = match.view.text
    start = max(text.rfind(mark, 0, position) for mark in (";", "•", "►")) + 1
    found = [p for p in cast.known[match.view.number] if start <= p.position < position and p.name]
    found = [p for p in found if cast.allowed(p, NEVER_FUNDED) and not in_complement(text, p.position)]
    states = match.rule.kind == "infrastructure"
    barred = set() if states else {"state"} if match.rule.kind == "fund" else {"state", *PAYING}
    found = [p for p in found if p.name and p.name.type not in barred]
    found = [p for p in found if states or not (p.name and cast.pays(cast.called(p.name)))]
    return found[-1] if found else None


def _slot(match: Match, slot: str) -> Party | None:
    return party_at(match.view, match.slots[slot])
