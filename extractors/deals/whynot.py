"""Why a sentence gives no deal: the rules that came nearest, and what each of them lacked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from extractors.deals.abstraction import Span, View
from extractors.deals.cast import gather
from extractors.deals.choices import trace_choices
from extractors.deals.elements import Elements, Progress
from extractors.deals.explain import (
    ExplainedDeal,
    Reason,
    Refusals,
    Refused,
    RuleTold,
    ToldSentence,
    explain_trace,
    passage_of,
    rule_told,
    sentence_of,
)
from extractors.deals.extract import LEAD
from extractors.deals.knowledge import DealKnowledge
from extractors.deals.match import Match, Matches, Subject
from extractors.deals.names import Name
from extractors.deals.parties import parties
from extractors.deals.pattern import Pattern
from extractors.deals.rules import Rule
from extractors.values import Amount, Article

# What kept a rule from giving a deal: a reason of assembling, or one of its own.
Hindrance = Reason | Literal["exception", "wrong_subject", "subject_missing", "order", "elements", "trigger"]

# Cost of what keeps a rule away, beside the weight of what it lacks: an exception, words out of order, no trigger, a
# pattern of spans alone, which fits nearly everywhere.
_BLOCKED, _OUT_OF_ORDER, _ASLEEP, _WORDLESS = 1.0, 0.3, 0.5, 1.0


@dataclass(frozen=True, slots=True)
class Seen:
    """A typed span of the sentence: what kind, its words, and what is known of it.

    kind: name, amount, date, round or anaphor. type: a name's type. amount: a sum's value. source: a name that is
    only quoted as a source.
    """

    kind: str
    text: str
    type: str = ""
    amount: Amount | None = None
    source: bool = False


@dataclass(frozen=True, slots=True)
class Near:
    """A rule that came near.

    pattern: the pattern of it that came nearest, as written in the file.
    hindrance: what stopped it.
    missing: for `elements` and `trigger`, the elements or triggers that are not there; for `order`, the first element
        that is there, but too far or on the wrong side.
    by: for `exception` and the like, the pattern that stopped it.
    rival: for `vetoed` and `valuation`, the rule that won, with the two scores.
    """

    rule: Rule
    pattern: str
    hindrance: Hindrance
    missing: tuple[str, ...] = ()
    by: str = ""
    rival: RuleTold | None = None
    scores: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class SeenSentence:
    """A sentence with its spans, what was refused in it, and the rules that came nearest, the nearest first."""

    sentence: ToldSentence
    seen: tuple[Seen, ...]
    refused: tuple[Refused, ...]
    nearest: tuple[Near, ...]


@dataclass(frozen=True, slots=True)
class WhyNot:
    """The answer. `sentences` is empty when there are deals."""

    deals: tuple[ExplainedDeal, ...]
    sentences: tuple[SeenSentence, ...]


def why_not(article: Article, knowledge: DealKnowledge, most: int = 3) -> WhyNot:
    """What kept the rules from reading a deal in a short text.

    Args:
        article: a sentence or a few, as the text; the date resolves relative dates.
        most: how many rules to report for each sentence.
    """
    trace, choices = trace_choices(article, knowledge)
    explained = explain_trace(article, trace, choices, knowledge)
    if trace.deals:
        return WhyNot(explained.deals, ())
    views = list(trace.views)
    sources = gather(views, {view.number: parties(view) for view in views}, knowledge.cues).sources
    refusals = Refusals(trace)
    about, elements = Subject(list(trace.views), LEAD), Elements(knowledge.words)
    refused: defaultdict[tuple[str, int], list[Refused]] = defaultdict(list)
    for one in explained.refused:
        refused[one.sentence.where, one.sentence.start].append(one)
    sentences = []
    for matches in trace.matches:
        view = matches.view
        ranked = [near for rule in knowledge.rules.deals if (near := _near(rule, matches, refusals, about, elements))]
        ranked.sort(key=lambda item: item[0])
        seen = tuple(_seen(article, view, sources))
        told = sentence_of(article, view)
        stopped = tuple(refused[told.where, told.start])
        sentences.append(SeenSentence(told, seen, stopped, tuple(near for _, near in ranked[:most])))
    return WhyNot((), tuple(sentences))


# Cost first; among equals the rule that asks for least, then the commonest kind of deal, then the surest rule.
_Rank = tuple[float, int, bool, float]


def _near(
    rule: Rule, matches: Matches, refusals: Refusals, about: Subject, elements: Elements
) -> tuple[_Rank, Near] | None:
    """One rule's nearest pattern with its rank; None when nothing of the rule stands in the sentence."""
    view = matches.view
    fitting = [m for m in matches.deals if m.rule.id == rule.id]
    if fitting:
        match = max(fitting, key=lambda m: m.score)
        return (0.0, 0, False, -match.score), _stopped(match, matches, refusals)
    tried = [elements.progress(pattern, view.text) for pattern in rule.patterns]
    progress = min(tried, key=lambda p: (not p.fits, p.lacking, -len(p.present)))
    if not progress.telling:
        return None
    near = _lacking(rule, progress, view, about)
    cost = progress.lacking + _WORDLESS * (not progress.worded)
    cost += {"order": _OUT_OF_ORDER, "trigger": _ASLEEP, "elements": 0.0}.get(near.hindrance, _BLOCKED)
    if near.hindrance in ("order", "elements") and not _awake(rule, view) and not _lacks_trigger(rule, progress):
        cost += _ASLEEP
    asked = len(progress.present) + len(progress.missing)
    return (cost, asked, rule.kind != "funding", -rule.text.grade), near


