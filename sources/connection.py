"""Where connections are opened: the one place that every byte to and from a stranger's server passes through.

Time limits of HTTP clients are per read, so a server that sends a byte now and then is never cut off. Here each
read, write and connect is given what is left of the fetch's whole time. The address connected to is checked here too,
once looked up and never again: redirects, robots.txt and names that change between two look-ups all pass through it.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import httpcore
import httpx

from config.reach import AllowedHosts
from sources.addresses import checked_address
from sources.lookup import Resolver, addresses_of, system_resolver

_ends_at: ContextVar[float | None] = ContextVar("fetch_ends_at", default=None)


def connection_pool(
    at_once: int, allowed: AllowedHosts, resolve: Resolver = system_resolver
) -> httpcore.ConnectionPool:
    """A thread-safe pool of HTTP/1.1 connections that knows no proxy, no cookie and nothing of the environment.

    Args:
        at_once: connections open at the same time.
        allowed: where it may connect outside the public internet.
        resolve: the look-up of names.
    """
    return httpcore.ConnectionPool(
        ssl_context=httpx.create_ssl_context(trust_env=False),
        max_connections=at_once,
        keepalive_expiry=15.0,
        network_backend=TimedBackend(allowed, resolve),
    )


class TimeBudget:
    """Seconds that one fetch may spend on the network, over all its requests."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds

    @contextmanager
    def spending(self) -> Iterator[None]:
        """What runs inside, in this thread, is cut off when the budget is spent (`httpcore.TimeoutException`)."""
        started = time.monotonic()
        token = _ends_at.set(started + self.left)
        try:
            yield
        finally:
            _ends_at.reset(token)
            self.left -= time.monotonic() - started


class TimedBackend(httpcore.NetworkBackend):
    """Opens TCP connections to checked addresses; their every operation ends with the time budget in force."""

    def __init__(self, allowed: AllowedHosts, resolve: Resolver = system_resolver) -> None:
        self._sockets = httpcore.SyncBackend()
        self._allowed, self._resolve = allowed, resolve

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Look the host up and connect to the first address that answers; none is tried unless all may be.

        Raises:
            FetchError: `address`: one of them is not public (a name with a public and a private one is a trap).
        """
        timeout = _left(timeout, httpcore.ConnectTimeout)
        ends_at = None if timeout is None else time.monotonic() + timeout
        found = addresses_of(host, port, timeout, self._resolve)
        checked = [checked_address(address, host, port, self._allowed) for address in found]
        failure: httpcore.ConnectError | httpcore.ConnectTimeout = httpcore.ConnectError(f"no address for {host}")
        for position, address in enumerate(checked):
            left = None if ends_at is None else (ends_at - time.monotonic()) / (len(checked) - position)
            if left is not None and left <= 0:
                break
            try:
                return TimedStream(self._sockets.connect_tcp(str(address), port, left, local_address, socket_options))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure


class TimedStream(httpcore.NetworkStream):
    """A connection whose every operation ends with the time budget in force."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """At most `max_bytes`; raises `httpcore.ReadTimeout`."""
        return self._stream.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all; raises `httpcore.WriteTimeout`."""
        self._stream.write(buffer, _left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        """Close the socket."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Shake hands; raises `httpcore.ConnectTimeout` or `httpcore.ConnectError`."""
        left = _left(timeout, httpcore.ConnectTimeout)
        return TimedStream(self._stream.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        """As the socket's own stream says."""
        return self._stream.get_extra_info(info)


def _left(timeout: float | None, too_late: type[httpcore.TimeoutException]) -> float | None:
    end = _ends_at.get()
    if end is None:
        return timeout
    left = end - time.monotonic()
    if left <= 0:
        raise too_late("the time for this fetch is spent")
    return left if timeout is None else min(left, timeout)
