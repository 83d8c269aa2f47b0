"""From an item as its feed states it to an `Entry` that can be relied upon, or to a `SetAside` with its reason."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from sources.errors import UrlError
from sources.feeds.dates import read_date, settled
from sources.feeds.parsed import RawItem
from sources.feeds.plaintext import plain_text
from sources.urls import absolute_url, canonical_url
from sources.values import Entry, Feed, SetAside

MAX_TITLE, MAX_SUMMARY, MAX_AUTHOR = 500, 2000, 200

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def make_entries(
    items: Iterable[RawItem], feed: Feed, base: str, now: datetime, language: str | None
) -> tuple[list[Entry], list[SetAside]]:
    """Clean every item; the second of two with one canonical address is set aside as `duplicate`.

    Args:
        base: the address that relative links start from.
        language: the feed's own, for items that state none.
    """
    entries: dict[str, Entry] = {}
    aside: list[SetAside] = []
    for item in items:
        made = _entry(item, feed, base, now, language)
        if isinstance(made, SetAside):
            aside.append(made)
        elif made.canonical_url in entries:
            aside.append(SetAside(feed.id, "duplicate", made.url))
        else:
            entries[made.canonical_url] = made
    return list(entries.values()), aside


def language_code(tag: str | None) -> str | None:
    """ISO 639-1 of a language tag: `fr` of `fr-FR`, None of anything that is no tag."""
    found = re.match(r"\s*([A-Za-z]{2})(?:[-_]|\s*$)", tag or "")
    return found[1].lower() if found else None


def _entry(item: RawItem, feed: Feed, base: str, now: datetime, language: str | None) -> Entry | SetAside:
    problems: list[str] = []
    title = plain_text(item.title, MAX_TITLE)
    link = _link(item, base)
    if link is None:
        stated = next(filter(None, item.links), "")[:200]
        reason = "bad_link" if stated else "no_link"
        return SetAside(feed.id, reason, f"{title or 'sans titre'}{f' ({stated})' if stated else ''}")
    url, was_relative = link
    if was_relative:
        problems.append("relative_link")
    if not title:
        problems.append("no_title")
    published, problem = _published(item, feed, now)
    if problem:
        problems.append(problem)
    return Entry(
        feed_id=feed.id,
        url=url,
        canonical_url=canonical_url(url),
        title=title,
        published=published,
        summary=plain_text(item.summary, MAX_SUMMARY),
        content_html=item.content_html,
        author=plain_text(item.author, MAX_AUTHOR) or None,
        language=language_code(item.language) or language,
        problems=tuple(problems),
    )


def _link(item: RawItem, base: str) -> tuple[str, bool] | None:
    for link in item.links:
        try:
            return absolute_url(base, link), _SCHEME.match(link.strip()) is None
        except UrlError:
            continue
    return None


def _published(item: RawItem, feed: Feed, now: datetime) -> tuple[datetime | None, str | None]:
    stated = [raw for raw in item.dates if raw.strip()]
    if not stated:
        return None, "no_date"
    read = next(filter(None, (read_date(raw, feed.country) for raw in stated)), None)
    return settled(read, now)
