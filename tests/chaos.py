"""A web where forty outlets are well and everything else is broken: every kind of bad server, feed and page we know."""

from __future__ import annotations

import gzip
import random
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from httpsite import HttpSite, Reply, http_site
from rawsite import Behaviour, drips, floods, raw_sites, says

from sources.values import Feed

GOOD, EACH = 40, 3
XML = "application/rss+xml"
HEAD, END = '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>t</title>', "</channel></rss>"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n"
TEXT = (
    "La jeune pousse {name} annonce une levée de fonds de {amount} millions d’euros, menée par le fonds Partech. "
    "Elle développe des modèles d’intelligence artificielle pour l’industrie, et emploie quarante personnes à {town}. "
    "Les fonds serviront à ouvrir un bureau à Bruxelles, a précisé sa présidente à notre rédaction ce matin-là. "
)
TOWNS = ("Lille", "Nantes", "Lyon", "Toulouse", "Rennes", "Metz", "Brest")


@dataclass
class Chaos:
    """The running web: what to visit, and what must come of it."""

    good: list[Feed] = field(default_factory=list)
    bad: list[Feed] = field(default_factory=list)
    good_urls: set[str] = field(default_factory=set)
    bad_pages: dict[str, str] = field(default_factory=dict)  # address → kind


def attributes(count: int) -> str:
    return " ".join(f"a{number}='1'" for number in range(count))


def item(url: str, title: str = "Brumelec lève 12 millions", more: str = "") -> str:
    return f"<item><title>{title}</title><link>{url}</link>{more}</item>"


