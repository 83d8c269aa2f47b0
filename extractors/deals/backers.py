"""Who pays in a deal, and who leads: every party named around it is weighed (`config/points/{investor,lead}.yaml`)."""

from __future__ import annotations

import math
import re

from extractors.deals.abstraction import View
from extractors.deals.cast import Named
from extractors.deals.cues import Cues as CueWords
from extractors.deals.drafts import Draft
from extractors.deals.grammar import word_cues
from extractors.deals.judge import Judge
from extractors.deals.markers import MarkerRegex
from extractors.deals.points import Cues
from extractors.deals.scene import Mention, Scene
from extractors.deals.sums import GROUPS

# How many sentences before and behind a deal its investors may be named.
BEFORE, BEHIND = 2, 6
# What an enumeration says of each of its names, against what the name's own cues say: chosen by cross-validation.
TOGETHER = 0.5
_STATES = "state"
_JOINT = MarkerRegex(r"\b(?:avec|dont|parmi|auxquels|outre|notamment|<together>)\b")
_TURN = re.compile(r"[;:]|,\s*(?:et|mais|tandis|alors|quand|puis|pendant)\b")
# "7 millions d'euros (septembre, Elaia"
_IN_BRACKET = re.compile(r"\s*\([^()]*")


def choose_backers(merged: list[Draft], scene: Scene, judge: Judge, words: CueWords) -> None:
    """Give each deal those who pay in it, in the order they are named, and mark who leads."""
    ruled = {id(d): ({n.name for n in d.investors}, {n.name for n in d.lead}) for d in merged}
    for draft in merged:
        paid: list[tuple[Mention, View]] = []
        lead: list[Named] = []
        weighed = _candidates(draft, merged, scene, ruled, words)
        sure = {called: judge.investor(draft, called, cues) for called, (_, _, cues) in weighed.items()}
        for called, (mention, view, cues) in weighed.items():
            mates = [sure[m.called] for m in _mates(scene, view, mention) if sure.get(m.called) is not None]
            if _joint(sure[called], mates) >= 0.5:
                paid.append((mention, view))
                if judge.lead(draft, called, cues) >= 0.5:
                    lead.append(Named(called, view, mention.party.span))
        paid.sort(key=lambda item: (item[1].number, item[0].position))
        draft.investors = [Named(m.called, view, m.party.span) for m, view in paid]
        draft.lead = lead


def _joint(own: float, mates: list[float]) -> float:
    """How likely a party pays, heard together with the other names of its enumeration, on the scale of log odds."""
    if not mates:
        return own
    odds = [math.log(max(p, 1e-6) / max(1 - p, 1e-6)) for p in (own, *mates)]
    score = (1 - TOGETHER) * odds[0] + TOGETHER * sum(odds) / len(odds)
    return 1 / (1 + math.exp(-score))


def _candidates(
    draft: Draft,
    merged: list[Draft],
    scene: Scene,
    ruled: dict[int, tuple[set[str], set[str]]],
    words: CueWords,
) -> dict[str, tuple[Mention, View, Cues]]:
    """For each party near a deal its most telling mention, with its cues."""
    told = {view.number for view in draft.views}
    first, last = min(told) - BEFORE, max(told) + BEHIND
    best: dict[str, tuple[float, Mention, View, Cues]] = {}
    order = sorted(merged, key=lambda d: (d.view.number, d.start))
    paying, leading = ruled[id(draft)]
    for view in scene.views:
        if not first <= view.number <= last:
            continue
        here = [d for d in order if d.view is view]
        latest = next((d for d in reversed(order) if d.view.number <= view.number), None)
        for mention in scene.mentions(view):
            if mention.called == draft.company.name or mention.anaphor == "pronoun":
                continue
            if mention.type == _STATES and mention.called not in paying:
                continue
            cues = _cues(draft, mention, view, scene, words)
            cues |= _place(draft, view, told, here, latest, order)
            cues |= _beside_sums(draft, mention, view, here)
            if mention.called in paying:
                cues["ruled"] = 1.0
                cues[f"ruled|{GROUPS[draft.kind]}"] = 1.0
            if mention.called in leading:
                cues["ruled:lead"] = 1.0
                if not {"sentence:lead", "sentence:led"} & cues.keys():
                    cues["ruled:lead|untold"] = 1.0
            if any(mention.called in ruled[id(d)][0] for d in merged if d is not draft):
                cues["ruled:elsewhere"] = 1.0
            alike = _mates(scene, view, mention)
            cues |= _beside_lead(scene, view, mention, {m.position for m in alike})
            mates = {m.called for m in alike}
            if mates & paying:
                cues["mates:ruled"] = 1.0
            if draft.company.name in mates:
                cues["mates:company"] = 1.0
            promise = _promise(cues)
            if mention.called not in best or promise > best[mention.called][0]:
                best[mention.called] = (promise, mention, view, cues)
    return {called: (mention, view, cues) for called, (_, mention, view, cues) in best.items()}


