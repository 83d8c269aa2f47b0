"""`feed:`: the pages behind a feed (`?paged=2` of WordPress), back to the beginning of the window."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from sources.archives.values import ArchiveError, Item, Part, Story, Window
from sources.archives.webpages import Address, archive_error, get, read_page
from sources.client import PoliteClient
from sources.errors import FetchError
from sources.feeds.parsed import ParsedFeed
from sources.feeds.parsing import parse_feed
from sources.values import Entry, Feed, Reason

_ACCEPT = "application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.1"
_PAGES_A_PART = 5  # of ten entries each, as WordPress gives them
_MOST_PAGES = 5_000
# From so many characters on a feed's own content is the article: see `flows.phases.FULL_TEXT`.
_FULL_TEXT = 1500


class FeedPagesSource:
    """The pages of one feed.

    Args:
        now: the moment of the run; dates after it are mended.
    """

    def __init__(self, where: str, client: PoliteClient, now: dt.datetime) -> None:
        self.url = where if "://" in where else f"https://{where}"
        self._client, self._now = client, now
        self._feed = Feed(id=self.url, name=(urlsplit(self.url).hostname or "").removeprefix("www."), url=self.url)

    def plan(self, window: Window) -> Iterator[Part]:
        """Walk back page by page until one is missing, empty, the same again, or older than the window."""
        pages: list[int] = []
        last: tuple[str, ...] = ()
        for page in range(1, _MOST_PAGES + 1):
            try:
                parsed = self._page(page)
            except FetchError as error:
                if page == 1:
                    raise archive_error(self.url, error) from error
                break
            links = tuple(entry.canonical_url for entry in parsed.entries)
            days = [entry.published.date() for entry in parsed.entries if entry.published]
            if not links or links == last:
                if page == 1:
                    raise ArchiveError(f"{self.url} : {parsed.detail or 'un flux vide'}")
                break
            last = links
            if not (window.end and days and min(days) >= window.end):
                pages.append(page)
            if len(pages) == _PAGES_A_PART:
                yield Part(f"{pages[0]}-{pages[-1]}", {"pages": pages}, 10 * len(pages))
                pages = []
            if window.start and days and max(days) < window.start:
                break
        if pages:
            yield Part(f"{pages[0]}-{pages[-1]}", {"pages": pages}, 10 * len(pages))

    def read(self, part: Part, window: Window) -> Iterator[Item]:
        """The entries of some pages: the feed's own text where it is whole, else the page."""
        for page in part.args["pages"]:
            try:
                parsed = self._page(int(page))
            except FetchError as error:
                if error.reason in (Reason.HTTP_4XX, Reason.GONE):
                    return  # entries moved on since the pages were counted
                raise archive_error(f"{self.url}, page {page}", error) from error
            for entry in parsed.entries:
                day = entry.published.date() if entry.published else None
                if window.holds(day):
                    yield self._item(entry, day)

    def _page(self, page: int) -> ParsedFeed:
        url = self.url if page == 1 else _paged(self.url, page)
        policy = self._client.policy
        answer = get(self._client, url, _ACCEPT, policy.max_feed_bytes)
        kind = answer.headers.get("content-type", "")
        return parse_feed(answer.body, kind, self._feed, answer.final_url, self._now, policy.max_feed_entries)

    def _item(self, entry: Entry, day: dt.date | None) -> Item:
        if entry.content_html and len(entry.content_html) >= _FULL_TEXT:
            return Story(
                entry.canonical_url,
                entry.title,
                html=entry.content_html,
                published=day,
                outlet=self._feed.name,
                author=entry.author,
                link=entry.url,
            )
        return read_page(self._client, Address(entry.url, day=day))


def _paged(url: str, page: int) -> str:
    parts = urlsplit(url)
    query = [(name, value) for name, value in parse_qsl(parts.query) if name != "paged"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("paged", str(page))])))
