"""What `veille serve` does: stay up and start the daily flow on schedule.

Prefect's temporary server cannot schedule, so unless `PREFECT_API_URL` names a server, one of our own is started on
loopback beside the flow, and stopped with it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

from prefect.schedules import Cron
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.types.entrypoint import EntrypointType

from config.errors import ConfigError
from config.settings import Settings
from flows.daily import daily
from flows.prefect_server import server

log = logging.getLogger("veille.run")


def serve_daily(settings: Settings, cron: str) -> None:
    """Serve the flow until stopped. One run at a time; a stop leaves the schedule on, so that late runs are seen.

    Raises:
        ConfigError: `cron` is not five valid fields.
        ServerNotStarted: no server was named, and ours did not come up.
    """
    try:
        schedule = Cron(cron, timezone=settings.timezone)
    except ValueError as error:
        raise ConfigError(f'--cron {cron!r} n\'est pas compris ; écrivez cinq champs, comme "30 6 * * *"') from error
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
