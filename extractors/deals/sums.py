"""A sum and its sentence: what every candidate for the sum is weighed against."""

from __future__ import annotations

import re
from collections import defaultdict

from extractors.deals.abstraction import View
from extractors.deals.clauses import act, heads
from extractors.deals.grammar import Hit, governor
from extractors.deals.markers import MarkerRegex
from extractors.deals.match import Claim, Match, Matches
from extractors.deals.parties import Party
from extractors.deals.points import Cues
from extractors.deals.rule_parties import first_of_all, pointed_recipient
from extractors.deals.scene import Scene
from extractors.deals.subjects import subject
from extractors.values import Kind

GROUPS: dict[Kind | None, str] = {
    "acquisition": "buy",
    "infrastructure": "build",
    "fund": "fund",
    "funding": "money",
    "debt": "debt",
    "grant": "grant",
    "ipo": "ipo",
    None: "none",
}
# A rule that fits counts at least this, however far its words stand from the sum.
_LEAST = 0.2
_ITEM = (";", "•", "►")
# "lui a consenti", "y injecte": who receives was named before.
_CLITIC = re.compile(r"\b(?:lui|leur|y)\s+(?:a|ont|avait|avaient|aura|aurait|[a-z]{4,})\b|\bl'(?:a|avait|ont)\b")
# "sa série A", "son précédent tour"
_POSSESSIVE = MarkerRegex(r"\b(?:sa|son|ses)\s+(?:\w+\s+)?(?:<own_money>|[\uec00-\uefff])")
_BRACKET = re.compile(r"\s*\([^()]{0,40}\Z")
_INVESTOR_SLOTS = ("investor", "investors", "lead")


def fitting_rules(claim: Claim) -> list[Match]:
    """Rules by which the sum is a deal's own, the best first; prices told apart are not among them."""
    return [match for match in claim.fitting() if not match.rule.text.part]


class SumSentence:
    """A sum in its sentence: who is named around it, which verb governs it, whom the rules point at.

    It is the same for all candidates.
    """

    def __init__(self, scene: Scene, claim: Claim, matches: Matches, fit: list[Match], group: str) -> None:
        self.claim, self.matches, self.fit, self.group = claim, matches, fit, group
        self.view: View = matches.view
        self.position = claim.position
        self.mentions = [m for m in scene.mentions(self.view) if m.fundable]
        left = [m for m in self.mentions if m.position < self.position]
        right = [m for m in self.mentions if m.position > self.position]
        free = [m for m in left if m.prep == "free"]
        self.nearest_left = left[-1] if left else None
        self.nearest_right = right[0] if right else None
        self.nearest_free = free[-1] if free else None
        self.first_free = free[0] if free else None
        text = self.view.text
        start = max(text.rfind(mark, 0, self.position) for mark in _ITEM) + 1
        item = [m for m in left if m.position >= start] or [m for m in right if m.position >= start]
        self.item_head = item[0] if item else None
        self.governor = governor(text, scene.hits(self.view), self.position)
        self.verb = self.governor.verb if self.governor else "none"
        self.anaphors = sorted({m.anaphor for m in left if m.anaphor and m.prep == "free"})
        clause = text[max(0, self.position - 80) : self.position]
        self.clitic = bool(_CLITIC.search(clause))
        self.possessive = bool(_POSSESSIVE.search(clause))
        self.bracket = _BRACKET.search(text, max(0, self.position - 60), self.position)
        self.doer, self.does, self.far = _doer(text, scene.hits(self.view), self.position)
        self.ruled, self.how = pointed_recipient(fit, self.position, self.view, scene.cast)
        known = scene.cast.known[self.view.number]
        self.pointed: dict[int, Cues] = defaultdict(dict)
        for match in fit:
            doer = subject(self.view, match.start, known)
            if doer is not None and match.rule.kind == "infrastructure":
                doer = first_of_all(doer, self.view, known)
            self._point(match, known_subject=doer, own=True)
        for match in (*matches.deals, *matches.parts):
            if match not in fit:
                self._point(match, None, own=False)

    def _point(self, match: Match, known_subject: Party | None, own: bool) -> None:
        strength = max(match.score, _LEAST) if own else 1.0
        prefix = "" if own else "other:"
        for slot, position in match.slots.items():
            if slot == "company" or slot in _INVESTOR_SLOTS:
                name = f"{prefix}slot:{'company' if slot == 'company' else 'investor'}"
                self._raise(position, name, strength)
        if known_subject is not None:
            position = known_subject.position
            if "subject" in match.rule.text.investors:
                self._raise(position, "subject:pays", strength)
            elif "subject" in match.rule.text.company:
                self._raise(position, "subject:receives", strength)

    def _raise(self, position: int, name: str, strength: float) -> None:
        held = self.pointed[position]
        held[name] = max(held.get(name, 0.0), strength)


_TURN = re.compile(r"[;:]|,\s*(?:et|mais|tandis|alors|quand|puis)\b|\bet\b")


def _doer(text: str, hits: list[Hit], position: int) -> tuple[int, str, str]:
    """Who does something in the clause of a sum: where it stands (-1: nobody), what, and how far away the clause is."""
    all_heads = heads(text)
    before = [head for head in all_heads if head.verb < position]
    if before:
        head = before[-1]
        turn = _TURN.search(text, head.verb, position)
        far = "near" if turn is None else "across" if turn.group() in ";:" else "joined"
    elif all_heads:
        head, far = all_heads[0], "after"
    else:
        return -1, "none", "none"
    return head.party, act(hits, head.verb), far


def nouns_near(scene: Scene, view: View, position: int) -> list[str]:
    """Classes of nouns that stand in the clause of a sum."""
    text = view.text
    low = max(text.rfind(mark, 0, position) for mark in ";:.") + 1
    return scene.nouns(text[max(low, position - 70) : position + 50])
