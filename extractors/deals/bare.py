"""Deals told without a sum ("Y s'offre X"): who a sentence may tell to be bought, funded or listed is weighed."""

from __future__ import annotations

from dataclasses import dataclass

from extractors.deals.abstraction import View
from extractors.deals.bare_cues import bare_cues
from extractors.deals.cast import Named
from extractors.deals.cues import Cues as CueWords
from extractors.deals.drafts import Draft, round_near
from extractors.deals.grammar import Grammar
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
# How likely a deal without a sum must be: below it more are made up than found, on labelled articles not learnt from.
LEAST = 0.45
# How likely it must be where the same rule tells it of another in the same sentence, for sure: no buyer is.
LEAST_ALIKE = 0.15
# What a rule says of these kinds is not weighed again.
_SETTLED: tuple[Kind, ...] = ("acquisition", "ipo")
# A preposition with its article, before the name that a sentence opens with.
_OPENS = 8


@dataclass(frozen=True, slots=True)
class _Told:
    """One way a sentence tells a deal of a party; `beside`: the others of an enumeration that it stands in."""

    mention: Mention
    matches: Matches
    cues: Cues
    rule: Match | None
    beside: frozenset[str] = frozenset()


def bare_drafts(scene: Scene, drafts: list[Draft], judge: Judge, words: CueWords) -> list[Draft]:
    """Drafts of the deals told without a sum, at most one for each party and kind.

    Args:
        drafts: those told with a sum; a party that has one of the same kind needs no bare one.
    """
    groups: dict[tuple[str, Kind], list[_Told]] = {}
    for matches in scene.found:
        for told in _tellings(scene, matches, drafts, words):
            called = told.mention.called
            weighed, _ = judge.bare_kind(called, told.cues)
            # "Y rachète X" is a purchase, "X vise la Bourse" a listing, whatever else the sentence tells; what a
            # stake is depends on the words around.
            rule = told.rule.rule if told.rule is not None else None
            settled = rule.kind if rule and (rule.kind in _SETTLED or rule.text.settles) else None
            groups.setdefault((called, settled or weighed), []).append(told)
    have, with_sum = {(d.company.name, d.kind) for d in drafts}, {d.company.name for d in drafts}
    apart: set[tuple[str, Kind]] = set()
    for called, kind in [key for key in groups if key in have]:
        summed = [d for d in drafts if (d.company.name, d.kind) == (called, kind)]
        if different := [told for told in groups[called, kind] if _of_another(told, kind, summed, scene, words)]:
            groups[called, kind] = different
            apart.add((called, kind))
    have -= apart
    sure_of: dict[tuple[str, Kind], tuple[_Told, float]] = {}
    for (called, kind), tellings in groups.items():
        # A title tells what the text does: « IPO : X fixe son prix » is no other deal than the sum told of X below.
        pointed = called not in with_sum or any(told.rule or told.matches.view.where != "title" for told in tellings)
        if (called, kind) not in have and pointed:
            best, sure = judge.bare(called, [told.cues for told in tellings])
            if sure > LEAST:
                sure_of[called, kind] = (tellings[best], sure)
    for (called, kind), tellings in groups.items():
        if (called, kind) in have or (called, kind) in sure_of:
            continue
        for told in tellings:
            others = (sure_of.get((other, kind)) for other in sorted(told.beside))
            same = next((sure for other, sure in filter(None, others) if other.matches is told.matches), None)
            if same is None:
                alike = next((sure for other, sure in sure_of.values() if _told_alike(told, other)), None)
                same = alike if alike is not None and judge.bare(called, [told.cues])[1] > LEAST_ALIKE else None
            if same is not None:
                sure_of[called, kind] = (told, same)
                break
    out = []
    for (called, kind), (told, sure) in sure_of.items():
        draft = _draft(scene, told, kind, sure)
        draft.apart = (called, kind) in apart
        draft.retold = [other.matches.view for other in groups[called, kind] if other.rule]
        out.append(draft)
    return out


