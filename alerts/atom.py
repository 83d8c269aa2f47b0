"""A feed file: the latest deals of a watch as Atom, for feed readers; rewritten whole at each message."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from markupsafe import Markup, escape

from alerts.channels import Outgoing, Refusal
from alerts.delivery import TemporaryDeliveryError
from alerts.formatting import Language
from alerts.headers import xml_text
from alerts.items import Item, item_of
from alerts.watch import Watch
from alerts.wording import WORDS
from storage.messages import ToldDeal

_NAMESPACE = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True, slots=True)
class AtomChannel:
    """Writes the feed; the file is there whole or as it was before."""

    file: Path

    @property
    def recipients(self) -> tuple[str, ...]:
        """The file."""
        return (str(self.file),)

    def deliver(self, outgoing: Outgoing, to: Sequence[str]) -> dict[str, Refusal]:
        """See `Channel`. A note without deals is nothing that a feed of deals tells."""
        if outgoing.delivery.note is not None:
            return {}
        content = atom(outgoing.watch, outgoing.told())
        draft = self.file.with_name(f".{self.file.name}.{os.getpid()}")
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with draft.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self.file)
        except OSError as error:
            with suppress(OSError):
                draft.unlink()
            raise TemporaryDeliveryError(f"{self.file} ne peut être écrit : {error.strerror}") from error
        return {}


def atom(watch: Watch, told: Sequence[ToldDeal]) -> bytes:
    """The feed of these deals, in the order given (the latest first). Ids and moments come from the deals alone."""
    feed = Element("feed", {"xmlns": _NAMESPACE, "xml:lang": watch.language})
    _add(feed, "id", f"urn:veille-ia:watch:{watch.id}")
    _add(feed, "title", watch.name)
    latest = max((one.last_told for one in told), default=dt.datetime(1970, 1, 1, tzinfo=dt.UTC))
    _add(feed, "updated", _moment(latest))
    _add(SubElement(feed, "author"), "name", "Veille IA")
    for one in told:
        _entry(feed, one, item_of(one.notice, watch.language), watch.language)
    indent(feed)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(feed, encoding="unicode").encode() + b"\n"


def _entry(feed: Element, told: ToldDeal, item: Item, language: Language) -> None:
    entry = SubElement(feed, "entry")
    _add(entry, "id", f"urn:veille-ia:deal:{told.notice.deal.id}")
    _add(entry, "title", item.headline + (f" [{item.status}]" if item.status else ""))
    _add(entry, "published", _moment(told.first_told))
    _add(entry, "updated", _moment(told.last_told))
    for position, url in enumerate(link.url for link in item.links if link.url):
        SubElement(entry, "link", {"rel": "related" if position else "alternate", "href": xml_text(url)})
    SubElement(entry, "category", {"term": told.notice.deal.kind, "label": item.kind})
    _add(entry, "content", _content(item, language), type="html")


def _content(item: Item, language: Language) -> str:
    """What the mail's card says, as HTML without any style."""
    words = WORDS[language]
    parts = ["<p>", Markup("<br>").join([item.kind, *item.lines(words.colon)]), "</p>"]
    if item.quote:
        marked = Markup("").join(
            Markup("<b>{}</b>").format(piece) if is_marked else piece for piece, is_marked in item.quote
        )
        parts += [
            "<blockquote>",
            words.quote[0],
            marked,
            words.quote[1],
            Markup(" – {}").format(item.quote_outlet),
            "</blockquote>",
        ]
    links = [
        Markup('<a href="{}">{}</a>').format(link.url, link.outlet) if link.url else escape(link.outlet)
        for link in item.links
    ]
    return "".join([*parts, "<p>", Markup("<br>").join(links), "</p>"])


def _add(parent: Element, tag: str, text: str, **attributes: str) -> None:
    SubElement(parent, tag, attributes).text = xml_text(text)


def _moment(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
