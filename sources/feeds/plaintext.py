"""Plain text out of what feeds put in titles and summaries: markup, entities, control characters. Linear time."""

from __future__ import annotations

import html
import re

_TAG = re.compile(r"<(?:(/?)([A-Za-z][A-Za-z0-9:-]{0,40})[^<>]{0,5000}|[!?][^<>]{0,5000})>")
_BLOCK = re.compile(
    "address|article|blockquote|br|dd|div|dl|dt|fig(caption|ure)|footer|h[1-6r]|header|li|[ou]l|p|section|t([dhr]|able)"
)
_UNREAD = frozenset(["script", "style", "template", "noscript", "iframe"])
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u2060\ufeff\ufffe\uffff\ud800-\udfff]")
_UNFOLDED = re.compile(r"[ \t\r\n\x0b\x0c\x85\u2028\u2029]+")


def plain_text(markup: str, limit: int) -> str:
    """One line of text, without tags, scripts or control characters, at most `limit` characters.

    A text that is longer ends with "…" at a word's end. No-break spaces are kept: French typography means them.
    """
    text = _without_tags(markup[: limit * 20])
    text = html.unescape(text)
    if "<" in text:  # markup that was escaped twice
        text = html.unescape(_without_tags(text))
    text = _UNFOLDED.sub(" ", _CONTROLS.sub("", text)).strip()
    return text if len(text) <= limit else _shortened(text, limit)


def _without_tags(markup: str) -> str:
    kept: list[str] = []
    position, unread = 0, None
    for tag in _TAG.finditer(markup):
        name = (tag[2] or "").lower()
        if unread is None:
            kept.append(markup[position : tag.start()])
            if _BLOCK.fullmatch(name):
                kept.append(" ")
            if name in _UNREAD and not tag[1] and not tag[0].endswith("/>"):
                unread = name
        elif tag[1] and name == unread:
            unread = None
        position = tag.end()
    if unread is None:
        kept.append(markup[position:])
    return "".join(kept)


def _shortened(text: str, limit: int) -> str:
    head = text[: limit - 1]
    space = head.rfind(" ")
    return (head[:space] if space > limit // 2 else head).rstrip(" ,;:.") + "…"
