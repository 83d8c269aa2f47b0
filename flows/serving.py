"""What `veille serve` does: stay up and start the daily flow on schedule."""

from __future__ import annotations

from prefect.schedules import Cron

from config.errors import ConfigError
from config.settings import Settings
from flows.daily import daily


def serve_daily(settings: Settings, cron: str) -> None:
    """Serve the flow until stopped. One run at a time; a stop leaves the schedule on, so that late runs are seen.

    Raises:
        ConfigError: `cron` is not five valid fields.
    """
    try:
        schedule = Cron(cron, timezone=settings.timezone)
    except ValueError as error:
        raise ConfigError(f"--cron {cron!r}: {error}") from error
    daily.serve(name="quotidienne", schedules=[schedule], limit=1, pause_on_shutdown=False)
