"""What resolution works on: tellings as facts, and the deals they come to. No database here."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from extractors.values import Amount, Kind, Role, Status


@dataclass(frozen=True, slots=True)
class MentionFacts:
    """One telling, as resolution sees it.

    `key` names it for ever (article and position) and decides ties; `article` is shared by the tellings of one
    article; `published` is the day of publication, or the day it was first seen. `investor_keys` and
    `lead_keys` are company keys in the order of `investors` and `lead`. `origin` names the text it was read from:
    copies of one dispatch share it. `archived`: it was filled in from the past, so it is no news whatever its day.
    """

    key: str
    article: str
    kind: Kind
    company: str
    published: dt.date
    investors: tuple[str, ...] = ()
    investor_keys: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    lead_keys: tuple[str, ...] = ()
    amount: Amount | None = None
    alt: Amount | None = None
    valuation: Amount | None = None
    round: str | None = None
    status: Status = "announced"
    role: Role = "news"
    cumulative: bool = False
    date: str | None = None
    ai: bool = True
    confidence: float = 0.5
    origin: str = ""
    archived: bool = False


@dataclass(frozen=True, slots=True)
class DealFacts:
    """The values chosen for one deal out of its tellings (`storage.choices` says how)."""

    kind: Kind
    company: str
    investors: tuple[str, ...]
    lead: tuple[str, ...]
    amount: Amount | None
    alt: Amount | None
    valuation: Amount | None
    round: str | None
    status: Status
    role: Role
    cumulative: bool
    date: str | None
    ai: bool
    confidence: float
    first_published: dt.date


@dataclass(frozen=True, slots=True)
class Cluster:
    """The tellings of one deal, by key, and the values chosen from them."""

    members: tuple[str, ...]
    facts: DealFacts


FIRM: frozenset[Status] = frozenset({"announced", "cancelled"})
