"""A rendered mail as an RFC 5322 message: both bodies, and headers that nothing can break out of."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from alerts.headers import header_text
from alerts.mail import CHART, RenderedMail
from config.errors import ConfigError
from storage.values import MAIL

# `a@example.org` or `Name <a@example.org>`: one address, nothing of RFC 5322's comments, groups and quoted parts.
_SPEC = r"[^\s@<>()\[\]\\,;:\"]+@[^\s@<>()\[\]\\,;:\"]+"
_ADDRESS = re.compile(rf"(?P<bare>{_SPEC})|(?P<name>[^<>]*)<(?P<named>{_SPEC})>")


def build_message(
    mail: RenderedMail,
    *,
    sender: str,
    recipients: Sequence[str],
    message_id: str,
    date: dt.datetime,
    list_name: str = "Veille IA",
    list_id: str = MAIL,
    unsubscribe: str | None = None,
    thread: Sequence[str] = (),
) -> EmailMessage:
    """The message to hand to a `Mailer`.

    Args:
        sender, recipients: addresses, with or without a display name.
        message_id: with angle brackets; the same for every attempt at the same message.
        date: aware.
        list_name, list_id: the watch, for mail programs that sort by it.
        unsubscribe: `mailto:…` or `https://…`, where one asks to be left alone.
        thread: earlier messages that this one follows up, oldest first.

    Raises:
        ConfigError: an address is none.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = address(sender, "VEILLE_MAIL_FROM")
    message["To"] = [address(recipient, "VEILLE_MAIL_TO") for recipient in recipients or [sender]]
    message["Subject"] = header_text(mail.subject, 250)
    message["Date"] = format_datetime(date)
    message["Message-ID"] = header_text(message_id)
    message["List-Id"] = _list_id(list_name, list_id)
    if unsubscribe is not None:
        message["List-Unsubscribe"] = f"<{header_text(unsubscribe, 500)}>"
        if unsubscribe.startswith("https://"):
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    if thread:
        message["In-Reply-To"] = header_text(thread[-1])
        message["References"] = " ".join(header_text(one) for one in thread)
    message["Auto-Submitted"] = "auto-generated"  # no out-of-office replies (RFC 3834)
    message["X-Auto-Response-Suppress"] = "All"  # the same for Exchange
    # Quoted-printable passes every server, also those without 8BITMIME.
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    if mail.chart is not None:
        html = message.get_body(("html",))
        assert isinstance(html, EmailMessage)
        # Inside the HTML part, so that programs show it there and do not list it as an attachment.
        html.add_related(mail.chart, "image", "png", cid=f"<{CHART}>", disposition="inline", filename="montants.png")
    # Python draws boundaries at random; the same message is to be the same to the letter. "=_" never stands in
    # quoted-printable nor in base64, so no text of strangers can end a part.
    name = hashlib.sha256(message_id.encode()).hexdigest()[:24]
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_veille-{name}-{number}")
    return message


def _list_id(name: str, watch: str) -> str:
    """`Veille IA <deals.veille-ia>`; a name with anything but plain words in it is quoted."""
    plain = header_text(name, 120).replace("\\", "").replace('"', "")
    shown = plain if re.fullmatch(r"[\w '-]+", plain) else f'"{plain}"'
    return f"{shown} <{'deals' if watch == MAIL else watch}.veille-ia>"


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
