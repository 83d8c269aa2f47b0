"""The values that leave this room. Field meanings of a deal are told in `docs/data-model.md`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

Kind = Literal["funding", "debt", "grant", "acquisition", "ipo", "fund", "infrastructure"]
Status = Literal["announced", "planned", "rumoured", "cancelled"]
Role = Literal["news", "background"]
Bound = Literal["exact", "about", "at_least", "at_most", "range"]
Where = Literal["title", "text"]

KINDS: tuple[Kind, ...] = ("funding", "debt", "grant", "acquisition", "ipo", "fund", "infrastructure")
STATUSES: tuple[Status, ...] = ("announced", "planned", "rumoured", "cancelled")


@dataclass(frozen=True, slots=True)
class Article:
    """What an article extractor returns: plain text, paragraphs separated by newlines.

    `published` is the day in the outlet's own account; relative dates in the text resolve against it.
    """

    id: str
    title: str
    text: str
    published: date | None = None
    outlet: str = ""
    url: str | None = None
    author: str | None = None
    language: str | None = None
    paywalled: bool = False


@dataclass(frozen=True, slots=True)
class Amount:
    """Money as the text states it. `value` is in units of `currency` (ISO 4217), never in millions.

    `start`/`end` are offsets into the text given. `currency` is None when none is stated nor can be inherited.
    `bound` "range" means `value` is the low end and `high` the high end. `inherited`: the currency was left out
    and is a neighbour's.
    """

    start: int
    end: int
    value: Decimal
    currency: str | None
    bound: Bound = "exact"
    high: Decimal | None = None
    inherited: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """The span a field was read from: `article.text[start:end] == text` (or the title's, by `where`)."""

    start: int
    end: int
    text: str
    field: str
    where: Where = "text"


@dataclass(frozen=True, slots=True)
class DealMention:
    """One article's telling of one deal.

    `date` is ISO, as precise as the text allows: `2023`, `2023-06`, `2023-06-11`.
    """

    kind: Kind
    company: str
    investors: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    amount: Amount | None = None
    alt: Amount | None = None
    valuation: Amount | None = None
    round: str | None = None
    status: Status = "announced"
    role: Role = "news"
    cumulative: bool = False
    date: str | None = None
    ai: bool = True
    evidence: tuple[Evidence, ...] = ()
    rules: tuple[str, ...] = ()
    confidence: float = 0.5


@dataclass(frozen=True, slots=True)
class Contribution:
    """One term that counted for or against relevance: what was found, how often, and the points it gave."""

    term: str
    group: str
    count: int
    points: float


@dataclass(frozen=True, slots=True)
class Relevance:
    """The explained score. `relevant` is `score >= threshold`."""

    score: float
    relevant: bool
    reasons: tuple[Contribution, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything read out of one article. `language` is ISO 639-1, or None when there is too little text to tell."""

    article: Article
    language: str | None
    relevance: Relevance
    deals: tuple[DealMention, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class NoArticle:
    """A page out of which no article could be had.

    `reason` is one of `no_text`, `too_short`, `bad_html`, `not_html`.
    """

    reason: str
    detail: str = ""
