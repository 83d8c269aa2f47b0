"""What `veille serve` does: stay up and start the daily flow on schedule.

Prefect's temporary server cannot schedule, so unless `PREFECT_API_URL` names a server, one of our own is started on
loopback beside the flow, and stopped with it.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from prefect.schedules import Cron
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.types.entrypoint import EntrypointType

from config.errors import ConfigError, VeilleError
from config.settings import Settings
from flows.daily import daily

log = logging.getLogger("veille.run")

# A first start on a slow machine without compiled files was measured at 20 seconds.
START_LIMIT = 90.0
STOP_LIMIT = 20.0


class ServerNotStarted(VeilleError):
    """Prefect's server did not answer in time; names its log."""


def serve_daily(settings: Settings, cron: str) -> None:
    """Serve the flow until stopped. One run at a time; a stop leaves the schedule on, so that late runs are seen.

    Raises:
        ConfigError: `cron` is not five valid fields.
        ServerNotStarted: no server was named, and ours did not come up.
    """
    try:
        schedule = Cron(cron, timezone=settings.timezone)
    except ValueError as error:
        raise ConfigError(f"--cron {cron!r}: {error}") from error
    with _api(settings) as url:
        log.info("served at %s, by the schedule %r (%s)", url, cron, settings.timezone)
        daily.serve(
            name="quotidienne",
            schedules=[schedule],
            limit=1,
            pause_on_shutdown=False,
            print_starting_message=False,
            entrypoint_type=EntrypointType.MODULE_PATH,
        )


@contextmanager
def _api(settings: Settings) -> Iterator[str]:
    named = os.environ.get("PREFECT_API_URL")
    if named:
        yield named
        return
    with server(settings.data_dir.resolve() / "prefect", int(os.environ.get("PREFECT_SERVER_API_PORT", "4200"))) as url:
        # Runs happen in processes of their own, which find the server through the environment.
        os.environ["PREFECT_API_URL"] = url
        with temporary_settings({PREFECT_API_URL: url}):
            try:
                yield url
            finally:
                del os.environ["PREFECT_API_URL"]


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
            raise ServerNotStarted(f"Prefect's server ended with code {process.returncode}; its log: {log_file}")
        try:
            if httpx.get(f"{url}/health", timeout=2, trust_env=False).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.5)
    raise ServerNotStarted(f"Prefect's server did not answer at {url} within {START_LIMIT:.0f} s; its log: {log_file}")
