"""From a page's bytes to an article: text, title, date, author, canonical URL, by trafilatura.

trafilatura's `fast` path first, its full path when that finds little (measured on French pages: same F1, half the
time). A page behind a paywall keeps what it shows and says so; a page without text gives a `NoArticle` with the reason.
"""

from __future__ import annotations

import re
from datetime import date, datetime

import trafilatura
from trafilatura.settings import Document

from extractors.html_bytes import declared_language, decode_html, is_paywalled
from extractors.values import Article, NoArticle

# Below this many characters the fast path is not trusted and the full one runs; press articles are longer.
SHORT_TEXT = 400
# Fewer characters than this are a caption or a button, not an article: no deal was ever told in less.
LEAST_TEXT = 60
# A page whose text runs beyond this is cut: press articles end long before, and time grows with length.
MOST_TEXT = 200_000

_DATES = {"extensive_search": False, "original_date": True}
_TITLE_TAIL = re.compile(r"\s+[|•–—-]\s+[^|•–—]{2,40}$")


def article_from_html(body: bytes, url: str, content_type: str = "", outlet: str = "") -> Article | NoArticle:
    """Extract the article of a page.

    Args:
        body: the page after decompression, in any encoding.
        url: where it came from after redirects; `Article.id` until a canonical URL is known.
        content_type: the header, for its charset.
        outlet: name of the outlet; the page's own site name when empty.

    Returns:
        `Article` with `url` the page's declared canonical URL when it names one on the same host, else `url`;
        or `NoArticle` (`not_html`, `bad_html`, `no_text`, `too_short`).
    """
    if body[:5] == b"%PDF-" or _is_other_media(content_type):
        return NoArticle("not_html", content_type or "PDF")
    html = decode_html(body, content_type)
    found = _extract(html, url)
    if isinstance(found, NoArticle):
        return found
    text = _tidy(found.text or "")
    title = _title(found.title or "", found.sitename)
    if not text:
        return NoArticle("no_text", "no running text in the page")
    if len(text) < LEAST_TEXT:
        return NoArticle("too_short", f"{len(text)} characters")
    return Article(
        id=url,
        title=title,
        text=text[:MOST_TEXT],
        published=_day(found.date),
        outlet=outlet or found.sitename or found.hostname or "",
        url=_same_site(found.url, url),
        author=found.author or None,
        language=declared_language(html) or found.language,
        paywalled=is_paywalled(html),
    )


def article_from_fragment(html: str, url: str, title: str, outlet: str = "") -> Article | NoArticle:
    """The article in a feed's own full content: a fragment of HTML without a page around it."""
    wrapped = f"<html><body><article>{html}</article></body></html>"
    found = _extract(wrapped, url)
    text = "" if isinstance(found, NoArticle) else _tidy(found.text or "")
    if len(text) < LEAST_TEXT:
        return NoArticle("too_short" if text else "no_text", "the feed carries no full text")
    return Article(id=url, title=title, text=text[:MOST_TEXT], outlet=outlet, url=url)


def _extract(html: str, url: str) -> Document | NoArticle:
    found: Document | None = None
    try:
        found = _run(html, url, fast=True)
        if found is None or len(found.text or "") < SHORT_TEXT:
            found = _run(html, url, fast=False) or found
    except (ValueError, TypeError, RecursionError, AssertionError, AttributeError, KeyError, IndexError) as error:
        return NoArticle("bad_html", f"{type(error).__name__}: {error}"[:200])
    return found if found is not None else NoArticle("no_text", "no running text in the page")


def _run(html: str, url: str, fast: bool) -> Document | None:
    found = trafilatura.bare_extraction(
        html,
        url=url,
        fast=fast,
        with_metadata=True,
        include_comments=False,
        include_tables=True,
        date_extraction_params=dict(_DATES),
    )
    return found if isinstance(found, Document) else None


def _is_other_media(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return bool(kind) and not any(word in kind for word in ("html", "xml", "text", "octet-stream"))


def _tidy(text: str) -> str:
    lines = (" ".join(line.split(" ")).strip() for line in text.replace("\x00", "").splitlines())
    return "\n".join(line for line in lines if line)


def _title(title: str, site: str | None) -> str:
    title = re.sub(r"\s+", " ", title).strip()[:500]
    tail = _TITLE_TAIL.search(title)
    if site and tail and site.casefold() in tail.group().casefold():
        title = title[: tail.start()]
    return title


def _day(value: str | None) -> date | None:
    if not value:
        return None
    try:
        return datetime.fromisoformat(value).date()
    except ValueError:
        return None


def _same_site(declared: str | None, url: str) -> str:
    """The declared canonical URL, but only on the page's own site: others would let a page speak for its rivals.

    A page saved to disk has no site of its own. The front page, which some systems declare for every article, is none.
    """
    if not declared or not declared.startswith(("http://", "https://")):
        return url
    if _is_front(declared) and not _is_front(url):
        return url
    return declared if url.startswith("file:") or _site(declared) == _site(url) else url


def _is_front(url: str) -> bool:
    return not url.partition("://")[2].partition("/")[2].strip("/")


def _site(url: str) -> str:
    host = re.sub(r"^https?://", "", url).partition("/")[0].lower()
    return re.sub(r"^(?:www|m|amp|mobile)\.", "", host)
