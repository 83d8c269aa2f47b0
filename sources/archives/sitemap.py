"""`sitemap:`: the pages a site declares, by robots.txt, indexes, sitemaps and news sitemaps, plain or gzipped.

`lastmod` is a hint: a page touched before the window began was published before it, nothing else follows from it. The
date in the page decides. (Protocol: 50,000 addresses and 50 MB a file; indexes of indexes are met all the same.)
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from sources.archives.values import ArchiveError, Item, Miss, Part, Window, day_of
from sources.archives.webpages import Address, archive_error, get, parts_of, read_pages
from sources.client import PoliteClient
from sources.errors import FetchError, UrlError
from sources.urls import absolute_url, clean_url

_MOST_BYTES = 60_000_000
_MOST_FILES = 5_000
_DEPTH = 4
_GUESSES = ("/sitemap.xml", "/sitemap_index.xml", "/sitemap-index.xml", "/news-sitemap.xml")
_ACCEPT = "application/xml, text/xml, */*;q=0.1"
_ROBOTS_LINE = re.compile(r"(?im)^\s*sitemap\s*:\s*(\S+)")
# "/2023/05/12/", "/2023/05/": many outlets date their addresses.
_DATED = re.compile(r"/((?:19|20)\d\d)[/-](0[1-9]|1[0-2])(?:[/-](0[1-9]|[12]\d|3[01]))?(?=[/-])")


@dataclass(frozen=True, slots=True)
class _Listed:
    url: str
    touched: dt.date | None
    published: dt.date | None


class SitemapSource:
    """The pages of a site.

    Args:
        where: a site (`www.example.org`), or the address of one sitemap or index.
    """

    def __init__(self, where: str, client: PoliteClient) -> None:
        address = where if "://" in where else f"https://{where}"
        try:
            self.where = clean_url(address)
        except UrlError as error:
            raise ArchiveError(f"sitemap:{where} : {error}") from error
        self._client = client

    def plan(self, window: Window) -> Iterator[Part]:
        """Parts of the pages that may be of the window. A sitemap that fails is a part that tells it."""
        misses: list[Miss] = []
        read: list[str] = []
        yield from parts_of(self._addresses(window, misses, read), "pages")
        if not read:
            told = misses[0].detail if misses else "aucun plan de site trouvé"
            raise ArchiveError(f"{self.where} : {told}")
        for miss in misses:
            yield Part(f"failed:{miss.where}", {"reason": miss.reason, "detail": miss.detail, "where": miss.where})

    def read(self, part: Part, window: Window) -> Iterator[Item]:
        """The pages of a part, in the order of the sitemap."""
        if "pages" not in part.args:
            yield Miss(part.args["where"], part.args["reason"], part.args["detail"], transient=True)
            return
        yield from read_pages(self._client, part.args["pages"])

    def _addresses(self, window: Window, misses: list[Miss], read: list[str]) -> Iterator[Address]:
        """Walk the tree. `read` gets the sitemaps that could be read, `misses` the others."""
        waiting = [(url, 0) for url in self._roots(misses)]
        seen = {url for url, _ in waiting}
        known: set[int] = set()
        files = 0
        while waiting:
            url, depth = waiting.pop(0)
            files += 1
            if files > _MOST_FILES:
                misses.append(Miss(url, "too_many_files", f"plus de {_MOST_FILES} plans de site"))
                return
            try:
                kind, listed = self._read(url)
            except (FetchError, etree.XMLSyntaxError, zlib.error) as error:
                detail = error.detail if isinstance(error, FetchError) else f"{url} : {error}"
                reason = error.reason.value if isinstance(error, FetchError) else "bad_content"
                misses.append(Miss(url, reason, detail))
                continue
            read.append(url)
            for item in listed:
                if _too_early(item, window):
                    continue
                if kind == "sitemapindex":
                    if item.url not in seen and depth < _DEPTH:
                        seen.add(item.url)
                        waiting.append((item.url, depth + 1))
                elif _may_tell(item, window) and hash(item.url) not in known:
                    known.add(hash(item.url))
                    yield Address(item.url, day=item.published)

    def _roots(self, misses: list[Miss]) -> list[str]:
        """Where to begin: the address given when it is a sitemap's, what robots.txt names, else the usual places."""
        if re.search(r"\.xml(?:\.gz)?$|sitemap", self.where.split("://", 1)[1].partition("/")[2]):
            return [self.where]
        try:
            robots = get(self._client, absolute_url(self.where, "/robots.txt"), "text/plain, */*;q=0.1", 600_000).body
        except FetchError as error:
            if error.reason.transient:
                raise archive_error(self.where, error) from error
            robots = b""
        named = []
        for found in _ROBOTS_LINE.findall(robots.decode("utf-8", "replace")):
            try:
                named.append(absolute_url(self.where, found))
            except UrlError as error:
                misses.append(Miss(found[:200], "bad_url", str(error)))
        return list(dict.fromkeys(named)) or [absolute_url(self.where, guess) for guess in _GUESSES]

    def _read(self, url: str) -> tuple[str, list[_Listed]]:
        body = get(self._client, url, _ACCEPT, _MOST_BYTES).body
        if body[:2] == b"\x1f\x8b":
            inflater = zlib.decompressobj(31)
            body = inflater.decompress(body, _MOST_BYTES)
        return _parse(body, url)


def _parse(body: bytes, base: str) -> tuple[str, list[_Listed]]:
    """The kind of file (`urlset`, `sitemapindex`) and what it lists.

    Raises:
        lxml.etree.XMLSyntaxError: nothing of it can be read.
    """
    kind, found = "", []
    parser = etree.iterparse(
        io.BytesIO(body),
        events=("start", "end"),
        recover=True,
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
    )
    for event, element in parser:
        name = etree.QName(element).localname if isinstance(element.tag, str) else ""
        if event == "start":
            kind = kind or name
            continue
        if name in ("url", "sitemap"):
            values = {
                etree.QName(child).localname: (child.text or "").strip()
                for child in element.iter()
                if isinstance(child.tag, str)
            }
            try:
                url = absolute_url(base, values.get("loc", ""))
            except UrlError:
                continue  # no address: nothing to read, and nothing to come back for
            finally:
                element.clear()
            found.append(
                _Listed(url, day_of(values.get("lastmod")), day_of(values.get("publication_date")) or _dated(url))
            )
    if kind not in ("urlset", "sitemapindex"):
        raise etree.XMLSyntaxError(f"ni urlset ni sitemapindex, mais {kind or 'rien'}", 0, 0, 0, base)
    return kind, found


def _too_early(item: _Listed, window: Window) -> bool:
    return bool(window.start and item.touched and item.touched < window.start)


def _may_tell(item: _Listed, window: Window) -> bool:
    """A day of slack on both sides: time zones, and addresses dated by month."""
    if item.published is None:
        return True
    slack = dt.timedelta(days=1)
    late = window.end is not None and item.published - slack >= window.end
    early = window.start is not None and item.published + slack < window.start.replace(day=1)
    return not late and not early


def _dated(url: str) -> dt.date | None:
    found = _DATED.search(url)
    return day_of(f"{found[1]}-{found[2]}-{found[3] or '01'}") if found else None