def _of_another(told: _Told, kind: Kind, same: list[Draft], scene: Scene, words: CueWords) -> bool:
    """Whether it is told of others than those who pay in the deals told of the same party with a sum, and of the past.

    Nobody who stands near one of those sums is another; who buys is told apart only from a buyer.
    """
    if told.rule is None or told.matches.view.where == "title":
        return False
    view, paying = told.matches.view, {p.name for p in payers_of(told.rule, told.matches.view, scene.cast)}
    near = {number for draft in same for number in range(draft.view.number - 1, draft.view.number + 2)}
    around = {m.called for v in scene.views if v.number in near and v is not view for m in scene.mentions(v)}
    if not paying or paying & around or view.number <= min(draft.view.number for draft in same):
        return False
    if kind == "acquisition":
        return all(draft.investors for draft in same)
    return bool(view.of("date")) or words.recall.within(view.text) or words.undisclosed.within(view.text)


def _told_alike(told: _Told, other: _Told) -> bool:
    """Whether one rule points at both in one sentence: "X à Y, Z à W" behind "ont été vendues"."""
    return (
        told.matches is other.matches
        and told.rule is not None
        and other.rule is not None
        and told.rule.rule.id == other.rule.rule.id
        and told.mention.called != other.mention.called
    )


def may_tell_bare(matches: Matches, known: list[Party], grammar: Grammar) -> bool:
    """False for a sentence that names nobody whom it can tell a deal of without a sum.

    Somebody is told where a rule can point at one, where an enumeration stands, or where a company changes hands.

    Args:
        known: the parties of the sentence.
    """
    return bool(known) and (_may_point(matches, known) or _changes_hands(matches, known, grammar))


def _may_point(matches: Matches, known: list[Party]) -> bool:
    if any("amount" not in match.slots for match in matches.deals):
        return True
    return len(known) > 1 and any(len(read_list(matches.view, party.position)) > 1 for party in known if party.name)


def _changes_hands(matches: Matches, known: list[Party], grammar: Grammar) -> bool:
    return any(party.name for party in known) and grammar.changes_hands(matches.view.text)


def _tellings(scene: Scene, matches: Matches, drafts: list[Draft], words: CueWords) -> list[_Told]:
    view = matches.view
    known = scene.cast.known[view.number]
    hands = _changes_hands(matches, known, scene.grammar)
    if not known or not (hands or _may_point(matches, known)):
        return []
    telling = any(hit.verb in _VERBS for hit in scene.hits(view)) or not _NOUNS.isdisjoint(scene.nouns(view.text))
    if not telling and not matches.deals and "buyout" not in scene.about:
        return []
    mentions = [m for m in scene.mentions(view) if m.fundable]
    if not mentions:
        return []
    runs = _runs(scene, view, mentions)
    pointed: dict[str, list[tuple[Match, str]]] = {}
    buyers: set[str] = set()
    for match in matches.deals:
        if "amount" in match.slots:
            continue
        payers = payers_of(match, view, scene.cast)
        buyers |= {payer.name for payer in payers}
        named, how = recipient_of(match, match.end, view, scene.cast, payers)
        if named and how not in ("near", "topic"):
            pointed.setdefault(named.name, []).append((match, how))
            for other in _listed_with(runs, named.name):
                pointed.setdefault(other, []).append((match, how))
    if not telling and not pointed and "buyout" not in scene.about:
        return []
    out = []
    for mention in mentions:
        ruled = pointed.get(mention.called, [])
        if not ruled and (mention.anaphor or not (mention.head or hands)):
            continue  # no rule points at it, nor does it go on an enumeration
        cues = bare_cues(scene, matches, mention, mentions, ruled, drafts, words)
        best = max((m for m, _ in ruled), key=lambda m: m.score, default=None)
        # Of "X à Y, Z à W" neither Y nor W goes on a list of what is sold.
        beside = frozenset() if mention.called in buyers else _listed_with(runs, mention.called)
        out.append(_Told(mention, matches, cues, best, beside))
    return out


def _runs(scene: Scene, view: View, mentions: list[Mention]) -> list[set[str]]:
    """Who stands together in the enumerations of a sentence; "Dans la Drôme, X" is none."""
    listed = [scene.run(view, m.position) for m in mentions if m.listed > 1 and not m.anaphor and not _place(m)]
    return [{scene.cast.called(party.name) for party in run if party.name} for run in listed]


def _place(mention: Mention) -> bool:
    """Whether it only says where: a preposition and it open the sentence, and no verb or noun governs it."""
    return mention.position <= _OPENS and mention.function not in ("free", "") and "+" not in mention.function


def _listed_with(runs: list[set[str]], called: str) -> frozenset[str]:
    """The others of an enumeration: both of "A et B ont été vendues"."""
    return frozenset().union(*(run for run in runs if called in run)) - {called}


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