def _lacking(rule: Rule, progress: Progress, view: View, about: Subject) -> Near:
    """What a rule that does not fit lacks, or what blocks it."""
    source = progress.pattern.source
    if progress.missing:
        return Near(rule, source, "elements", missing=progress.missing)
    if not progress.fits:
        return Near(rule, source, "order", missing=progress.present[progress.reached :][:1])
    if not _awake(rule, view):
        return Near(rule, source, "trigger", missing=tuple(rule.text.trigger))
    by, hindrance = _blocked(rule, view, about)
    return Near(rule, source, hindrance, by=by)


def _awake(rule: Rule, view: View) -> bool:
    return any(trigger.search(view.text) for trigger in rule.triggers)


def _lacks_trigger(rule: Rule, progress: Progress) -> bool:
    return any(trigger in part for trigger in rule.text.trigger for part in progress.missing)


def _stopped(match: Match, matches: Matches, refusals: Refusals) -> Near:
    """What stopped a rule that fits: another rule for its amount, or that no recipient was found."""
    source = match.pattern.source
    claim = next((c for c in matches.claims if c.position == match.slots.get("amount")), None)
    if claim is None:
        return Near(match.rule, source, "unnamed")
    reason = refusals.reason(claim, matches.view)
    if reason in ("vetoed", "valuation") and claim.match:
        scores = (claim.match.score, match.score)
        return Near(match.rule, source, reason, rival=rule_told(claim.match), scores=scores)
    return Near(match.rule, source, reason)


def _blocked(rule: Rule, view: View, about: Subject) -> tuple[str, Hindrance]:
    def first(patterns: tuple[Pattern, ...], text: str | None) -> str:
        return next((p.source for p in patterns if (p.regex.search(text) if text else about.holds(p))), "")

    if by := first(rule.unless, view.text):
        return by, "exception"
    if by := first(rule.not_about, None):
        return by, "wrong_subject"
    return " | ".join(p.source for p in rule.about), "subject_missing"


def _seen(article: Article, view: View, sources: set[tuple[int, int]]) -> Iterator[Seen]:
    spans: list[tuple[int, Span[object]]] = [
        (position, view.spans[char]) for position, char in enumerate(view.text) if char in view.spans
    ]
    for position, span in spans:
        words = passage_of(article, view)[span.start : span.end]
        value = span.value
        yield Seen(
            span.kind,
            words,
            type=value.type if isinstance(value, Name) else "",
            amount=value if isinstance(value, Amount) else None,
            source=(view.number, position) in sources,
        )
