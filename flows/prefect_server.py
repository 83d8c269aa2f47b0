"""A Prefect server of our own on loopback, for as long as a block lasts. Imports nothing of Prefect."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from config.errors import VeilleError

# A first start on a slow machine without compiled files was measured at 20 seconds.
START_LIMIT = 90.0
STOP_LIMIT = 20.0


class ServerNotStarted(VeilleError):
    """Prefect's server did not answer in time; names its log."""


@contextmanager
def server(home: Path, port: int) -> Iterator[str]:
    """A Prefect server of our own on loopback, with its pages and services; yields its API's URL once it answers.

    Raises:
        ServerNotStarted: it ended or did not answer within `START_LIMIT` seconds.
    """
    command = ["-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with _running(home, port, command, {}) as wait:
        wait()
        yield f"http://127.0.0.1:{port}/api"


@contextmanager
def passing_server(home: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """Prefect's temporary server, begun now so that other work is done while it starts (six to twelve seconds).

    Yields:
        Its API's URL, and what waits until it answers (raises `ServerNotStarted`).
    """
    port = free_port()
    # What Prefect sets for its own: no pages, and only the services that record.
    apart = {"PREFECT_UI_ENABLED": "0", "PREFECT__SERVER_EPHEMERAL": "1", "PREFECT__SERVER_FINAL": "1"}
    with _running(home, port, ["-m", "flows.prefect_passing", str(port)], apart) as wait:
        yield f"http://127.0.0.1:{port}/api", wait


def free_port() -> int:
    """A port of loopback that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _running(home: Path, port: int, command: list[str], apart: dict[str, str]) -> Iterator[Callable[[], None]]:
    home.mkdir(parents=True, exist_ok=True)
    log_file = home / "server.log"
    with log_file.open("ab") as sink:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter, with a port that is a number
            [sys.executable, *command],
            stdin=subprocess.PIPE,
            stdout=sink,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PREFECT_HOME": str(home), **apart},
        )
        try:
            yield lambda: _wait_for(process, f"http://127.0.0.1:{port}/api", log_file)
        finally:
            process.terminate()
            try:
                process.wait(STOP_LIMIT)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_for(process: subprocess.Popen[bytes], url: str, log_file: Path) -> None:
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise ServerNotStarted(
                f"le serveur de Prefect s'est arrêté (code {process.returncode}) ; son journal : {log_file}"
            )
        try:
            if httpx.get(f"{url}/health", timeout=2, trust_env=False).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise ServerNotStarted(
        f"le serveur de Prefect n'a pas répondu à {url} en {START_LIMIT:.0f} s ; son journal : {log_file}"
    )
