"""What a message leaves by: one protocol for mail, chats, webhooks and feed files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from alerts.delivery import Mailer
from alerts.mail import RenderedMail
from alerts.message import address, build_message
from alerts.watch import OPERATOR, Watch
from storage.messages import Delivery, ToldDeal


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message in every form that a channel may want.

    `told` gives the latest deals that the watch was told of, this message's among them.
    """

    watch: Watch
    delivery: Delivery
    mail: RenderedMail
    told: Callable[[], Sequence[ToldDeal]]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A recipient that did not take the message; `transient` ones are tried again."""

    said: str
    transient: bool


class Channel(Protocol):
    """Whatever takes messages for some recipients."""

    @property
    def recipients(self) -> tuple[str, ...]:
        """Everybody a message goes to, by names that stay and hold no secret."""

    def deliver(self, outgoing: Outgoing, to: Sequence[str]) -> dict[str, Refusal]:
        """Hand the message over to these recipients; returns those that refused although others took it.

        Raises:
            TemporaryDeliveryError, PermanentDeliveryError: nobody took it.
        """


@dataclass(frozen=True, slots=True)
class MailChannel:
    """Mail, to all recipients of the watch in one message."""

    watch: Watch
    mailer: Mailer

    @property
    def recipients(self) -> tuple[str, ...]:
        """Bare addresses."""
        return tuple(address(one, "to").addr_spec for one in self.watch.to or (self.watch.sender,))

    def deliver(self, outgoing: Outgoing, to: Sequence[str]) -> dict[str, Refusal]:
        """See `Channel`."""
        watch, delivery = outgoing.watch, outgoing.delivery
        message = build_message(
            outgoing.mail,
            sender=watch.sender,
            recipients=watch.to,
            message_id=delivery.message_id,
            date=delivery.created_at.astimezone(dt.UTC),
            list_name=watch.name,
            list_id=watch.id,
            unsubscribe=None if watch.id == OPERATOR else unsubscribe_address(watch),
            thread=delivery.thread,
        )
        refused = self.mailer.send(message, to)
        return {who: Refusal(said, transient=said.startswith("4")) for who, said in refused.items()}


def unsubscribe_address(watch: Watch) -> str:
    """Where to ask to be left alone: what the watch or the settings say, else the sender's own address."""
    if watch.unsubscribe:
        return watch.unsubscribe
    subject = "d%C3%A9sabonnement" if watch.language == "fr" else "unsubscribe"
    return f"mailto:{address(watch.sender, 'VEILLE_MAIL_FROM').addr_spec}?subject={subject}%20{watch.id}"
