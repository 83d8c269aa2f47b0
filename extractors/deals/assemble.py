"""Sentence by sentence through an article: drafts of deals, completed by the parts told around them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from extractors.deals.abstraction import View
from extractors.deals.bare import bare_drafts, may_tell_bare
from extractors.deals.bare_implied import implied_drafts
from extractors.deals.cast import NEVER_FUNDED, SURE_PART, Cast, Named
from extractors.deals.circumstances import circumstances
from extractors.deals.cues import Cues
from extractors.deals.drafts import LOOSE, Draft, add_names, main_deal, weighed_draft
from extractors.deals.grammar import Grammar
from extractors.deals.judge import Judge
from extractors.deals.markers import MarkerRegex
from extractors.deals.match import Match, Matches, tells_deals
from extractors.deals.parties import Party, party_at, read_list, read_list_back
from extractors.deals.resolve import resolve
from extractors.deals.scene import Scene, Told
from extractors.deals.subjects import subject
from extractors.deals.terms import VALUED, is_former

# "Y la valorise 90 millions", "Y l'avait évaluée": the subject values another.
_OBJECT = MarkerRegex(r"(?:la|le|les|l')\s*(?:(?:a|ont|avait|avaient)\s+)?<valuing>(?!ation)")
_NOUN_OF_VALUE = MarkerRegex(r"(?:(?:la|une|sa|d'une)\s+)?<value>\b|(?:sur|a|au)\s+(?:une?|la|le)\b")
# "qui l'avait valorisée": how far into what a rule takes its verb may stand.
_VERB_REACH = 16
_EACH = re.compile(r"\bchacune?\b")
# "Plus de 14 milliards" and "14,3 milliards" are one amount; beyond 6 % they are two.
# How many sentences away a part ("mené par Y") still belongs to a deal of its paragraph, and to the main deal.
PART_REACH = 4
MAIN_REACH = 6
# No article of the press tells so many deals; comparing each with each stays cheap.
MOST_DRAFTS = 150
# A bare enumeration of so many names, so few sentences after the main round, is taken for its investors.
ENUMERATION = 3
ENUMERATION_REACH = 4
# Plans and listings have no lead.
UNLED = ("infrastructure", "ipo")
BARE_KINDS = ("acquisition", "ipo", "funding")


def may_tell_deals(found: list[Matches], known: dict[int, list[Party]], grammar: Grammar) -> bool:
    """False for an article in which no sum is weighed and no sentence can tell a deal without one: it has no deals."""
    return tells_deals(found) or any(may_tell_bare(matches, known[matches.view.number], grammar) for matches in found)


def draft_all(
    found: list[Matches], scene: Scene, judge: Judge, cues: Cues, published: date | None
) -> tuple[list[Draft], list[str]]:
    """Go through the sentences in order, keeping the focus; returns drafts and the reasons of what was refused."""
    cast, told = scene.cast, Told()
    drafts: list[Draft] = []
    refused: list[str] = []
    weighs = scene.tells_deals  # else no sum is weighed, and nobody asks what was told before it
    for matches in found:
        view = matches.view
        if view.first and view.where == "text":
            cast.focus = None
        cast.look_at(view)
        cast.seen.append(view)
        if weighs:
            told.enter(view, scene)
        elif view.of("anaphor"):
            scene.mentions(view)  # whom an anaphor stands for depends on the focus of this moment
        here: list[Draft] = []
        for claim in matches.claims:
            if claim.role == "converted":
                if here and here[-1].amount and here[-1].alt is None:
                    here[-1].alt = (view, claim.span, claim.amount)
                continue
            if claim.role == "not_a_deal" and claim.match is None:
                continue
            draft = weighed_draft(claim, matches, scene, told, judge) if len(drafts) < MOST_DRAFTS else None
            if draft is None:
                why = claim.match.rule.id if claim.role == "not_a_deal" and claim.match else "no recipient found"
                refused.append(f"{view.where}:{claim.span.start} {why}")
            else:
                here.append(draft)
                _focus(draft, cast)
        for draft in here:
            around = circumstances(view, draft.start, draft.end, published, cues)
            draft.around.append(around)
            draft.views.append(view)
            if around.date:
                draft.when = (view, around.date)
        here += _for_each(here, view, cast)
        drafts += here
        for draft in here:
            _focus(draft, cast)
        if weighs:
            told.leave(view, scene)
    bare = bare_drafts(scene, drafts, judge, cues)
    for draft in [*bare, *implied_drafts(scene, [*drafts, *bare])]:
        draft.around.append(circumstances(draft.view, draft.start, draft.end, published, cues))
        draft.views.append(draft.view)
        if draft.around[0].date:
            draft.when = (draft.view, draft.around[0].date)
        drafts.append(draft)
    if not drafts:
        return drafts, refused
    drafts.sort(key=lambda draft: (draft.view.number, draft.start))
    for matches in found:
        here = [draft for draft in drafts if draft.view is matches.view]
        before = [draft for draft in drafts if draft.view.number <= matches.view.number]
        _parts(matches, here, before, cast, cues)
        if not here and not matches.claims:
            _enumerated(matches, before, cast, cues)
    drafts = drafts[:MOST_DRAFTS]
    _told_before(found, drafts, cast, cues)
    return drafts, refused


def _told_before(found: list[Matches], drafts: list[Draft], cast: Cast, cues: Cues) -> None:
    """Parts told just before the first deal of the article ("cinq fonds le rejoignent… L'addition atteint 22 M€")."""
    main = main_deal(drafts, cast)
    if main is None or any(d.view.number < main.view.number for d in drafts):
        return
    for matches in found:
        if 0 < main.view.number - matches.view.number <= PART_REACH:
            _parts(matches, [], [], cast, cues, ahead=main)


def _for_each(here: list[Draft], view: View, cast: Cast) -> list[Draft]:
    """ "100 000 francs à chacune": the same draft for every name of the enumeration just told."""
    if not here or not _EACH.search(view.text):
        return []
    runs = [
        read_list(v, p.position)
        for v in (view, *cast.seen[-2:-1])
        for p in cast.known[v.number]
        if p.name and cast.allowed(p, NEVER_FUNDED)
    ]
    runs = [r for r in runs if len(r) > 1]
    if not runs:
        return []
    run = max(runs, key=len)
    draft = here[-1]
    payers = {n.name for n in draft.investors}
    names = [Named(cast.called(p.name), cast.view_of(p, view), p.span) for p in run if p.name]
    names = [n for n in names if n.name not in payers]
    if not names:
        return []
    draft.company, draft.how = names[0], "slot"
    return [
        replace(
            draft,
            company=n,
            investors=list(draft.investors),
            around=list(draft.around),
            views=list(draft.views),
            rules=list(draft.rules),
        )
        for n in names[1:]
    ]


def _focus(draft: Draft, cast: Cast) -> None:
    cast.focus = draft.company.name
    if draft.investors:
        cast.payer = draft.investors[0].name


def _parts(
    matches: Matches, here: list[Draft], drafts: list[Draft], cast: Cast, cues: Cues, ahead: Draft | None = None
) -> None:
    """Give the parts of a sentence to their draft; `ahead`: one told further down, where none was told before."""
    view = matches.view
    for match in matches.parts:
        for slot in ("lead", "investors"):
            if slot not in match.slots:
                continue
            party = party_at(view, match.slots[slot])
            target = _target(match, here, drafts, cast, cues) or ahead
            if party is None or target is None:
                continue
            if target.kind in UNLED and slot == "lead":
                continue
            backward = match.pattern.source.startswith(("{investors", "{lead"))
            run = (
                read_list_back(view, party.position, cast.known[view.number])
                if backward
                else read_list(view, party.position)
            )
            if slot == "lead" and ";" in view.text[party.position :]:
                end = view.text.index(";", party.position)
                run = [p for p in run if p.position < end]
            named = [n for n in (resolve(p, view, cast, paying=True) for p in run if p.name) if n]
            named = [n for n in named if n.name != target.company.name]
            if not named:
                continue
            add_names(target.investors, named)
            if slot == "lead":
                add_names(target.lead, named)
            target.rules.append(match.rule.id)
    for claim in matches.claims:
        if claim.role == "valuation" and claim.match and not is_former(claim):
            target = _valued(claim.match, here, drafts, cast, cues) or ahead
            if target is None or _values_other(claim.match, target, here, cast):
                continue
            if target.valuation is None:
                target.valuation = (view, claim.span, claim.amount)
                target.rules.append(claim.match.rule.id)


def _valued(match: Match, here: list[Draft], drafts: list[Draft], cast: Cast, cues: Cues) -> Draft | None:
    """The deal that a value belongs to: the main one where its sentence tells a total only; no loan and no aid."""
    here = [d for d in here if d.kind in VALUED] or here
    drafts = [d for d in drafts if d.kind in VALUED or d in here]
    main = main_deal(drafts, cast)
    if main is not None and here and not any(_takes_parts(d) for d in here):
        return main
    return _target(match, here, drafts, cast, cues)


def _values_other(match: Match, target: Draft, here: list[Draft], cast: Cast) -> bool:
    """True where another company is said to be worth it; "à une valorisation de" has no subject of its own."""
    if target in here and _NOUN_OF_VALUE.match(match.view.text, match.start):
        return False
    if _OBJECT.match(match.view.text, match.start):
        return False
    about = subject(match.view, match.start, cast.known[match.view.number])
    valued = resolve(about, match.view, cast, paying=False) if about and about.name else None
    if valued is None or valued.name == target.company.name or cast.pays(valued.name):
        return False
    by_payer = "valoris" in match.view.text[match.start : match.start + _VERB_REACH]
    return not (by_payer and valued.name in {n.name for n in target.investors})


def _enumerated(matches: Matches, drafts: list[Draft], cast: Cast, cues: Cues) -> None:
    """Three names or more in a row soon after the main round, and nothing that says otherwise: who took part."""
    view, main = matches.view, main_deal(drafts, cast)
    if main is None or main.kind not in ("funding", "fund") or cues.not_investors.within(view.text):
        return
    if view.number - max(v.number for v in main.views) > ENUMERATION_REACH:
        return
    runs = [read_list(view, p.position) for p in cast.known[view.number] if p.name]
    run = max(runs, key=len, default=[])
    named = [n for n in (resolve(p, view, cast, paying=True) for p in run if p.name) if n]
    people = all(p.name and p.name.type == "person" for p in run)
    if len(named) >= ENUMERATION and not people and all(n.name != cast.topic for n in named):
        add_names(main.investors, named)
        main.rules.append("parts.enumerated")


def _target(match: Match, here: list[Draft], drafts: list[Draft], cast: Cast, cues: Cues) -> Draft | None:
    """The draft that a part completes: of its sentence, else of its paragraph, else the article's main deal."""
    view = match.view
    firm = [d for d in here if _takes_parts(d)] or here
    if firm:
        left = [d for d in firm if d.start <= match.start]
        return left[-1] if left else firm[0]
    near = [d for d in drafts if d.view.paragraph == view.paragraph and d.view.where == view.where]
    near = [d for d in near if view.number - d.view.number <= PART_REACH and _takes_parts(d)]
    lent = [d for d in near if d.kind == "debt"]
    if lent and cues.of_debt.within(view.text):
        return lent[-1]
    main = main_deal(drafts, cast)
    equity = [d for d in near if d.kind != "debt"]
    if equity or (near and (main is None or main.kind == "debt")):
        return (equity or near)[-1]
    sure = match.rule.text.grade >= SURE_PART
    if main is not None and view.number - _last_told(main, drafts) <= (MAIN_REACH if sure else PART_REACH):
        return main
    recent = [d for d in drafts if view.number - d.view.number <= PART_REACH]
    return recent[-1] if recent else None


def _last_told(main: Draft, drafts: list[Draft]) -> int:
    """The last sentence that tells the main deal, or the same sum of the same company again."""
    told = [d for d in drafts if d is main or (d.company.name == main.company.name and _same_sum(d, main))]
    return max(v.number for d in told for v in d.views or [d.view])


def _same_sum(one: Draft, other: Draft) -> bool:
    return bool(one.amount and other.amount and one.amount[2].value == other.amount[2].value)


def _takes_parts(draft: Draft) -> bool:
    """Guesses and totals have no investors of their own."""
    return draft.grade > LOOSE and not any(a.cumulative for a in draft.around) and not draft.sets_cumulative
