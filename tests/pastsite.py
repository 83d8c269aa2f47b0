"""A site with a past, on loopback: WordPress's interface, a sitemap tree, a CDX server and a paged feed.

It behaves as real ones do on a bad day: it throttles, drops connections, and lies about its counts.
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from httpsite import HttpSite, Reply

BODY = "<p>" + "Une phrase de l'article, assez longue pour compter. " * 12 + "</p>"


@dataclass(frozen=True)
class Post:
    """One article of the past."""

    number: int
    day: dt.date
    teaser: bool = False

    @property
    def path(self) -> str:
        return f"/article-{self.number}"


@dataclass
class PastSite:
    """The articles, and how the site misbehaves. `tempers` gives replies to be sent before the right one, by path."""

    site: HttpSite
    posts: list[Post]
    tempers: dict[str, list[Reply]] = field(default_factory=dict)
    lying_total: int | None = None
    rows_an_answer: int = 3
    asked: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.site.otherwise = self.answer

    def answer(self, target: str) -> Reply | None:
        parts = urlsplit(target)
        self.asked[parts.path] += 1
        if waiting := self.tempers.get(parts.path):
            return waiting.pop(0)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/wp-json/wp/v2/posts":
            return self._wordpress(query)
        if parts.path == "/cdx/search/cdx":
            return self._cdx(query)
        if parts.path.startswith("/web/"):
            return self._page(int(target.rsplit("article-", 1)[1]))
        if parts.path == "/feed":
            return self._feed(int(query.get("paged", 1)))
        if parts.path.startswith("/article-"):
            return self._page(int(parts.path.rsplit("-", 1)[1]))
        return None

    def _page(self, number: int) -> Reply | None:
        post = next((post for post in self.posts if post.number == number), None)
        return post and Reply(f"<html lang=fr><title>Page {number}</title><article>{BODY}</article></html>")

    def _wordpress(self, query: dict[str, str]) -> Reply:
        after = dt.datetime.fromisoformat(query.get("after", "1900-01-01T00:00:00"))
        before = dt.datetime.fromisoformat(query.get("before", "2900-01-01T00:00:00"))
        noon = dt.time(12)
        found = [post for post in self.posts if after < dt.datetime.combine(post.day, noon) < before]
        per_page, page = int(query["per_page"]), int(query["page"])
        shown = found[(page - 1) * per_page : page * per_page]
        if page > 1 and not shown:
            return Reply('{"code": "rest_post_invalid_page_number"}', 400, "application/json")
        total = len(found) if self.lying_total is None else self.lying_total
        body = [
            {
                "id": post.number,
                "link": self.site.url(post.path),
                "date": f"{post.day}T12:00:00",
                "title": {"rendered": f"L&rsquo;article {post.number}"},
                "content": {"rendered": "<p>Lire la suite</p>" if post.teaser else BODY},
            }
            for post in shown
        ]
        headers = {"X-WP-Total": str(total), "X-WP-TotalPages": str(-(-total // per_page))}
        return Reply(json.dumps(body), 200, "application/json; charset=UTF-8", headers)

    def _cdx(self, query: dict[str, str]) -> Reply:
        first, last = query["from"], query["to"]
        rows = [
            [f"example)/article-{post.number}", f"{post.day:%Y%m%d}120000", self.site.url(post.path)]
            for post in self.posts
            if first <= f"{post.day:%Y%m%d}" <= last
        ]
        at = int(query.get("resumeKey", "0"))
        shown = rows[at : at + self.rows_an_answer]
        answer: list[list[str]] = [["urlkey", "timestamp", "original"], *shown] if rows else []
        if at + self.rows_an_answer < len(rows):
            answer += [[], [str(at + self.rows_an_answer - 1)]]  # the last row again: answers change between pages
        return Reply(json.dumps(answer), 200, "application/json")

    def _feed(self, page: int) -> Reply:
        newest_first = sorted(self.posts, key=lambda post: post.day, reverse=True)[(page - 1) * 10 : page * 10]
        if not newest_first:
            return Reply("no such page", 404)
        items = "".join(
            f"<item><title>Article {post.number}</title><link>{self.site.url(post.path)}</link>"
            f"<pubDate>{post.day:%d %b %Y} 12:00:00 +0000</pubDate></item>"
            for post in newest_first
        )
        return Reply(f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>', 200, "application/rss+xml")

    def sitemaps(self, *, compressed: bool = True) -> None:
        """Serve robots.txt, an index, an index inside it, and a sitemap for each month."""
        url = self.site.url
        self.site.add(
            "/robots.txt", Reply(f"User-agent: *\nAllow: /\nSitemap: {url('/index.xml')}\n", 200, "text/plain")
        )
        months = sorted({(post.day.year, post.day.month) for post in self.posts})
        inner = "".join(f"<sitemap><loc>{url(f'/map-{y}-{m}.xml.gz')}</loc></sitemap>" for y, m in months)
        index = '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</sitemapindex>'
        self.site.add("/index.xml", Reply(index.format(f"<sitemap><loc>{url('/inner.xml')}</loc></sitemap>")))
        self.site.add("/inner.xml", Reply(index.format(inner)))
        for year, month in months:
            listed = "".join(
                f"<url><loc>{url(post.path)}</loc><lastmod>{post.day}T12:00:00Z</lastmod></url>"
                for post in self.posts
                if (post.day.year, post.day.month) == (year, month)
            )
            body = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</urlset>'.encode()
            self.site.add(
                f"/map-{year}-{month}.xml.gz",
                Reply(gzip.compress(body) if compressed else body, 200, "application/x-gzip"),
            )
