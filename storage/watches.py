"""Watches: which deals somebody wants to hear of. Pure; `alerts.watchlist` reads them from YAML."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from extractors.deals.organisations import Organisations
from extractors.terms import TermIndex
from extractors.values import Kind, Status
from storage.companies import company_key
from storage.values import MAIL

Filter = Literal["kinds", "status", "min_amount", "companies", "investors", "countries", "sectors", "text"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters; an empty one lets everything pass. Names as the user wrote them; `min_amount` in EUR.

    `or_unknown`: a deal whose amount or country nobody tells passes those two filters.
    """

    kinds: frozenset[Kind] = frozenset()
    status: frozenset[Status] = frozenset()
    countries: frozenset[str] = frozenset()
    min_amount: Decimal | None = None
    companies: frozenset[str] = frozenset()
    investors: frozenset[str] = frozenset()
    sectors: frozenset[str] = frozenset()
    text: tuple[str, ...] = ()
    or_unknown: bool = False


@dataclass(frozen=True, slots=True)
class WatchWords:
    """What is known of countries and sectors: home countries of companies, and words that tell either."""

    homes: Organisations = field(default_factory=Organisations.empty)
    countries: Mapping[str, TermIndex[bool]] = field(default_factory=dict)
    sectors: Mapping[str, TermIndex[bool]] = field(default_factory=dict)

    def countries_of(self, company: str, near: Callable[[], str]) -> frozenset[str]:
        """Where a company is from: what the lexicon says, else the countries told beside its name; empty if unknown."""
        home = self.homes.lookup(company)
        if home is not None and home.country:
            return frozenset({home.country})
        told = near() if self.countries else ""
        return frozenset(code for code, words in self.countries.items() if any(words.find(told)))


@dataclass(frozen=True, slots=True)
class Telling:
    """The words of a deal's tellings: `near` the company's name, and `around` all that was read, titles included."""

    near: str = ""
    around: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A deal as the filters see it. `telling` is asked for its words only when a filter needs them."""

    kind: Kind
    status: Status
    company: str
    investors: tuple[str, ...]
    euros: Decimal | None
    telling: Callable[[], Telling]


@dataclass(frozen=True, slots=True)
class WatchRule:
    """A watch as storage needs it: the name its rows are filed under, and what it wants."""

    id: str = MAIL
    wanted: Wanted = Wanted()
    words: WatchWords = field(default_factory=WatchWords)

    def wants(self, deal: Candidate) -> bool:
        """Whether every filter lets `deal` pass."""
        return self.misses(deal) is None

    def misses(self, deal: Candidate) -> Filter | None:
        """The first filter that does not let `deal` pass, cheap ones before those that read texts."""
        wanted = self.wanted
        if wanted.kinds and deal.kind not in wanted.kinds:
            return "kinds"
        if wanted.status and deal.status not in wanted.status:
            return "status"
        if wanted.min_amount is not None and not self._enough(deal, wanted.min_amount):
            return "min_amount"
        if wanted.companies and not _same(wanted.companies, (deal.company,)):
            return "companies"
        if wanted.investors and not _same(wanted.investors, deal.investors):
            return "investors"
        if wanted.countries and not self._from(deal, wanted.countries):
            return "countries"
        if wanted.sectors and not any(_holds(self.words.sectors.get(name), deal) for name in wanted.sectors):
            return "sectors"
        if wanted.text and not _holds(TermIndex((term, True) for term in wanted.text), deal):
            return "text"
        return None

    def _enough(self, deal: Candidate, least: Decimal) -> bool:
        return self.wanted.or_unknown if deal.euros is None else deal.euros >= least

    def _from(self, deal: Candidate, wanted: frozenset[str]) -> bool:
        found = self.words.countries_of(deal.company, lambda: deal.telling().near)
        if not found:
            return self.wanted.or_unknown
        return any(is_in(code, one) for code in found for one in wanted)


def is_in(code: str, country: str) -> bool:
    """Quebec is in Canada: CA wants CA-QC too, CA-QC nothing else."""
    return code == country or code.startswith(f"{country}-")


def _holds(words: TermIndex[bool] | None, deal: Candidate) -> bool:
    return words is not None and any(words.find(deal.telling().around))


def _same(wanted: frozenset[str], names: tuple[str, ...]) -> bool:
    keys = {company_key(name) for name in wanted}
    return any(company_key(name) in keys for name in names)
