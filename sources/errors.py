"""What this room raises. Expected failures of the network leave it as values (`PageFailure`, `FeedResult`)."""

from __future__ import annotations

from config.errors import VeilleError
from sources.values import Reason


class SourceError(VeilleError):
    """Base of the errors of this room."""


class UrlError(SourceError):
    """An address that cannot be fetched: not http(s), no host, too long, or not an address at all."""


class OpmlError(SourceError):
    """An OPML file that cannot be read; says what is wrong with it."""


class FetchError(SourceError):
    """A fetch that failed for an expected reason; turned into a value before it leaves the room.

    Args:
        reason: the word to count by.
        detail: one line that says what happened and where.
        status: HTTP status, when an answer came.
        retry_after: seconds the server asked to wait, when it did.
    """

    def __init__(
        self, reason: Reason, detail: str, status: int | None = None, retry_after: float | None = None
    ) -> None:
        self.reason, self.detail, self.status, self.retry_after = reason, detail, status, retry_after
        super().__init__(detail)
