"""The demonstration press site: invented outlets on loopback, each a host of its own, some of them out of order."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

from demo.press import GONE, OUTLETS, Outlet
from demo.rendering import Published, challenge_bytes, feed_bytes, page_bytes
from demo.texts import DemoArticle, demo_articles, spread
from sources.values import Feed

_ROBOTS = b"User-agent: *\nDisallow: /admin/\n"
_RELATED = 4


@dataclass(frozen=True, slots=True)
class DemoRequest:
    """One request that the site answered; `conditional` when it asked "changed since?"."""

    outlet: str
    path: str
    status: int
    conditional: bool
    user_agent: str


class DemoSite:
    """A context manager: serves the outlets of `demo.press` while open, each on a port of its own (port 0).

    Args:
        today: the day on which the newest article is published (at 6 in Paris); the others over six days before.
        slow_seconds: how long the slow outlet's feed takes: give the client a shorter deadline.
    """

    def __init__(self, today: date, slow_seconds: float = 30.0) -> None:
        self.log: list[DemoRequest] = []
        self._slow_seconds = slow_seconds
        self._closing = threading.Event()
        articles = demo_articles()
        self._dates = spread(articles, today)
        self._hosts = {outlet.id: _Host(outlet, self) for outlet in OUTLETS}
        for article in articles:
            self._show(article)

    def __enter__(self) -> DemoSite:
        for host in self._hosts.values():
            host.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        for host in self._hosts.values():
            host.stop()

    @property
    def feeds(self) -> list[Feed]:
        """The feeds to read, in the order of `OUTLETS`, as `config/feeds.yaml` would list them."""
        return [host.feed for host in self._hosts.values()]

    @property
    def articles(self) -> list[Published]:
        """Everything on show, newest first."""
        shown = [one for host in self._hosts.values() for one in host.listed()]
        return sorted(shown, key=lambda one: one.published, reverse=True)

    def publish(self, article: DemoArticle) -> Published:
        """Put a new article on its outlet's site and at the head of its feed, a quarter of an hour after the last."""
        self._dates[article.id] = max(self._dates.values()) + timedelta(minutes=15)
        return self._show(article)

    def answer_slowly(self) -> None:
        """Take the slow outlet's time, or until the site closes."""
        self._closing.wait(self._slow_seconds)

    def _show(self, article: DemoArticle) -> Published:
        host = next(host for host in self._hosts.values() if host.outlet.name == article.outlet)
        return host.show(article, self._dates[article.id])


class _Host:
    """One outlet's server."""

    def __init__(self, outlet: Outlet, site: DemoSite) -> None:
        self.outlet, self.site = outlet, site
        self._shown: dict[str, Published] = {}
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self.home = f"http://127.0.0.1:{self._server.server_address[1]}/"

    @property
    def feed(self) -> Feed:
        outlet = self.outlet
        url = self.home.rstrip("/") + outlet.feed_path
        whole = outlet.shape in ("rss-full", "json")
        return Feed(outlet.id, outlet.name, url, self.home, outlet.country, themes=("demonstration",), full_text=whole)

    def start(self) -> None:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def show(self, article: DemoArticle, published: datetime) -> Published:
        path = f"/{published:%Y/%m/%d}/{article.id}/"
        if self.outlet.layout == "handmade":
            path = f"/article-{article.id}.html"
        shown = Published(article, self.home, path, published)
        self._shown = {**self._shown, path: shown}  # replaced whole: requests are answered from other threads
        return shown

    def listed(self) -> list[Published]:
        return sorted(self._shown.values(), key=lambda one: one.published, reverse=True)

    def respond(self, path: str) -> tuple[int, bytes, str]:
        """Status, body, content type of what stands at `path`."""
        path = path.partition("?")[0]
        if path == self.outlet.feed_path:
            return self._feed_response()
        if path == "/robots.txt":
            return 200, _ROBOTS, "text/plain"
        shown = self._shown.get(path)
        if shown is None:
            return 404, b"<html><body>Page introuvable</body></html>", "text/html; charset=utf-8"
        if shown.id == GONE:
            return 410, "<html><body>Article retiré</body></html>".encode(), "text/html; charset=utf-8"
        related = [one for one in self.listed() if one is not shown][:_RELATED]
        return 200, *page_bytes(self.outlet, shown, related)

    def _feed_response(self) -> tuple[int, bytes, str]:
        if self.outlet.behaviour == "slow":
            self.site.answer_slowly()
        if self.outlet.behaviour == "broken":
            return 200, *challenge_bytes()
        return 200, *feed_bytes(self.outlet, self.home, self.listed())

    def last_modified(self) -> str | None:
        newest = next(iter(self.listed()), None)
        return format_datetime(newest.published.astimezone(UTC), usegmt=True) if newest else None


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up, as on the slow outlet, is no news."""


def _handler(host: _Host) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # headers and body leave together

        def do_GET(self) -> None:
            status, body, content_type = host.respond(self.path)
            etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            conditional = "If-None-Match" in self.headers or "If-Modified-Since" in self.headers
            if status == 200 and self.headers.get("If-None-Match") == etag:
                status, body = 304, b""
            agent = self.headers.get("User-Agent", "")
            host.site.log.append(DemoRequest(host.outlet.id, self.path, status, conditional, agent))
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            if status in (200, 304):
                self.send_header("ETag", etag)
            modified = host.last_modified()
            if modified and self.path == host.outlet.feed_path:
                self.send_header("Last-Modified", modified)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Requests are kept in `DemoSite.log`, not printed."""

    return Handler
