"""The values that leave this room: entries, pages, and what became of each feed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class FeedOutcome(StrEnum):
    """What one visit of a feed came to."""

    FETCHED = "fetched"
    NOT_MODIFIED = "not_modified"
    FAILED = "failed"


class Reason(StrEnum):
    """Why a feed or a page gave nothing: one word an operator can count by. `detail` beside it says more."""

    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    TLS = "tls"
    HTTP_4XX = "http_4xx"
    GONE = "gone"
    THROTTLED = "throttled"
    HTTP_5XX = "http_5xx"
    TOO_LARGE = "too_large"
    BAD_REDIRECT = "bad_redirect"
    ROBOTS = "robots"
    CHALLENGE = "challenge"
    NOT_A_FEED = "not_a_feed"
    EMPTY = "empty"
    BAD_ENCODING = "bad_encoding"
    BAD_CONTENT = "bad_content"
    BAD_URL = "bad_url"
    ADDRESS = "address"
    TOO_COSTLY = "too_costly"

    @property
    def transient(self) -> bool:
        """True when a later try may succeed without anybody changing anything."""
        return self in _TRANSIENT


_TRANSIENT = {Reason.TIMEOUT, Reason.UNREACHABLE, Reason.THROTTLED, Reason.HTTP_5XX, Reason.CHALLENGE}


@dataclass(frozen=True, slots=True)
class Feed:
    """One line of `feeds.yaml`."""

    id: str
    name: str
    url: str
    site: str | None = None
    country: str | None = None
    language: str = "fr"
    themes: tuple[str, ...] = ()
    paywall: str = "no"
    enabled: bool = True
    full_text: bool = False


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave us to ask "changed since?" with, and the hash of the last body (for servers that lie)."""

    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed, cleaned: no markup in titles, absolute http(s) link, date in UTC or None.

    `content_html` is the feed's own full content when it carries one; `problems` names what was mended or
    missing ("no_date", "future_date", "relative_link", "no_title"), for the run report.
    """

    feed_id: str
    url: str
    canonical_url: str
    title: str
    published: datetime | None
    summary: str = ""
    content_html: str | None = None
    author: str | None = None
    language: str | None = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SetAside:
    """Something a feed offered that cannot be an entry (no link, `javascript:` link…): kept with its reason."""

    feed_id: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class FeedResult:
    """The outcome of one visit: a value also when it failed, so that one bad feed stops nothing.

    `fresh_for` are the seconds that server or feed ask to be left alone, when all went well.
    """

    feed_id: str
    outcome: FeedOutcome
    entries: tuple[Entry, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    validators: Validators = field(default_factory=Validators)
    reason: Reason | None = None
    detail: str = ""
    final_url: str | None = None
    moved_permanently: bool = False
    language: str | None = None
    elapsed: float = 0.0
    retry_after: float | None = None
    status: int | None = None
    fresh_for: float | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """A host to be left alone until a moment. `times`: throttles in a row, by which the pauses grow."""

    host: str
    until: datetime
    reason: str
    times: int


@dataclass(frozen=True, slots=True)
class Page:
    """One fetched page: bytes as they came after decompression, and where they finally came from."""

    url: str
    final_url: str
    status: int
    body: bytes
    content_type: str
    headers: dict[str, str]
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class PageFailure:
    """A page that could not be had, with the reason; `reason.transient` tells whether to come back."""

    url: str
    reason: Reason
    detail: str
    status: int | None = None
    retry_after: float | None = None
