"""Articles with the deals that a careful reader finds in them: what readings are measured against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.errors import VeilleError
from extractors.values import Amount, Article, Bound, DealMention, Kind, Role, Status


class LabelError(VeilleError):
    """A labelled article is not what is expected; names the field."""


@dataclass(frozen=True, slots=True)
class Label:
    """A deal as labelled. `optional`: a reader might or might not list it, so it neither counts nor costs."""

    deal: DealMention
    optional: bool


@dataclass(frozen=True, slots=True)
class Labelled:
    """An article with its labels; `language` is ISO 639-1."""

    article: Article
    language: str
    relevant: bool
    labels: tuple[Label, ...]


class _Sum(BaseModel):
    model_config = ConfigDict(extra="ignore")
    value: Decimal
    currency: str | None = None
    bound: Bound | None = None
    high: Decimal | None = None
    alt: _Sum | None = None

    def amount(self) -> Amount:
        return Amount(0, 0, self.value, self.currency, self.bound or "exact", self.high)


class _Deal(BaseModel):
    model_config = ConfigDict(extra="ignore")
    kind: Kind
    company: str
    investors: list[str] = Field(default_factory=list)
    lead: list[str] = Field(default_factory=list)
    amount: _Sum | None = None
    valuation: _Sum | None = None
    round: str | None = None
    status: Status
    role: Role
    cumulative: bool = False
    date: str | None = None
    ai: bool
    optional: bool = False


class _File(BaseModel):
    model_config = ConfigDict(extra="ignore")
    id: str
    title: str
    text: str
    published: date | None = None
    outlet: str = ""
    language: str
    relevant: bool
    deals: list[_Deal]


def labelled_from_json(body: bytes) -> Labelled:
    """One labelled article from its JSON (the annotation guide's form).

    Raises:
        LabelError: not JSON, or the first field that is missing or wrong.
    """
    try:
        held = _File.model_validate_json(body)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "document"
        raise LabelError(f"not a labelled article: {place}: {first['msg']}") from error
    article = Article(held.id, held.title, held.text, held.published, held.outlet)
    labels = tuple(Label(_mention(deal), deal.optional) for deal in held.deals)
    return Labelled(article, held.language, held.relevant, labels)


def _mention(deal: _Deal) -> DealMention:
    return DealMention(
        kind=deal.kind,
        company=deal.company,
        investors=tuple(deal.investors),
        lead=tuple(deal.lead),
        amount=deal.amount.amount() if deal.amount else None,
        alt=deal.amount.alt.amount() if deal.amount and deal.amount.alt else None,
        valuation=deal.valuation.amount() if deal.valuation else None,
        round=deal.round or None,
        status=deal.status,
        role=deal.role,
        cumulative=deal.cumulative,
        date=deal.date or None,
        ai=deal.ai,
    )
