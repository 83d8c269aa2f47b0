"""Who receives a sum: every party of the article is weighed by what speaks for it, and "nobody" with them.

A rule says that a sum is a deal's and, where it can, points at its recipient. What it points at, what the party does in
the sentence, what the article said before are cues; their points stand in `config/points/recipient.yaml`.
"""

from __future__ import annotations

import re
from collections import defaultdict

from extractors.deals.abstraction import View
from extractors.deals.grammar import governor, words_after, words_before
from extractors.deals.match import Claim, Match, Matches
from extractors.deals.parties import subject
from extractors.deals.points import Cues
from extractors.deals.rule_parties import pointed_recipient
from extractors.deals.scene import Mention, Scene, Told
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
_LEAST = 0.2
_ITEM = (";", "•", "►")
_CLAUSE = re.compile(r"[;:]")
# "lui a consenti", "y injecte": who receives was named before.
_CLITIC = re.compile(r"\b(?:lui|leur|y)\s+(?:a|ont|avait|avaient|aura|aurait|[a-z]{4,})\b|\bl'(?:a|avait|ont)\b")
# "sa série A", "son précédent tour"
_POSSESSIVE = re.compile(
    r"\b(?:sa|son|ses)\s+(?:\w+\s+)?(?:tour|levee|serie|ronde|augmentation|amorcage|financement|introduction|capital|emprunt|"
    r"dette|campagne|rallonge|[\uec00-\uefff])"
)
# "X, où il a placé", "X, à qui Y a confié", "X, que Y soutient"
_RELATIVE = re.compile(r"\"?\s*,?\s*(?:ou|dans\s+(?:lequel|laquelle)|auquel|a\s+laquelle|a\s+qui|que|qu')\b")
_BRACKET = re.compile(r"\s*\([^()]{0,40}\Z")
_INVESTOR_SLOTS = ("investor", "investors", "lead")


def fitting_rules(claim: Claim) -> list[Match]:
    """Rules by which the sum is a deal's own, the best first; prices told apart are not among them."""
    return [match for match in claim.fitting() if not match.rule.text.part]


def weigh_cues(scene: Scene, claim: Claim, matches: Matches, told: Told) -> dict[str | None, Cues]:
    """The cues of every candidate for a sum; None stands for "nobody": no deal, or a value, or a part."""
    fit = fitting_rules(claim)
    priced = any(match.rule.text.part for match in claim.fitting())
    kind: Kind | None = fit[0].rule.kind if fit else ("acquisition" if priced else None)
    sentence = _Sentence(scene, claim, matches, fit, GROUPS[kind])
    out: dict[str | None, Cues] = {called: _candidate(scene, sentence, called, told) for called in scene.parties}
    out[None] = _nobody(scene, sentence, priced, told)
    return out


class _Sentence:
    """What is the same for all candidates of one sum."""

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
        self.ruled, self.how = pointed_recipient(fit, self.position, self.view, scene.cast)
        known = scene.cast.known[self.view.number]
        self.pointed: dict[int, Cues] = defaultdict(dict)
        for match in fit:
            self._point(match, known_subject=subject(self.view, match.start, known), own=True)
        for match in (*matches.deals, *matches.parts):
            if match not in fit:
                self._point(match, None, own=False)

    def _point(self, match: Match, known_subject: object, own: bool) -> None:
        strength = max(match.score, _LEAST) if own else 1.0
        prefix = "" if own else "other:"
        for slot, position in match.slots.items():
            if slot == "company" or slot in _INVESTOR_SLOTS:
                name = f"{prefix}slot:{'company' if slot == 'company' else 'investor'}"
                self._raise(position, name, strength)
        if known_subject is not None:
            position = known_subject.position  # type: ignore[attr-defined]
            if "subject" in match.rule.text.investors:
                self._raise(position, "subject:pays", strength)
            elif "subject" in match.rule.text.company:
                self._raise(position, "subject:receives", strength)

    def _raise(self, position: int, name: str, strength: float) -> None:
        held = self.pointed[position]
        held[name] = max(held.get(name, 0.0), strength)


