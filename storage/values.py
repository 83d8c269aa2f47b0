"""The values that enter and leave this room: runs, pending entries, deals as seen, notices, deliveries.

All moments are aware datetimes in UTC. Deal ids are short opaque strings that stay valid for ever:
an id that was merged into another one redirects to it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from extractors.values import Amount, Evidence, Kind, Reading, Role, Status
from sources.values import Entry

RunState = Literal["running", "done", "failed"]
EntryState = Literal["pending", "done", "failed", "given_up"]
ArticleState = Literal["relevant", "not_relevant", "not_french"]
ArticleSource = Literal["page", "feed", "file", "archive"]
Event = Literal["new", "updated"]
MAIL: str = "mail"  # the watch that is there without any configuration


@dataclass(frozen=True, slots=True)
class Run:
    """One row of the ledger of runs. `resumed` is True when `begin_run` took over an interrupted one."""

    id: int
    kind: str
    state: RunState
    owner: str
    started_at: datetime
    lease_until: datetime
    finished_at: datetime | None = None
    scheduled_for: datetime | None = None
    rule_version: str = ""
    error: str = ""
    report: Mapping[str, object] | None = None
    resumed: bool = False


@dataclass(frozen=True, slots=True)
class FeedCounts:
    """What `record_feed` wrote: `new` entries are pending now, `known` ones were there before."""

    new: int = 0
    known: int = 0
    set_aside: int = 0


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is known of a feed from its visits. `next_check` None means at the next run."""

    feed_id: str
    outcome: str
    checked_at: datetime
    last_success_at: datetime | None
    consecutive_failures: int
    reason: str | None
    detail: str
    final_url: str | None
    moved_permanently: bool


@dataclass(frozen=True, slots=True)
class PendingEntry:
    """An entry to be read: `entry` as its feed gave it, `attempts` made so far and how the last one failed."""

    id: int
    entry: Entry
    first_seen: datetime
    attempts: int = 0
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class EntryFailure:
    """Why an entry gave no article: one countable word (`timeout`, `no_text`, …); transient ones are tried again."""

    reason: str
    detail: str = ""
    transient: bool = False


@dataclass(frozen=True, slots=True)
class EntryOutcome:
    """What became of one entry: a `reading` or a `failure`, never both.

    `instead_of` says why the page could not be had when the feed's own text was read in its place.

    `canonical_url` is the article's own (after redirects and the page's declaration), which may differ from
    the entry's. `source` tells whether the text came from the page or from the feed's own content.
    """

    entry_id: int
    canonical_url: str
    reading: Reading | None = None
    failure: EntryFailure | None = None
    feed_id: str | None = None
    source: ArticleSource = "page"
    instead_of: EntryFailure | None = None

    def __post_init__(self) -> None:
        if (self.reading is None) == (self.failure is None):
            raise ValueError(f"entry {self.entry_id}: exactly one of reading and failure is expected")


@dataclass(frozen=True, slots=True)
class BatchCounts:
    """What `store_batch` wrote. `failed` counts by reason; a batch stored twice counts nothing the second time."""

    relevant: int = 0
    not_relevant: int = 0
    not_french: int = 0
    duplicates: int = 0
    mentions: int = 0
    failed: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Converted:
    """An amount in another currency at the ECB rate of `day`; `stated` False when the last known rate was taken."""

    value: Decimal
    currency: str
    day: dt.date
    stated: bool = True


@dataclass(frozen=True, slots=True)
class MentionView:
    """One article's telling of a deal, as a reader sees it. `article` is the file stem or the canonical URL.

    `quote` is the sentence the fields were read from, `marks` the (start, end) of the fields within it; only
    notices have them, since lists do not load texts.
    """

    article: str
    url: str | None
    outlet: str
    title: str
    published: dt.date | None
    amount: Amount | None
    alt: Amount | None
    status: Status
    role: Role
    confidence: float
    evidence: tuple[Evidence, ...] = ()
    quote: str = ""
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class DealView:
    """One deal with everything its mentions say. `amount_eur` is None when the currency has no ECB rate."""

    id: str
    kind: Kind
    company: str
    investors: tuple[str, ...]
    lead: tuple[str, ...]
    amount: Amount | None
    alt: Amount | None
    amount_eur: Converted | None
    valuation: Amount | None
    round: str | None
    status: Status
    role: Role
    cumulative: bool
    date: str | None
    ai: bool
    confidence: float
    first_published: dt.date | None
    mentions: tuple[MentionView, ...] = ()


@dataclass(frozen=True, slots=True)
class DealFilter:
    """Which deals to list. `min_amount` is in EUR; `include_all` adds background, totals and non-AI deals.

    `include_rejected` adds those that somebody rejected.
    """

    since: dt.date | None = None
    company: str | None = None
    min_amount: Decimal | None = None
    kind: Kind | None = None
    status: Status | None = None
    include_all: bool = False
    include_rejected: bool = False


@dataclass(frozen=True, slots=True)
class Resolution:
    """What `resolve` did: deals that appeared or changed (ids), and those queued for an alert."""

    blocks: int = 0
    created: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    queued_new: tuple[str, ...] = ()
    queued_updated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a deal that changed since it was last told: a status, an amount, or names of leads."""

    field: Literal["status", "amount", "lead"]
    before: str | Amount | tuple[str, ...] | None
    after: str | Amount | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class DealNotice:
    """One thing to tell: a deal, whether it is new or updated, and what changed."""

    event: Event
    deal: DealView
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedLine:
    """One feed in a run report."""

    feed_id: str
    outcome: str
    reason: str | None = None
    detail: str = ""
    new: int = 0
    known: int = 0
    set_aside: int = 0


@dataclass(frozen=True, slots=True)
class LostPage:
    """One page in a run report that gave no article, with the reason; `again` when later runs come back to it."""

    feed_id: str
    url: str
    reason: str
    detail: str
    again: bool


@dataclass(frozen=True, slots=True)
class RunReport:
    """What one run did, counted from the tables. Reasons are the countable words of entries and feeds.

    `from_feed` counts articles read from the feed's text for want of the page, by why; `mended` counts what was
    missing or wrong in entries that were kept; `set_aside` what could not be entries; `paywalled` cut articles;
    `lost` names the first pages that `no_text` and `page_failed` count. `entries_pending` were not looked at yet,
    `entries_to_retry` failed for now; `mails_next_try` is when the first waiting mail is due again.
    """

    run_id: int
    kind: str
    started_at: datetime
    feeds: tuple[FeedLine, ...] = ()
    entries_new: int = 0
    entries_known: int = 0
    relevant: int = 0
    not_relevant: int = 0
    not_french: int = 0
    duplicates: int = 0
    no_text: Mapping[str, int] = field(default_factory=dict)
    page_failed: Mapping[str, int] = field(default_factory=dict)
    lost: tuple[LostPage, ...] = ()
    from_feed: Mapping[str, int] = field(default_factory=dict)
    mended: Mapping[str, int] = field(default_factory=dict)
    set_aside: Mapping[str, int] = field(default_factory=dict)
    paywalled: int = 0
    entries_pending: int = 0
    entries_to_retry: int = 0
    deals_new: tuple[str, ...] = ()
    deals_updated: tuple[str, ...] = ()
    mails_sent: int = 0
    mails_pending: int = 0
    mails_failed: int = 0
    mails_next_try: datetime | None = None
    feeds_silent: tuple[str, ...] = ()  # used to publish, and stopped without a failure
