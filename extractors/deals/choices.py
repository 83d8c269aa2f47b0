"""Why a weighed choice came out as it did: the cues that spoke loudest for it and against it, with their points.

A witness sits in the judge's place, answers as the judge does and notes what each answer was weighed by.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import TypeVar

from extractors.deals.abstraction import View
from extractors.deals.bare import LEAST as BARE
from extractors.deals.extract import AI, NEWS, Trace, trace_deals
from extractors.deals.judge import Decision, Judge
from extractors.deals.knowledge import DealKnowledge
from extractors.deals.match import Claim
from extractors.deals.points import Cues, Points
from extractors.values import KINDS, STATUSES, Article, Kind, Status

# So many cues for a choice, and so many against it: the rest moves little.
MOST = 3
# A cue that moves the odds by less than a tenth explains nothing.
LEAST = 0.1
_NOTHING = Points({})
T = TypeVar("T", bound="str | None")


@dataclass(frozen=True, slots=True)
class Weight:
    """A cue and what it adds to the answer's lead over its rival, in points; below zero it speaks for the rival."""

    cue: str
    points: float


@dataclass(frozen=True, slots=True)
class Choice:
    """One weighed choice.

    answer: a company, a kind, a status, "yes" or "no"; None is nobody.
    rival: the answer that came next; "" where there was no other.
    lead: by how many points the answer is ahead of it.
    weights: the loudest cues, the strongest first, whichever way they speak.
    """

    decision: Decision
    answer: str | None
    rival: str | None
    lead: float
    weights: tuple[Weight, ...]


# Title or text, and where the sum begins there.
Place = tuple[str, int]


@dataclass
class Choices:
    """The choices of one article: of sums by their place, of the deals that were kept in their order."""

    recipients: dict[Place, Choice] = field(default_factory=dict)
    kinds: dict[Place, Choice] = field(default_factory=dict)
    bares: dict[tuple[str, str], tuple[Choice, Choice]] = field(default_factory=dict)
    deals: dict[Decision, list[Choice]] = field(default_factory=dict)

    def of_deal(self, trace: Trace, number: int) -> tuple[Choice, ...]:
        """What was weighed for the deal of this number: who and what kind, then status, news and AI."""
        deal = trace.deals[number]
        sums = [(e.where, e.start) for e in deal.evidence if e.field == "amount"]
        place = next((place for place in sums if place in self.recipients), None)
        told: tuple[Choice, ...] = self.bares.get((deal.company, deal.kind), ())
        if place is not None:
            told = (self.recipients[place], *([self.kinds[place]] if place in self.kinds else []))
        # Not what a rule decided alone, nor what joining tellings changed afterwards.
        found = [choice for choice in told if choice.answer in (deal.company, deal.kind, "yes")]
        found = [choice for choice in found if choice.lead >= 0 or choice.decision != "bare_kind"]
        of_all = (self.deals.get(decision, ()) for decision in ("status", "news", "ai"))
        return (*found, *(held[number] for held in of_all if number < len(held)))


def trace_choices(article: Article, knowledge: DealKnowledge) -> tuple[Trace, Choices]:
    """The trace of an article with its weighed choices."""
    judge = knowledge.judge
    witness = Witness(**{f.name: getattr(judge, f.name) for f in fields(Judge)})
    return trace_deals(article, replace(knowledge, judge=witness)), witness.noted


