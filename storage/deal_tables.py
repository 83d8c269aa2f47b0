"""The tables of deals: tellings, the records they resolve to, and what is to be told to whom.

Amounts are JSON with decimal strings (`storage.encoding`), so that they stay exact on both databases.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Index, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from storage.columns import Json, Moment, Words


class MentionRow(SQLModel, table=True):
    """One article's telling of one deal. `company_key` is the block it is resolved in."""

    __tablename__ = "mention"
    __table_args__ = (
        UniqueConstraint("article_id", "position", name="mention_once"),
        Index("mention_by_company", "company_key"),
        Index("mention_by_deal", "deal_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    article_id: int = Field(foreign_key="article.id")
    position: int
    company_key: str
    company: str = Field(sa_type=Words)
    kind: str
    investors: list[str] = Field(default_factory=list, sa_type=Json)
    lead: list[str] = Field(default_factory=list, sa_type=Json)
    amount: dict[str, Any] | None = Field(default=None, sa_type=Json)
    alt: dict[str, Any] | None = Field(default=None, sa_type=Json)
    valuation: dict[str, Any] | None = Field(default=None, sa_type=Json)
    round: str | None = None
    status: str
    role: str
    cumulative: bool = False
    date: str | None = None
    ai: bool = True
    evidence: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    rules: list[str] = Field(default_factory=list, sa_type=Json)
    confidence: float
    deal_id: str | None = Field(default=None, foreign_key="deal.id")
    # The id of a deal of which this is the first telling, where it is not made from article and position
    # (`storage.deal_ids`): a mention that replaces another takes its place over.
    own_id: str | None = None


class AliasRow(SQLModel, table=True):
    """A reviewed alias as it was last applied: mentions under `alias_key` are filed under `main_key`."""

    __tablename__ = "alias"

    alias_key: str = Field(primary_key=True)
    main_key: str


class AliasDecisionRow(SQLModel, table=True):
    """What somebody decided about two names that may be one. Rows are never deleted: an undone one says by whom."""

    __tablename__ = "alias_decision"

    id: int | None = Field(default=None, primary_key=True)
    verdict: str  # accept | refuse
    alias_key: str
    alias: str = Field(sa_type=Words)
    main_key: str
    main: str = Field(sa_type=Words)
    decided_by: str = Field(sa_type=Words)
    decided_at: dt.datetime = Field(sa_type=Moment)
    undone_by: str | None = Field(default=None, sa_type=Words)
    undone_at: dt.datetime | None = Field(default=None, sa_type=Moment)


class CountryRow(SQLModel, table=True):
    """The country of a company (ISO 3166, two letters), as the lexicon was last applied."""

    __tablename__ = "company_country"

    company_key: str = Field(primary_key=True)
    country: str


class CompanyToResolve(SQLModel, table=True):
    """A company whose mentions changed since its deals were last computed."""

    __tablename__ = "company_to_resolve"

    company_key: str = Field(primary_key=True)
    marked_at: dt.datetime = Field(sa_type=Moment)


class DealRow(SQLModel, table=True):
    """One real-world deal. Rows are never deleted: a merged one redirects, one without mentions is withdrawn."""

    __tablename__ = "deal"
    __table_args__ = (
        Index("deal_by_day", "day", "id"),
        Index("deal_by_company", "company_key"),
        Index("deal_by_created_run", "created_run_id"),
        Index("deal_by_changed_run", "changed_run_id"),
        # Of the redirecting ones only: SQLite would take the index to find the living ones, which are nearly all.
        Index(
            "deal_by_redirect",
            "redirect_to",
            sqlite_where=text("redirect_to IS NOT NULL"),
            postgresql_where=text("redirect_to IS NOT NULL"),
        ),
    )

    id: str = Field(primary_key=True)
    company_key: str
    company: str = Field(sa_type=Words)
    kind: str
    investors: list[str] = Field(default_factory=list, sa_type=Json)
    lead: list[str] = Field(default_factory=list, sa_type=Json)
    amount: dict[str, Any] | None = Field(default=None, sa_type=Json)
    alt: dict[str, Any] | None = Field(default=None, sa_type=Json)
    eur: dict[str, Any] | None = Field(default=None, sa_type=Json)  # value, day of the rate, stated
    amount_eur: float | None = None  # the same, for filters
    valuation: dict[str, Any] | None = Field(default=None, sa_type=Json)
    round: str | None = None
    status: str
    role: str
    cumulative: bool = False
    date: str | None = None
    ai: bool = True
    confidence: float
    first_published: dt.date | None = None
    day: dt.date  # first_published, or the day it was first seen: what lists are sorted by
    mention_count: int = 0
    redirect_to: str | None = Field(default=None, foreign_key="deal.id")
    rejected: bool = Field(default=False, sa_column_kwargs={"server_default": false()})  # somebody said: no deal
    created_at: dt.datetime = Field(sa_type=Moment)
    created_run_id: int | None = Field(default=None, foreign_key="run.id")
    changed_at: dt.datetime = Field(sa_type=Moment)
    changed_run_id: int | None = Field(default=None, foreign_key="run.id")


class DecisionRow(SQLModel, table=True):
    """What somebody decided about deals. Rows are never deleted: an undone one says by whom and when."""

    __tablename__ = "decision"
    __table_args__ = (Index("decision_by_deal", "deal_id"),)

    id: int | None = Field(default=None, primary_key=True)
    verb: str  # merge | split | reject | correct | confirm | note
    deal_id: str = Field(foreign_key="deal.id")
    # What was decided: ids merged, mentions split off, fields and their values, the words of a note.
    details: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    decided_by: str = Field(sa_type=Words)
    decided_at: dt.datetime = Field(sa_type=Moment)
    undone_by: str | None = Field(default=None, sa_type=Words)
    undone_at: dt.datetime | None = Field(default=None, sa_type=Moment)


class AnchorRow(SQLModel, table=True):
    """A mention that a decision is about, named by its article and by what it told, which survive reading it again."""

    __tablename__ = "decision_anchor"
    __table_args__ = (Index("anchor_by_article", "article_id"),)

    decision_id: int = Field(foreign_key="decision.id", primary_key=True)
    number: int = Field(primary_key=True)
    article_id: int = Field(foreign_key="article.id")
    side: int  # merge: which of the deals; split: 0 stays, 1 leaves; else 0
    deal_id: str  # the deal it belonged to
    company_key: str
    kind: str
    figure: str
    position: int


class OutboxRow(SQLModel, table=True):
    """Something to tell to one watch (its id is the `channel`), written in the same transaction as the deal."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("channel", "deal_id", "event", "fingerprint", name="outbox_once"),
        Index("outbox_by_delivery", "channel", "delivery_id"),
        Index("outbox_by_deal", "deal_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    channel: str
    deal_id: str = Field(foreign_key="deal.id")
    event: str  # new | updated
    fingerprint: str
    told: dict[str, Any] = Field(sa_type=Json)  # status, amount, lead as told by this row
    changes: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    created_at: dt.datetime = Field(sa_type=Moment)
    run_id: int | None = Field(default=None, foreign_key="run.id")
    delivery_id: int | None = Field(default=None, foreign_key="delivery.id")


class DeliveryRow(SQLModel, table=True):
    """One message: which deals it carries never changes, so its Message-ID does not either.

    A message of deals carries the outbox rows that point to it; a note carries its own words in `note`.
    """

    __tablename__ = "delivery"
    __table_args__ = (Index("delivery_by_state", "channel", "state"),)

    id: int | None = Field(default=None, primary_key=True)
    channel: str
    kind: str = Field(default="deals", sa_column_kwargs={"server_default": "deals"})  # deals | note
    message_id: str = Field(unique=True)
    state: str  # pending | sent | dead | dropped | empty
    attempts: int = 0
    error: str = Field(default="", sa_type=Words)
    created_at: dt.datetime = Field(sa_type=Moment)
    since: dt.datetime | None = Field(default=None, sa_type=Moment)  # of a digest: when the one before was due
    next_try: dt.datetime | None = Field(default=None, sa_type=Moment)
    sent_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    owner: str = ""  # who is sending it now
    lease_until: dt.datetime | None = Field(default=None, sa_type=Moment)
    note: dict[str, Any] | None = Field(default=None, sa_type=Json)
    rendered: dict[str, Any] | None = Field(default=None, sa_type=Json)  # its words, until it is sent
    served: list[str] | None = Field(default=None, sa_type=Json)  # recipients who have it, while others wait
    refused: dict[str, str] | None = Field(default=None, sa_type=Json)  # recipients who will never have it, and why


class WatchStateRow(SQLModel, table=True):
    """What is remembered of a watch: since when it is known, and the last digest that was made for it."""

    __tablename__ = "watch_state"

    channel: str = Field(primary_key=True)
    first_seen: dt.datetime = Field(sa_type=Moment)
    last_slot: dt.datetime | None = Field(default=None, sa_type=Moment)
