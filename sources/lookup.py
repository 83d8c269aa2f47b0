"""Asking the resolver for a host's addresses, with an end to the wait: the system's own call has none."""

from __future__ import annotations

import socket
from collections.abc import Callable
from threading import Thread

import httpcore

# What the system's resolver answers: kept as a name of its own, so that a test can be a resolver that changes its mind.
Resolver = Callable[[str, int], list[str]]

_MOST_ADDRESSES = 16  # of one name; a site with more is asked at the first ones


def system_resolver(host: str, port: int) -> list[str]:
    """Addresses of `host` in the system's order of preference. Raises `OSError`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def addresses_of(host: str, port: int, seconds: float | None, resolve: Resolver) -> list[str]:
    """The addresses of `host`.

    Raises:
        httpcore.ConnectError: no such name, or no resolver.
        httpcore.ConnectTimeout: no answer in time; the look-up is left to end by itself, in its own thread.
    """
    answer: list[list[str] | Exception] = []

    def ask() -> None:
        try:
            answer.append(resolve(host, port))
        except (OSError, UnicodeError) as error:
            answer.append(error)

    asking = Thread(target=ask, name=f"lookup-{host[:40]}", daemon=True)
    asking.start()
    asking.join(seconds)
    if not answer:
        raise httpcore.ConnectTimeout(f"no answer of the resolver for {host}")
    if isinstance(answer[0], Exception):
        raise httpcore.ConnectError(str(answer[0])) from answer[0]
    return answer[0][:_MOST_ADDRESSES]
