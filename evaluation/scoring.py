"""The figures of a reading against labels: precision and recall of deals, alerts and parties, accuracy of fields.

The definition is that of `tests/corpus/score.py`, which a test holds this module to.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from evaluation.agreement import overlap, paired, same_amount, same_date, same_deal_amount
from evaluation.labelled import Labelled
from extractors.values import DealMention, Reading

Field = Literal["kind", "status", "role", "round", "cumulative", "bound", "date", "valuation", "ai"]
Bag = Literal["deals", "alerts", "investors", "lead", "relevance"]

FIELDS: tuple[Field, ...] = ("kind", "status", "role", "round", "cumulative", "bound", "date", "valuation", "ai")
BAGS: tuple[Bag, ...] = ("deals", "alerts", "investors", "lead", "relevance")
# A record is exact when all but these agree.
_BESIDE_EXACT = ("bound", "date", "ai")


@dataclass(frozen=True, slots=True)
class Rate:
    """Precision, recall and F1, with the counts they come from."""

    precision: float
    recall: float
    f1: float
    tp: int
    predicted: int
    gold: int


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of a folder, rounded to four places. `fields`: only those that could be judged."""

    articles: int
    deals: Rate
    alerts: Rate
    exact_records: float
    investors: Rate
    lead: Rate
    fields: dict[Field, float]
    relevance: Rate
    language: float
    evidence_spans_exact: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """One article: pairs that agree in company and amount, labels nobody told (with the deal that comes nearest), and
    deals told that no label has (with the label that comes nearest).
    """

    found: tuple[tuple[DealMention, DealMention], ...]
    missed: tuple[tuple[DealMention, DealMention | None], ...]
    false: tuple[tuple[DealMention, DealMention | None], ...]


class Score:
    """Counts article by article; holds no article."""

    def __init__(self) -> None:
        self._articles = self._language = self._exact = self._evidence = self._evidence_exact = 0
        self._right: Counter[Bag] = Counter()
        self._told: Counter[Bag] = Counter()
        self._gold: Counter[Bag] = Counter()
        self._field_right: Counter[Field] = Counter()
        self._field_seen: Counter[Field] = Counter()

    def add(self, labelled: Labelled, reading: Reading) -> Outcome:
        """Count one article; returns what was found, missed and told falsely."""
        french = labelled.language == "fr"
        self._articles += 1
        self._language += reading.language == labelled.language
        if french:
            self._count(
                "relevance",
                reading.relevance.relevant and labelled.relevant,
                reading.relevance.relevant,
                labelled.relevant,
            )
        self._weigh_evidence(labelled, reading)
        told, labels = reading.deals, [label.deal for label in labelled.labels]
        pairs = paired(told, labels)
        optional = {j for j, label in enumerate(labelled.labels) if label.optional or not french}
        # A wrong amount on an optional name is no false alarm either: the reader might have listed it.
        dropped = {i for i, j in pairs if j in optional}
        found = [(i, j) for i, j in pairs if j not in optional and same_deal_amount(told[i], labels[j])]
        counted = [label for j, label in enumerate(labels) if j not in optional]
        kept = [deal for i, deal in enumerate(told) if i not in dropped]
        self._count("deals", len(found), len(kept), len(counted))
        both = sum(is_alert(told[i]) and is_alert(labels[j]) for i, j in found)
        self._count("alerts", both, sum(map(is_alert, kept)), sum(map(is_alert, counted)))
        for i, j in found:
            self._weigh_fields(told[i], labels[j])
        found_told, found_labels = {i for i, _ in found}, {j for _, j in found}
        told_of, label_of = {j: told[i] for i, j in pairs}, {i: labels[j] for i, j in pairs}
        return Outcome(
            tuple((told[i], labels[j]) for i, j in found),
            tuple((d, told_of.get(j)) for j, d in enumerate(labels) if j not in found_labels and j not in optional),
            tuple((d, label_of.get(i)) for i, d in enumerate(told) if i not in found_told and i not in dropped),
        )

    def figures(self) -> Figures:
        """The figures of everything added so far."""
        rates = {bag: _rate(self._right[bag], self._told[bag], self._gold[bag]) for bag in BAGS}
        seen = self._field_seen
        return Figures(
            articles=self._articles,
            deals=rates["deals"],
            alerts=rates["alerts"],
            exact_records=_share(self._exact, self._gold["deals"]),
            investors=rates["investors"],
            lead=rates["lead"],
            fields={name: _share(self._field_right[name], seen[name]) for name in FIELDS if seen[name]},
            relevance=rates["relevance"],
            language=_share(self._language, self._articles),
            evidence_spans_exact=_share(self._evidence_exact, self._evidence),
        )

    def _count(self, bag: Bag, right: int, told: int, gold: int) -> None:
        self._right[bag] += right
        self._told[bag] += told
        self._gold[bag] += gold

    def _weigh_evidence(self, labelled: Labelled, reading: Reading) -> None:
        article = labelled.article
        for deal in reading.deals:
            for span in deal.evidence:
                self._evidence += 1
                self._evidence_exact += article.text[span.start : span.end] == span.text or span.text in article.title

    def _weigh_fields(self, told: DealMention, label: DealMention) -> None:
        exact = True
        for name in FIELDS:
            right = agrees(name, told, label)
            if right is None:
                continue
            self._field_seen[name] += 1
            self._field_right[name] += right
            exact &= right or name in _BESIDE_EXACT
        common = overlap(told.investors, label.investors)
        self._count("investors", common, len(told.investors), len(label.investors))
        self._count("lead", overlap(told.lead, label.lead), len(told.lead), len(label.lead))
        self._exact += exact and common == len(told.investors) == len(label.investors)


def agrees(name: Field, told: DealMention, label: DealMention) -> bool | None:
    """Whether one field is right; None when the label says nothing to judge it by."""
    if name == "bound":
        return told.amount.bound == label.amount.bound if label.amount and told.amount else None
    if name == "date":
        return same_date(told.date, label.date) if label.date else None
    if name == "valuation":
        return same_amount(told.valuation, label.valuation)
    return bool(getattr(told, name) == getattr(label, name))


def is_alert(deal: DealMention) -> bool:
    """A deal that the morning mail would tell: news about AI that was not called off."""
    return deal.role == "news" and deal.ai and deal.status != "cancelled"


def _rate(right: int, told: int, gold: int) -> Rate:
    precision = right / told if told else 0.0
    recall = right / gold if gold else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return Rate(round(precision, 4), round(recall, 4), round(f1, 4), right, told, gold)


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
