"""Sending what waits in the outbox: open, render, deliver, mark; safe to be killed and repeated at any step."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from email.message import EmailMessage

from alerts.delivery import DeliveryError, Mailer
from alerts.formatting import Language
from alerts.mail import render_mail
from alerts.message import build_message
from config.settings import Settings
from storage.database import Database
from storage.outbox import mark_failed, mark_sent, open_delivery
from storage.values import MAIL, Delivery

MAX_ATTEMPTS = 12  # with the delays below, about three days
_FIRST_DELAY = dt.timedelta(minutes=5)
_LONGEST_DELAY = dt.timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Letterhead:
    """How mails of this installation look: who writes to whom, in which language and time zone."""

    sender: str
    recipients: tuple[str, ...]
    language: Language = "fr"
    timezone: str = "Europe/Paris"


@dataclass(slots=True)
class SendResult:
    """What became of the messages: Message-IDs sent, failed (tried again later) and given up; why, in one line each."""

    sent: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    dead: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def letterhead_of(settings: Settings) -> Letterhead:
    """The letterhead that the settings describe."""
    return Letterhead(settings.mail_from, tuple(settings.mail_to), settings.language, settings.timezone)


def send_pending(
    db: Database, mailer: Mailer, letterhead: Letterhead, now: dt.datetime, *, channel: str = MAIL
) -> SendResult:
    """Send every message that is due on `channel`.

    A failure is recorded with the time of the next try; after `MAX_ATTEMPTS`, or when the server says never,
    the message is given up and stays in the database as `dead`.
    """
    result = SendResult()
    while (delivery := open_delivery(db, channel, now)) is not None:
        try:
            refused = mailer.send(_message(delivery, letterhead, now))
        except DeliveryError as error:
            again = retry_at(delivery.attempts + 1, now) if error.transient else None
            mark_failed(db, delivery, str(error), again)
            result.errors.append(str(error))
            (result.dead if again is None else result.failed).append(delivery.message_id)
            continue
        mark_sent(db, delivery, now)
        result.sent.append(delivery.message_id)
        result.errors += [f"{recipient} refusé : {said}" for recipient, said in refused.items()]
    return result


def retry_at(attempts: int, now: dt.datetime) -> dt.datetime | None:
    """When to try again after `attempts` failures: five minutes, doubling up to six hours; None to give up."""
    if attempts >= MAX_ATTEMPTS:
        return None
    doublings: int = 2 ** (attempts - 1)
    return now + min(_FIRST_DELAY * doublings, _LONGEST_DELAY)


def _message(delivery: Delivery, letterhead: Letterhead, now: dt.datetime) -> EmailMessage:
    mail = render_mail(delivery.notices, language=letterhead.language, timezone=letterhead.timezone, day=now)
    return build_message(
        mail,
        sender=letterhead.sender,
        recipients=letterhead.recipients,
        message_id=delivery.message_id,
        date=now,
    )
