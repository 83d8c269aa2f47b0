"""A rendered mail as an RFC 5322 message: both bodies, and headers that nothing can break out of."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from alerts.headers import header_text
from alerts.mail import RenderedMail
from config.errors import ConfigError

# `a@example.org` or `Name <a@example.org>`: one address, nothing of RFC 5322's comments, groups and quoted parts.
_SPEC = r"[^\s@<>()\[\]\\,;:\"]+@[^\s@<>()\[\]\\,;:\"]+"
_ADDRESS = re.compile(rf"(?P<bare>{_SPEC})|(?P<name>[^<>]*)<(?P<named>{_SPEC})>")

LIST_ID = "Veille IA <deals.veille-ia>"


def build_message(
    mail: RenderedMail, *, sender: str, recipients: Sequence[str], message_id: str, date: dt.datetime
) -> EmailMessage:
    """The message to hand to a `Mailer`.

    Args:
        sender, recipients: addresses, with or without a display name.
        message_id: with angle brackets; the same for every attempt at the same message.
        date: aware.

    Raises:
        ConfigError: an address is none.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = address(sender, "VEILLE_MAIL_FROM")
    message["To"] = [address(recipient, "VEILLE_MAIL_TO") for recipient in recipients or [sender]]
    message["Subject"] = header_text(mail.subject, 250)
    message["Date"] = format_datetime(date)
    message["Message-ID"] = header_text(message_id)
    message["List-Id"] = LIST_ID
    message["Auto-Submitted"] = "auto-generated"  # no out-of-office replies (RFC 3834)
    message["X-Auto-Response-Suppress"] = "All"  # the same for Exchange
    # Quoted-printable passes every server, also those without 8BITMIME.
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    return message


def address(text: str, setting: str) -> Address:
    """`text` as one mail address.

    Raises:
        ConfigError: it is none; names the setting it comes from.
    """
    found = _ADDRESS.fullmatch(header_text(text))
    spec = (found["named"] or found["bare"]) if found else ""
    if found is None or not spec.isascii():  # outside ASCII a domain is written xn--…
        raise ConfigError(f"{setting} : {text!r} n'est pas une adresse ; écrivez nom@exemple.org, sans accents")
    try:
        name = (found["name"] or "").strip().removeprefix('"').removesuffix('"')
        return Address(display_name=name, addr_spec=spec)
    except ValueError as error:
        raise ConfigError(f"{setting} : {text!r} n'est pas une adresse : {error}") from error
