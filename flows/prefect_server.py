"""A Prefect server of our own on loopback, for as long as a block lasts. Imports nothing of Prefect."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
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
    """A Prefect server of our own on loopback; yields its API's URL once it answers.

    Raises:
        ServerNotStarted: it ended or did not answer within `START_LIMIT` seconds.
    """
    home.mkdir(parents=True, exist_ok=True)
    log_file = home / "server.log"
    url = f"http://127.0.0.1:{port}/api"
    with log_file.open("ab") as sink:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter, with a port that is a number
            [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)],
            stdout=sink,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PREFECT_HOME": str(home)},
        )
        try:
            _wait_for(process, url, log_file)
            yield url
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
            time.sleep(0.5)
    raise ServerNotStarted(
        f"le serveur de Prefect n'a pas répondu à {url} en {START_LIMIT:.0f} s ; son journal : {log_file}"
    )
