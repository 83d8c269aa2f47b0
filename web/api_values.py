"""What the API answers with. Fields are only ever added within v1."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from extractors.values import Amount, Bound, Kind, Role, Status
from storage.values import DealView
from web.rows import links, sources


class Problem(BaseModel):
    """Why a request was refused."""

    detail: str


class Money(BaseModel):
    """A sum as it was told: `value` in units of `currency` (null: not stated), `high` only of a range."""

    value: float
    high: float | None = None
    currency: str | None
    bound: Bound


class Euros(BaseModel):
    """The value in EUR at the ECB rate of `day`."""

    value: float
    day: dt.date


class DealOut(BaseModel):
    """One deal. `date` is as precise as the press is: 2026, 2026-03 or 2026-03-10."""

    id: str
    kind: Kind
    company: str
    investors: list[str]
    lead: list[str]
    amount: Money | None
    amount_eur: Euros | None
    valuation: Money | None
    round: str | None
    status: Status
    role: Role
    cumulative: bool
    date: str | None
    ai: bool
    confidence: float
    first_published: dt.date | None
    sources: int
    urls: list[str]
    record: dict[str, Any] | None = Field(None, description="as `veille deals show --format json`; one deal alone")


class DealList(BaseModel):
    """A page of deals."""

    deals: list[DealOut]
    next: str | None
    after: str | None
    previous: str | None = None
    before: str | None = None


class TotalsOut(BaseModel):
    """`euros` sums the `with_amount` deals whose amount is known; `cancelled` ones are left out of both."""

    count: int
    euros: float
    with_amount: int
    cancelled: int = 0


class FigureOut(BaseModel):
    """One line of figures."""

    name: str
    count: int
    euros: float


class InvestorOut(BaseModel):
    """An investor, by key, with the number of deals."""

    key: str
    name: str
    count: int


class TrendsOut(BaseModel):
    """Deals in figures; `cancelled` deals are left out of all of them."""

    months: list[FigureOut]
    kinds: list[FigureOut]
    rounds: list[FigureOut]
    countries: list[FigureOut] = []
    biggest: list[DealOut]
    investors: list[InvestorOut]
    cancelled: int = 0


class ArticleOut(BaseModel):
    """An article, without its text. `reasons` are what its relevance is made of, `deals` the ids it tells."""

    model_config = ConfigDict(extra="ignore")

    id: int
    title: str
    outlet: str
    url: str | None
    published: dt.date | None
    state: str
    source: str
    score: float
    language: str | None
    paywalled: bool
    copy_of: int | None
    reasons: list[dict[str, Any]]
    deals: list[str]


class ArticleList(BaseModel):
    """A page of articles; `next` is the id to continue `before`."""

    articles: list[ArticleOut]
    next: int | None


class FeedOut(BaseModel):
    """A feed's state."""

    feed_id: str
    outcome: str
    checked_at: dt.datetime
    last_success_at: dt.datetime | None
    consecutive_failures: int
    reason: str | None
    detail: str
    final_url: str | None
    moved_permanently: bool


class FeedList(BaseModel):
    """All feeds."""

    feeds: list[FeedOut]


class RunOut(BaseModel):
    """A run and its report."""

    model_config = ConfigDict(extra="ignore")

    id: int
    kind: str
    state: str
    started_at: dt.datetime
    finished_at: dt.datetime | None
    rule_version: str
    error: str
    report: dict[str, Any] | None


class RunList(BaseModel):
    """The last runs."""

    runs: list[RunOut]


def deal_out(deal: DealView, record: dict[str, Any] | None = None) -> DealOut:
    """A deal as the API gives it."""
    return DealOut(
        id=deal.id,
        kind=deal.kind,
        company=deal.company,
        investors=list(deal.investors),
        lead=list(deal.lead),
        amount=_money(deal.amount),
        amount_eur=Euros(value=float(deal.amount_eur.value), day=deal.amount_eur.day) if deal.amount_eur else None,
        valuation=_money(deal.valuation),
        round=deal.round,
        status=deal.status,
        role=deal.role,
        cumulative=deal.cumulative,
        date=deal.date,
        ai=deal.ai,
        confidence=round(deal.confidence, 3),
        first_published=deal.first_published,
        sources=sources(deal),
        urls=list(links(deal)),
        record=record,
    )


def _money(amount: Amount | None) -> Money | None:
    if amount is None:
        return None
    high = None if amount.high is None else float(amount.high)
    return Money(value=float(amount.value), high=high, currency=amount.currency, bound=amount.bound)
