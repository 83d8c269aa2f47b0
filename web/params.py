"""The filter as it stands in the address: the same for pages, the API and exports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from extractors.values import Kind, Status
from storage.browse import Browse, Scope, Sort

# NUL is nothing that PostgreSQL could look for.
Words = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]
Euros = Annotated[float, Field(ge=0, le=1e15, allow_inf_nan=False)]


class DealParams(BaseModel):
    """Which deals, in which order. Amounts in euros at the ECB rate of the day; days are those of first publication."""

    model_config = ConfigDict(extra="ignore")

    q: Words = Field("", description="words in names, outlets and titles; accents do not count")
    company: Words = Field("", description="a company's name or part of it")
    investor: Words = Field("", description="an investor's name or part of it")
    outlet: Words = Field("", description="an outlet's name or part of it")
    kind: Kind | None = None
    status: Status | None = None
    round: Words = Field("", description="seed, series-a…")
    country: str = Field(
        "", pattern=r"^([A-Z]{2}(-[A-Z]{2})?)?$", description="of the company, where known: FR, BE, CA-QC…"
    )
    since: dt.date | None = None
    until: dt.date | None = None
    min: Euros | None = Field(None, description="at least so many euros")
    max: Euros | None = Field(None, description="at most so many euros")
    scope: Scope = Field("news", description="all: also background, totals and what is not about AI")
    sort: Sort = "recent"
    company_id: Words = Field("", description="exactly this company, by its key")
    investor_id: Words = Field("", description="exactly this investor, by its key")

    def browse(self) -> Browse:
        """For the database."""
        values = self.model_dump(include=set(DealParams.model_fields))
        return Browse(min_amount=values.pop("min"), max_amount=values.pop("max"), **values)

    def query(self, **more: str | None) -> str:
        """As in an address, defaults left out."""
        values = self.model_dump(mode="json", exclude_defaults=True)
        told = {key: _plain(value) for key, value in (values | more).items() if value not in (None, "")}
        return urlencode(told)

    @property
    def narrowed(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.model_dump(exclude_defaults=True, exclude={"sort"}))


def lenient(values: Mapping[str, str]) -> tuple[DealParams, tuple[str, ...]]:
    """What a form sent, empty fields left out; and the names of the fields that make no sense, which do not count."""
    told: dict[str, Any] = {key: value.strip() for key, value in values.items() if value.strip()}
    for name in ("min", "max"):
        if name in told:  # as the press groups digits
            told[name] = "".join(told[name].replace(",", ".").split())
    try:
        return DealParams.model_validate(told), ()
    except ValidationError as error:
        wrong = tuple(dict.fromkeys(str(one["loc"][0]) for one in error.errors()))
        return DealParams.model_validate({key: value for key, value in told.items() if key not in wrong}), wrong


def _plain(value: Any) -> str:
    return f"{value:.0f}" if isinstance(value, float) and value == int(value) else str(value)
