"""What sites ask of robots (RFC 9309): asked for once a day per host, obeyed for pages, crawl-delay included."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urljoin

from protego import Protego

from sources.errors import FetchError
from sources.urls import host_of
from sources.values import Reason

MAX_ROBOTS_BYTES = 512_000  # RFC 9309 section 2.5: read at least 500 KiB
_KEPT_FOR = 86_400.0  # RFC 9309 section 2.4: not longer than a day
_KEPT_FOR_AFTER_ERROR = 600.0


class Robots:
    """The rules of every host met so far. Thread-safe.

    Args:
        user_agent: the whole header; its product name is what rules are looked up for.
        read: fetches a robots.txt, returns its bytes, raises `FetchError`.
        slow_down: told `(host, seconds)` when a site wants a crawl-delay.
    """

    def __init__(self, user_agent: str, read: Callable[[str], bytes], slow_down: Callable[[str, float], None]) -> None:
        self._name = user_agent.split("/", 1)[0].strip() or "*"
        self._read, self._slow_down = read, slow_down
        self._sites: dict[str, _Site] = {}
        self._guard = threading.Lock()

    def require(self, url: str) -> None:
        """Return when this page may be fetched.

        Raises:
            FetchError: `robots` when the site forbids it; the server's own failure when robots.txt answers with a
                server error or a throttle, as RFC 9309 then forbids everything until it answers.
        """
        site = self._site(url)
        if site.error is not None:
            kept = site.error
            raise FetchError(kept.reason, f"robots.txt : {kept.detail}", kept.status, kept.retry_after)
        if site.rules is not None and not site.rules.can_fetch(url, self._name):
            raise FetchError(Reason.ROBOTS, f"le robots.txt de {host_of(url)} interdit cette page à {self._name}")

    def _site(self, url: str) -> _Site:
        host = host_of(url)
        with self._guard:
            site = self._sites.setdefault(host, _Site())
        with site.lock:
            if time.monotonic() >= site.fresh_until:
                self._ask(site, host, urljoin(url, "/robots.txt"))
        return site

    def _ask(self, site: _Site, host: str, address: str) -> None:
        site.rules, site.error = None, None
        site.fresh_until = time.monotonic() + _KEPT_FOR
        try:
            text = self._read(address).decode("utf-8", "replace")
        except FetchError as error:
            if error.reason in (Reason.HTTP_5XX, Reason.THROTTLED):
                site.error = error
            if error.reason.transient:
                site.fresh_until = time.monotonic() + _KEPT_FOR_AFTER_ERROR
            return
        site.rules = Protego.parse(text)
        delay = site.rules.crawl_delay(self._name)
        if delay:
            self._slow_down(host, delay)


@dataclass(slots=True)
class _Site:
    """One host's answer: rules, or none (all is allowed), or the error that stands for "not now"."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    fresh_until: float = 0.0
    rules: Protego | None = None
    error: FetchError | None = None
