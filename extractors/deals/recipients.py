"""Who receives a sum: every party of the article is weighed by what speaks for it, and "nobody" with them.

A rule says that a sum is a deal's and, where it can, points at its recipient. What it points at, what the party does in
the sentence, what the article said before are cues; their points stand in `config/points/recipient.yaml`.
"""

from __future__ import annotations

import re

from extractors.deals.grammar import word_cues
from extractors.deals.match import Claim, Matches
from extractors.deals.nobody import nobody_cues
from extractors.deals.points import Cues
from extractors.deals.scene import Mention, Scene, Told
from extractors.deals.sums import GROUPS, SumSentence, fitting_rules
from extractors.values import Kind

_CLAUSE = re.compile(r"[;:]")
# "X, où il a placé", "X, à qui Y a confié", "X, que Y soutient"
_RELATIVE = re.compile(r"\"?\s*,?\s*(?:ou|dans\s+(?:lequel|laquelle)|auquel|a\s+laquelle|a\s+qui|que|qu')\b")


def weigh_cues(scene: Scene, claim: Claim, matches: Matches, told: Told) -> dict[str | None, Cues]:
    """The cues of every candidate for a sum; None stands for "nobody": no deal, or a value, or a part."""
    fit = fitting_rules(claim)
    priced = any(match.rule.text.part for match in claim.fitting())
    kind: Kind | None = fit[0].rule.kind if fit else ("acquisition" if priced else None)
    sentence = SumSentence(scene, claim, matches, fit, GROUPS[kind])
    out: dict[str | None, Cues] = {called: _candidate(scene, sentence, called, told) for called in scene.parties}
    out[None] = nobody_cues(scene, sentence, priced, told)
    return out


def _candidate(scene: Scene, sentence: SumSentence, called: str, told: Told) -> Cues:
    standing = scene.standings.get((sentence.group, called))
    if standing is None:
        standing = scene.standings[sentence.group, called] = _standing(scene, sentence, called)
    cues = dict(standing)
    cues |= _history(scene, sentence, called, told)
    if sentence.ruled == called:
        cues[f"ruled:{sentence.how}"] = 1.0
        cues[f"ruled:{sentence.how}|by:{sentence.fit[0].rule.id}"] = 1.0
    here = [m for m in sentence.mentions if m.called == called]
    named = [m for m in here if not m.anaphor]
    if here:
        best: Cues = max((_mentioned(scene, sentence, m) for m in named or here), key=_promise)
        cues |= best
        if len(here) > 1:
            cues["here:twice"] = 1.0
    if named:
        cues["here"] = 1.0
        return cues
    if here:
        cues["taken_up"] = 1.0
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
    doer = next((m for m in others if m.position == sentence.doer), None)
    if doer is not None:
        who = doer.anaphor or ("payer" if not scene.may_receive(doer.called) else "company")
        cues[f"absent|doer:{who}:{sentence.far}"] = 1.0
        cues[f"absent|doer:{who}|does:{sentence.does}"] = 1.0
        if called == scene.cast.topic:
            cues[f"absent:topic|doer:{who}:{sentence.far}"] = 1.0
    else:
        cues["absent|doer:none"] = 1.0
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


def _standing(scene: Scene, sentence: SumSentence, called: str) -> Cues:
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
    for quality, share in cast.told_as.get(called, {}).items():
        cues[f"beside:{quality}"] = share
        if share > 0.99:
            cues[f"beside:{quality}:only"] = 1.0
    for role in scene.hand_cues(called):
        cues[f"hands:{role}"] = 1.0
        cues[f"{sentence.group}|hands:{role}"] = 1.0
    cues["count"] = min(cast.count[called], 6) / 6
    cues["share"] = cast.count[called] / scene.total
    if called == scene.first:
        cues["first"] = 1.0
    if cast.count[called] == 1:
        cues["once"] = 1.0
    pays, receives = scene.pays[called], scene.receives[called]
    cues["pays"] = scene.balance(called)
    if pays and not receives:
        cues["pays:only"] = 1.0
    if receives and not pays:
        cues["receives:only"] = 1.0
    if any(p.name and p.name.known and p.name.known.ai for p in scene.parties[called]):
        cues["known_ai"] = 1.0
    return cues


def _history(scene: Scene, sentence: SumSentence, called: str, told: Told) -> Cues:
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


def _mentioned(scene: Scene, sentence: SumSentence, mention: Mention) -> Cues:
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
    for quality in scene.cast.qualities.get((sentence.view.number, mention.position), ()):
        cues[f"as:{quality}"] = 1.0
        cues[f"as:{quality}:{side}"] = 1.0
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
    cues |= word_cues(sentence.view, mention.position, before=2)
    if sentence.nearest_left is mention or sentence.nearest_right is mention:
        cues[f"nearest|{mention.prep}:{side}"] = 1.0
    if mention.listed >= 2:
        cues[f"listed|{mention.prep}:{side}"] = 1.0
    if len(sentence.mentions) == 1:
        cues["alone"] = 1.0
    if mention.position == sentence.doer:
        for name in (
            "doer",
            f"doer:{sentence.far}",
            f"doer|does:{sentence.does}",
            f"doer:{sentence.far}|{sentence.group}",
        ):
            cues[f"{mark}{name}"] = 1.0
    elif sentence.doer >= 0 and sentence.far != "after":
        cues[f"other_doer|{mention.prep}:{side}"] = 1.0
        cues[f"other_doer|does:{sentence.does}|{mention.prep}:{side}"] = 1.0
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
