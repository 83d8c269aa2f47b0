"""From matches to drafts: one for each fact of a sentence, with its parties resolved."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from extractors.deals.abstraction import PARTY, Span, View
from extractors.deals.cast import NEVER_A_PARTY, NEVER_FUNDED, PAYING, Cast, Named
from extractors.deals.circumstances import Circumstances
from extractors.deals.dates import DateSpan
from extractors.deals.discourse import company_party, investor_party, near_party, own_party
from extractors.deals.match import Claim, Match, Matches
from extractors.deals.parties import Party, in_complement, read_list, read_list_back
from extractors.deals.resolve import resolve
from extractors.deals.rounds import RoundSpan
from extractors.values import Amount, Kind

# A recipient found by its slot is surer than a subject, a subject than the nearest name or the topic.
# Below this grade a draft is a guess that better-told facts overrule.
GUESS = 0.6
LOOSE = 0.35
# A price rule below this grade is a guess, allowed only for the article's own acquisition.
FREE_PRICE = 0.4
STRONG_TOPIC = 0.85
CERTAINTY = {"slot": 1.0, "subject": 0.95, "anaphor": 0.85, "near": 0.7, "own": 0.8, "topic": 0.65}


# Rules whose verb has the buyer for subject: where none is found, the sentence tells something else.
WITH_BUYER = ("acquisition.buys",)
# Rules of shares taken: half of a company or more is its control.
STAKES = ("funding.stake", "funding.share_for")
_MAJORITY = re.compile(r"\b(?:100|[5-9]\d)(?:[.,]\d+)?\s*%|\bmajorit|\btotalite|\bintegralite")


_VERB_RULE = re.compile(r"\(?<(?:raise|invest|give|announce|acquire)>")
_CLAUSE_END = re.compile(rf"[,;:()\"]|{PARTY}")


@dataclass(slots=True, eq=False)
class Draft:
    """A fact on its way to a mention."""

    kind: Kind
    company: Named
    how: str
    view: View
    start: int
    end: int
    rules: list[str]
    grade: float
    investors: list[Named] = field(default_factory=list)
    lead: list[Named] = field(default_factory=list)
    amount: tuple[View, Span[object], Amount] | None = None
    alt: tuple[View, Span[object], Amount] | None = None
    valuation: tuple[View, Span[object], Amount] | None = None
    round: tuple[View, Span[object], str] | None = None
    when: tuple[View, Span[DateSpan]] | None = None
    around: list[Circumstances] = field(default_factory=list)
    views: list[View] = field(default_factory=list)
    sets_cumulative: bool = False


def amount_draft(claim: Claim, matches: Matches, cast: Cast, earlier: list[Draft]) -> tuple[Draft | None, str]:
    """The draft for an amount that a rule claims as a deal's, or None and the reason.

    Of all rules that fit, the one counts whose grade times the certainty of its recipient is highest.
    """
    best: Draft | None = None
    unpriced = False
    for match in claim.fitting():
        if best and match.score <= best.grade:
            break
        if match.rule.text.part:
            priced = price(match, claim, earlier, cast)
            if priced:
                return priced, ""
            unpriced = True
            continue
        draft = _draft(claim, match, cast)
        if draft and (best is None or draft.grade > best.grade):
            best = draft
    if best and best.how in ("near", "topic") and any(_of_another(match, cast) for match in claim.fitting()):
        return None, "its verb has another subject"
    told = any(m.rule.kind == "acquisition" and "amount" not in m.slots for m in matches.deals)
    if unpriced and told and (best is None or best.grade < GUESS):
        return None, "the price of a purchase told in the sentence"
    return best, "" if best else "no recipient found"


def _draft(claim: Claim, match: Match, cast: Cast) -> Draft | None:
    view = match.view
    payers = _payers(match, view, cast)
    company, how = _company(match, claim.position, view, cast, payers)
    if company is None or match.rule.kind is None or _groundless(match, how, view, payers, cast):
        return None
    draft = Draft(
        kind=_kind(match, match.rule.kind, company, cast),
        company=company,
        how=how,
        view=view,
        start=match.start,
        end=match.end,
        rules=[match.rule.id],
        grade=match.score * _certainty(match, how, cast),
        investors=[p for p in payers if p.name != company.name] or only_other(match, view, company, cast),
        amount=(view, claim.span, claim.amount),
        sets_cumulative=bool(match.rule.text.sets.cumulative),
    )
    if "lead" in match.slots or match.rule.text.leads:
        draft.lead = draft.investors[:1]
    _round(draft, match)
    return draft


def _groundless(match: Match, how: str, view: View, payers: list[Named], cast: Cast) -> bool:
    """True where nothing in the sentence ties a sum to the topic: nobody who pays, or neither name, date nor round."""
    if how != "topic" or match.rule.kind != "funding" or view.where == "title":
        return False
    if match.rule.text.investors == ["subject"] and match.rule.text.company == ["topic"]:
        return not payers
    if match.rule.text.investors != ["named"]:
        return False
    named = [p for p in cast.known[view.number] if p.name and cast.allowed(p, NEVER_A_PARTY)]
    states = [p for p in cast.known[view.number] if p.name and p.name.type == "state"]
    return bool(states) or not (named or view.of("date") or view.of("round"))


def _certainty(match: Match, how: str, cast: Cast) -> float:
    """The topic is sure enough where a rule looks nowhere else and the article is about one company."""
    if how == "topic" and match.rule.text.company == ["topic"] and cast.strong:
        return STRONG_TOPIC
    return CERTAINTY[how]


def _kind(match: Match, kind: Kind, company: Named, cast: Cast) -> Kind:
    """States do not raise funds, they commit them; what a fund gathers is a fund; half of a company is its control."""
    kind_of = cast.types.get(company.name, "")
    if kind == "funding" and match.rule.id in STAKES and _MAJORITY.search(match.view.text, match.start, match.end):
        return "acquisition"
    if kind == "funding" and kind_of == "state":
        return "infrastructure"
    return "fund" if kind == "funding" and kind_of == "fund" else kind


def price(match: Match, claim: Claim, earlier: list[Draft], cast: Cast) -> Draft | None:
    """A price told apart from its acquisition goes to the last acquisition that has none, or says the same."""
    view, span, amount = match.view, claim.span, claim.amount
    for draft in reversed([d for d in earlier if d.kind == "acquisition"]):
        own = draft.company.name == cast.topic
        item = draft.view.paragraph == view.paragraph and draft.view.where == view.where
        apart = view.number - draft.view.number
        near = apart <= (6 if own else 2) and (apart >= 0 or item or own)
        if match.rule.text.grade < FREE_PRICE and not own and not item:
            continue
        if draft.amount is None and near:
            draft.amount = (view, span, amount)
            draft.rules.append(match.rule.id)
            return draft
    return None


def bare_draft(match: Match, cast: Cast) -> Draft | None:
    """The draft of a deal told without amount: only where the recipient is named outright or is a clear subject."""
    view = match.view
    payers = _payers(match, view, cast)
    company, how = _company(match, match.end, view, cast, payers)
    if company is None or how in ("near", "topic", "anaphor") or match.rule.kind is None:
        return None
    if match.rule.kind == "acquisition" and how == "slot" and not payers and cast.pays(company.name):
        return None
    if how == "slot" and view.text[: match.slots["company"]].rstrip().endswith('"'):
        return None
    payers = [p for p in payers if p.name != company.name]
    if match.rule.kind == "acquisition" and not payers:
        payers = only_other(match, view, company, cast)
        if not payers and match.rule.text.investors == ["subject"] and match.rule.id in WITH_BUYER:
            return None
    draft = Draft(
        kind=_kind(match, match.rule.kind, company, cast),
        company=company,
        how=how,
        view=view,
        start=match.start,
        end=match.end,
        rules=[match.rule.id],
        grade=match.score * CERTAINTY[how],
        investors=payers,
    )
    _round(draft, match)
    return draft


def _company(match: Match, position: int, view: View, cast: Cast, payers: list[Named]) -> tuple[Named | None, str]:
    paying = {p.name for p in payers}
    party = company_party(match, cast)
    if party is not None:
        slot = "company" in match.slots
        if not (slot and party.name is not None and match.described("company")):
            named = resolve(party, view, cast, paying=False)
            pointed = slot and party.name is not None
            if named and (pointed or named.name not in paying) and not _unlikely(match, party, slot):
                return named, "slot" if slot and party.name else "subject" if party.name else "anaphor"
    if "company" in match.slots or _of_another(match, cast):
        return None, ""
    for source in match.rule.text.company:
        if source in ("near", "own"):
            near = (near_party if source == "near" else own_party)(match, cast, position)
            named = resolve(near, view, cast, paying=False) if near else None
            if named and (named.name not in paying or source == "own"):
                return named, source
        elif source == "topic":
            called = next((c for c in (cast.focus, cast.topic) if c and c not in paying and not cast.pays(c)), None)
            if called:
                return cast.mention(called, view), "topic"
    return None, ""


def _of_another(match: Match, cast: Cast) -> bool:
    """True where the verb has a subject of its own that is no company: "le gouvernement promet"."""
    if not _VERB_RULE.match(match.pattern.source) or cast.other_subject is None:
        return False
    left = _CLAUSE_END.split(match.view.text[max(0, match.start - 80) : match.start])[-1]
    told = cast.other_subject.before.search(left)
    return bool(told) and not cast.other_subject.pseudo.search(left)


def _unlikely(match: Match, party: Party, slot: bool) -> bool:
    """States receive nothing; funds and banks that stand near a round take part in it."""
    if party.name is None:
        return False
    if slot:
        hangs = match.rule.text.free and in_complement(match.view.text, party.position)
        return party.name.type == "state" or hangs
    if match.rule.kind in ("debt", "grant"):
        return party.name.type in PAYING
    return match.rule.kind == "funding" and party.name.type in PAYING and "near" in match.rule.text.company


def _payers(match: Match, view: View, cast: Cast) -> list[Named]:
    if "named" in match.rule.text.investors:
        return _named_near(match, view, cast)
    party = investor_party(match, cast)
    if party is None:
        return []
    slot = any(s in match.slots for s in ("investor", "investors", "lead"))
    ends = not slot or match.pattern.source.startswith("{investor")
    run = read_list_back(view, party.position, cast.known[view.number]) if ends else read_list(view, party.position)
    named = [resolve(p, view, cast, paying=True) for p in run or [party]]
    return [n for n in named if n is not None]


def _named_near(match: Match, view: View, cast: Cast) -> list[Named]:
    """The nearest party of the amount's clause, when it is one that pays in this article or could."""
    start = max(view.text.rfind(mark, 0, match.start) for mark in (";", ":", ".")) + 1
    ends = [i for i in (view.text.find(";", match.end),) if i >= 0]
    inside = [
        p for p in cast.known[view.number] if start <= p.position < (ends[0] if ends else len(view.text)) and p.name
    ]
    inside.sort(key=lambda p: abs(p.position - match.start))
    for party in inside:
        named = resolve(party, view, cast, paying=True)
        if named and named.name != cast.topic:
            return [named]
    return []


