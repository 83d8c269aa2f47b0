"""What the web archives share: addresses cut into parts, and their pages fetched politely."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sources.archives.values import ArchiveError, Capture, Item, Miss, Part
from sources.client import Answer, PoliteClient, Wanted
from sources.errors import FetchError
from sources.pages import fetch_page
from sources.values import PageFailure, Reason

# At a page a second and a host, a minute's work.
PAGES = 60
_JSON = "application/json, */*;q=0.1"


@dataclass(frozen=True, slots=True)
class Address:
    """A page to fetch. `url`: what the article is known by; `fetch`: where to get it, when that is elsewhere."""

    url: str
    fetch: str = ""
    day: dt.date | None = None


def parts_of(addresses: Iterable[Address], label: str) -> Iterator[Part]:
    """Addresses in parts of `PAGES`; a part is named by what is in it, so that the same pages have the same name."""
    rest = iter(addresses)
    while batch := list(islice(rest, PAGES)):
        pages = [[a.url, a.fetch, a.day.isoformat() if a.day else None] for a in batch]
        digest = hashlib.sha256(json.dumps(pages).encode()).hexdigest()[:16]
        yield Part(f"{label}:{digest}", {"pages": pages}, len(pages))


def read_pages(client: PoliteClient, pages: Iterable[list[Any]]) -> Iterator[Item]:
    """The pages of a part made by `parts_of`, one after the other."""
    for url, fetch, day in pages:
        yield read_page(client, Address(url, fetch or "", dt.date.fromisoformat(day) if day else None))


def read_page(client: PoliteClient, address: Address) -> Item:
    """One page, or why it cannot be had."""
    page = fetch_page(client, address.fetch or address.url)
    if isinstance(page, PageFailure):
        return Miss(address.url, page.reason.value, page.detail, page.reason.transient)
    known_by = address.url if address.fetch else page.final_url
    return Capture(known_by, page.body, page.content_type, address.day)


def get(client: PoliteClient, url: str, accept: str, limit: int) -> Answer:
    """One answer of an interface that is made for programs (robots.txt is not asked, as for feeds).

    Raises:
        FetchError: everything expected that can go wrong.
    """
    return client.get(Wanted(url, accept, limit))


def get_json(client: PoliteClient, url: str, limit: int) -> tuple[Any, Answer]:
    """An answer as JSON, with its headers.

    Raises:
        FetchError: it cannot be had, or is no JSON.
    """
    answer = get(client, url, _JSON, limit)
    try:
        return json.loads(answer.body), answer
    except (ValueError, RecursionError) as error:
        raise FetchError(Reason.BAD_CONTENT, f"pas du JSON à {url} : {error}", answer.status) from error


def archive_error(what: str, error: FetchError) -> ArchiveError:
    """The error of a source that gave nothing."""
    hint = " ; attendez un peu et relancez" if error.reason.transient else ""
    return ArchiveError(f"{what} : {error.detail}{hint}")
