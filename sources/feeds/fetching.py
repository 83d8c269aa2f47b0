"""Fetching one feed: only if it changed, and with every expected failure as a value."""

from __future__ import annotations

import hashlib
import re
import time
from dataclasses import replace
from datetime import datetime
from threading import BoundedSemaphore

from sources.client import Answer, PoliteClient, Wanted
from sources.confined import Confined, JobFailed, TooCostly
from sources.errors import FetchError
from sources.feeds.parsed import ParsedFeed
from sources.feeds.parsing import parse_feed
from sources.policy import Policy
from sources.polling import stated_by_server
from sources.values import Feed, FeedOutcome, FeedResult, Reason, Validators

_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.1"
)

# What feeds are like: of the ordinary ones the largest take half a second. libxml2 takes 87 s over one tag of 90,000
# attributes (1 MB), so no tag may be long either; a tag of so many that it would be seconds is none of a feed's.
_ORDINARY_BYTES, _ORDINARY_TAGS, _LONG_TAG = 2_000_000, 50_000, re.compile(rb"<[a-zA-Z][^<>]{8000}")
_WHOLE_TAG = re.compile(_LONG_TAG.pattern + rb"[^<>]*")
_MOST_ATTRIBUTES = 10_000
_APART = BoundedSemaphore(2)  # such processes at once: each may fill its memory


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
        result = _read(client.get(wanted), feed, validators, now, client.policy)
    except FetchError as error:
        result = FeedResult(
            feed.id,
            FeedOutcome.FAILED,
            validators=validators,
            reason=error.reason,
            detail=error.detail,
            retry_after=error.retry_after,
            status=error.status,
        )
    return replace(result, elapsed=time.monotonic() - started)


def _conditions(validators: Validators) -> dict[str, str]:
    given = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value for name, value in given.items() if value}


def _read(answer: Answer, feed: Feed, validators: Validators, now: datetime, policy: Policy) -> FeedResult:
    if answer.status == 304:
        if not _conditions(validators):
            raise FetchError(Reason.BAD_CONTENT, f"304 sans que la question fût conditionnelle, de {feed.url}", 304)
        return _seen(FeedResult(feed.id, FeedOutcome.NOT_MODIFIED, validators=validators), answer)
    body_hash = hashlib.sha256(answer.body).hexdigest()
    fresh = Validators(_header(answer, "etag"), _header(answer, "last-modified"), body_hash)
    if body_hash == validators.body_hash:
        return _seen(FeedResult(feed.id, FeedOutcome.NOT_MODIFIED, validators=fresh, detail="même contenu"), answer)
    content_type = answer.headers.get("content-type", "")
    parsed = _parsed(answer.body, content_type, feed, answer.final_url, now, policy)
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
        fresh_for=parsed.every,
    )
    return _seen(read, answer)


def _parsed(body: bytes, content_type: str, feed: Feed, final_url: str, now: datetime, policy: Policy) -> ParsedFeed:
    """As `parse_feed`; what is out of the ordinary is parsed in a process that is ended when it takes too long."""
    most = policy.max_feed_entries
    if len(body) <= _ORDINARY_BYTES and body.count(b"<") <= _ORDINARY_TAGS and not _LONG_TAG.search(body):
        return parse_feed(body, content_type, feed, final_url, now, most)
    attributes = max((tag.group().count(b"=") for tag in _WHOLE_TAG.finditer(body)), default=0)
    if attributes > _MOST_ATTRIBUTES:
        raise FetchError(Reason.TOO_COSTLY, f"une balise de {attributes} attributs, à {final_url}")
    with _APART:
        confined = Confined(1, policy.feed_seconds)
        try:
            return confined.call(parse_feed, body, content_type, feed, final_url, now, most)
        except TooCostly as error:
            raise FetchError(Reason.TOO_COSTLY, f"{error}, à {final_url}") from error
        except JobFailed as error:
            raise FetchError(Reason.BAD_CONTENT, f"{error}, à {final_url}") from error
        finally:
            confined.close()


def _seen(result: FeedResult, answer: Answer) -> FeedResult:
    stated = [result.fresh_for, stated_by_server(answer.headers)]
    return replace(
        result,
        final_url=answer.final_url,
        moved_permanently=answer.moved_permanently,
        fresh_for=max((seconds for seconds in stated if seconds is not None), default=None),
    )


def _header(answer: Answer, name: str) -> str | None:
    """A header to send back one day: only when it is short and could be sent."""
    value = answer.headers.get(name, "").strip()
    return value if 0 < len(value) <= 500 and value.isascii() and value.isprintable() else None
