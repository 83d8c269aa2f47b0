"""`wordpress:`: the posts of a WordPress site by its JSON interface, a part for each month.

The counts in its headers are not believed: pages are asked for until one is empty or refused.
"""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

from sources.archives.values import ArchiveError, Item, Miss, Part, Story, Window, day_of
from sources.archives.webpages import Address, archive_error, get_json, read_page
from sources.client import PoliteClient
from sources.errors import FetchError, UrlError
from sources.feeds.plaintext import plain_text
from sources.urls import absolute_url, host_of

_PATH = "/wp-json/wp/v2/posts"
_FIELDS = "id,link,title,content,date,date_gmt"
_PER_PAGE = 100  # the most the interface gives
_MOST_PAGES = 500  # fifty thousand posts a month: something is wrong
_MOST_BYTES = 50_000_000
_CLOSED = (401, 403, 404)
# A shorter body is an extract or a teaser: then the page is fetched.
_LEAST_BODY = 400


class WordPressSource:
    """The posts of one site.

    Args:
        where: its address, with or without a path (`https://www.example.org/blog`).
        today: bounds a window that is open at its end.
    """

    def __init__(self, where: str, client: PoliteClient, today: dt.date) -> None:
        self.site = where if "://" in where else f"https://{where}"
        self.site = self.site.rstrip("/")
        self._client, self._today = client, today

    def plan(self, window: Window) -> Iterator[Part]:
        """The months of the window; asks once whether the site lets its posts be read."""
        months = list(window.months(self._today))
        try:
            get_json(self._client, self._url(window, 1, per_page=1), _MOST_BYTES)
        except FetchError as error:
            if error.status in _CLOSED:
                closed = f"{self.site} n'ouvre pas ses articles aux programmes ({error.status})"
                raise ArchiveError(f"{closed} ; essayez sitemap:{self.site}") from error
            if error.status != 400:  # no post in the window
                raise archive_error(self.site, error) from error
        for month in months:
            yield Part(f"{month.start}", {"from": str(month.start), "to": str(month.end)}, 0)

    def read(self, part: Part, window: Window) -> Iterator[Item]:
        """The posts of a month, oldest first, each once."""
        month = Window(dt.date.fromisoformat(part.args["from"]), dt.date.fromisoformat(part.args["to"]))
        seen: set[object] = set()
        for page in range(1, _MOST_PAGES + 1):
            try:
                posts, _ = get_json(self._client, self._url(month, page), _MOST_BYTES)
            except FetchError as error:
                if error.status in (400, 404) and page > 1:
                    return  # the page after the last one
                if error.status == 400:
                    return  # no post that month
                raise archive_error(f"{self.site}, page {page} de {month.start}", error) from error
            if not isinstance(posts, list):
                raise ArchiveError(f"{self.site} répond autre chose que des articles pour {month.start}")
            fresh = [post for post in posts if isinstance(post, dict) and post.get("id") not in seen]
            if not fresh:
                return
            for post in fresh:
                seen.add(post.get("id"))
                yield self._item(post)

    def _url(self, window: Window, page: int, per_page: int = _PER_PAGE) -> str:
        asked: dict[str, Any] = {"per_page": per_page, "page": page, "orderby": "date", "order": "asc"}
        if window.start:  # both ends are exclusive moments
            asked["after"] = f"{window.start - dt.timedelta(days=1)}T23:59:59"
        if window.end:
            asked["before"] = f"{window.end}T00:00:00"
        return f"{self.site}{_PATH}?{urlencode({**asked, '_fields': _FIELDS})}"

    def _item(self, post: dict[str, Any]) -> Item:
        try:
            link = absolute_url(self.site, str(post.get("link") or ""))
        except UrlError as error:
            return Miss(f"{self.site}#{post.get('id')}", "bad_url", str(error))
        body = _rendered(post.get("content"))
        day = day_of(post.get("date") or post.get("date_gmt"))
        if len(body) < _LEAST_BODY:
            return read_page(self._client, Address(link, day=day))
        title = html.unescape(plain_text(_rendered(post.get("title")), 500))
        return Story(link, title, html=body, published=day, outlet=_outlet(self.site), link=link)


def _rendered(value: object) -> str:
    if isinstance(value, dict):
        value = value.get("rendered")
    return value if isinstance(value, str) else ""


def _outlet(site: str) -> str:
    return host_of(site).removeprefix("www.") or urlsplit(site).netloc
