"""Chats and push services through Apprise: Slack, Teams, ntfy, Matrix and whatever else it speaks."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from alerts.channels import Outgoing, Refusal
from alerts.webhook import checked
from config.errors import ConfigError

_LONGEST = 1800  # characters of a message; below what every service takes


@dataclass(frozen=True, slots=True)
class AppriseChannel:
    """One Apprise URL a recipient; `addresses` maps its name (`env:SLACK`) to the URL, which holds a secret."""

    addresses: Mapping[str, str] = field(repr=False)

    @property
    def recipients(self) -> tuple[str, ...]:
        """The names of the addresses."""
        return tuple(self.addresses)

    def check(self, watch: str) -> None:
        """See that Apprise knows each address.

        Raises:
            ConfigError: it does not.
        """
        for name, url in self.addresses.items():
            if not _apprise().add(url):
                raise ConfigError(f"veille {watch!r} : Apprise ne reconnaît pas l'adresse que tient {name}")

    def deliver(self, outgoing: Outgoing, to: Sequence[str]) -> dict[str, Refusal]:
        """See `Channel`."""
        refused: dict[str, Refusal] = {}
        for name in to:
            said = _notify(self.addresses[name], outgoing.mail.subject, brief(outgoing.mail.brief))
            if said is not None:
                refused[name] = Refusal(said, transient=True)  # Apprise does not say whether it is for good
        return checked(refused, to)


def brief(text: str) -> str:
    """`text` cut at the end of a line so that every service takes it."""
    if len(text) <= _LONGEST:
        return text
    return text[:_LONGEST].rpartition("\n")[0].rstrip() + "\n…"


def _notify(url: str, title: str, body: str) -> str | None:
    from apprise import NotifyFormat
    from apprise.logger import LogCapture

    capture: Any = LogCapture
    sender = _apprise()
    sender.add(url)
    with capture(level=logging.WARNING, name="apprise") as heard:
        # Plain text: Apprise escapes it for services that read HTML or Markdown, so nobody's name becomes a link.
        if sender.notify(title=title, body=body, body_format=NotifyFormat.TEXT):
            return None
        said = heard.getvalue().strip().splitlines()
    return _without_secrets(said[0] if said else "refusé", url)


def _without_secrets(said: str, url: str) -> str:
    """What Apprise logged, without any piece of the URL that could be a token."""
    for piece in sorted(re.split(r"[/:@?&=#]+", url), key=len, reverse=True):
        if len(piece) >= 6:
            said = said.replace(piece, "…")
    return said[:200]


def _apprise() -> Any:
    from apprise import Apprise, AppriseAsset, PersistentStoreMode

    # Nothing of it is written to the user's home folder.
    return Apprise(asset=AppriseAsset(storage_mode=PersistentStoreMode.MEMORY, secure_logging=True))
