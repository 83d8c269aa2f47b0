"""Reading JSON Feed (version 1 and 1.1), which feedparser does not."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass

from sources.feeds.parsed import RawItem


@dataclass(frozen=True, slots=True)
class JsonFeed:
    """What a JSON feed states, unchecked."""

    items: tuple[RawItem, ...]
    language: str | None
    offered: int


def looks_like_json(text: str) -> bool:
    """Whether to try this reader at all."""
    return text[:100].lstrip("\ufeff \t\r\n").startswith("{")


def read_json_feed(text: str, max_entries: int) -> JsonFeed | None:
    """The feed, or None when the text is not a JSON feed (other JSON, cut short, nested beyond reason)."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list) or "jsonfeed.org" not in _text(document, "version"):
        return None
    language = _text(document, "language") or None
    readable = tuple(_item(item) for item in items[:max_entries] if isinstance(item, dict))
    return JsonFeed(readable, language, len(items))


def _item(item: dict[str, object]) -> RawItem:
    content = _text(item, "content_html") or _paragraphs(_text(item, "content_text"))
    return RawItem(
        links=tuple(filter(None, (_text(item, "url"), _address(item), _text(item, "external_url")))),
        title=_text(item, "title"),
        dates=(_text(item, "date_published"), _text(item, "date_modified")),
        summary=_text(item, "summary") or content,
        content_html=content or None,
        author=_author(item),
        language=_text(item, "language") or None,
    )


def _address(item: dict[str, object]) -> str:
    """The id, when it is the address as it often is."""
    value = _text(item, "id")
    return value if value.startswith(("http://", "https://")) else ""


def _author(item: dict[str, object]) -> str:
    authors = item.get("authors")
    several = authors if isinstance(authors, list) else [item.get("author")]
    return ", ".join(filter(None, (_text(one, "name") for one in several[:10] if isinstance(one, dict))))


def _text(values: dict[str, object], key: str) -> str:
    value = values.get(key)
    return value if isinstance(value, str) else ""


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines() if line.strip())
