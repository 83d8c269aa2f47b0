"""SMTP conversations that end by a deadline, whatever the server does."""

from __future__ import annotations

import smtplib
import socket
from contextlib import suppress
from threading import Timer
from typing import Any


class BoundedSmtp(smtplib.SMTP):
    """`smtplib.SMTP` that hangs up `deadline` seconds after it began.

    `timeout` holds for each read only: a server that says one letter at a time would keep its client for ever.
    """

    def __init__(self, deadline: float, host: str, port: int, **options: Any) -> None:
        self._alarm = Timer(deadline, self._hang_up)
        self._alarm.daemon = True
        self._alarm.start()
        try:
            super().__init__(host, port, **options)
        except BaseException:
            self._alarm.cancel()
            raise

    def close(self) -> None:
        """Close the connection and forget the deadline."""
        self._alarm.cancel()
        super().close()

    def _hang_up(self) -> None:
        connection = getattr(self, "sock", None)
        if connection is not None:
            with suppress(OSError):  # closed in the same moment
                connection.shutdown(socket.SHUT_RDWR)


class BoundedSmtps(BoundedSmtp, smtplib.SMTP_SSL):
    """The same with TLS from the first byte."""