def _cues(draft: Draft, mention: Mention, view: View, scene: Scene, words: CueWords) -> Cues:
    cast, text = scene.cast, view.text
    group = GROUPS[draft.kind]
    kind_of = mention.type or cast.types.get(mention.called, "unknown")
    mark = "~" if mention.anaphor else ""
    cues: Cues = {
        "any": 1.0,
        group: 1.0,
        f"type:{kind_of}": 1.0,
        f"{group}|type:{kind_of}": 1.0,
        f"{mark}{mention.function}": 1.0,
        f"{group}|{mention.function}": 1.0,
    }
    if mention.verb:
        cues[f"{mark}does:{mention.verb}"] = 1.0
        cues[f"{group}|does:{mention.verb}"] = 1.0
    if mention.head:
        cues[f"head:{mention.head}"] = 1.0
        cues[f"{group}|head:{mention.head}"] = 1.0
    for name, there in (
        ("anaphor", bool(mention.anaphor)),
        ("owner", mention.owner),
        ("bracketed", mention.bracketed),
        ("listed", mention.listed >= 2),
        ("listed:3", mention.listed >= 3),
        ("topic", mention.called == cast.topic),
        ("titled", any(name == mention.called for name, _ in scene.titled)),
        ("sums_here", bool(view.of("amount"))),
        ("not_investors", words.not_investors.within(text)),
        ("joint", _JOINT.search(text, max(0, mention.position - 60), mention.position) is not None),
        ("once", cast.count[mention.called] == 1),
    ):
        if there:
            cues[name] = 1.0
    for role in scene.hand_cues(mention.called):
        cues[f"hands:{role}"] = 1.0
        cues[f"{group}|hands:{role}"] = 1.0
    cues |= word_cues(view, mention.position, before=3)
    for hit in scene.hits(view):
        if hit.verb in ("lead", "led", "join", "invest", "invested", "acquire", "give"):
            cues[f"sentence:{hit.verb}"] = 1.0
    matches = scene.of_view[view.number]
    for match in (*matches.deals, *matches.parts):
        for slot in ("investor", "investors", "lead", "company"):
            if match.slots.get(slot) == mention.position:
                cues[f"slot:{slot}"] = max(cues.get(f"slot:{slot}", 0.0), match.rule.text.grade)
    if mention.descriptor:
        cues[
            f"described:{mention.type if mention.type in ('company', 'fund', 'bank', 'public', 'person') else 'other'}"
        ] = 1.0
    cues["pays"] = scene.balance(mention.called)
    return cues


def _beside_lead(scene: Scene, view: View, mention: Mention, mates: set[int]) -> Cues:
    """Whether a rule says of another name in the sentence that it leads, and whether the two are told together."""
    matches = scene.of_view[view.number]
    leading = {match.slots["lead"] for match in (*matches.deals, *matches.parts) if "lead" in match.slots}
    if not leading or mention.position in leading:
        return {}
    if not leading & mates:
        return {"lead:other": 1.0}
    return {"lead:mate": 1.0, "lead:mate|pair" if len(mates) == 1 else "lead:mate|list": 1.0}


