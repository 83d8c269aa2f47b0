"""What labelled articles teach: every weighed choice of a reading, with its cues and the answer that was right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from evaluation.agreement import same_amount, same_name
from evaluation.ledger import Ledger, Names
from evaluation.truths import Told, Truth, both_ends, topic_of
from extractors.deals.abstraction import View
from extractors.deals.drafts import Draft
from extractors.deals.judge import DECISIONS, Decision, Judge
from extractors.deals.match import Claim
from extractors.deals.points import Cues, Points
from extractors.values import KINDS, STATUSES, Article, Kind, Status

# What a rule points at is always right in its own examples: there it must not speak for rules in general.
_OWN = "ruled"
SEEN = "seen:"


class Lessons:
    """The lessons of each decision, in the order they were met."""

    def __init__(self, names: Names | None = None) -> None:
        names = names if names is not None else Names()
        self.of: dict[Decision, Ledger] = {decision: Ledger(names) for decision in DECISIONS}


@dataclass(frozen=True)
class Teacher(Judge):
    """A judge who knows what an article tells and notes each decision with its right answer.

    forced: answers rightly wherever it knows, so that later decisions are met as they should be; otherwise it answers
    by its points, and later decisions are met as they will be.
    """

    told: Told = field(default_factory=lambda: Told(Article("", "", ""), ()))
    notes: Lessons = field(default_factory=Lessons)
    forced: bool = True

    @classmethod
    def of(cls, points: Mapping[Decision, Points], told: Told, notes: Lessons, *, forced: bool) -> Teacher:
        """One who judges by these points, of one article."""
        return cls(
            recipients=points["recipient"],
            kinds=points["kind"],
            bares=points["bare"],
            bare_kinds=points["bare_kind"],
            investors=points["investor"],
            leads=points["lead"],
            news=points["news"],
            topics=points["topic"],
            statuses=points["status"],
            ais=points["ai"],
            told=told,
            notes=notes,
            forced=forced,
        )

    def topic(self, weighed: Mapping[str | None, Cues]) -> str | None:
        """Noted; never forced, since what is the topic is a matter of opinion."""
        if not self.told.example:
            about = topic_of(self.told.truths)
            self._note(
                "topic",
                weighed.values(),
                [
                    called is None if about is None else bool(called) and same_name(called or "", about)
                    for called in weighed
                ],
            )
        return super().topic(weighed)

    def recipient(self, view: View, claim: Claim, weighed: Mapping[str | None, Cues]) -> tuple[str | None, float]:
        """Whoever is labelled with this sum; nobody, when no deal is."""
        amounts = both_ends(claim.amount)
        deals = [truth for truth in self.told.truths if truth.is_sum(amounts)]
        right = [c for c in weighed if c is not None and any(same_name(c, truth.company) for truth in deals)]
        valued = any(same_amount(claim.amount, t.valuation) for t in self.told.truths if t.valuation)
        # A sum that is both a deal's and a valuation may be told as either: nothing to learn from.
        answers: Sequence[str | None] = ([] if valued else right) if deals else [None]
        self._note("recipient", weighed.values(), [called in answers for called in weighed])
        if self.forced:
            return (right[0] if right else None), 1.0
        return super().recipient(view, claim, weighed)

    def kind(self, view: View, claim: Claim, called: str, cues: Cues) -> tuple[Kind, float]:
        """The kind that is labelled, where it is one."""
        amounts = both_ends(claim.amount)
        deals = [t for t in self.told.truths if same_name(called, t.company) and t.is_sum(amounts)]
        return self._kind("kind", deals, cues) or super().kind(view, claim, called, cues)

    def bare(self, called: str, tellings: Sequence[Cues]) -> tuple[int, float]:
        """Told by some of the sentences when a deal of the party is labelled without a sum: which, is not labelled."""
        deals = self._without_sum(called)
        if not deals or not all(truth.optional for truth in deals):
            self._note("bare", [*tellings, {}], [*(bool(deals) for _ in tellings), not deals])
        best, sure = super().bare(called, tellings)
        return best, float(any(not truth.optional for truth in deals)) if self.forced else sure

    def bare_kind(self, called: str, cues: Cues) -> tuple[Kind, float]:
        """The kind of such a deal, where it is one."""
        return self._kind("bare_kind", self._without_sum(called), cues) or super().bare_kind(called, cues)

    def investor(self, draft: object, called: str, cues: Cues) -> float:
        """Pays when labelled as one of the investors."""
        named = _all_names([truth.investors for truth in self._told_by(draft)])
        if named is not None:
            right = any(same_name(called, name) for name in named)
            self._yes_or_no("investor", cues, right)
            if self.forced:
                return float(right)
        return super().investor(draft, called, cues)

    def lead(self, draft: object, called: str, cues: Cues) -> float:
        """Leads when labelled so."""
        deals = self._told_by(draft)
        named = _all_names([truth.lead if truth.investors is not None else None for truth in deals])
        if named is not None:
            right = any(same_name(called, name) for name in named)
            self._yes_or_no("lead", cues, right)
            if self.forced:
                return float(right)
        return super().lead(draft, called, cues)

    def is_news(self, draft: object, cues: Cues) -> float:
        """News when labelled so."""
        deals = self._told_by(draft)
        if deals and deals[0].role is not None:
            right = deals[0].role == "news"
            self._yes_or_no("news", cues, right)
            if self.forced:
                return float(right)
        return super().is_news(draft, cues)

    def status(self, draft: object, cues: Cues) -> Status:
        """Noted; nothing later hangs on it."""
        deals = self._told_by(draft)
        if deals and deals[0].status is not None:
            self._one_of("status", STATUSES, cues, deals[0].status)
        return super().status(draft, cues)

    def is_ai(self, draft: object, cues: Cues) -> float:
        """Noted; nothing later hangs on it."""
        deals = self._told_by(draft)
        if deals and deals[0].ai is not None:
            self._yes_or_no("ai", cues, deals[0].ai)
        return super().is_ai(draft, cues)

    def _kind(self, decision: Decision, deals: list[Truth], cues: Cues) -> tuple[Kind, float] | None:
        kind = deals[0].kind if deals else None
        if kind is None:
            return None
        if len({truth.kind for truth in deals}) == 1:
            self._one_of(decision, KINDS, cues, kind)
        return (kind, 1.0) if self.forced else None

    def _without_sum(self, called: str) -> list[Truth]:
        return [t for t in self.told.truths if t.amount is None and same_name(called, t.company)]

    def _told_by(self, draft: object) -> list[Truth]:
        """The labelled deals that a draft tells: those of its kind, when some are."""
        assert isinstance(draft, Draft)
        deals = [truth for truth in self.told.truths if same_name(draft.company.name, truth.company)]
        if draft.amount:
            amounts = both_ends(draft.amount[2]) + (both_ends(draft.alt[2]) if draft.alt else [])
            deals = [truth for truth in deals if truth.is_sum(amounts)]
        else:
            deals = [truth for truth in deals if truth.amount is None]
        return [truth for truth in deals if truth.kind == draft.kind] or deals

    def _yes_or_no(self, decision: Decision, cues: Cues, right: bool) -> None:
        self._note(decision, [cues, {}], [right, not right])

    def _one_of(self, decision: Decision, choices: Sequence[str], cues: Cues, right: str) -> None:
        options = [{f"{choice}|{cue}": strength for cue, strength in self._own(cues).items()} for choice in choices]
        self.notes.of[decision].add(options, [choice == right for choice in choices], self.told.counts)

    def _note(self, decision: Decision, options: Iterable[Cues], right: Iterable[bool]) -> None:
        self.notes.of[decision].add(map(self._own, options), right, self.told.counts)

    def _own(self, cues: Cues) -> Cues:
        if not self.told.example:
            return cues
        return {SEEN + cue if cue.startswith(_OWN) else cue: strength for cue, strength in cues.items()}


def as_read(examples: Ledger) -> Ledger:
    """The lessons of examples with the cues that a reader has: what the rule points at counts as in any text."""
    return examples.renamed(lambda cue: cue.replace(SEEN, "", 1))


def _all_names(lists: list[tuple[str, ...] | None]) -> list[str] | None:
    """The names of these lists; None when one is not known, or there is none."""
    if not lists or None in lists:
        return None
    return [name for names in lists for name in names or ()]
