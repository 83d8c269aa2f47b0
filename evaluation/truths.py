"""What is known of the deals that an article tells: from labels, and from the marked examples of rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from evaluation.agreement import same_amount, same_name
from evaluation.labelled import Labelled
from extractors.deals.amounts import find_amounts
from extractors.deals.examples import EXAMPLE_DAY, parse_example
from extractors.deals.rules import Rule
from extractors.mending import mended
from extractors.values import Amount, Article, DealMention, Kind, Role, Status

# An article that tells of so many companies, none more than so often, has no topic.
_MANY, _SELDOM = 4, 2


@dataclass(frozen=True, slots=True)
class Truth:
    """A deal that an article tells; None where nobody said (an example of a rule marks only what the rule reads)."""

    company: str
    amount: Amount | None = None
    alt: Amount | None = None
    valuation: Amount | None = None
    kind: Kind | None = None
    investors: tuple[str, ...] | None = None
    lead: tuple[str, ...] = ()
    role: Role | None = None
    status: Status | None = None
    ai: bool | None = None
    optional: bool = False

    @classmethod
    def of(cls, deal: DealMention, optional: bool = False) -> Truth:
        """All of a labelled deal."""
        return cls(
            deal.company, deal.amount, deal.alt, deal.valuation, deal.kind,
            deal.investors, deal.lead, deal.role, deal.status, deal.ai, optional,
        )  # fmt: skip

    def is_sum(self, amounts: Iterable[Amount]) -> bool:
        """Whether one of these is its amount."""
        return self.amount is not None and any(same_amount(one, self.amount, self.alt) for one in amounts)


@dataclass(frozen=True, slots=True)
class Told:
    """An article with what it tells; `example`: a rule's own, which has no topic nor news.

    counts: as how many articles it counts.
    """

    article: Article
    truths: tuple[Truth, ...]
    example: bool = False
    counts: float = 1.0

    @classmethod
    def of(cls, labelled: Labelled) -> Told:
        """A labelled article."""
        return cls(
            mended(labelled.article).article, tuple(Truth.of(label.deal, label.optional) for label in labelled.labels)
        )


def told_by_examples(rules: Iterable[Rule]) -> Iterator[Told]:
    """The marked examples of rules that say who receives what."""
    for rule in rules:
        for example in rule.text.examples:
            plain, truths = _marked(rule, example)
            if truths:
                yield Told(Article("example", "", plain, EXAMPLE_DAY), truths, example=True)


def _marked(rule: Rule, example: str) -> tuple[str, tuple[Truth, ...]]:
    plain, marks = parse_example(example)
    by_slot: dict[str, list[str]] = {}
    for mark in marks:
        by_slot.setdefault(mark.slot, []).append(plain[mark.start : mark.end])
    found = find_amounts(plain)
    sums = [a for m in marks if m.slot == "amount" for a in found if a.start < m.end and m.start < a.end]
    companies = by_slot.get("company", [])
    kind = rule.kind
    if rule.text.part or not kind:
        kind = "acquisition" if rule.id.startswith("acquisition") else None
    if len(companies) == 1 and len(sums) <= 1:
        lead = tuple(by_slot.get("lead", []))
        investors = (*by_slot.get("investors", []), *lead)
        return plain, (Truth(companies[0], sums[0] if sums else None, kind=kind, investors=investors, lead=lead),)
    if len(companies) == len(sums):
        return plain, tuple(Truth(c, a, kind=kind) for c, a in zip(companies, sums, strict=True))
    return plain, ()


def both_ends(amount: Amount) -> list[Amount]:
    """Both ends of a range."""
    return [amount, replace(amount, value=amount.high)] if amount.high else [amount]


def topic_of(truths: Sequence[Truth]) -> str | None:
    """The company that is labelled first in an article, unless it tells of many."""
    counted = [truth for truth in truths if not truth.optional]
    counted = [truth for truth in counted if truth.role == "news"] or counted
    companies: list[str] = []
    for truth in counted:
        if not any(same_name(truth.company, company) for company in companies):
            companies.append(truth.company)
    if not companies:
        return None
    each = [sum(same_name(truth.company, company) for truth in counted) for company in companies]
    return None if len(companies) >= _MANY and max(each) <= _SELDOM else companies[0]