def only_other(match: Match, view: View, company: Named, cast: Cast) -> list[Named]:
    """Who buys where the rule does not say: the one other party of the sentence that hangs on no preposition."""
    if match.rule.kind != "acquisition":
        return []
    others = [p for p in cast.known[view.number] if p.name and cast.allowed(p, NEVER_FUNDED | {"state", "public"})]
    free = [
        p for p in others if p.name and cast.called(p.name) != company.name and not in_complement(view.text, p.position)
    ]
    named = [n for n in (resolve(p, view, cast, paying=True) for p in free) if n]
    return named if len({n.name for n in named}) == 1 and len(named) == 1 else []


def _round(draft: Draft, match: Match) -> None:
    view = draft.view
    near: list[tuple[int, Span[object]]] = sorted(view.of("round"), key=lambda item: abs(item[0] - draft.end))
    if near and min(abs(near[0][0] - draft.start), abs(near[0][0] - draft.end)) < 60:
        value = near[0][1].value
        assert isinstance(value, RoundSpan)
        draft.round = (view, near[0][1], value.value)


def main_deal(drafts: list[Draft], cast: Cast) -> Draft | None:
    """The first deal told of the topic company that is neither recalled nor a total."""
    for draft in drafts:
        recalled = any(a.role == "background" or a.cumulative for a in draft.around)
        if draft.company.name == cast.topic and not recalled:
            return draft
    return None
