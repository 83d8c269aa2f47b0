"""Sending what waits in the outbox: open, render, deliver, mark; safe to be killed and repeated at any step."""

from __future__ import annotations

import base64
import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from threading import Lock
from typing import Any

from alerts.channels import Channel, Outgoing, Refusal
from alerts.delivery import DeliveryError
from alerts.mail import RenderedMail, render_mail
from alerts.notes import render_note
from alerts.timing import allowance, is_quiet
from alerts.watch import Watch
from storage.database import Database
from storage.messages import Delivery
from storage.outbox import keep_rendered, mark_failed, mark_recipients, mark_sent, open_delivery, told_deals

log = logging.getLogger("veille.alerts")

MAX_ATTEMPTS = 12  # with the delays below, about three days
_FIRST_DELAY = dt.timedelta(minutes=5)
_LONGEST_DELAY = dt.timedelta(hours=6)
IN_FEED = 100  # deals in an Atom file

# Leases tell processes apart; within one process senders take turns.
_one_sender = Lock()


@dataclass(frozen=True, slots=True)
class Outlet:
    """A watch and the channel its messages leave by."""

    watch: Watch
    channel: Channel


@dataclass(slots=True)
class SendResult:
    """What became of the messages: Message-IDs sent, failed (tried again later) and given up; why, in one line each.

    `quiet` are the watches that were left alone because of their quiet hours.
    """

    sent: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    dead: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    quiet: list[str] = field(default_factory=list)


def send_all(db: Database, outlets: Sequence[Outlet], now: dt.datetime) -> SendResult:
    """Send what is due to every watch."""
    result = SendResult()
    for outlet in outlets:
        send_pending(db, outlet, now, result)
    return result


def send_pending(db: Database, outlet: Outlet, now: dt.datetime, result: SendResult | None = None) -> SendResult:
    """Send every message that is due to one watch.

    A failure is recorded with the time of the next try; after `MAX_ATTEMPTS`, or when the other side says never,
    the message is given up and stays in the database as `dead`. Each recipient is served once: those who have a
    message do not get it again because others could not be reached.
    """
    result = SendResult() if result is None else result
    watch = outlet.watch
    if is_quiet(watch.quiet, watch.timezone, now):
        result.quiet.append(watch.id)
        return result
    with _one_sender:
        while True:
            allowed = allowance(watch.rhythm, watch.timezone, watch.most_per_day, now)
            delivery = open_delivery(db, watch.id, now, allowed)
            if delivery is None:
                return result
            _send(db, outlet, delivery, now, result)


def retry_at(attempts: int, now: dt.datetime) -> dt.datetime | None:
    """When to try again after `attempts` failures: five minutes, doubling up to six hours; None to give up."""
    if attempts >= MAX_ATTEMPTS:
        return None
    doublings: int = 2 ** (attempts - 1)
    return now + min(_FIRST_DELAY * doublings, _LONGEST_DELAY)


def rendered(watch: Watch, delivery: Delivery) -> RenderedMail:
    """The message in words, with the day of the delivery."""
    if delivery.note is not None:
        return render_note(delivery.note, language=watch.language, timezone=watch.timezone)
    return render_mail(
        delivery.notices,
        language=watch.language,
        timezone=watch.timezone,
        day=delivery.created_at,
        since=delivery.since,
        watch=watch.name,
    )


def _send(db: Database, outlet: Outlet, delivery: Delivery, now: dt.datetime, result: SendResult) -> None:
    done = {*delivery.served, *delivery.refused}
    to = [one for one in outlet.channel.recipients if one not in done]
    try:
        refusals = _delivered(db, outlet, delivery, to) if to else {}
    except DeliveryError as error:
        _failed(db, outlet.watch, delivery, str(error), now, result, transient=error.transient)
        return
    except Exception as error:  # whatever is wrong with one message, others must still be sent
        log.exception("watch %s: message %s could not be made", outlet.watch.id, delivery.message_id)
        _failed(db, outlet.watch, delivery, f"{type(error).__name__} : {error}", now, result, transient=True)
        return
    later = {who: refusal for who, refusal in refusals.items() if refusal.transient}
    never = {who: refusal.said for who, refusal in refusals.items() if not refusal.transient}
    if refusals:
        mark_recipients(db, delivery, [who for who in to if who not in refusals], never)
        result.errors += [f"{outlet.watch.id} : {who} refusé : {refusal.said}" for who, refusal in refusals.items()]
    if later:
        _failed(db, outlet.watch, delivery, _told(later), now, result, transient=True, told=False)
        return
    mark_sent(db, delivery, now)
    result.sent.append(delivery.message_id)


def _delivered(db: Database, outlet: Outlet, delivery: Delivery, to: Sequence[str]) -> dict[str, Refusal]:
    mail = _mail(db, outlet.watch, delivery)
    outgoing = Outgoing(outlet.watch, delivery, mail, lambda: told_deals(db, outlet.watch.id, IN_FEED))
    return outlet.channel.deliver(outgoing, to)


def _mail(db: Database, watch: Watch, delivery: Delivery) -> RenderedMail:
    """The message as the first attempt put it: what became known of its deals since is told by the next one."""
    if delivery.rendered is not None:
        kept: dict[str, Any] = dict(delivery.rendered)
        chart = kept.pop("chart")
        return RenderedMail(**kept, chart=None if chart is None else base64.b64decode(chart))
    mail = rendered(watch, delivery)
    chart = None if mail.chart is None else base64.b64encode(mail.chart).decode()
    keep_rendered(db, delivery, {**asdict(mail), "chart": chart})
    return mail


def _failed(
    db: Database,
    watch: Watch,
    delivery: Delivery,
    error: str,
    now: dt.datetime,
    result: SendResult,
    *,
    transient: bool,
    told: bool = True,
) -> None:
    again = retry_at(delivery.attempts + 1, now) if transient else None
    mark_failed(db, delivery, error, again)
    if told:
        result.errors.append(f"{watch.id} : {error}")
    (result.dead if again is None else result.failed).append(delivery.message_id)


def _told(refusals: dict[str, Refusal]) -> str:
    return " ; ".join(f"{who} refusé : {refusal.said}" for who, refusal in refusals.items())