def _candidate(scene: Scene, sentence: _Sentence, called: str, told: Told) -> Cues:
    standing = scene.standings.get((sentence.group, called))
    if standing is None:
        standing = scene.standings[sentence.group, called] = _standing(scene, sentence, called)
    cues = dict(standing)
    cues |= _history(scene, sentence, called, told)
    if sentence.ruled == called:
        cues[f"ruled:{sentence.how}"] = 1.0
    here = [m for m in sentence.mentions if m.called == called]
    if here:
        best: Cues = max((_mentioned(sentence, m) for m in here), key=_promise)
        cues |= best
        cues["here"] = 1.0
        if len(here) > 1:
            cues["here:twice"] = 1.0
        return cues
    cues["absent"] = 1.0
    if any(m.prep == "free" for m in sentence.mentions):
        cues["absent:others_free"] = 1.0
    elif sentence.mentions:
        cues["absent:others"] = 1.0
    else:
        cues["absent:nobody"] = 1.0
    for name in ("topic", "strong", "focus", "free:sentence_before", "told:1", "told:2", "title:free"):
        if name in cues:
            cues[f"absent:{name}"] = 1.0
            if name in ("topic", "focus"):
                cues[f"absent:{name}|{sentence.verb}"] = 1.0
                if sentence.clitic:
                    cues[f"absent:{name}|clitic"] = 1.0
                if sentence.possessive:
                    cues[f"absent:{name}|possessive"] = 1.0
    others = sentence.mentions
    company = next((m.called for m in others if scene.may_receive(m.called)), None)
    setting = "payers" if others and company is None else "companies" if others else "nobody"
    for name in ("topic", "focus:paragraph", "local", "title:first", "free:paragraph"):
        if name in cues:
            cues[f"absent:{name}|{setting}"] = 1.0
    if called == scene.cast.topic:
        cues["absent:topic|" + ("in_paragraph" if called in told.paragraph_named else "not_in_paragraph")] = 1.0
        if told.local and told.local != called and told.local_paragraph == sentence.view.paragraph:
            cues["absent:topic|other_local"] = 1.0
    for anaphor in sentence.anaphors:
        cues[f"absent:{anaphor}"] = 1.0
        for name in _SALIENT:
            if name in cues:
                cues[f"absent:{anaphor}|{name}"] = 1.0
    return cues


# What makes a party the one that "la jeune pousse" or "elle" may stand for.
_SALIENT = (
    "topic",
    "focus:paragraph",
    "local:paragraph",
    "local:before",
    "title:first",
    "title:free",
    "free:sentence_before",
    "opens:sentence_before",
    "free:paragraph",
    "last_named:1",
    "pays:only",
    "receives:only",
    "once",
)


def _standing(scene: Scene, sentence: _Sentence, called: str) -> Cues:
    """Who it is in the article as a whole; of the sum only its group counts, so that it is kept by it."""
    cast = scene.cast
    kind_of = cast.types.get(called, "unknown")
    cues: Cues = {f"type:{kind_of}": 1.0, f"{sentence.group}|type:{kind_of}": 1.0}
    for name in scene.about:
        cues[f"about:{name}|type:{kind_of}"] = 1.0
        if called == cast.topic:
            cues[f"about:{name}|topic"] = 1.0
    titled = [prep for name, prep in scene.titled if name == called]
    if titled:
        cues["title"] = 1.0
        cues["title:free" if "free" in titled else "title:behind_preposition"] = 1.0
        if scene.titled[0][0] == called:
            cues["title:first"] = 1.0
    if called == cast.topic:
        cues["topic"] = 1.0
        cues[f"{sentence.group}|topic"] = 1.0
        if cast.strong:
            cues["strong"] = 1.0
    cues["count"] = min(cast.count[called], 6) / 6
    cues["share"] = cast.count[called] / scene.total
    if called == scene.first:
        cues["first"] = 1.0
    if cast.count[called] == 1:
        cues["once"] = 1.0
    pays, receives = scene.pays[called], scene.receives[called]
    cues["pays"] = max(-1.0, min(1.0, (pays - receives) / 2))
    if pays and not receives:
        cues["pays:only"] = 1.0
    if receives and not pays:
        cues["receives:only"] = 1.0
    if any(p.name and p.name.known and p.name.known.ai for p in scene.parties[called]):
        cues["known_ai"] = 1.0
    return cues


