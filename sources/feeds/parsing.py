"""Parsing a feed, in any format and state, from its bytes. Pure: no network, no clock."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from datetime import datetime

import feedparser

from sources.decoding import charset_of, decode
from sources.feeds.entries import language_code, make_entries
from sources.feeds.jsonfeed import looks_like_json, read_json_feed
from sources.feeds.mending import MendedFeed, mend
from sources.feeds.parsed import ParsedFeed, RawItem
from sources.feeds.plaintext import plain_text
from sources.polling import stated_by_feed
from sources.values import Feed, Reason, SetAside

_PROLOG_ENCODING = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})""")
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_HTML_TITLE = re.compile(r"<title[^<>]{0,200}>([^<]{0,300})", re.IGNORECASE)
# What feedparser and expat were seen to raise, or may, on XML that is odd on purpose (no-break spaces in a namespace…).
_PARSER_ERRORS = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)


def parse_feed(
    body: bytes, content_type: str, feed: Feed, final_url: str, now: datetime, max_entries: int
) -> ParsedFeed:
    """Parse RSS 0.9x, 1.0 and 2.0, Atom and JSON Feed.

    Args:
        body: as fetched, decompressed; its size is the caller's care.
        content_type: the header, a hint for the encoding only.
        final_url: where the body came from, for relative links.
        now: dates more than a day later are brought back to it.
        max_entries: items beyond it are counted and set aside together.

    Returns:
        Entries in feed order. `reason` is `empty` for a body without content, `not_a_feed` for HTML or anything else.
    """
    found = _PROLOG_ENCODING.match(body[:300].lstrip())
    declared = found[1].decode("ascii") if found else None
    text = decode(body, (charset_of(content_type), declared))
    if not text.strip("\ufeff \t\r\n\x00"):
        return ParsedFeed(reason=Reason.EMPTY, detail="réponse vide")
    if looks_like_json(text):
        return _from_json(text, feed, final_url, now, max_entries)
    mended = mend(text, max_entries)
    if mended is None:
        return ParsedFeed(reason=Reason.NOT_A_FEED, detail=_what_it_is(text, content_type))
    return _from_xml(mended, feed, final_url, now, max_entries)


def _from_json(text: str, feed: Feed, final_url: str, now: datetime, max_entries: int) -> ParsedFeed:
    parsed = read_json_feed(text, max_entries)
    if parsed is None:
        return ParsedFeed(reason=Reason.NOT_A_FEED, detail="du JSON, mais pas un flux, ou coupé")
    language = language_code(parsed.language)
    entries, aside = make_entries(parsed.items, feed, final_url, now, language)
    aside += _beyond(feed, parsed.offered, max_entries)
    return ParsedFeed(tuple(entries), tuple(aside), language)


def _from_xml(mended: MendedFeed, feed: Feed, final_url: str, now: datetime, max_entries: int) -> ParsedFeed:
    try:
        document = _read(mended.xml)
    except _PARSER_ERRORS as error:
        detail = f"un XML que son lecteur ne supporte pas : {type(error).__name__}: {error}"
        return ParsedFeed(reason=Reason.BAD_CONTENT, detail=detail)
    if not document.version:
        return ParsedFeed(reason=Reason.NOT_A_FEED, detail="du XML, mais d'aucun format de flux")
    language = language_code(document.feed.get("language"))
    site = document.feed.get("link") or ""
    # RSS says nothing of relative links; in practice they start from the site that the channel names.
    base = site if document.version.startswith("rss") and site.startswith(("http://", "https://")) else final_url
    entries, aside = make_entries(map(_item, document.entries), feed, base, now, language)
    aside += _beyond(feed, mended.offered - mended.lost, max_entries)
    if mended.lost:
        aside.append(SetAside(feed.id, "unreadable", f"{mended.lost} éléments dans du XML cassé"))
    kept, refused = tuple(entries), tuple(aside)
    told = document.feed
    every = stated_by_feed(told.get("ttl"), told.get("sy_updateperiod"), told.get("sy_updatefrequency"))
    if not mended.cut_short:
        return ParsedFeed(kept, refused, language, detail="XML réparé" if mended.ill_formed else "", every=every)
    detail = f"coupé en route : {len(entries)} éléments gardés"
    return ParsedFeed(kept, refused, language, None if kept else Reason.BAD_CONTENT, detail, complete=False)


def _read(xml: bytes) -> feedparser.FeedParserDict:
    # Bytes only: feedparser opens files and addresses when given text. Nothing here is shown as HTML, so its
    # sanitiser, the slowest part, has nothing to do.
    return feedparser.parse(
        xml,
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def _item(entry: feedparser.FeedParserDict) -> RawItem:
    content = _content(entry.get("content") or ())
    guid, link = str(entry.get("id") or ""), str(entry.get("link") or "")
    if not guid.startswith(("http://", "https://")):
        # An RSS guid stands for a missing link, also where it is a number that would pass for a relative one.
        link, guid = "" if link == guid else link, ""
    links = (str(entry.get("feedburner_origlink") or ""), link, guid)
    # `in` first: feedparser answers a missing "updated" with "published", and warns about it.
    dates = tuple(str(entry[key]) for key in ("published", "updated", "created") if key in entry)
    title = entry.get("title_detail") or {}
    return RawItem(
        links=tuple(filter(None, links)),
        title=str(entry.get("title") or ""),
        dates=dates,
        summary=str(entry.get("summary") or content or ""),
        content_html=content,
        author=_author(entry),
        language=title.get("language"),
    )


def _content(parts: Iterable[feedparser.FeedParserDict]) -> str | None:
    """The longest full content, as HTML."""
    best = ""
    for part in parts:
        value = str(part.get("value") or "")
        if part.get("type") == "text/plain":
            value = "".join(f"<p>{html.escape(line)}</p>" for line in value.splitlines() if line.strip())
        if len(value.strip()) > len(best):
            best = value.strip()
    return best or None


def _author(entry: feedparser.FeedParserDict) -> str:
    names = (str(one.get("name") or "") for one in (entry.get("authors") or ())[:10])
    return ", ".join(filter(None, names)) or str(entry.get("author") or "")


def _beyond(feed: Feed, offered: int, max_entries: int) -> list[SetAside]:
    if offered <= max_entries:
        return []
    return [SetAside(feed.id, "too_many_entries", f"{offered} éléments offerts, les {max_entries} premiers lus")]


def _what_it_is(text: str, content_type: str) -> str:
    if not _HTML.search(text[:5000]):
        return f"ni RSS, ni Atom, ni JSON Feed (envoyé comme {content_type[:80] or 'rien de dit'!r})"
    title = _HTML_TITLE.search(text[:20_000])
    return f"une page HTML intitulée {plain_text(title[1], 80)!r}" if title else "une page HTML"
