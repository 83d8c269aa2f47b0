"""A watch as it is sent: what it wants, who gets it, by which channel, in which language and when."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from alerts.formatting import Language
from alerts.timing import QuietHours, Rhythm
from storage.values import MAIL
from storage.watches import WatchRule

ChannelKind = Literal["mail", "apprise", "webhook", "atom"]
OPERATOR = "exploitation"  # the built-in watch that tells whoever runs this installation that something is wrong


@dataclass(frozen=True, slots=True)
class Watch:
    """One item of `alerts.yaml`, with what the settings say where it says nothing.

    `to` are mail addresses, or names of secrets (`env:NAME`, `file:PATH`) that hold addresses of chats and hooks.
    `secret` names what signs a webhook; `file` is where an Atom feed goes; `unsubscribe` an address or URL.
    """

    id: str = MAIL
    name: str = "Veille IA"
    channel: ChannelKind = "mail"
    to: tuple[str, ...] = ()
    rule: WatchRule = field(default_factory=WatchRule)
    language: Language = "fr"
    timezone: str = "Europe/Paris"
    rhythm: Rhythm = field(default_factory=Rhythm)
    quiet: QuietHours = field(default_factory=QuietHours)
    most_per_day: int | None = None
    when_nothing: bool = False
    sender: str = "veille-ia@localhost"
    unsubscribe: str | None = None
    secret: str | None = None
    file: Path | None = None
