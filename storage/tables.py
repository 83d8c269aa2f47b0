"""The tables: what feeds offered, what was read, and who did it. Deals and alerts are in `deal_tables`.

`storage/migrations` brings a database to this form; a test compares the two.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
from sqlalchemy.orm import defer
from sqlmodel import Field, SQLModel

from storage.columns import Json, Moment, Words

MAX_URL_BYTES = 2000  # PostgreSQL indexes at most about 2,700 bytes


class RunRow(SQLModel, table=True):
    """The ledger of runs. At most one row of a kind is `running`."""

    __tablename__ = "run"
    __table_args__ = (
        Index(
            "run_one_running",
            "kind",
            unique=True,
            sqlite_where=text("state = 'running'"),
            postgresql_where=text("state = 'running'"),
        ),
        Index("run_by_kind", "kind", "started_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    state: str
    owner: str
    lease_seconds: int
    lease_until: dt.datetime = Field(sa_type=Moment)
    started_at: dt.datetime = Field(sa_type=Moment)
    finished_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    scheduled_for: dt.datetime | None = Field(default=None, sa_type=Moment)
    rule_version: str = ""
    error: str = Field(default="", sa_type=Words)
    report: dict[str, Any] | None = Field(default=None, sa_type=Json)


class PartRow(SQLModel, table=True):
    """One part of a run (`feed:maddyness`, `pages:3`), written in the same transaction as its data."""

    __tablename__ = "part"

    run_id: int = Field(foreign_key="run.id", primary_key=True)
    source: str = Field(primary_key=True)
    state: str  # done | failed
    outcome: str = ""
    reason: str | None = None
    detail: str = Field(default="", sa_type=Words)
    attempts: int = 1
    counts: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    finished_at: dt.datetime = Field(sa_type=Moment)


class FeedStateRow(SQLModel, table=True):
    """What is known of each feed from its visits."""

    __tablename__ = "feed_state"

    feed_id: str = Field(primary_key=True)
    etag: str | None = Field(default=None, sa_type=Words)
    last_modified: str | None = Field(default=None, sa_type=Words)
    body_hash: str | None = None
    outcome: str
    reason: str | None = None
    detail: str = Field(default="", sa_type=Words)
    final_url: str | None = Field(default=None, sa_type=Words)
    moved_permanently: bool = False
    checked_at: dt.datetime = Field(sa_type=Moment)
    last_success_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    consecutive_failures: int = 0
    next_check: dt.datetime | None = Field(default=None, sa_type=Moment)  # None: at the next run
    trouble: float = 0.0  # weighted failures in a row (`sources.schedule`)
    not_found_times: int = 0
    disabled_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    disabled_url: str | None = Field(default=None, sa_type=Words)
    moved_from: str | None = Field(default=None, sa_type=Words)
    moved_to: str | None = Field(default=None, sa_type=Words)
    moved_times: int = 0
    windows_missed: int = 0  # visits whose every entry was new: others may have come and gone in between


class HostPauseRow(SQLModel, table=True):
    """A host that asked to be left alone; kept from run to run."""

    __tablename__ = "host_pause"

    host: str = Field(primary_key=True)
    until: dt.datetime = Field(sa_type=Moment)
    reason: str
    times: int = 0


class EntryRow(SQLModel, table=True):
    """One item that a feed offered, and what became of it. `content_html` is dropped once it is read."""

    __tablename__ = "entry"
    __table_args__ = (
        Index("entry_due", "state", "next_try"),
        Index("entry_by_found_run", "found_run_id"),
        Index("entry_by_handled_run", "handled_run_id"),
        Index("entry_by_article", "article_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    feed_id: str
    url: str = Field(sa_type=Words)
    canonical_url: str = Field(sa_type=Words, unique=True)
    title: str = Field(sa_type=Words)
    published: dt.datetime | None = Field(default=None, sa_type=Moment)
    summary: str = Field(default="", sa_type=Words)
    content_html: str | None = Field(default=None, sa_type=Words)
    author: str | None = Field(default=None, sa_type=Words)
    language: str | None = Field(default=None, sa_type=Words)
    problems: list[str] = Field(default_factory=list, sa_type=Json)
    first_seen: dt.datetime = Field(sa_type=Moment)
    found_run_id: int = Field(foreign_key="run.id")
    state: str = "pending"  # pending | done | failed (tried again) | given_up
    reason: str | None = None
    detail: str = Field(default="", sa_type=Words)
    attempts: int = 0
    next_try: dt.datetime | None = Field(default=None, sa_type=Moment)
    handled_run_id: int | None = Field(default=None, foreign_key="run.id")
    article_id: int | None = Field(default=None, foreign_key="article.id")
    duplicate: bool = False  # its article was stored for another entry before


class SetAsideRow(SQLModel, table=True):
    """What a feed offered that cannot be an entry, once per feed, reason and detail."""

    __tablename__ = "set_aside"
    __table_args__ = (UniqueConstraint("feed_id", "reason", "detail", name="set_aside_once"),)

    id: int | None = Field(default=None, primary_key=True)
    feed_id: str
    reason: str
    detail: str = Field(sa_type=Words)
    first_seen: dt.datetime = Field(sa_type=Moment)
    last_seen: dt.datetime = Field(sa_type=Moment)
    times: int = 1


class ArticleRow(SQLModel, table=True):
    """An article as it was read, with the score and the rules that read it."""

    __tablename__ = "article"
    __table_args__ = (
        Index("article_by_run", "run_id"),
        Index("article_by_day", "published"),
        Index("article_by_first", "copy_of"),
        Index("article_by_rules", "rule_version", "published"),
    )

    id: int | None = Field(default=None, primary_key=True)
    canonical_url: str = Field(sa_type=Words, unique=True)
    url: str | None = Field(default=None, sa_type=Words)  # the link for readers; none for local files
    stem: str | None = Field(default=None, sa_type=Words)  # file name without extension, for local files
    feed_id: str | None = None
    outlet: str = Field(default="", sa_type=Words)
    title: str = Field(default="", sa_type=Words)
    text: str = Field(sa_type=Words)
    author: str | None = Field(default=None, sa_type=Words)
    published: dt.date | None = None
    first_seen: dt.datetime = Field(sa_type=Moment)
    language: str | None = None
    paywalled: bool = False
    source: str  # page | feed | file | archive
    state: str  # relevant | not_relevant | not_french
    score: float
    reasons: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    rule_version: str = ""
    run_id: int | None = Field(default=None, foreign_key="run.id")
    copy_of: int | None = Field(default=None, foreign_key="article.id")  # the first article with this text


class VersionRow(SQLModel, table=True):
    """A text that an article had before it was updated, or that did not take the place of a fuller one."""

    __tablename__ = "article_version"
    __table_args__ = (UniqueConstraint("article_id", "text_hash", name="version_once"),)

    id: int | None = Field(default=None, primary_key=True)
    article_id: int = Field(foreign_key="article.id")
    text_hash: str
    title: str = Field(sa_type=Words)
    text: str = Field(sa_type=Words)
    published: dt.date | None = None
    source: str
    seen_at: dt.datetime = Field(sa_type=Moment)


class BandRow(SQLModel, table=True):
    """A part of the sketch of an article's text: near-identical texts share at least one (`storage.sketches`)."""

    __tablename__ = "article_band"

    band: int = Field(sa_type=BigInteger, primary_key=True)
    article_id: int = Field(foreign_key="article.id", primary_key=True)


WITHOUT_TEXT = defer(cast(Any, ArticleRow.text), raiseload=True)  # for queries over many articles