def _history(scene: Scene, sentence: _Sentence, called: str, told: Told) -> Cues:
    """What was told of it before the sum."""
    view, cues = sentence.view, Cues()
    if view.where == "text":
        before = [p.view for p in scene.parties[called] if p.view < view.number]
        gap = view.number - before[-1] if before else 0
        cues["last_named:" + ({0: "never", 1: "1", 2: "2"}.get(gap, "far"))] = 1.0
        if told.focus == called:
            cues["focus"] = 1.0
            cues[f"{sentence.group}|focus"] = 1.0
            cues["focus:paragraph" if told.focus_paragraph == view.paragraph else "focus:before"] = 1.0
        for name, who in (
            ("opens:sentence_before", told.opener),
            ("free:sentence_before", told.last_free),
            ("opens:paragraph", told.paragraph_opener),
            ("free:paragraph", told.paragraph_free),
        ):
            if who == called:
                cues[name] = 1.0
                if scene.itemised:
                    cues[f"itemised|{name}"] = 1.0
        if told.local == called:
            cues["local"] = 1.0
            cues["local:paragraph" if told.local_paragraph == view.paragraph else "local:before"] = 1.0
            if scene.itemised and told.local_paragraph == view.paragraph:
                cues["itemised|local"] = 1.0
        if scene.itemised and called == scene.cast.topic:
            cues["itemised|topic"] = 1.0
    if any(name == called for name, _ in scene.bare[view.number]):
        cues["told:here"] = 1.0
    for back in (1, 2, 3):
        if any(name == called for name, _ in scene.bare.get(view.number - back, ())):
            cues["told:1" if back == 1 else "told:2"] = 1.0
            break
    value = sentence.claim.amount.value
    if (called, value) in told.given:
        cues["same_sum"] = 1.0
    elif any(given == value for _, given in told.given):
        cues["same_sum:other"] = 1.0
    if called in told.here:
        cues["given_here"] = 1.0
    return cues


def _mentioned(sentence: _Sentence, mention: Mention) -> Cues:
    """What it does in the sentence."""
    position, text = sentence.position, sentence.view.text
    side = "after" if mention.position > position else "before"
    mark = "~" if mention.anaphor else ""
    cues: Cues = {
        f"{mark}{mention.prep}:{side}": 1.0,
        f"{mark}{mention.function}": 1.0,
        f"{sentence.group}|{mention.prep}": 1.0,
        f"{sentence.group}|{mention.function}": 1.0,
    }
    if mention.verb:
        cues[f"{mark}does:{mention.verb}"] = 1.0
        cues[f"{sentence.group}|does:{mention.verb}"] = 1.0
        if mention.verb == sentence.verb and mention.position < position:
            cues[f"{mark}governs:{mention.verb}"] = 1.0
    if mention.position < position and _RELATIVE.match(text, mention.position + 1):
        cues["relative:into"] = 1.0
    if mention.head:
        cues[f"head:{mention.head}"] = 1.0
    if mention.anaphor:
        cues[f"anaphor:{mention.anaphor}"] = 1.0
    if mention.owner:
        cues["owner"] = 1.0
    if mention.bracketed:
        cues["bracketed"] = 1.0
    if mention.listed >= 3:
        cues["listed:3"] = 1.0
    elif mention.listed == 2:
        cues["listed:2"] = 1.0
    if mention.descriptor:
        named = mention.type if mention.type in ("company", "fund", "bank", "public") else "other"
        cues[f"described:{named}"] = 1.0
    low, high = sorted((mention.position, position))
    if _CLAUSE.search(text, low, high):
        cues["other_clause"] = 1.0
    cues["distance"] = min(high - low, 200) / 100
    if high - low < 6:
        cues["adjacent"] = 1.0
    elif high - low < 28:
        cues[f"close:{side}"] = 1.0
    if sentence.bracket and mention.position < position:
        between = text[mention.position + 1 : sentence.bracket.start()]
        cues["brackets:own" if len(between.strip(' "')) == 0 else "brackets:other"] = 1.0
    for name, strength in sentence.pointed.get(mention.position, {}).items():
        cues[f"{mark}{name}" if name.startswith("subject") else name] = strength
    for name, chosen in (
        ("nearest:before", sentence.nearest_left),
        ("nearest:after", sentence.nearest_right),
        ("nearest:free", sentence.nearest_free),
        ("first:free", sentence.first_free),
        ("first:item", sentence.item_head),
        ("first:sentence", sentence.mentions[0]),
    ):
        if chosen is mention:
            cues[name] = 1.0
            if sentence.clitic:
                cues[f"{name}|clitic"] = 1.0
    for word in words_before(sentence.view, mention.position, 2):
        cues[f"word_before:{word}"] = 1.0
    for word in words_after(sentence.view, mention.position, 1):
        cues[f"word_after:{word}"] = 1.0
    if sentence.nearest_left is mention or sentence.nearest_right is mention:
        cues[f"nearest|{mention.prep}:{side}"] = 1.0
    if mention.listed >= 2:
        cues[f"listed|{mention.prep}:{side}"] = 1.0
    if len(sentence.mentions) == 1:
        cues["alone"] = 1.0
    return cues