@dataclass(frozen=True)
class Witness(Judge):
    """A judge who notes what each answer was weighed by. Of one article only."""

    noted: Choices = field(default_factory=Choices)

    def recipient(self, view: View, claim: Claim, weighed: Mapping[str | None, Cues]) -> tuple[str | None, float]:
        """Noted under the place of the sum."""
        answer, sure = super().recipient(view, claim, weighed)
        told = {called: _told(self.recipients, cues) for called, cues in weighed.items()}
        self.noted.recipients[view.where, claim.span.start] = _among("recipient", answer, told)
        return answer, sure

    def kind(self, view: View, claim: Claim, called: str, cues: Cues) -> tuple[Kind, float]:
        """Noted under the place of the sum."""
        answer, sure = super().kind(view, claim, called, cues)
        told = {kind: _told(self.kinds.by_choice.get(kind, _NOTHING), cues) for kind in KINDS}
        self.noted.kinds[view.where, claim.span.start] = _among("kind", answer, told)
        return answer, sure

    def bare(self, called: str, tellings: Sequence[Cues]) -> tuple[int, float]:
        """Noted for the party and the kind, where it is told the most surely."""
        best, sure = super().bare(called, tellings)
        cues = tellings[best]
        told = _told(self.bares, cues)
        kinds = {kind: _told(self.bare_kinds.by_choice.get(kind, _NOTHING), cues) for kind in KINDS}
        choice = _yes_or_no("bare", sure, BARE, told)
        for kind in KINDS:
            old = self.noted.bares.get((called, kind))
            if old is None or choice.lead > old[0].lead:
                self.noted.bares[called, kind] = (choice, _among("bare_kind", kind, kinds))
        return best, sure

    def is_news(self, draft: object, cues: Cues) -> float:
        """Noted in the order of the deals."""
        return self._note("news", self.news, super().is_news(draft, cues), NEWS, cues)

    def is_ai(self, draft: object, cues: Cues) -> float:
        """Noted in the order of the deals."""
        return self._note("ai", self.ais, super().is_ai(draft, cues), AI, cues)

    def status(self, draft: object, cues: Cues) -> Status:
        """Noted in the order of the deals."""
        answer = super().status(draft, cues)
        told = {status: _told(self.statuses.by_choice.get(status, _NOTHING), cues) for status in STATUSES}
        self.noted.deals.setdefault("status", []).append(_among("status", answer, told))
        return answer

    def _note(self, decision: Decision, points: Points, sure: float, least: float, cues: Cues) -> float:
        self.noted.deals.setdefault(decision, []).append(_yes_or_no(decision, sure, least, _told(points, cues)))
        return sure


def _told(points: Points, cues: Cues) -> dict[str, float]:
    """What each cue gives."""
    return {cue: worth * strength for cue, strength in cues.items() if (worth := points.by_cue.get(cue))}


def _among(decision: Decision, answer: T, told: Mapping[T, dict[str, float]]) -> Choice:
    sums = {option: sum(own.values()) for option, own in told.items()}
    others = [option for option in sums if option != answer]
    if not others:
        return Choice(decision, answer, "", sums[answer], _loudest(told[answer]))
    rival = max(others, key=lambda option: sums[option])
    own, against = told[answer], told[rival]
    apart = {cue: own.get(cue, 0.0) - against.get(cue, 0.0) for cue in dict.fromkeys((*own, *against))}
    return Choice(decision, answer, rival, sums[answer] - sums[rival], _loudest(apart))


def _yes_or_no(decision: Decision, sure: float, least: float, told: dict[str, float]) -> Choice:
    """Args: least: how sure a yes must be."""
    yes = sure >= least
    sign = 1 if yes else -1
    lead = sign * (sum(told.values()) - math.log(least / (1 - least)))
    apart = {cue: sign * points for cue, points in told.items()}
    return Choice(decision, "yes" if yes else "no", "no" if yes else "yes", lead, _loudest(apart))


def _loudest(apart: Mapping[str, float]) -> tuple[Weight, ...]:
    """The strongest for the answer and the strongest against it."""
    ranked = sorted((Weight(cue, points) for cue, points in apart.items()), key=lambda w: (-abs(w.points), w.cue))
    ranked = [weight for weight in ranked if abs(weight.points) >= LEAST]
    kept = [w for w in ranked if w.points > 0][:MOST] + [w for w in ranked if w.points < 0][:MOST]
    return tuple(kept)
