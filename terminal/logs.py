"""Log lines: plain text for people and cron mails, JSON for machines. One event a line, on standard error."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Literal

from rich.console import Console

from terminal.redaction import Redacting

LogFormat = Literal["text", "json"]

_STANDARD = set(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
# Libraries that log each request or each failed heuristic: their warnings and worse are ours to show, the rest is not.
_CHATTY = ("httpx", "httpcore", "trafilatura", "htmldate", "courlan", "alembic", "asyncio", "apprise", "prefect")


def set_up_logging(log_format: LogFormat = "text", *, above: Console | None = None) -> None:
    """Send the log of this process to standard error in `log_format`; replaces what was set up before.

    Args:
        above: a console with a progress bar. Only warnings are shown then, as lines above the bar.
    """
    handler = logging.StreamHandler(sys.stderr) if above is None else AboveBar(above)
    lines = JsonLines() if log_format == "json" else logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S")
    handler.setFormatter(Redacting(lines))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("veille").setLevel(logging.INFO if above is None else logging.WARNING)
    for name in _CHATTY:
        # What those two find wrong with a page, errors too, comes back as the reason for which it has no text.
        logging.getLogger(name).setLevel(logging.CRITICAL if name in ("trafilatura", "htmldate") else logging.WARNING)


class AboveBar(logging.Handler):
    """Lines on a console that knows of the bar below them, and draws it again."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console

    def emit(self, record: logging.LogRecord) -> None:
        """Print one record."""
        self._console.print(self.format(record), markup=False, highlight=False, soft_wrap=True)


class JsonLines(logging.Formatter):
    """One JSON object a record: time, level, logger, message, and every extra field."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON."""
        event: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        event.update({name: value for name, value in vars(record).items() if name not in _STANDARD})
        if record.exc_info:
            event["error"] = self.formatException(record.exc_info)
        return json.dumps(event, ensure_ascii=False, default=str)
