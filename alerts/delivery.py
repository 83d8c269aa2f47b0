"""Handing mails over: to an SMTP server, or as `.eml` files into a folder."""

from __future__ import annotations

import base64
import os
import re
import smtplib
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Literal, Protocol

from alerts.bounded_smtp import BoundedSmtp, BoundedSmtps
from config.errors import VeilleError
from config.settings import Settings


class DeliveryError(VeilleError):
    """A message was not accepted. `transient` tells whether another try may succeed."""

    transient = True


class TemporaryDeliveryError(DeliveryError):
    """Not now: no connection, a 4xx answer, or something an operator can put right (password, TLS)."""


class PermanentDeliveryError(DeliveryError):
    """This message will never be accepted (a 5xx answer to the message itself or to all its recipients)."""

    transient = False


class Mailer(Protocol):
    """Whatever takes a message."""

    def send(self, message: EmailMessage, to: Sequence[str] | None = None) -> dict[str, str]:
        """Hand the message over; returns the recipients that were refused although others were accepted.

        Args:
            to: bare addresses, when not all that its headers name get it (again).

        Raises:
            TemporaryDeliveryError, PermanentDeliveryError
        """


def mailer_for(settings: Settings) -> Mailer:
    """SMTP when a host is set, else `.eml` files in `outbox_dir`."""
    if settings.smtp_host is None:
        return EmlMailer(settings.outbox_dir)
    return SmtpMailer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=settings.smtp_security,
        user=settings.smtp_user,
        password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
        timeout=settings.smtp_timeout,
    )


@dataclass(frozen=True, slots=True)
class EmlMailer:
    """Writes each message to a file named after its Message-ID, so the same message is there once."""

    folder: Path

    def send(self, message: EmailMessage, to: Sequence[str] | None = None) -> dict[str, str]:
        """See `Mailer`; a file is for all. The file appears whole or not at all."""
        name = re.sub(r"[^A-Za-z0-9._-]+", "_", message["Message-ID"].strip("<> ")) + ".eml"
        target, draft = self.folder / name, self.folder / f".{name}.{os.getpid()}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with draft.open("wb") as file:
                file.write(bytes(message))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(target)
        except OSError as error:
            with suppress(OSError):
                draft.unlink()
            raise TemporaryDeliveryError(
                f"{target} ne peut être écrit : {error.strerror} ; libérez du disque ou vérifiez VEILLE_OUTBOX_DIR"
            ) from error
        return {}


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """Speaks SMTP, one connection a message.

    `timeout` in seconds holds for each step of the conversation, `deadline` for all of it: a server that says one
    letter at a time must not keep a sender for longer than its lease.
    """

    host: str
    port: int
    security: Literal["none", "starttls", "tls"] = "starttls"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout: float = 30.0
    deadline: float = 300.0
    tls: ssl.SSLContext | None = None

    def send(self, message: EmailMessage, to: Sequence[str] | None = None) -> dict[str, str]:
        """See `Mailer`. Accepted means that the server took responsibility for the message."""
        try:
            connection = self._connect()
        except smtplib.SMTPException as error:
            raise TemporaryDeliveryError(self._told(error)) from error
        except OSError as error:
            raise TemporaryDeliveryError(f"{self._server} : {_reason(error)} ; vérifiez VEILLE_SMTP_*") from error
        try:
            refused = connection.send_message(message, to_addrs=to)
        except smtplib.SMTPRecipientsRefused as error:
            raise _of_codes([code for code, _ in error.recipients.values()], self._told(error)) from error
        except smtplib.SMTPResponseException as error:
            raise _of_codes([error.smtp_code], self._told(error)) from error
        except (smtplib.SMTPException, OSError) as error:
            raise TemporaryDeliveryError(self._told(error)) from error
        finally:
            # The message is accepted or refused by now: how the server says goodbye changes nothing.
            with suppress(smtplib.SMTPException, OSError):
                connection.quit()
            connection.close()
        return {recipient: f"{code} {_text(said)}" for recipient, (code, said) in refused.items()}

    @property
    def _server(self) -> str:
        return f"serveur de courrier {self.host}:{self.port}"

    def _connect(self) -> smtplib.SMTP:
        context = self.tls or ssl.create_default_context()
        if self.security == "tls":
            connection: smtplib.SMTP = BoundedSmtps(
                self.deadline, self.host, self.port, timeout=self.timeout, context=context
            )
        else:
            connection = BoundedSmtp(self.deadline, self.host, self.port, timeout=self.timeout)
        try:
            if self.security == "starttls":
                connection.starttls(context=context)
            if self.user is not None:
                _log_in(connection, self.user, self.password or "")
        except BaseException:
            connection.close()
            raise
        return connection

    def _told(self, error: Exception) -> str:
        if isinstance(error, smtplib.SMTPAuthenticationError):
            said, do = (
                f"{error.smtp_code} {_text(error.smtp_error)}",
                " ; vérifiez VEILLE_SMTP_USER et VEILLE_SMTP_PASSWORD",
            )
        elif isinstance(error, smtplib.SMTPRecipientsRefused):
            first, (code, text) = next(iter(error.recipients.items()))
            said, do = f"{first} refusé : {code} {_text(text)}", " ; vérifiez VEILLE_MAIL_TO"
        elif isinstance(error, smtplib.SMTPResponseException):
            said, do = f"{error.smtp_code} {_text(error.smtp_error)}", ""
        elif isinstance(error, smtplib.SMTPNotSupportedError):
            said, do = str(error), " ; vérifiez VEILLE_SMTP_SECURITY et VEILLE_SMTP_USER"
        else:
            said, do = _reason(error), ""
        return f"{self._server} : {said}{do}"


def _log_in(connection: smtplib.SMTP, user: str, password: str) -> None:
    if user.isascii() and password.isascii():
        connection.login(user, password)
        return
    # smtplib knows ASCII only; PLAIN is UTF-8 (RFC 4616).
    connection.ehlo_or_helo_if_needed()
    token = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
    code, said = connection.docmd("AUTH", f"PLAIN {token}")
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, said)


def _of_codes(codes: list[int], told: str) -> DeliveryError:
    """Permanent only when every answer was 5xx. 5xx to the sender's rights (530, 535) is for the operator to mend."""
    permanent = all(500 <= code < 600 and code not in (530, 534, 535, 538) for code in codes)
    return PermanentDeliveryError(told) if permanent else TemporaryDeliveryError(told)


def _text(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(text.split())


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__
