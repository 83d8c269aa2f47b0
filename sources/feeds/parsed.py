"""What parsing a feed gives: entries, what was set aside, and the reason when it is no feed at all."""

from __future__ import annotations

from dataclasses import dataclass

from sources.values import Entry, Reason, SetAside


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A parsed feed.

    `reason` is None when the body is a feed, even an empty or mended one; `detail` tells what was mended.
    `complete` is False when the body was cut short, so that it should be asked for again in full. `every` are the
    seconds between two updates, where the feed tells them.
    """

    entries: tuple[Entry, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    language: str | None = None
    reason: Reason | None = None
    detail: str = ""
    complete: bool = True
    every: float | None = None


@dataclass(frozen=True, slots=True)
class RawItem:
    """One item as its feed states it, whatever the format: nothing cleaned, nothing checked.

    Args:
        links: candidates for the address, best first.
        dates: candidates for the publication date, best first.
    """

    links: tuple[str, ...]
    title: str
    dates: tuple[str, ...]
    summary: str
    content_html: str | None
    author: str
    language: str | None
