"""Mutations of feeds, pages and texts, and what must hold of whatever comes out. Seeded: what fails once fails again.

Cases come in blocks, each with dice of its own, so that a long count may be stopped and taken up at any block.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from extractors.article import article_from_html
from extractors.knowledge import Knowledge, load_knowledge
from extractors.plainness import looks_plain
from extractors.read import read_article
from extractors.values import Article
from sources.feeds.parsing import parse_feed
from sources.values import Feed

SEED = 20261120
NOW = datetime(2026, 11, 20, tzinfo=UTC)
FEED = Feed("x", "X", "https://x.example/feed")
CORPUS = Path(__file__).parent / "corpus" / "articles"
ITEM = (
    "<item><title>Brumelec lève 12&nbsp;M€</title><link>https://x.example/a?b=1&amp;c=2</link><guid>tag:1</guid>"
    "<pubDate>Tue, 17 Nov 2026 08:00:00 +0100</pubDate><description><![CDATA[<p>Été à <b>Lille</b></p>]]></description>"
    "<content:encoded>&lt;p&gt;Texte&lt;/p&gt;</content:encoded><dc:creator>C. Dubois</dc:creator></item>"
)
FEEDS = (
    (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<title>t</title><language>fr</language>{ITEM * 4}</channel></rss>"
    ),
    (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><entry><title type="html">a &amp;amp; b</title><id>urn:1</id>'
        '<link rel="alternate" href="/a"/><updated>2026-11-17T08:00:00Z</updated><content type="xhtml"><div>x</div></content>'
        "</entry></feed>"
    ),
    (
        '{"version":"https://jsonfeed.org/version/1.1","title":"t","items":[{"id":"1","url":"https://x.example/1","title":"a",'
        '"date_published":"2026-11-17T08:00:00Z","content_html":"<p>x</p>","authors":[{"name":"n"}]}]}'
    ),
    (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel/><item>'
        "<title>a</title><link>https://x.example/1</link></item></rdf:RDF>"
    ),
)
PAGE = (
    '<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Brumelec lève 12 M€ | X</title>'
    '<link rel="canonical" href="https://x.example/a"><meta property="article:published_time" content="2026-11-17">'
    '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2026-11-17"}</script></head><body><nav>'
    "<ul><li><a href=/>Accueil</a></li></ul></nav><article><h1>Brumelec</h1>"
    + "<p>La jeune pousse annonce une levée de fonds de 12 millions d’euros auprès de Partech, à Lille.</p>" * 6
    + "<table><tr><td>1</td></tr></table></article><footer>©</footer></body></html>"
)
GARBAGE = (
    b"\x00", b"\xff\xfe", b"<", b">", b"&", b"&#0;", b"&#x110000;", b"]]>", b"<![CDATA[", b"<!--", b"<!DOCTYPE a [", b'"',
    b"\xed\xa0\x80", "\u202e".encode(), b"<?xml version='1.0' encoding='utf-7'?>", b"xmlns:a='b'", b"&amp;" * 50, b"<b>" * 300,
    b"</item>", b"<item>", b"99999999999999999999", b"-1", b"{", b"[" * 200, b"\r\n" * 100, b"javascript:", b"a" * 3000,
)  # fmt: skip
# What the readers of sums, dates, names and rules look at, and what they might stumble over.
WORDS = (
    "12 M€", "1,5 milliard de dollars", "entre 40 et 50 millions", "9" * 400, "1e999", "0,0 M€", "- 3 M€", "½ M€", "²", "٣٤ M€",
    "le 31 février", "le 29/02/2023", "l’an dernier", "en 9999", "0000-00-00", "« ", " »", "(", ")" * 30, "(" * 200, "A" * 2000,
    "Nuvéa, " * 60, "lève ", "série A", "série Z", "auprès de ", "selon ", " et " * 80, ", dont ", "\n", "\n" * 100, "\u00a0",
    "\u202f" * 50, "\u200b", "\u00ad", "\u0301" * 100, "\ufeff", "\U0001f680", "\x00", "\ud800", "’", "'" * 200, "…", ". " * 100,
    "Ã©", "İ", "ß", "ﬁ", "rachète ", "valorisée ", "100 %", "$", "€" * 100, "1 2 3 4 5 6 7 8 9 " * 20, "10.000.000,00.000 ",
)  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """One kind of case: how a block of them is made, and the check that reads one."""

    make: Callable[[random.Random], Iterator[object]]
    read: Callable[[object], None]


def mutated(seed: bytes, dice: random.Random) -> bytes:
    """A few cuts, repeats, swaps and pieces of garbage."""
    data = bytearray(seed)
    for _ in range(dice.randint(1, 6)):
        at, length = dice.randrange(len(data) + 1), dice.randint(1, 60)
        match dice.randrange(6):
            case 0:
                del data[at : at + length]
            case 1:
                data[at:at] = data[at : at + length] * dice.randint(1, 40)
            case 2:
                data[at:at] = dice.choice(GARBAGE)
            case 3:
                data[at : at + 1] = bytes([dice.randrange(256)])
            case 4:
                data = data[: max(1, at)]
            case _:
                other = dice.randrange(len(data) + 1)
                data[at:at] = data[other : other + length]
    return bytes(data)


def mutated_text(dice: random.Random) -> Article:
    """A stretch of a press article, its words cut, repeated, moved about and mixed with what readers stumble over.

    Most are a few sentences, as time goes by length; one in fifty is a whole article.
    """
    article = dice.choice(_press())
    text = article.text
    if dice.randrange(50):
        at = dice.randrange(max(1, len(text) - 200))
        text = text[at : at + dice.randint(60, 300)]
    for _ in range(dice.randint(1, 5)):
        at, length = dice.randrange(len(text) + 1), dice.randint(1, 40)
        match dice.randrange(7):
            case 0:
                text = text[:at] + text[at + length :]
            case 1:
                text = text[:at] + text[at : at + length] * dice.randint(2, 15) + text[at:]
            case 2 | 3:
                text = text[:at] + dice.choice(WORDS) + text[at:]
            case 4:
                text = text[:at] + chr(dice.choice((dice.randrange(0x20), dice.randrange(0x3000)))) + text[at + 1 :]
            case 5:
                other = dice.choice(_press()).text
                start = dice.randrange(len(other) + 1)
                text = text[:at] + other[start : start + 3 * length] + text[at:]
            case _:
                words = text.split(" ")
                dice.shuffle(words)
                text = " ".join(words)
    title = article.title if dice.randrange(3) else text[: dice.randint(0, 120)]
    return Article(id="x", title=title, text=text, published=article.published if dice.randrange(3) else None)


def read_feed(body: object) -> None:
    assert isinstance(body, bytes)
    parsed = parse_feed(body, "application/rss+xml", FEED, FEED.url, NOW, 50)
    for entry in parsed.entries:
        assert entry.url.startswith(("http://", "https://"))
        assert not set(entry.title) & set("\x00\n\r\x1b")
    assert parsed.reason is None or parsed.detail


def read_page(body: object) -> None:
    assert isinstance(body, bytes)
    assert looks_plain(body), "what the small limits let through is read in place"
    assert article_from_html(body, "https://x.example/a", "text/html") is not None


def read_text(article: object) -> None:
    assert isinstance(article, Article)
    reading = read_article(article, _knowledge(), declared=("fr",))
    texts = {"title": article.title, "text": article.text}
    for deal in reading.deals:
        assert 0 <= deal.confidence <= 1
        assert deal.evidence, "no field without a sentence to show for it"
        for span in deal.evidence:
            assert texts[span.where][span.start : span.end] == span.text


def _feeds(dice: random.Random) -> Iterator[object]:
    while True:
        yield mutated(dice.choice(FEEDS).encode(), dice)


def _pages(dice: random.Random) -> Iterator[object]:
    while True:
        yield mutated(PAGE.encode(), dice)


def _texts(dice: random.Random) -> Iterator[object]:
    while True:
        yield mutated_text(dice)


KINDS = {"feeds": Kind(_feeds, read_feed), "pages": Kind(_pages, read_page), "texts": Kind(_texts, read_text)}


def block_of(kind: str, number: int) -> Iterator[object]:
    """The cases of one block, without end; the first ones are the same for every length."""
    return KINDS[kind].make(random.Random(f"{SEED} {kind} {number}"))


@cache
def _knowledge() -> Knowledge:
    return load_knowledge(None)


@cache
def _press() -> list[Article]:
    read = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(CORPUS.glob("*.json"))]
    return [
        Article(id="x", title=one["title"], text=one["text"], published=datetime.fromisoformat(one["published"]).date())
        for one in read
    ]
