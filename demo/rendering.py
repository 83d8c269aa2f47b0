"""Feeds and pages of the demonstration as bytes, each outlet in its own shape and encoding."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from demo.press import UNLINKED_IN, Outlet
from demo.texts import DemoArticle

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).resolve().parent / "templates"), autoescape=True, undefined=StrictUndefined
)
_FEED_TYPES = {
    "rss": "application/rss+xml",
    "rss-full": "application/rss+xml",
    "atom": "application/atom+xml",
    "rdf": "application/rdf+xml",
    "json": "application/feed+json",
}


@dataclass(frozen=True, slots=True)
class Published:
    """An article on its site: where, and since when (aware, Paris time)."""

    article: DemoArticle
    home: str
    path: str
    published: datetime

    @property
    def id(self) -> str:
        return self.article.id

    @property
    def title(self) -> str:
        return self.article.title

    @property
    def url(self) -> str:
        return self.home.rstrip("/") + self.path

    @property
    def paragraphs(self) -> list[str]:
        return [line for line in self.article.text.split("\n") if line.strip()]

    @property
    def extract(self) -> str:
        first = self.paragraphs[0]
        return first if len(first) <= 200 else first[:200].rpartition(" ")[0] + " […]"

    @property
    def html(self) -> str:
        return "".join(f"<p>{html.escape(paragraph, quote=False)}</p>" for paragraph in self.paragraphs)

    @property
    def rfc822(self) -> str:
        return format_datetime(self.published)

    @property
    def in_french(self) -> str:
        day = format_date(self.published, "EEEE d MMMM y", locale="fr")
        return f"{day} à {self.published.hour}h{self.published.minute:02d}"


def feed_bytes(outlet: Outlet, home: str, listed: Sequence[Published]) -> tuple[bytes, str]:
    """The feed, newest first, and its content type."""
    if outlet.shape == "json":
        return _json_feed(outlet, home, listed).encode(), _FEED_TYPES["json"]
    name = "rss" if outlet.shape == "rss-full" else outlet.shape
    text = _TEMPLATES.get_template(f"{name}.xml.j2").render(
        outlet=outlet,
        home=home,
        listed=listed,
        whole=outlet.shape == "rss-full",
        unlinked=outlet.id == UNLINKED_IN,
    )
    return _encoded(text, outlet), f"{_FEED_TYPES[outlet.shape]}; charset={outlet.encoding}"


def page_bytes(outlet: Outlet, shown: Published, related: Sequence[Published]) -> tuple[bytes, str]:
    """The article's page with all that surrounds an article, and its content type."""
    text = _TEMPLATES.get_template(f"{outlet.layout}.html.j2").render(
        outlet=outlet,
        title=shown.title,
        url=shown.url,
        language=shown.article.language,
        published=shown.published,
        day=shown.in_french,
        paragraphs=shown.paragraphs,
        related=related,
        json_ld=_json_ld(outlet, shown),
    )
    return _encoded(text, outlet), f"text/html; charset={outlet.encoding}"


def challenge_bytes() -> tuple[bytes, str]:
    """What a broken feed's address serves: a page that waits for a browser."""
    head = "<!DOCTYPE html><html><head><title>Un instant…</title></head>"
    return f"{head}<body><p>Vérification du navigateur.</p></body></html>".encode(), "text/html; charset=utf-8"


def _encoded(text: str, outlet: Outlet) -> bytes:
    # What ISO-8859-1 lacks (’, œ, €) is written as a character reference, as such sites do.
    return text.encode(outlet.encoding, "xmlcharrefreplace")


def _json_ld(outlet: Outlet, shown: Published) -> dict[str, object]:
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": shown.title,
        "datePublished": shown.published.isoformat(),
        "publisher": {"@type": "Organization", "name": outlet.name},
        "isAccessibleForFree": True,
    }


def _json_feed(outlet: Outlet, home: str, listed: Sequence[Published]) -> str:
    items = [
        {
            "id": one.id,
            "url": one.url,
            "title": one.title,
            "summary": one.extract,
            "content_html": one.html,
            "date_published": one.published.isoformat(),
            "authors": [{"name": "La rédaction"}],
            "language": one.article.language,
        }
        for one in listed
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "home_page_url": home,
        "language": "fr",
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False)
