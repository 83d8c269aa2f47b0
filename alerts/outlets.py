"""The outlets of an installation: every watch of `alerts.yaml` with its channel, and the operator's own."""

from __future__ import annotations

from alerts.atom import AtomChannel
from alerts.channels import Channel, MailChannel
from alerts.chat import AppriseChannel
from alerts.delivery import mailer_for
from alerts.secrets import reveal
from alerts.send import Outlet
from alerts.watch import OPERATOR, Watch
from alerts.watchlist import load_watches
from config.settings import Settings


def open_outlets(settings: Settings) -> list[Outlet]:
    """All outlets, the operator's last.

    Raises:
        ConfigError: a watch or the place of a secret is wrong.
    """
    watches = load_watches(settings)
    return [*(Outlet(watch, channel_for(watch, settings)) for watch in watches), operator_outlet(settings)]


def operator_outlet(settings: Settings) -> Outlet:
    """Mails to whoever runs this installation."""
    watch = Watch(
        id=OPERATOR,
        name="Veille IA, exploitation",
        to=tuple(settings.operator_to or settings.mail_to),
        language=settings.language,
        timezone=settings.timezone,
        sender=settings.mail_from,
    )
    return Outlet(watch, MailChannel(watch, mailer_for(settings)))


def channel_for(watch: Watch, settings: Settings) -> Channel:
    """The channel of a watch, its secrets read.

    Raises:
        ConfigError: a secret is not there, or an address is none.
    """
    if watch.channel == "mail":
        return MailChannel(watch, mailer_for(settings))
    if watch.channel == "atom":
        assert watch.file is not None
        return AtomChannel(watch.file)
    addresses = {name: reveal(name, watch.id) for name in watch.to}
    if watch.channel == "apprise":
        chat = AppriseChannel(addresses)
        chat.check(watch.id)
        return chat
    from alerts.webhook import WebhookChannel

    return WebhookChannel(addresses, reveal(watch.secret or "", watch.id).encode())
