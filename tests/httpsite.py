"""A real HTTP server on loopback for tests: routes that misbehave in every way that servers do, and a request log."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Reply:
    """One answer. `delay` comes before it, `drip` seconds between two bytes of the body; both end with the site."""

    body: bytes | str = b""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    etag: str | None = None
    last_modified: str | None = None
    delay: float = 0.0
    drip: float = 0.0
    cut: int | None = None  # after so many bytes of the body the connection is dropped

    @property
    def content(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else self.body


@dataclass(frozen=True)
class Request:
    """What one client asked: `client` is its port, that is, its connection. Times are monotonic seconds."""

    path: str
    host: str
    headers: dict[str, str]
    client: int
    started: float
    ended: float
    status: int


class HttpSite:
    """Serves `routes` on `address`, port 0. Several replies for a path are given in turn, the last one for ever."""

    def __init__(self, address: str = "127.0.0.1") -> None:
        self.routes: dict[str, list[Reply]] = {}
        self.otherwise: Callable[[str], Reply | None] | None = None  # asked, with path and query, where no route is
        self.log: list[Request] = []
        self._guard = threading.Lock()
        self._closing = threading.Event()
        self._server = _Server((address, 0), self._handler())
        self.address, self.port = address, self._server.server_address[1]

    def add(self, path: str, *replies: Reply) -> str:
        """Serve `replies` at `path`; returns the address."""
        self.routes[path] = list(replies)
        return self.url(path)

    def url(self, path: str = "/", host: str | None = None) -> str:
        return f"http://{host or self.address}:{self.port}{path}"

    def asked(self, path: str) -> list[Request]:
        return [request for request in self.log if request.path == path]

    def start(self) -> None:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()

    def _take(self, path: str) -> Reply:
        with self._guard:
            replies = self.routes.get(path)
            if not replies:
                return (self.otherwise and self.otherwise(path)) or Reply("nothing here", status=404)
            return replies.pop(0) if len(replies) > 1 else replies[0]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # one packet for headers and body

            def do_GET(self) -> None:
                started = time.monotonic()
                reply = site._take(self.path)
                status = 304 if self._unchanged(reply) else reply.status
                site._closing.wait(reply.delay)
                with site._guard:
                    site.log.append(
                        Request(
                            self.path,
                            self.headers.get("Host", ""),
                            {name.lower(): value for name, value in self.headers.items()},
                            self.client_address[1],
                            started,
                            time.monotonic(),
                            status,
                        )
                    )
                try:
                    self._send(reply, status)
                except OSError:  # the client hung up, as it is meant to in several tests
                    self.close_connection = True

            def _unchanged(self, reply: Reply) -> bool:
                etag, since = self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since")
                return reply.status == 200 and bool(
                    (reply.etag and etag == reply.etag)
                    or (not etag and reply.last_modified and since == reply.last_modified)
                )

            def _send(self, reply: Reply, status: int) -> None:
                content = b"" if status == 304 else reply.content
                self.send_response(status)
                headers = {"Content-Type": reply.content_type, "Content-Length": str(len(content))}
                if reply.etag:
                    headers["ETag"] = reply.etag
                if reply.last_modified:
                    headers["Last-Modified"] = reply.last_modified
                for name, value in (headers | reply.headers).items():
                    self.send_header(name, value)
                self.end_headers()
                if reply.cut is not None:
                    self.wfile.write(content[: reply.cut])
                    self.close_connection = True
                    return
                if not reply.drip:
                    self.wfile.write(content)
                    return
                for byte in content:
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
                    if site._closing.wait(reply.drip):
                        return

            def log_message(self, *_: object) -> None:
                pass

        return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients hang up on purpose here: that is no news."""


@contextmanager
def http_site(address: str = "127.0.0.1") -> Iterator[HttpSite]:
    """A running site."""
    site = HttpSite(address)
    site.start()
    try:
        yield site
    finally:
        site.stop()
