"""Deals told without a sum ("Y s'offre X"): who a sentence may tell to be bought, funded or listed is weighed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractors.deals.cast import Named
from extractors.deals.cues import Cues as CueWords
from extractors.deals.drafts import Draft, round_near
from extractors.deals.grammar import word_cues
from extractors.deals.judge import Judge
from extractors.deals.match import Match, Matches
from extractors.deals.parties import Party, read_list
from extractors.deals.points import Cues
from extractors.deals.rule_parties import only_other, payers_of, recipient_of
from extractors.deals.scene import Mention, Scene
from extractors.values import Kind

# A sentence without one of these tells no deal of its own, unless a rule points at somebody.
_VERBS = frozenset(
    ["acquire", "acquired", "bought", "sold", "sell", "divest", "invest", "invested", "lead", "led", "join", "raise"]
)
_NOUNS = frozenset(["buyout", "ipo", "list_at", "strict_round", "fund"])
# Deals without a sum are missed more often than made up: this probability suffices. Measured on labelled articles.
LEAST = 0.35
_SHARE = re.compile(r"\d\s*%|\bpc\b|pour\s+cent")
_AMOUNT_WORDS = re.compile(r"(?:montant|prix|somme|conditions\s+financieres|modalites)\b")


@dataclass(frozen=True, slots=True)
class _Told:
    """One way a sentence tells a deal of a party."""

    mention: Mention
    matches: Matches
    cues: Cues
    rule: Match | None


def bare_drafts(scene: Scene, drafts: list[Draft], judge: Judge, words: CueWords) -> list[Draft]:
    """Drafts of the deals told without a sum, at most one for each party and kind.

    Args:
        drafts: those told with a sum; a party that has one of the same kind needs no bare one.
    """
    best: dict[tuple[str, Kind], tuple[float, _Told]] = {}
    for matches in scene.found:
        for told in _tellings(scene, matches, drafts, words):
            called = told.mention.called
            weighed, _ = judge.bare_kind(called, told.cues)
            # "Y rachète X" is a purchase whatever else the sentence tells; what a stake is depends on the words around.
            bought = told.rule is not None and told.rule.rule.kind == "acquisition"
            kind: Kind = "acquisition" if bought else weighed
            sure = judge.bare(called, told.cues)
            if sure > best.get((called, kind), (LEAST, None))[0]:
                best[called, kind] = (sure, told)
    found = [_draft(scene, told, kind, sure) for (called, kind), (sure, told) in best.items()]
    have = {(d.company.name, d.kind) for d in drafts}
    return [d for d in found if (d.company.name, d.kind) not in have]


def may_tell_bare(matches: Matches, known: list[Party]) -> bool:
    """False for a sentence in which no rule can point at anybody and no enumeration stands, whatever it tells.

    Args:
        known: the parties of the sentence.
    """
    if not known:
        return False
    if any("amount" not in match.slots for match in matches.deals):
        return True
    view = matches.view
    return len(known) > 1 and any(len(read_list(view, p.position)) > 1 for p in known if p.name)


def _tellings(scene: Scene, matches: Matches, drafts: list[Draft], words: CueWords) -> list[_Told]:
    view = matches.view
    known = scene.cast.known[view.number]
    if not may_tell_bare(matches, known):
        return []
    telling = any(hit.verb in _VERBS for hit in scene.hits(view)) or not _NOUNS.isdisjoint(scene.nouns(view.text))
    if not telling and not matches.deals and "buyout" not in scene.about:
        return []
    mentions = [m for m in scene.mentions(view) if m.fundable]
    if not mentions:
        return []
    pointed: dict[str, list[tuple[Match, str]]] = {}
    for match in matches.deals:
        if "amount" in match.slots:
            continue
        named, how = recipient_of(match, match.end, view, scene.cast, payers_of(match, view, scene.cast))
        if named and how not in ("near", "topic"):
            pointed.setdefault(named.name, []).append((match, how))
    if not telling and not pointed and "buyout" not in scene.about:
        return []
    out = []
    for mention in mentions:
        ruled = pointed.get(mention.called, [])
        if not ruled and (mention.anaphor or not mention.head):
            continue  # no rule points at it, nor does it go on an enumeration
        cues = _cues(scene, matches, mention, mentions, ruled, drafts, words)
        out.append(_Told(mention, matches, cues, max((m for m, _ in ruled), key=lambda m: m.score, default=None)))
    return out


def _cues(
    scene: Scene,
    matches: Matches,
    mention: Mention,
    mentions: list[Mention],
    ruled: list[tuple[Match, str]],
    drafts: list[Draft],
    words: CueWords,
) -> Cues:
    view, cast, called = matches.view, scene.cast, mention.called
    kind_of = cast.types.get(called, "unknown")
    mark = "~" if mention.anaphor else ""
    cues: Cues = {
        "any": 1.0,
        f"type:{kind_of}": 1.0,
        f"{mark}{mention.function}": 1.0,
        "count": min(cast.count[called], 6) / 6,
    }
    for match, how in ruled:
        cues[f"ruled:{how}"] = 1.0
        cues[f"ruled:{match.rule.kind}"] = max(cues.get(f"ruled:{match.rule.kind}", 0.0), match.score)
    if not ruled:
        cues["ruled:none"] = 1.0
    if mention.verb:
        cues[f"{mark}does:{mention.verb}"] = 1.0
    if mention.head:
        cues[f"head:{mention.head}"] = 1.0
        if "buyout" in scene.about:
            cues["head:any|buyout"] = 1.0
    if mention.anaphor:
        cues[f"anaphor:{mention.anaphor}"] = 1.0
    for name, there in (
        ("owner", mention.owner),
        ("bracketed", mention.bracketed),
        ("listed", mention.listed >= 2),
        ("described", bool(mention.descriptor)),
        ("title", view.where == "title"),
        ("early", view.number <= 2),
        ("titled", any(name == called for name, _ in scene.titled)),
        ("topic", called == cast.topic),
        ("strong", called == cast.topic and cast.strong),
        ("sum_here", bool(view.of("amount"))),
        ("round", bool(view.of("round"))),
        ("date", bool(view.of("date"))),
        ("share", bool(_SHARE.search(view.text))),
        ("price_word", bool(_AMOUNT_WORDS.search(view.text))),
        ("cancelled", words.status["cancelled"].within(view.text) is not None),
        ("rumoured", words.status["rumoured"].within(view.text) is not None),
        ("recalled", words.recall.within(view.text) is not None),
        ("buyer_before", any(m.verb == "acquire" and m.position < mention.position for m in mentions)),
        ("buyer_after", any(m.function in ("par+acquired", "to+sold", "to+divest") for m in mentions)),
        ("payer_before", any(m.verb in ("invest", "join", "lead") and m.position < mention.position for m in mentions)),
        ("other", any(m.called != called for m in mentions)),
    ):
        if there:
            cues[name] = 1.0
    cues |= word_cues(view, mention.position, before=3)
    for name in scene.about:
        cues[f"about:{name}"] = 1.0
    for name in scene.nouns(view.text):
        cues[f"near:{name}"] = 1.0
    for hit in scene.hits(view):
        cues[f"sentence:{hit.verb}"] = 1.0
    for draft in drafts:
        if draft.company.name == called:
            cues[f"has:{draft.kind}"] = 1.0
            apart = abs(draft.view.number - view.number)
            cues["has:here" if apart == 0 else "has:near" if apart <= 2 else "has:far"] = 1.0
    cues["pays"] = scene.balance(called)
    return cues


def _draft(scene: Scene, told: _Told, kind: Kind, sure: float) -> Draft:
    view, mention, match = told.matches.view, told.mention, told.rule
    company = Named(mention.called, view, mention.party.span)
    draft = Draft(
        kind=kind,
        company=company,
        how="bare",
        view=view,
        start=match.start if match else mention.position,
        end=match.end if match else mention.position + 1,
        rules=[match.rule.id] if match else ["weighed.bare"],
        grade=sure,
    )
    if match:
        draft.investors = [p for p in payers_of(match, view, scene.cast) if p.name != company.name]
        draft.investors = draft.investors or only_other(match, view, company, scene.cast)
    round_near(draft)
    return draft