def _place(
    draft: Draft, view: View, told: set[int], here: list[Draft], latest: Draft | None, order: list[Draft]
) -> Cues:
    """Where the party is named, as seen from the deal."""
    gap = min((view.number - number for number in told), key=abs)
    where = "same" if gap == 0 else "title" if view.where == "title" else f"{'+' if gap > 0 else '-'}{min(abs(gap), 4)}"
    cues: Cues = {f"at:{where}": 1.0, f"{GROUPS[draft.kind]}|at:{where}": 1.0}
    if here:
        cues["other_deal_here" if draft not in here else "own_deal_here"] = 1.0
        if len(here) > 1:
            cues["deals_here"] = 1.0
    if latest is draft:
        cues["latest"] = 1.0
        if gap > 0:
            cues[f"latest|at:{where}"] = 1.0
    elif gap > 0:
        cues["not_latest"] = 1.0
    if order and order[0] is draft:
        cues["first_deal"] = 1.0
        if gap > 0 and not here:
            cues["first_deal|behind"] = 1.0
    if view.paragraph == draft.view.paragraph:
        cues["paragraph"] = 1.0
    if len(order) == 1:
        cues["only_deal"] = 1.0
    if draft.amount is None:
        cues["no_sum"] = 1.0
    if draft.recalled:
        cues["recalled"] = 1.0
    return cues


def _beside_sums(draft: Draft, mention: Mention, view: View, here: list[Draft]) -> Cues:
    """Of a sentence with the sums of several deals: whose sum the party stands beside, in its clause."""
    places = {id(d): at for d in here if (at := _sum_place(d, view)) is not None}
    cues = Cues()
    own = places.get(id(draft))
    if own is not None and _IN_BRACKET.fullmatch(view.text[own + 1 : mention.position]):
        cues["sum:bracket"] = 1.0
    if len(places) < 2:
        return cues
    low, high = _clause(view.text, mention.position)
    before = [at for at in places.values() if low <= at < mention.position]
    after = [at for at in places.values() if mention.position < at < high]
    for side, nearest in (("before", max(before, default=None)), ("after", min(after, default=None))):
        if nearest is not None:
            cues[f"sum:{'own' if nearest == own else 'other'}:{side}"] = 1.0
    nearest = min(places.values(), key=lambda at: abs(at - mention.position))
    cues["sum:nearest" if nearest == own else "sum:other_nearest"] = 1.0
    return cues


def _sum_place(draft: Draft, view: View) -> int | None:
    return draft.sum_at if draft.amount and draft.amount[0] is view else None


def _clause(text: str, position: int) -> tuple[int, int]:
    """Where the clause around a position begins and ends."""
    turns = [match.start() for match in _TURN.finditer(text)]
    before = [at for at in turns if at < position]
    after = [at for at in turns if at > position]
    return (before[-1] if before else 0), (after[0] if after else len(text))


def _mates(scene: Scene, view: View, mention: Mention) -> list[Mention]:
    """The other names of the enumeration that a name stands in."""
    by_position = {m.position: m for m in scene.mentions(view)}
    for other in scene.mentions(view):
        if other.anaphor or other.position > mention.position:
            continue
        run = [p.position for p in scene.run(view, other.position)]
        if mention.position in run and len(run) > 1:
            return [by_position[p] for p in run if p in by_position and p != mention.position]
    return []


def _promise(cues: Cues) -> float:
    return (
        2 * cues.get("ruled:lead", 0)
        + 3 * max(cues.get("slot:investor", 0), cues.get("slot:investors", 0), cues.get("slot:lead", 0))
        + 2 * cues.get("mates:ruled", 0)
        + 1 * cues.get("at:same", 0)
        + 0.5 * cues.get("own_deal_here", 0)
        - 1.0 * cues.get("other_deal_here", 0)
        - 0.5 * cues.get("anaphor", 0)
        - 0.2 * cues.get("owner", 0)
    )
