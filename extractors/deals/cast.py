"""The cast of an article: its parties, the names they go by, and who is in focus."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

from extractors.deals.abstraction import Span, View
from extractors.deals.cues import Cue, Cues
from extractors.deals.folding import folded
from extractors.deals.names import Name
from extractors.deals.parties import Party, in_complement

NEVER_A_PARTY = frozenset({"outlet", "regulator", "place", "school"})
PAYING = frozenset({"fund", "bank", "state", "public"})
# A form so many times rarer than the usual one is not taken for the name: a branch, an old name.
RARE = 3
# How far left of a name the words may stand that tell in what quality it is named.
BESIDE_REACH = 90
# Parts below this grade ("dont X") do not tell by themselves who pays.
SURE_PART = 0.8
# "L'État", "la Région" ("treasury") pay as people do.
NEVER_FUNDED = NEVER_A_PARTY | {"person", "treasury"}


@dataclass(frozen=True, slots=True)
class Named:
    """A party as reported, with the span it was read from (the anaphor's own when it was one)."""

    name: str
    view: View
    span: Span[object]


@dataclass(slots=True)
class Cast:
    """Parties of an article.

    full: from a short form of a name to the longest form the article uses for it.
    qualities: by sentence and position of a name, in what qualities it is told beside another (`beside` in cues.yaml).
    told_as: of each party the same qualities, each with the share of its namings, 0 to 1.
    """

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
    other_subject: Cue | None = None
    qualities: dict[tuple[int, int], tuple[str, ...]] = field(default_factory=dict)
    told_as: dict[str, dict[str, float]] = field(default_factory=dict)

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

    def pays(self, called: str) -> bool:
        """True for a party that pays more often than it receives in this article."""
        return self.paid[called] > 0 and called != self.topic

    def vague(self, name: Name) -> bool:
        """A name of unknown kind that the article has once only: too little to make it the focus."""
        called = self.called(name)
        return name.type == "unknown" and self.count[called] < 2 and called not in self.headlined

    def look_at(self, view: View) -> None:
        """Move the focus to the company that opens the sentence when it is no payer; note the last one before."""
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


def gather(views: list[View], known: dict[int, list[Party]], cues: Cues) -> Cast:
    """Join short and long forms of all parties, and set aside names that are quoted as sources or tell a place."""
    sources: set[tuple[int, int]] = set()
    qualities: dict[tuple[int, int], tuple[str, ...]] = {}
    for view in views:
        for party in known[view.number]:
            if party.name is None:
                continue
            nearby = view.text[max(0, party.position - BESIDE_REACH) : party.position]
            told_as = tuple(name for name, cue in cues.beside.items() if cue.before.search(nearby))
            if told_as:
                qualities[view.number, party.position] = told_as
            left = nearby[-48:]
            right = view.text[party.position + 1 : party.position + 32]
            if cues.source.before.search(left) or cues.source.after.match(right):
                sources.add((view.number, party.position))
            unknown = party.name.type == "unknown"
            if unknown and (cues.place.before.search(left) or cues.place.after.match(right)):
                sources.add((view.number, party.position))
    names = [p.name for found in known.values() for p in found if p.name]
    spelt = _one_spelling_each(Counter(name.name for name in names))
    counted = Counter(spelt.get(name.name, name.name) for name in names)
    full = _full_forms(counted, {spelt.get(name.name, name.name) for name in names if name.known})
    full |= {form: full.get(usual, usual) for form, usual in spelt.items()}
    out = Cast(known, full | _one_form_each(names, full) | _acronyms(views, known), sources)
    out.qualities = qualities
    out.views = {view.number: view for view in views}
    out.other_subject = cues.other_subject
    out.headlined = frozenset(out.called(p.name) for v in headline(views) for p in known[v.number] if p.name)
    out.types = {out.called(name): name.type for name in reversed(names) if name.type != "unknown"}
    out.count = Counter(out.called(name) for name in names)
    out.told_as = _told_as(out)
    return out


def _told_as(cast: Cast) -> dict[str, dict[str, float]]:
    out: dict[str, dict[str, float]] = {}
    for number, found in cast.known.items():
        for party in found:
            if party.name is None:
                continue
            called = cast.called(party.name)
            for quality in cast.qualities.get((number, party.position), ()):
                told = out.setdefault(called, {})
                told[quality] = told.get(quality, 0.0) + 1 / cast.count[called]
    return out


def headline(views: list[View]) -> list[View]:
    """The title; where there is none, the first sentence stands for it."""
    return [view for view in views if view.where == "title"] or views[:1]


def _one_spelling_each(names: Counter[str]) -> dict[str, str]:
    """Names that differ in case, accents and signs alone ("HYDRALGO", "Hydr'Algo") go by the commonest spelling.

    One in capitals comes last: it is a headline's, or a wire's.
    """
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault("".join(re.findall(r"[a-z0-9]+", folded(name))), []).append(name)
    out: dict[str, str] = {}
    for key, group in groups.items():
        if key and len(group) > 1:
            usual = max(group, key=lambda name: (not name.isupper(), names[name], name))
            out |= {name: usual for name in group if name != usual}
    return out


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
    """Short forms in parentheses behind the long one, or the other way round: "Banque européenne (BE)"."""
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
    several = {name: words for name, words in tokens.items() if len(words) > 1}
    for name, words in tokens.items():
        if not words or name in known:
            continue
        longer = [
            other
            for other, more in several.items()
            if len(words) < len(more) <= len(words) + 2
            and (more[: len(words)] == words or more[-len(words) :] == words)
        ]
        if len(longer) == 1 and names[name] <= 3 * names[longer[0]]:
            out[name] = longer[0]
    return out
