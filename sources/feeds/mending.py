"""Well-formed, bounded XML out of whatever a server sent: only what feedparser reads in linear time.

feedparser takes seconds to hours over some texts that are no longer than a feed (an author of 100,000 letters: 45 s;
100,000 entries: 15 s). So lxml, which does not, goes first: it repairs, drops what nobody here reads, and cuts.
"""

from __future__ import annotations

import html.entities
import re
from collections import Counter
from dataclasses import dataclass

from lxml import etree

_PACE = frozenset(["ttl", "updateperiod", "updatefrequency"])
_READ_OF_FEED = frozenset(["title", "link", "language", "channel", "item", "entry"]) | _PACE
_DATES = frozenset(["pubdate", "published", "updated", "modified", "issued", "created", "date"])
_ADDRESSES = frozenset(["link", "guid", "id", "origlink"])
_LONG = frozenset(["description", "summary", "encoded", "content"])
_SHORT = frozenset(["author", "creator", "name", "email"])
_READ_OF_ITEM = _ADDRESSES | _DATES | _LONG | _SHORT | {"title"}
_LONG_LIMIT, _LIMIT, _SHORT_LIMIT, _SAME_NAME_LIMIT = 1_000_000, 4096, 200, 10
_BY_PREFIX = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "atom": "http://www.w3.org/2005/Atom",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
}
_READ_NAMESPACES = frozenset(["", *_BY_PREFIX.values()])
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_PROLOG = re.compile(r"\s*<\?xml[^<>]{0,500}\?>\s*", re.IGNORECASE)
_AMPERSAND = re.compile(r"&(?:#(?:(\d{1,7})|[xX]([0-9A-Fa-f]{1,6}));|([A-Za-z][A-Za-z0-9]{0,31});)?")
_XML_ENTITIES = frozenset(["amp", "lt", "gt", "quot", "apos"])


@dataclass(frozen=True, slots=True)
class MendedFeed:
    """XML in UTF-8 that feedparser can be given.

    Args:
        xml: at most `max_entries` items, only the elements that are read.
        offered: items that the body held.
        lost: items that were there but could not be read.
        ill_formed: whether the XML had to be repaired.
        cut_short: whether the end of the document is missing; an unfinished last item is among the `lost`.
    """

    xml: bytes
    offered: int
    lost: int
    ill_formed: bool
    cut_short: bool


def mend(text: str, max_entries: int) -> MendedFeed | None:
    """Repair and bound an RSS, RDF or Atom document; None when it is none of these."""
    text = _ILLEGAL.sub("", text)
    text = _without_doctype(_PROLOG.sub("", text, count=1))
    text = text[text.find("<") :]
    root, ill_formed = _tree(text)
    if root is None or _local(root).lower() not in ("rss", "rdf", "feed"):
        return None
    items = [element for element in root.iter(etree.Element) if _local(element) in ("item", "entry")]
    lost, cut_short = 0, False
    if ill_formed:
        cut_short = f"</{_written_name(root)}" not in text
        tags = _written_name(items[0]) if items else "item"
        lost = max(0, len(re.findall(rf"<{re.escape(tags)}[\s>]", text)) - len(items))
        if cut_short and items and text.rfind(f"</{tags}") < max(text.rfind(f"<{tags}>"), text.rfind(f"<{tags} ")):
            unfinished = items.pop()
            _remove(unfinished)
            lost += 1
    _bound(root, items, max_entries)
    return MendedFeed(etree.tostring(root, encoding="utf-8"), len(items) + lost, lost, ill_formed, cut_short)


def _tree(text: str) -> tuple[etree._Element | None, bool]:
    try:
        return etree.fromstring(text.encode(), _parser(recover=False)), False
    except (etree.XMLSyntaxError, ValueError):
        pass
    try:
        return etree.fromstring(_with_sound_ampersands(text).encode(), _parser(recover=True)), True
    except (etree.XMLSyntaxError, ValueError):
        return None, True


def _parser(recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        recover=recover, resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )


def _without_doctype(text: str) -> str:
    """No document type: the only thing it is used for in feeds is to attack the reader, or to name HTML's entities."""
    start = text[:5000].upper().find("<!DOCTYPE")
    if start < 0:
        return text
    end, subset = text.find(">", start), text.find("[", start)
    if 0 <= subset < end:
        closing = re.compile(r"\]\s*>").search(text, subset)
        end = closing.end() - 1 if closing else -1
    return text if end < 0 else text[:start] + text[end + 1 :]


def _with_sound_ampersands(text: str) -> str:
    """HTML's entities as characters and bare ampersands escaped, outside CDATA, where neither means anything."""
    out: list[str] = []
    position = 0
    while True:
        start = text.find("<![CDATA[", position)
        end = text.find("]]>", start) if start >= 0 else -1
        stop = len(text) if end < 0 else start
        out.append(_AMPERSAND.sub(_sound, text[position:stop]))
        if end < 0:
            return "".join(out)
        out.append(text[start : end + 3])
        position = end + 3


def _sound(found: re.Match[str]) -> str:
    decimal, hexadecimal, name = found.groups()
    if decimal or hexadecimal:
        code = int(decimal) if decimal else int(hexadecimal, 16)
        return found[0] if 0 < code < 0x110000 and not _ILLEGAL.match(chr(code)) else ""
    if name is None:
        return "&amp;"
    if name in _XML_ENTITIES:
        return found[0]
    return html.entities.html5.get(f"{name};") or f"&amp;{name};"


def _bound(root: etree._Element, items: list[etree._Element], max_entries: int) -> None:
    # Bad nesting can leave items inside one another: first they are laid side by side again.
    container = items[0].getparent() if items else None
    for item in items[max_entries:]:
        _remove(item)
    for item in items[:max_entries]:
        if container is not None:
            container.append(item)
    own = _READ_NAMESPACES | {_namespace(root)} | ({_namespace(items[0])} if items else set())
    chosen = set(items[:max_entries])
    for parent in (root, *(child for child in root if _local(child) == "channel")):
        for child in list(parent):
            if child not in chosen:
                _keep_if_read(child, _READ_OF_FEED, own)
    for item in chosen:
        counts: Counter[str] = Counter()
        for child in list(item):
            counts[_local(child)] += 1
            if counts[_local(child)] > _SAME_NAME_LIMIT:
                item.remove(child)
            else:
                _keep_if_read(child, _READ_OF_ITEM, own)


def _keep_if_read(element: etree._Element, names: frozenset[str], namespaces: frozenset[str]) -> None:
    prefix, _, local = str(element.tag).rpartition(":")
    if prefix in _BY_PREFIX and local.isalpha():  # a prefix that the document forgot to declare
        element.tag = f"{{{_BY_PREFIX[prefix]}}}{local}"
    name = _local(element).lower()
    if name not in names or _namespace(element) not in namespaces or ":" in str(element.tag).rpartition("}")[2]:
        _remove(element)
        return
    if name in ("channel", "item", "entry"):
        return
    for part in element.iter(etree.Element):
        limit = _LONG_LIMIT if name in _LONG else _SHORT_LIMIT if name in _SHORT | _PACE else _LIMIT
        part.text = part.text and part.text[:limit]
        for key, value in part.attrib.items():
            if len(value) > _LIMIT or (":" in key and not key.startswith("{")):
                del part.attrib[key]


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2].rpartition(":")[2]


def _namespace(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[0].removeprefix("{")


def _written_name(element: etree._Element) -> str:
    return f"{element.prefix}:{_local(element)}" if element.prefix else _local(element)
