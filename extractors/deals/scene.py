"""An article as a scene: who is named where and in what function, who pays and who receives, what was told so far."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal

from extractors.deals.abstraction import View
from extractors.deals.cast import NEVER_A_PARTY, NEVER_FUNDED, PAYING, Cast, headline
from extractors.deals.discourse import company_party, investor_party
from extractors.deals.grammar import Grammar, Hit, function, next_verb, preposition
from extractors.deals.match import Match, Matches, tells_deals
from extractors.deals.parties import Party, read_list
from extractors.deals.resolve import resolve
from extractors.deals.subjects import subject
from extractors.values import Kind

# Title and first sentences, whose deal nouns tell what the article is about.
ABOUT = 3
# So many paragraphs that begin with a name, and half of all, make a list of items.
ITEMS = 3


@dataclass(frozen=True, slots=True)
class Mention:
    """One naming of a party in a sentence, or an anaphor with whom it stands for.

    anaphor: "" for a name, else pronoun, large ("le groupe") or noun ("la jeune pousse").
    prep, function: see `grammar.function`; verb: of which verb class it is the subject.
    listed: how many names the enumeration has that begins here.
    head: the function of the first name of the enumeration that this one goes on with, or "".
    """

    party: Party
    position: int
    called: str
    anaphor: str
    prep: str
    function: str
    verb: str
    bracketed: bool
    listed: int
    owner: bool
    descriptor: str
    type: str
    head: str = ""

    @property
    def fundable(self) -> bool:
        """False for people and "l'État": they pay, and receive nothing."""
        return self.type not in ("person", "treasury")


@dataclass(slots=True)
class Told:
    """What the sentences so far have told: kept up to date while an article is read from top to bottom."""

    focus: str | None = None
    focus_paragraph: int = -1
    opener: str | None = None
    last_free: str | None = None
    paragraph_opener: str | None = None
    paragraph_free: str | None = None
    local: str | None = None
    local_paragraph: int = -1
    paragraph_named: set[str] = field(default_factory=set)
    given: set[tuple[str, Decimal]] = field(default_factory=set)
    left: set[Decimal] = field(default_factory=set)
    here: set[str] = field(default_factory=set)
    kinds: dict[str, Kind] = field(default_factory=dict)
    last_kind: Kind | None = None
    last: tuple[Decimal, View] | None = None

    def enter(self, view: View, scene: Scene) -> None:
        """A new sentence begins."""
        if view.first and view.where == "text":
            self.paragraph_opener = self.paragraph_free = None
            self.paragraph_named = set()
        named = [m for m in scene.mentions(view) if not m.anaphor and m.fundable]
        free = [m for m in named if m.prep == "free"]
        if self.paragraph_opener is None and named:
            self.paragraph_opener = named[0].called
        if self.paragraph_free is None and free:
            self.paragraph_free = free[0].called
        self.here = set()

    def leave(self, view: View, scene: Scene) -> None:
        """The sentence ends."""
        named = [m for m in scene.mentions(view) if not m.anaphor and m.fundable]
        free = [m for m in named if m.prep == "free"]
        if named:
            self.opener = named[0].called
        if free:
            self.last_free = free[0].called
        self.paragraph_named |= {m.called for m in named}
        likely = [m for m in free if scene.may_receive(m.called)]
        if likely:
            self.local, self.local_paragraph = likely[0].called, view.paragraph

    def give(self, called: str | None, value: Decimal, kind: Kind | None, view: View) -> None:
        """A sum was given to somebody, or (None) left."""
        if called is None:
            self.left.add(value)
            return
        self.focus, self.focus_paragraph = called, view.paragraph
        self.given.add((called, value))
        self.here.add(called)
        self.last = (value, view)
        if kind:
            self.kinds[called] = self.last_kind = kind


# Rules whose subject sells.
_SALES = frozenset(["acquisition.sells", "acquisition.sale"])


class Scene:
    """Everything about an article's parties that does not change while it is read."""

    def __init__(self, views: list[View], found: list[Matches], cast: Cast, grammar: Grammar) -> None:
        self.views, self.found, self.cast = views, found, cast
        self.grammar = grammar
        self._mentions: dict[int, list[Mention]] = {}
        self._hits: dict[int, list[Hit]] = {}
        self._runs: dict[tuple[int, int], list[Party]] = {}
        self.of_view = {matches.view.number: matches for matches in found}
        # What is the same for every sum of one kind: see `recipients`.
        self.standings: dict[tuple[str, str], dict[str, float]] = {}
        self.receives: Counter[str] = Counter()
        self.pays: Counter[str] = Counter()
        self.bare: dict[int, set[tuple[str, Kind | None]]] = defaultdict(set)
        # Who buys, is bought and sells in the purchases of the article, as far as rules say.
        self.hands: dict[str, set[str]] = {"buys": set(), "bought": set(), "sells": set()}
        for matches in found:
            for match in (*matches.deals, *matches.parts):
                payer, company = investor_party(match, cast), company_party(match, cast)
                self._note_hands(match, payer, company)
                if payer and payer.name:
                    self.pays[cast.called(payer.name)] += 1
                if company and company.name and not match.rule.text.part:
                    self.receives[cast.called(company.name)] += 1
                    if "amount" not in match.slots:
                        self.bare[matches.view.number].add((cast.called(company.name), match.rule.kind))
        headlines = {view.number for view in headline(views)}
        self.parties: dict[str, list[Party]] = defaultdict(list)
        self.titled: list[tuple[str, str]] = []
        for view in views:
            for party in cast.known[view.number]:
                if party.name and cast.can_be(party, NEVER_FUNDED):
                    called = cast.called(party.name)
                    self.parties[called].append(party)
                    if view.number in headlines:
                        self.titled.append((called, preposition(view.text, party.position)[0]))
        self.first = next(iter(self.parties), None)
        self.tells_deals = tells_deals(found)
        openers = [view for view in views if view.first and view.where == "text"]
        opened = [v for v in openers if any(p.name and p.position < 30 for p in cast.known[v.number][:1])]
        self.itemised = len(opened) >= ITEMS and 2 * len(opened) >= len(openers)
        self.about = sorted({name for view in views[:ABOUT] for name in grammar.nouns(view.text)})
        self.total = sum(cast.count.values()) or 1

    def _note_hands(self, match: Match, payer: Party | None, company: Party | None) -> None:
        if match.rule.kind != "acquisition" or match.rule.text.part:
            return
        sells = match.rule.id in _SALES
        seller = subject(match.view, match.start, self.cast.known[match.view.number]) if sells else None
        for role, party in (("buys", payer), ("bought", company), ("sells", seller)):
            if party is not None and party.name and not (role == "sells" and party in (payer, company)):
                self.hands[role].add(self.cast.called(party.name))

    def hand_cues(self, called: str) -> list[str]:
        """Whether a party buys, is bought or sells in the purchases that the article tells."""
        return [role for role, own in self.hands.items() if called in own]

    def balance(self, called: str) -> float:
        """How much more often the rules see a party pay than receive, -1 to 1."""
        return max(-1.0, min(1.0, (self.pays[called] - self.receives[called]) / 2))

    def may_receive(self, called: str) -> bool:
        """False for funds, banks and public bodies, and for who only pays in this article."""
        only_pays = self.pays[called] > 0 and self.receives[called] == 0
        return self.cast.types.get(called) not in PAYING and not only_pays

    def hits(self, view: View) -> list[Hit]:
        """Verbs of a sentence."""
        known = self._hits.get(view.number)
        if known is None:
            known = self._hits[view.number] = self.grammar.hits(view.text)
        return known

    def nouns(self, text: str) -> list[str]:
        """Classes of deal nouns that stand in a stretch of text."""
        return self.grammar.nouns(text)

    def other_money(self, view: View, position: int) -> list[str]:
        """What a sum may be of that is no deal; see `Grammar.other_money`."""
        return self.grammar.other_money(view.text, position)

    def mentions(self, view: View) -> list[Mention]:
        """Parties of a sentence that could receive money or pay, in order."""
        known = self._mentions.get(view.number)
        if known is None:
            found = [m for p in self.cast.known[view.number] if (m := self._mention(p, view)) is not None]
            known = self._mentions[view.number] = self._headed(found, view)
        return known

    def run(self, view: View, position: int) -> list[Party]:
        """The enumeration that begins at a party; see `parties.read_list`."""
        known = self._runs.get((view.number, position))
        if known is None:
            known = self._runs[view.number, position] = read_list(view, position)
        return known

    def _mention(self, party: Party, view: View) -> Mention | None:
        text, name = view.text, party.name
        if name is not None:
            if not self.cast.can_be(party, NEVER_A_PARTY):
                return None
            called, anaphor = self.cast.called(name), ""
        else:
            named = resolve(party, view, self.cast, paying=False)
            if named is None or party.anaphor is None:
                return None
            called = named.name
            anaphor = "pronoun" if party.anaphor.pronoun else "large" if party.anaphor.large else "noun"
        hits = self.hits(view)
        prep, told = function(text, hits, party.position, bool(name and name.owner))
        opened = text.rfind("(", 0, party.position)
        return Mention(
            party=party,
            position=party.position,
            called=called,
            anaphor=anaphor,
            prep=prep,
            function=told,
            verb=next_verb(text, hits, party.position),
            bracketed=opened >= 0 and ")" not in text[opened : party.position],
            listed=len(self.run(view, party.position)) if name else 1,
            owner=bool(name and name.owner),
            descriptor=name.descriptor if name else "",
            type=name.type if name else "",
        )

    def _headed(self, mentions: list[Mention], view: View) -> list[Mention]:
        """The mentions, each told the function of the first name of its enumeration."""
        first: dict[int, str] = {}
        for mention in mentions:
            if mention.listed > 1 and not mention.anaphor:
                for party in self.run(view, mention.position)[1:]:
                    first.setdefault(party.position, mention.function)
        return [replace(m, head=first[m.position]) if m.position in first else m for m in mentions]
