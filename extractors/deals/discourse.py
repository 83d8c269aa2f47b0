"""Who is meant: the article's cast, its topic company, and what anaphors take up."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

from extractors.deals.abstraction import View
from extractors.deals.cues import Cues
from extractors.deals.folding import folded
from extractors.deals.match import Match, Matches
from extractors.deals.names import Name
from extractors.deals.parties import Party, in_complement, is_genitive, parties, party_at, subject

NEVER_A_PARTY = frozenset({"outlet", "regulator", "place", "school"})
PAYING = frozenset({"fund", "bank", "state", "public"})
# A form so many times rarer than the usual one is not taken for the name: a branch, an old name.
RARE = 3
# Parts below this grade ("dont X") do not tell by themselves who pays.
SURE_PART = 0.8
NEVER_FUNDED = NEVER_A_PARTY | {"person"}


@dataclass(frozen=True, slots=True)
class Named:
    """A party as reported, with the span it was read from (the anaphor's own when it was one)."""

    name: str
    view: View
    span: Span[object]


@dataclass(slots=True)
class Cast:
    """Parties of an article. `full` maps a short form to the longest form the article uses for it."""

    known: dict[int, list[Party]]
    full: dict[str, str]
    sources: set[tuple[int, int]]
    topic: str | None = None
    focus: str | None = None
    payer: str | None = None
    paid: Counter[str] = field(default_factory=Counter)
    count: Counter[str] = field(default_factory=Counter)
    headlined: frozenset[str] = frozenset()
    strong: bool = False
    last: str | None = None
    types: dict[str, str] = field(default_factory=dict)
    seen: list[View] = field(default_factory=list)
    views: dict[int, View] = field(default_factory=dict)

    def mention(self, called: str, view: View) -> Named:
        """The nearest naming of a party at or before a sentence, else its first: the evidence for what is implied."""
        best: Party | None = None
        for number in sorted(self.known):
            for party in self.known[number]:
                if party.name and self.called(party.name) == called and (best is None or number <= view.number):
                    best = party
        assert best is not None
        return Named(called, self.views[best.view], best.span)

    def view_of(self, party: Party, default: View) -> View:
        """The sentence a party stands in."""
        return next((view for view in self.seen if view.number == party.view), default)

    def called(self, name: Name) -> str:
        """The name to report for a mention."""
        return self.full.get(name.name, name.name)

    def can_be(self, party: Party, barred: frozenset[str]) -> bool:
        """False for sources and for types that cannot play the part; for names that a rule points at."""
        name = party.name
        return name is None or (name.type not in barred and (party.view, party.position) not in self.sources)

    def allowed(self, party: Party, barred: frozenset[str]) -> bool:
        """The same for names that are looked for: also false for owners ("l'ancien patron de Google")."""
        name = party.name
        return self.can_be(party, barred) and not (name and name.owner)

    def learn_roles(self, found: list[Matches]) -> None:
        """Count who pays and who receives where a rule says so outright."""
        for matches in found:
            for match in matches.deals + matches.parts:
                payer: Party | None = investor_party(match, self)
                company = company_party(match, self)
                if payer and payer.name and (company or (match.rule.text.part and match.rule.text.grade >= SURE_PART)):
                    self.paid[self.called(payer.name)] += 1
                if company and company.name and not match.rule.text.part:
                    self.paid[self.called(company.name)] -= 1
            for claim in matches.claims:
                best = claim.match
                if best and best.rule.kind == "funding" and best.rule.text.investors == ["subject"]:
                    payer = investor_party(best, self)
                    if payer and payer.name:
                        self.paid[self.called(payer.name)] += 1

    def pays(self, called: str) -> bool:
        """True for a party that pays more often than it receives in this article."""
        return self.paid[called] > 0

    def vague(self, name: Name) -> bool:
        """A name of unknown kind that the article has once only: too little to make it the focus."""
        called = self.called(name)
        return name.type == "unknown" and self.count[called] < 2 and called not in self.headlined

    def look_at(self, view: View) -> None:
        """Move the focus to the company that opens the sentence, when it is no payer; note the last one named before."""
        if self.strong:
            return
        before = [p for p in self.known.get(view.number - 1, []) if p.name and self.allowed(p, NEVER_FUNDED)]
        before = [p for p in before if p.name and not self.vague(p.name)]
        funded = {self.called(p.name) for p in before if p.name and p.name.type not in PAYING} - {None}
        funded = {called for called in funded if not self.pays(called)}
        self.last = next(iter(funded)) if len(funded) == 1 else None
        for party in self.known[view.number][:2]:
            name = party.name
            if name is None or not self.allowed(party, NEVER_FUNDED) or self.vague(name):
                continue
            if name.type in PAYING and self.types.get(self.topic or "") not in PAYING:
                continue
            called = self.called(name)
            if party.position < 120 and not self.pays(called) and not in_complement(view.text, party.position):
                self.focus = called
                return


def cast(views: list[View], cues: Cues) -> Cast:
    """Find all parties, join short and long forms, and set aside names that are only quoted as sources."""
    known = {view.number: parties(view) for view in views}
    sources: set[tuple[int, int]] = set()
    for view in views:
        for party in known[view.number]:
            if party.name is None:
                continue
            left = view.text[max(0, party.position - 48) : party.position]
            right = view.text[party.position + 1 : party.position + 32]
            if cues.source.before.search(left) or cues.source.after.match(right):
                sources.add((view.number, party.position))
    names = [p.name for found in known.values() for p in found if p.name]
    full = _full_forms(Counter(name.name for name in names), {name.name for name in names if name.known})
    out = Cast(known, full | _one_form_each(names, full) | _acronyms(views, known), sources)
    out.views = {view.number: view for view in views}
    out.headlined = frozenset(out.called(p.name) for v in headline(views) for p in known[v.number] if p.name)
    out.types = {out.called(name): name.type for name in reversed(names) if name.type != "unknown"}
    out.count = Counter(out.called(name) for name in names)
    return out


def headline(views: list[View]) -> list[View]:
    """The title; where there is none, the first sentence stands for it."""
    return [view for view in views if view.where == "title"] or views[:1]


def _one_form_each(names: list[Name], full: dict[str, str]) -> dict[str, str]:
    """Aliases of one organisation of the lexicon go by the longest form that the article uses."""
    forms: dict[str, Counter[str]] = {}
    for name in names:
        if name.known:
            forms.setdefault(name.known.name, Counter())[full.get(name.name, name.name)] += 1
    out: dict[str, str] = {}
    for written in forms.values():
        usual = [form for form, count in written.items() if count * RARE >= max(written.values())]
        longest = max(usual, key=lambda form: (len(form), form))
        out |= {form: longest for form in written if form != longest}
    return out


def _acronyms(views: list[View], known: dict[int, list[Party]]) -> dict[str, str]:
    """ "Artificial Intelligence Infrastructure Partnership (AIP)", "AIP (Artificial…)": the short form means the long one."""
    out: dict[str, str] = {}
    for view in views:
        named = [p for p in known[view.number] if p.name]
        for a, b in pairwise(named):
            between = view.text[a.position + 1 : b.position]
            if a.name and b.name and between.strip() == "(" and view.text[b.position + 1 : b.position + 2] == ")":
                short, long = sorted((a.name.name, b.name.name), key=len)
                if short.isupper() and len(short) <= 6 and " " not in short and long[0].upper() == short[0]:
                    out[short] = long
    return out


def _full_forms(names: Counter[str], known: set[str]) -> dict[str, str]:
    """Short forms to long ones: "Scale" → "Scale AI", "Altman" → "Sam Altman".

    Not where the lexicon knows the short form, nor where it is much the commoner: "Safran" is not its own branch.
    """
    out: dict[str, str] = {}
    tokens = {name: re.findall(r"[a-z0-9]+", folded(name)) for name in names}
    for name, words in tokens.items():
        if not words or name in known:
            continue
        longer = [
            other
            for other, more in tokens.items()
            if len(words) < len(more) <= len(words) + 2
            and (more[: len(words)] == words or more[-len(words) :] == words)
        ]
        if len(longer) == 1 and names[name] <= 3 * names[longer[0]]:
            out[name] = longer[0]
    return out


def choose_topic(views: list[View], found: list[Matches], cast: Cast) -> str | None:
    """The company the article is about: named in the title and the lead, funded or bought rather than paying."""
    scores: Counter[str] = Counter()
    order: dict[str, int] = {}
    heads = {view.number for view in headline(views)}
    for view in views:
        for party in cast.known[view.number]:
            name = party.name
            if name is None or not cast.allowed(party, NEVER_FUNDED):
                continue
            called = cast.called(name)
            order.setdefault(called, len(order))
            points = 1.0
            if view.number in heads:
                points += 3.0 - 1.0 * is_genitive(view, party.position)
            elif view.number <= 2:
                points += 1.0
            if cast.vague(name):
                points -= 0.9
            if name.type in PAYING:
                points -= 0.9
            scores[called] += points  # type: ignore[assignment]
    for matches in found[:6]:
        weight = 4.0 if matches.view.where == "title" else 2.0
        for match in matches.deals:
            party = company_party(match, cast)
            if party and party.name and cast.allowed(party, NEVER_FUNDED) and cast.called(party.name) in scores:
                scores[cast.called(party.name)] += weight * match.rule.text.grade  # type: ignore[assignment]
            payer = investor_party(match, cast)
            if payer and payer.name and cast.called(payer.name) in scores:
                scores[cast.called(payer.name)] -= weight * match.rule.text.grade  # type: ignore[assignment]
    if not scores or is_round_up(found):
        return None
    return max(scores, key=lambda name: (scores[name], -order[name]))


def is_strong(topic: str | None, views: list[View], cast: Cast) -> bool:
    """True when the title names the topic and no other company that could receive money: an article about one."""
    titled = {
        cast.called(p.name)
        for view in headline(views)
        for p in cast.known[view.number]
        if p.name and cast.allowed(p, NEVER_FUNDED) and p.name.type not in PAYING
    }
    return topic in titled and all(called == topic or cast.pays(called) for called in titled)


def is_round_up(found: list[Matches]) -> bool:
    """True when the title tells a total for a sector or a market: such an article has no topic company."""
    return any(
        claim.match is not None and claim.match.rule.text.not_a_deal in ("sector", "market")
        for matches in found
        if matches.view.where == "title"
        for claim in matches.claims
    )


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


__all__ = ["Cast", "cast", "choose_topic", "company_party", "field", "investor_party", "near_party"]
