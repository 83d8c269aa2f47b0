"""Mutated feeds and pages: no crash, no hang. Seeded, so that what fails once fails again; the big count is slow."""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from extractors.article import article_from_html
from extractors.plainness import looks_plain
from sources.feeds.parsing import parse_feed
from sources.values import Feed

NOW = datetime(2026, 11, 20, tzinfo=UTC)
FEED = Feed("x", "X", "https://x.example/feed")
ITEM = (
    "<item><title>Brumelec lève 12&nbsp;M€</title><link>https://x.example/a?b=1&amp;c=2</link><guid>tag:1</guid>"
    "<pubDate>Tue, 17 Nov 2026 08:00:00 +0100</pubDate><description><![CDATA[<p>Été à <b>Lille</b></p>]]></description>"
    "<content:encoded>&lt;p&gt;Texte&lt;/p&gt;</content:encoded><dc:creator>C. Dubois</dc:creator></item>"
)
SEEDS = (
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


def read_feed(body: bytes) -> None:
    parsed = parse_feed(body, "application/rss+xml", FEED, FEED.url, NOW, 50)
    for entry in parsed.entries:
        assert entry.url.startswith(("http://", "https://"))
        assert not set(entry.title) & set("\x00\n\r\x1b")
    assert parsed.reason is None or parsed.detail


def read_page(body: bytes) -> None:
    assert looks_plain(body), "what the small limits let through is read in place"
    assert article_from_html(body, "https://x.example/a", "text/html") is not None


@pytest.mark.parametrize(
    ("count", "room"), [(1500, 60_000), pytest.param(60_000, 150_000, marks=pytest.mark.slow)], ids=["some", "many"]
)
@pytest.mark.parametrize(
    ("read", "seeds"), [(read_feed, SEEDS), (read_page, (PAGE,))], ids=["feeds", "pages"]
)  # fmt: skip
def test_mutations(read: Callable[[bytes], None], seeds: tuple[str, ...], count: int, room: int) -> None:
    dice = random.Random(20261120)
    read(seeds[0].encode())
    before, slowest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, 0.0
    for number in range(count if read is read_feed else count // 3):
        body = mutated(dice.choice(seeds).encode(), dice)
        began = time.process_time()
        try:
            read(body)
        except Exception as error:
            raise AssertionError(f"mutation {number}: {body[:2000]!r}") from error
        slowest = max(slowest, time.process_time() - began)
    assert slowest < 2.0
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < room, "kilobytes: nothing grows"
