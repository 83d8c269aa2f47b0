"""OPML in and out: how feed readers hand each other their lists. Our ids, themes and marks survive the journey."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from sources.errors import OpmlError, UrlError
from sources.feedlist import COUNTRY_PATTERN
from sources.feeds.plaintext import plain_text
from sources.urls import clean_url, host_of
from sources.values import Feed

MAX_OPML_BYTES, MAX_OPML_FEEDS = 10_000_000, 10_000

_OURS = "urn:veille-ia:feeds"  # namespace of the attributes that OPML has no word for


@dataclass(frozen=True, slots=True)
class OpmlImport:
    """What an OPML file offered: feeds, and one line for each outline that could not be one."""

    feeds: tuple[Feed, ...]
    refused: tuple[str, ...]


def read_opml(body: bytes) -> OpmlImport:
    """Read an OPML file of any reader. Folders and categories become themes; missing ids are made from the titles.

    Raises:
        OpmlError: too large, not XML, not OPML, or with a document type (which OPML never needs, and attacks do).
    """
    if len(body) > MAX_OPML_BYTES:
        raise OpmlError(f"le fichier OPML dépasse {MAX_OPML_BYTES // 1000} ko")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise OpmlError(f"le fichier OPML n'est pas du XML valable : {error}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise OpmlError("le fichier OPML déclare un type de document ; ôtez-en <!DOCTYPE …>")
    if root.tag.lower() != "opml":
        raise OpmlError(f"un document <opml> était attendu, c'est <{root.tag[:40]}>")
    feeds: dict[str, Feed] = {}
    refused: list[str] = []
    for outline, folders in _outlines(root):
        feed = _feed(outline, folders, taken=feeds)
        if isinstance(feed, Feed) and len(feeds) < MAX_OPML_FEEDS:
            feeds[feed.id] = feed
        else:
            refused.append(feed if isinstance(feed, str) else f"{feed.name} : plus de {MAX_OPML_FEEDS} flux")
    return OpmlImport(tuple(feeds.values()), tuple(refused))


def write_opml(feeds: Sequence[Feed], title: str = "Veille IA") -> bytes:
    """All `feeds` as OPML 2.0, in UTF-8; switched-off ones are marked as such."""
    root = etree.Element("opml", version="2.0", nsmap={"veille": _OURS})
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = title
    body = etree.SubElement(root, "body")
    for feed in feeds:
        outline = etree.SubElement(body, "outline", type="rss", text=feed.name, title=feed.name, xmlUrl=feed.url)
        outline.set("language", feed.language)
        if feed.site:
            outline.set("htmlUrl", feed.site)
        if feed.themes:
            outline.set("category", ",".join(feed.themes))
        ours = {
            "id": feed.id,
            "country": feed.country,
            "paywall": feed.paywall,
            "enabled": None if feed.enabled else "false",
            "fullText": "true" if feed.full_text else None,
        }
        for name, value in ours.items():
            if value is not None:
                outline.set(f"{{{_OURS}}}{name}", value)
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True))


def _outlines(root: etree._Element) -> Iterator[tuple[etree._Element, tuple[str, ...]]]:
    """Outlines that name a feed, with the folders they lie in."""
    waiting: list[tuple[etree._Element, tuple[str, ...]]] = [
        (child, ()) for child in reversed(root.findall("body/outline"))
    ]
    while waiting:
        outline, folders = waiting.pop()
        if _attribute(outline, "xmlUrl"):
            yield outline, folders
        else:
            folders = (*folders, _attribute(outline, "text") or _attribute(outline, "title"))
        waiting += [(child, folders) for child in reversed(outline.findall("outline"))]


def _feed(outline: etree._Element, folders: tuple[str, ...], taken: Container[str]) -> Feed | str:
    address = _attribute(outline, "xmlUrl")
    name = plain_text(_attribute(outline, "title") or _attribute(outline, "text"), 200)
    try:
        url = clean_url(address)
    except UrlError as error:
        return f"{name or 'sans titre'} : {error}"
    name = name or host_of(url)
    try:
        site = clean_url(_attribute(outline, "htmlUrl"))
    except UrlError:
        site = None
    themes = [
        theme for group in (*folders, *re.split(r"[,/]", _attribute(outline, "category"))) if (theme := _slug(group))
    ]
    language = _attribute(outline, "language")[:2].lower()
    country, paywall = _ours(outline, "country"), _ours(outline, "paywall")
    return Feed(
        id=free_id(_slug(_ours(outline, "id")) or _slug(name) or _slug(host_of(url)) or "feed", taken),
        name=name,
        url=url,
        site=site,
        country=country if re.fullmatch(COUNTRY_PATTERN, country) else None,
        language=language if re.fullmatch(r"[a-z]{2}", language) else "fr",
        themes=tuple(dict.fromkeys(themes)),
        paywall=paywall if paywall in ("partial", "yes") else "no",
        enabled=_ours(outline, "enabled") != "false",
        full_text=_ours(outline, "fullText") == "true",
    )


def _attribute(outline: etree._Element, name: str) -> str:
    """An attribute whatever its letter case: readers disagree on `xmlUrl`."""
    exact = outline.get(name)
    if exact is None:
        exact = next((value for key, value in outline.attrib.items() if str(key).lower() == name.lower()), "")
    return str(exact).strip()


def _ours(outline: etree._Element, name: str) -> str:
    return str(outline.get(f"{{{_OURS}}}{name}", "")).strip()


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")


def free_id(wanted: str, taken: Container[str]) -> str:
    """`wanted`, or `wanted-2`, `wanted-3`… when that is taken."""
    if wanted not in taken:
        return wanted
    number = 2
    while f"{wanted}-{number}" in taken:
        number += 1
    return f"{wanted}-{number}"
