"""Fetching one feed: only if it changed, and with every expected failure as a value."""

from __future__ import annotations

import hashlib
import time
from dataclasses import replace
from datetime import datetime

from sources.client import Answer, PoliteClient, Wanted
from sources.errors import FetchError
from sources.feeds.parsing import parse_feed
from sources.values import Feed, FeedOutcome, FeedResult, Reason, Validators

_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.1"
)


def fetch_feed(client: PoliteClient, feed: Feed, validators: Validators, now: datetime) -> FeedResult:
    """Visit `feed` once. robots.txt is not asked: a subscribed feed is there to be read by programs.

    Args:
        validators: what the last good visit returned, or `Validators()`.
        now: the moment of the run, aware.

    Returns:
        `not_modified` for a 304 and for a body that is byte for byte the last one. The validators to store for the
        next visit; after a failure, and after a feed that came cut short, they are those that make it ask in full.
    """
    started = time.monotonic()
    try:
        wanted = Wanted(feed.url, _ACCEPT, client.policy.max_feed_bytes, _conditions(validators))
        result = _read(client.get(wanted), feed, validators, now, client.policy.max_feed_entries)
    except FetchError as error:
        result = FeedResult(
            feed.id,
            FeedOutcome.FAILED,
            validators=validators,
            reason=error.reason,
            detail=error.detail,
            retry_after=error.retry_after,
        )
    return replace(result, elapsed=time.monotonic() - started)


def _conditions(validators: Validators) -> dict[str, str]:
    given = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value for name, value in given.items() if value}


def _read(answer: Answer, feed: Feed, validators: Validators, now: datetime, max_entries: int) -> FeedResult:
    if answer.status == 304:
        if not _conditions(validators):
            raise FetchError(Reason.BAD_CONTENT, f"304 sans que la question fût conditionnelle, de {feed.url}", 304)
        return _seen(FeedResult(feed.id, FeedOutcome.NOT_MODIFIED, validators=validators), answer)
    body_hash = hashlib.sha256(answer.body).hexdigest()
    fresh = Validators(_header(answer, "etag"), _header(answer, "last-modified"), body_hash)
    if body_hash == validators.body_hash:
        return _seen(FeedResult(feed.id, FeedOutcome.NOT_MODIFIED, validators=fresh, detail="même contenu"), answer)
    content_type = answer.headers.get("content-type", "")
    parsed = parse_feed(answer.body, content_type, feed, answer.final_url, now, max_entries)
    if parsed.reason is not None:
        detail = f"{parsed.detail}, à {answer.final_url}"
        failed = FeedResult(feed.id, FeedOutcome.FAILED, validators=validators, reason=parsed.reason, detail=detail)
        return _seen(failed, answer)
    read = FeedResult(
        feed.id,
        FeedOutcome.FETCHED,
        entries=parsed.entries,
        set_aside=parsed.set_aside,
        validators=fresh if parsed.complete else Validators(),
        detail=parsed.detail,
        language=parsed.language,
    )
    return _seen(read, answer)


def _seen(result: FeedResult, answer: Answer) -> FeedResult:
    return replace(result, final_url=answer.final_url, moved_permanently=answer.moved_permanently)


def _header(answer: Answer, name: str) -> str | None:
    """A header to send back one day: only when it is short and could be sent."""
    value = answer.headers.get(name, "").strip()
    return value if 0 < len(value) <= 500 and value.isascii() and value.isprintable() else None