def _promise(cues: Cues) -> float:
    """Of several namings in one sentence the most telling counts."""
    return (
        3 * cues.get("slot:company", 0)
        + 2 * cues.get("subject:receives", 0)
        - 2 * cues.get("slot:investor", 0)
        - cues.get("subject:pays", 0)
        - 0.1 * cues.get("distance", 1)
        - 0.3 * cues.get("anaphor:pronoun", 0)
    )


def _nobody(scene: Scene, sentence: _Sentence, priced: bool, told: Told) -> Cues:
    claim, view = sentence.claim, sentence.view
    best = sentence.fit[0] if sentence.fit else None
    cues: Cues = {
        "nobody": 1.0,
        "nobody:score": max(best.score if best else -0.3, -0.5),
        f"nobody:as:{claim.role}": 1.0,
        f"nobody:{sentence.group}": 1.0,
        f"nobody:verb:{sentence.governor.verb if sentence.governor else 'none'}": 1.0,
    }
    if best is None:
        cues["nobody:no_rule"] = 1.0
    if priced:
        cues["nobody:price"] = 1.0
    if not sentence.mentions:
        cues["nobody:named"] = 1.0
    if view.where == "title":
        cues["nobody:title"] = 1.0
    vetoes = [m for m in claim.rivals if m.rule.text.not_a_deal]
    if vetoes:
        cues["nobody:veto"] = vetoes[0].score
        cues[f"nobody:veto:{vetoes[0].rule.text.not_a_deal}"] = 1.0
    values = [m for m in claim.rivals if "valuation" in m.slots]
    if values:
        cues["nobody:valuation"] = max(values[0].score, 0.0)
    if scene.cast.topic is None:
        cues["nobody:no_topic"] = 1.0
    if scene.cast.strong:
        cues["nobody:strong"] = 1.0
    for name in nouns_near(scene, view, claim.position):
        cues[f"nobody:near:{name}"] = 1.0
    for name in scene.other_money(view, claim.position):
        cues[f"nobody:of:{name}"] = 1.0
    before, after = words_before(view, claim.position, 4), words_after(view, claim.position, 4)
    cues |= {f"nobody:before:{word}": 1.0 for word in before[:1]}
    cues |= {f"nobody:near:{word}": 1.0 for word in (*before[1:], *after[1:]) if len(word) > 2}
    cues |= {f"nobody:after:{word}": 1.0 for word in after[:1]}
    for name in scene.about:
        cues[f"nobody:about:{name}"] = 1.0
    if sentence.clitic:
        cues["nobody:clitic"] = 1.0
    value = claim.amount.value
    if any(given == value for _, given in told.given):
        cues["nobody:same_sum"] = 1.0
    if value in told.left:
        cues["nobody:left_before"] = 1.0
    cues |= {f"nobody:{name}": 1.0 for name in _beside_last(sentence, told)}
    return cues


def _beside_last(sentence: _Sentence, told: Told) -> list[str]:
    """How a sum compares with the last one given: a smaller one next to it may be a part, a larger one a value."""
    if told.last is None:
        return ["first_sum"]
    value, view = told.last
    gap = sentence.view.number - view.number
    size = "less" if sentence.claim.amount.value < value else "more"
    if sentence.claim.amount.value > value * 5:
        size = "much_more"
    near = "here" if gap == 0 else "next" if gap <= 2 and sentence.view.paragraph == view.paragraph else "far"
    out = [f"{size}:{near}"]
    if sentence.first_free and sentence.verb in ("invest", "give", "join", "lead", "announce"):
        out.append(f"{size}:{near}:payer")
    return out


def nouns_near(scene: Scene, view: View, position: int) -> list[str]:
    """Classes of nouns that stand in the clause of a sum."""
    text = view.text
    low = max(text.rfind(mark, 0, position) for mark in ";:.") + 1
    return scene.nouns(text[max(low, position - 70) : position + 50])
