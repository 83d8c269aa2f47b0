"""The ledger of backfills: what was asked, and every part of it with who works on it and what it gave."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import Json, Moment, Words


class BackfillRow(SQLModel, table=True):
    """One source over one window; asking for the same again takes up the same row."""

    __tablename__ = "backfill"
    __table_args__ = (UniqueConstraint("source", "window", name="backfill_once"),)

    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(sa_type=Words)
    window: str  # "2023-01-01..2024-01-01", either side may be empty
    created_at: dt.datetime = Field(sa_type=Moment)
    planned_at: dt.datetime | None = Field(default=None, sa_type=Moment)  # when its parts were all known
    rule_version: str = ""


class BackfillPartRow(SQLModel, table=True):
    """A part: planned, running (leased by `owner`), done or failed. Its data come in the transaction that ends it."""

    __tablename__ = "backfill_part"
    __table_args__ = (Index("backfill_part_by_state", "backfill_id", "state", "number"),)

    backfill_id: int = Field(foreign_key="backfill.id", primary_key=True)
    key: str = Field(primary_key=True)
    number: int
    args: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    size: int = 0
    state: str = "planned"
    owner: str = ""
    lease_until: dt.datetime | None = Field(default=None, sa_type=Moment)
    attempts: int = 0
    reason: str = ""
    detail: str = Field(default="", sa_type=Words)
    counts: dict[str, int] = Field(default_factory=dict, sa_type=Json)
    misses: list[dict[str, str]] = Field(default_factory=list, sa_type=Json)  # the first of what gave nothing
    seconds: float = 0.0
    rule_version: str = ""
    finished_at: dt.datetime | None = Field(default=None, sa_type=Moment)
