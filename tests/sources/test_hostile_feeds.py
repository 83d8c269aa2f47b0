"""Feeds made to exhaust their reader: each within its time, with its reason or its entries."""

from __future__ import annotations

import gzip
import time
import zlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from httpsite import HttpSite, Reply

from sources.client import PoliteClient
from sources.feeds import fetch_feed
from sources.policy import Policy
from sources.values import Feed, FeedOutcome, Reason, Validators

NOW = datetime(2026, 11, 20, tzinfo=UTC)
HEAD, END = '<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>', "</channel></rss>"
ITEM = "<item><title>a</title><link>https://x.example/{}</link></item>"
BOMB = '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
)
# Body, reason expected (None: a feed), entries expected.
HOSTILE: dict[str, tuple[bytes, Reason | None, int]] = {
    "a tag of 150,000 attributes": (
        (HEAD + "<item " + " ".join(f"a{i}='1'" for i in range(150_000)) + "/>" + END).encode(),
        Reason.TOO_COSTLY,
        0,
    ),
    # Each of them would do, all together would take a minute: ended at the limit.
    "a hundred tags of 9,000 attributes": (
        (HEAD + ("<item " + " ".join(f"a{i}='1'" for i in range(9_000)) + "/>") * 100 + END).encode(),
        Reason.TOO_COSTLY,
        0,
    ),
    "a million empty items": ((HEAD + "<item/>" * 1_000_000 + END).encode(), None, 0),
    "100,000 items": ((HEAD + "".join(ITEM.format(i) for i in range(100_000)) + END).encode(), None, 50),
    "a title of 9 MB": (
        f"{HEAD}<item><title>{'a ' * 4_500_000}</title><link>https://x/1</link></item>{END}".encode(),
        None,
        1,
    ),
    "a million levels": ((HEAD + "<a>" * 1_000_000 + END).encode(), None, 0),
    "an entity bomb": (f"{BOMB}]>{HEAD}<item><title>&j;</title><link>https://x/1</link></item>{END}".encode(), None, 1),
    "an external entity": (
        f'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>{HEAD}<item><title>&x;</title>'
        f"<link>https://x/1</link></item>{END}".encode(),
        None,
        1,
    ),
    "five million NUL bytes": (b"\x00" * 5_000_000, Reason.EMPTY, 0),
    "JSON a million levels deep": (
        b'{"version":"https://jsonfeed.org/version/1","items":' + b"[" * 1_000_000,
        Reason.NOT_A_FEED,
        0,
    ),
    "UTF-16 that says UTF-8": ((HEAD + ITEM.format(1) + END).encode("utf-16"), None, 1),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_feed_ends_in_time(name: str, site: HttpSite, policy: Policy) -> None:
    body, reason, entries = HOSTILE[name]
    url = site.add("/feed", Reply(body, content_type="application/rss+xml"))
    own = replace(policy, max_feed_bytes=10_000_000, feed_seconds=5.0)
    began = time.monotonic()
    with PoliteClient(own) as client:
        result = fetch_feed(client, Feed("x", "X", url), Validators(), NOW)
    # By the clock four times the limit, where a machine is busy elsewhere, and the start of a process.
    assert time.monotonic() - began < 25.0
    assert (result.reason, len(result.entries)) == (reason, entries)
    assert result.detail or reason is None
    assert "root:" not in str(result.entries)


@pytest.mark.parametrize("layers", [1, 2])
def test_a_gzip_bomb_is_cut_at_the_limit(layers: int, site: HttpSite, client: PoliteClient) -> None:
    body = gzip.compress(b"\x00" * 300_000_000, 9)
    body = gzip.compress(body) if layers == 2 else body
    url = site.add("/feed", Reply(body, headers={"Content-Encoding": "gzip"}))
    result = fetch_feed(client, Feed("x", "X", url), Validators(), NOW)
    assert result.outcome is FeedOutcome.FAILED
    assert result.reason in (Reason.TOO_LARGE, Reason.NOT_A_FEED)


def test_a_stream_that_inflates_to_nothing_is_cut_too(site: HttpSite, client: PoliteClient) -> None:
    """Empty blocks: any number of bytes on the wire, none after inflation."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    body = packer.compress(b"") + b"".join(packer.flush(zlib.Z_FULL_FLUSH) for _ in range(3))
    empty = b"\x00\x00\x00\xff\xff"
    url = site.add("/feed", Reply(body + empty * 1_000_000, headers={"Content-Encoding": "gzip"}))
    result = fetch_feed(client, Feed("x", "X", url), Validators(), NOW)
    assert result.reason is Reason.TOO_LARGE


@pytest.mark.parametrize("encoding", ["br", "zstd", "compress", "gzip, br"])
def test_what_was_not_offered_is_not_unpacked(encoding: str, site: HttpSite, client: PoliteClient) -> None:
    url = site.add("/feed", Reply(b"\x00" * 1000, headers={"Content-Encoding": encoding}))
    assert fetch_feed(client, Feed("x", "X", url), Validators(), NOW).reason is Reason.BAD_ENCODING


@pytest.mark.parametrize("headers", [{"X-Long": "a" * 200_000}, {f"X-{n}": "a" * 100 for n in range(3000)}])
def test_headers_have_an_end(headers: dict[str, str], site: HttpSite, client: PoliteClient) -> None:
    url = site.add("/feed", Reply(HEAD + END, headers=headers))
    result = fetch_feed(client, Feed("x", "X", url), Validators(), NOW)
    assert result.reason is Reason.UNREACHABLE