def bad_servers() -> dict[str, Behaviour]:
    """Answers that are no good HTTP."""
    chunked = OK + b"Transfer-Encoding: chunked\r\n\r\n"
    zipped = OK + b"Content-Encoding: gzip\r\nConnection: close\r\n\r\n"
    noise = random.Random(1).randbytes(3000)
    return {
        "hangs up at once": says(b""),
        "says nothing": drips(b"", b"", 0.2),
        "noise": says(noise),
        "another protocol": says(b"220 mail.example ESMTP\r\n"),
        "HTTP/9.9": says(b"HTTP/9.9 200 OK\r\n\r\n"),
        "status 99999": says(b"HTTP/1.1 99999 OK\r\n\r\n"),
        "status of letters": says(b"HTTP/1.1 abc OK\r\n\r\n"),
        "headers without end": floods(b"HTTP/1.1 200 OK\r\n", b"X-A: bbbbbbbbbbbbbbbbbbbb\r\n"),
        "one header without end": floods(b"HTTP/1.1 200 OK\r\nX-A: ", b"b" * 4096),
        "headers that drip": drips(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n", 0.1),
        "interim answers for ever": floods(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        "a body that drips": drips(OK + b"Content-Length: 9999\r\n\r\n", b"<", 0.1),
        "a body without end": floods(OK + b"\r\n", b"<item/>" * 500),
        "chunks without end": floods(chunked, b"5\r\nabcde\r\n"),
        "a chunk of letters": says(chunked + b"zz\r\nabc\r\n"),
        "a chunk longer than memory": says(chunked + b"ffffffffffffff\r\nabc"),
        "chunks that drip": drips(chunked, b"1\r\na\r\n", 0.1),
        "shorter than said": says(OK + b"Content-Length: 9999\r\n\r\n<rss>"),
        "a length of letters": says(OK + b"Content-Length: abc\r\n\r\n<rss/>"),
        "two lengths": says(OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n<rss/>"),
        "a negative length": says(OK + b"Content-Length: -5\r\n\r\n<rss/>"),
        "a gzip bomb": says(zipped + gzip.compress(b" " * 60_000_000, 9)),
        "gzip cut short": says(zipped + gzip.compress(noise)[:700]),
        "gzip that is noise": says(zipped + b"\x1f\x8b" + noise),
        "gzip of nothing, for ever": floods(
            zipped + zlib.compressobj(9, 8, 31).flush(zlib.Z_FULL_FLUSH), b"\x00\x00\x00\xff\xff" * 800
        ),
        "brotli": says(OK + b"Content-Encoding: br\r\nConnection: close\r\n\r\n" + noise),
        "NUL in a header": says(b"HTTP/1.1 200 OK\r\nX: a\x00b\r\n\r\n<rss/>"),
        "a redirect to noise": says(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: \xff\xfe\x80\r\n\r\n"),
    }


def bad_replies(site: HttpSite) -> dict[str, Reply]:
    """Feeds that are no feeds, or are made to exhaust their reader."""
    entity = (
        '<!DOCTYPE r [<!ENTITY a "aaaa">'
        + "".join(f'<!ENTITY a{n} "{f"&a{n - 1 or str()};" * 9}">' for n in range(1, 9))
        + "]>"
    )

    def away(status: int, to: str) -> Reply:
        return Reply(status=status, headers={"Location": to})

    return {
        "404": Reply("no", 404),
        "410": Reply("no", 410),
        "403": Reply("no", 403),
        "401": Reply("no", 401),
        "429 with a pause": Reply("no", 429, headers={"Retry-After": "3600"}),
        "429 with a nonsense pause": Reply("no", 429, headers={"Retry-After": "demain"}),
        "500": Reply("no", 500),
        "503 with a date": Reply("no", 503, headers={"Retry-After": "Fri, 31 Dec 2999 23:59:59 GMT"}),
        "999": Reply("no", 999),
        "304 unasked": Reply("", 304),
        "204": Reply("", 204),
        "a challenge page": Reply("<html>", 403, headers={"cf-mitigated": "challenge"}),
        "a redirect to itself": away(301, site.url("/feed")),
        "a redirect to nowhere": Reply(status=302),
        "a redirect to a file": away(302, "file:///etc/passwd"),
        "a redirect to the metadata": away(302, "http://169.254.169.254/latest/meta-data/"),
        "a redirect to the intranet": away(307, "http://10.0.0.1/"),
        "a redirect to IPv6 loopback": away(302, f"http://[::ffff:7f00:2]:{site.port}/"),
        "a redirect to another port": away(302, "http://8.8.8.8:22/"),
        "an HTML page": Reply("<!doctype html><html><title>Pardon</title></html>"),
        "nothing": Reply("", content_type=XML),
        "blanks": Reply(" \n" * 1000, content_type=XML),
        "NUL bytes": Reply(b"\x00" * 100_000, content_type=XML),
        "an image": Reply(b"\x89PNG\r\n\x1a\n" + bytes(500), content_type="image/png"),
        "a tag of 150,000 attributes": Reply(f"{HEAD}<item {attributes(150_000)}/>{END}", content_type=XML),
        "JSON without end": Reply('{"version":"https://jsonfeed.org/version/1","items":' + "[" * 100_000),
        "JSON of another kind": Reply('{"error": "no"}', content_type="application/json"),
        "an XML of another kind": Reply("<svg><g/></svg>", content_type=XML),
        "an entity bomb and no feed": Reply(entity + "<r>&a8;</r>", content_type=XML),
        "more than the limit": Reply(HEAD + "<!-- " + "x" * 3_000_000 + " -->" + END, content_type=XML),
        "half an item": Reply(HEAD + "<item><title>Brum", content_type=XML),
        "too slow": Reply(HEAD + END, content_type=XML, delay=6.0),
    }


def bad_pages() -> dict[str, Reply]:
    """Pages behind good feeds."""
    paragraph = TEXT.format(name="X", amount=1, town="Y")
    return {
        "404": Reply("no", 404),
        "410": Reply("no", 410),
        "451": Reply("no", 451),
        "a PDF": Reply(b"%PDF-1.7 " + bytes(900), content_type="application/pdf"),
        "a PDF that says HTML": Reply(b"%PDF-1.7 " + bytes(900)),
        "an empty page": Reply(""),
        "a page without text": Reply("<html><body><div></div></body></html>"),
        "a shell for scripts": Reply('<html><body><div id="app"></div><script>x()</script></body></html>'),
        "a tag of 60,000 attributes": Reply(f"<html><body><p {attributes(60_000)}>{paragraph}</p></body></html>"),
        "one page of 4 MB": Reply("<html><body>" + "<p>x" * 1_000_000),
        "a page beyond the limit": Reply("<html><body>" + "<p>mot</p>" * 700_000),
        "brotli": Reply(b"\x00" * 500, headers={"Content-Encoding": "br"}),
        "a redirect to a file": Reply(status=302, headers={"Location": "file:///etc/passwd"}),
        "a redirect to loopback by number": Reply(status=302, headers={"Location": "http://10.0.0.1/"}),
    }


@contextmanager
def chaos(*, with_bad: bool = True) -> Iterator[Chaos]:
    """The web up and running; the good part alone, for comparison, when asked."""
    web = Chaos()
    with ExitStack() as stack:
        for number in range(GOOD):
            site = stack.enter_context(http_site())
            items = []
            for article in range(EACH):
                body = TEXT.format(name=f"Société{number}x{article}", amount=number + 2, town=TOWNS[number % 7]) * 2
                page = f'<html lang="fr"><body><article><p>{body}</p></article></body></html>'
                items.append(
                    item(url := site.add(f"/article-{article}", Reply(page)), f"Société{number}x{article} lève")
                )
                web.good_urls.add(url)
            feed = site.add("/feed", Reply(HEAD + "".join(items) + END, content_type=XML))
            web.good.append(Feed(f"bon-{number}", f"Bon {number}", feed))
        if with_bad:
            _add_bad(web, stack)
        yield web


def _add_bad(web: Chaos, stack: ExitStack) -> None:
    servers = stack.enter_context(raw_sites(bad_servers()))
    for name, server in servers.items():
        web.bad.append(_bad(web, name, server.url()))
    # TLS spoken to a server that does not, and nobody at home.
    web.bad.append(_bad(web, "TLS to a plain server", servers["noise"].url(scheme="https")))
    web.bad.append(_bad(web, "nobody there", "http://127.0.0.1:9/feed"))
    web.bad.append(_bad(web, "an address of the intranet", "http://192.168.1.1/feed"))
    web.bad.append(_bad(web, "no such name", "http://nulle-part.invalid/feed"))
    # Each kind has a host of its own, as one that fails often is left alone.
    kinds = bad_replies(HttpSite())
    for name in kinds:
        site = stack.enter_context(http_site())
        web.bad.append(_bad(web, name, site.add("/feed", bad_replies(site)[name])))
    items = []
    for name, reply in bad_pages().items():
        site = stack.enter_context(http_site())
        items.append(item(url := site.add("/page", reply), f"Page {len(items)}"))
        web.bad_pages[url] = name
    site = stack.enter_context(http_site())
    feed = site.add("/feed", Reply(HEAD + "".join(items) + END, content_type=XML))
    web.good.append(Feed("mauvaises-pages", "Mauvaises pages", feed))


def _bad(web: Chaos, name: str, url: str) -> Feed:
    return Feed(f"mauvais-{len(web.bad)}", name, url)
