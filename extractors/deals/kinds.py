"""What kind of deal a sum is: every kind is weighed by the rules that fit and by the words around the sum."""

from __future__ import annotations

import re

from extractors.deals.abstraction import View
from extractors.deals.grammar import governor, words_after, words_before
from extractors.deals.match import Claim, Matches
from extractors.deals.points import Cues
from extractors.deals.scene import Scene, Told
from extractors.deals.sums import nouns_near

_BEFORE = re.compile(r"([a-z']+)\s*(?:(?:pres|plus|moins|environ|quelque|au\s+moins|jusqu'a)\s*(?:de|d')?\s*)?\Z")
_PREPOSITIONS = frozenset(
    ["pour", "contre", "moyennant", "de", "d'", "a", "sur", "avec", "soit", "vaut", "coute", "prix", "valeur", "entre"]
)
# Kinds of payers of whom one mostly has one kind of money: aid, loans, equity.
_PAYERS = ("treasury", "public", "bank", "fund")
SHARE = re.compile(r"\d\s*%|\bpc\b|pour\s+cent")
_NUMBERED = re.compile(r"\s(?:[ivx]{1,4}|\d{1,2})\Z")
_LEAD_VIEWS = 4


def kind_cues(scene: Scene, claim: Claim, matches: Matches, called: str, told: Told) -> Cues:
    """The cues that tell the kind of a sum which `called` receives, weighed for each kind by `points/kind.yaml`."""
    view, text, position = matches.view, matches.view.text, claim.position
    cues: Cues = {"any": 1.0}
    for match in claim.fitting():
        name = "price" if match.rule.text.part else str(match.rule.kind)
        cues[f"rule:{name}"] = max(cues.get(f"rule:{name}", 0.0), match.score, 0.1)
    best = next((match.rule.kind for match in claim.fitting() if not match.rule.text.part), None)
    cues[f"best:{best}"] = 1.0
    verb = governor(text, scene.hits(view), position)
    cues[f"verb:{verb.verb if verb else 'none'}"] = 1.0
    for hit in scene.hits(view):
        cues[f"sentence:{hit.verb}"] = 1.0
        if position < hit.start < position + 60:
            cues[f"after:{hit.verb}"] = 1.0
    for name in nouns_near(scene, view, position):
        cues[f"near:{name}"] = 1.0
    for name in scene.nouns(text):
        cues[f"sentence:{name}"] = 1.0
    cues |= _next(scene, view)
    cues |= _article(scene)
    before = _BEFORE.search(text, max(0, position - 40), position)
    if before and before[1] in _PREPOSITIONS:
        cues[f"before:{before[1]}"] = 1.0
    for word in (*words_before(view, position, 3), *words_after(view, position, 3)):
        if len(word) > 2:
            cues[f"word:{word}"] = 1.0
    if view.of("round"):
        cues["round"] = 1.0
    if SHARE.search(text):
        cues["share"] = 1.0
    cues |= _recipient(scene, view, called, told)
    return cues


def _next(scene: Scene, view: View) -> Cues:
    """What the sentence behind an item without a verb speaks of: "X – 64 millions", then "Prêt apporté par Y"."""
    if scene.hits(view):
        return {}
    after = next((v for v in scene.views if v.number == view.number + 1 and v.where == view.where), None)
    return {f"next:{name}": 1.0 for name in scene.nouns(after.text)} if after is not None else {}


def _article(scene: Scene) -> Cues:
    cues = Cues()
    for view in scene.views[:_LEAD_VIEWS]:
        place = "title" if view.where == "title" else "lead"
        for name in scene.nouns(view.text):
            cues[f"{place}:{name}"] = 1.0
        for hit in scene.hits(view):
            cues[f"{place}:{hit.verb}"] = 1.0
    return cues


def _recipient(scene: Scene, view: View, called: str, told: Told) -> Cues:
    cues: Cues = {f"type:{scene.cast.types.get(called, 'unknown')}": 1.0}
    if _NUMBERED.search(called.lower()):
        cues["numbered"] = 1.0
    for mention in scene.mentions(view):
        if mention.called == called:
            cues[f"is:{mention.function}"] = 1.0
            if mention.verb:
                cues[f"does:{mention.verb}"] = 1.0
        elif mention.type in _PAYERS:
            cues[f"with:{mention.type}"] = 1.0
    for back in range(4):
        for name, kind in scene.bare.get(view.number - back, ()):
            if name == called and kind:
                cues[f"told:{kind}" if back == 0 else f"told_before:{kind}"] = 1.0
    if called in told.kinds:
        cues[f"same:{told.kinds[called]}"] = 1.0
    if told.last_kind:
        cues[f"last:{told.last_kind}"] = 1.0
    return cues
