"""A server that sends whatever bytes it is told, at whatever pace: what no HTTP library would let one send."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

Behaviour = Callable[[socket.socket, threading.Event], None]


class RawSite:
    """Answers every connection by one behaviour, once its request came."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        self._closing = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def url(self, path: str = "/feed", scheme: str = "http") -> str:
        return f"{scheme}://127.0.0.1:{self.port}{path}"

    def stop(self) -> None:
        self._closing.set()
        self._listener.close()

    def _serve(self) -> None:
        while not self._closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(10)
            connection.recv(65_536)
            self._behaviour(connection, self._closing)


def says(content: bytes) -> Behaviour:
    """Send this and hang up."""
    return lambda connection, closing: connection.sendall(content)


def drips(head: bytes, piece: bytes, every: float) -> Behaviour:
    """Send `head`, then `piece` again and again, for ever."""

    def behave(connection: socket.socket, closing: threading.Event) -> None:
        connection.sendall(head)
        while not closing.wait(every):
            connection.sendall(piece)

    return behave


def floods(head: bytes, piece: bytes) -> Behaviour:
    """Send `head`, then `piece` as fast as it is taken, for ever."""

    def behave(connection: socket.socket, closing: threading.Event) -> None:
        connection.sendall(head)
        while not closing.is_set():
            connection.sendall(piece)

    return behave


@contextlib.contextmanager
def raw_sites(behaviours: dict[str, Behaviour]) -> Iterator[dict[str, RawSite]]:
    """One running server a behaviour."""
    sites = {name: RawSite(behaviour) for name, behaviour in behaviours.items()}
    try:
        yield sites
    finally:
        for site in sites.values():
            site.stop()
