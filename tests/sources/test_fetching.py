"""Fetching from real servers that misbehave: every failure is a value, and politeness shows in the server's own log."""

from __future__ import annotations

import gzip
import socket
import threading
import tracemalloc
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest
from httpsite import HttpSite, Reply, http_site

from sources.client import PoliteClient
from sources.feeds import fetch_feed
from sources.pages import fetch_page
from sources.policy import Policy
from sources.values import Feed, FeedOutcome, FeedResult, Page, PageFailure, Reason, Validators

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
RSS = (
    '<rss version="2.0"><channel><title>Fil</title><language>fr</language><item><title>Un</title><link>/un</link>'
    "<pubDate>Mon, 23 Nov 2026 07:30:00 GMT</pubDate></item></channel></rss>"
)


def feed_of(url: str) -> Feed:
    return Feed("fil", "Le Fil", url)


def visit(client: PoliteClient, url: str, validators: Validators | None = None) -> FeedResult:
    return fetch_feed(client, feed_of(url), validators or Validators(), NOW)


def failed(client: PoliteClient, url: str) -> PageFailure:
    result = fetch_page(client, url)
    assert isinstance(result, PageFailure), result
    assert result.detail
    return result


def page(client: PoliteClient, url: str) -> Page:
    result = fetch_page(client, url)
    assert isinstance(result, Page), result
    return result


class TestFeeds:
    def test_fetched(self, client: PoliteClient, site: HttpSite) -> None:
        url = site.add("/feed", Reply(RSS, etag='"1"', last_modified="Mon, 23 Nov 2026 07:30:00 GMT"))
        result = visit(client, url)
        assert result.outcome is FeedOutcome.FETCHED
        assert [entry.url for entry in result.entries] == [site.url("/un")]
        assert result.entries[0].problems == ("relative_link",)
        assert (result.validators.etag, result.language, result.final_url) == ('"1"', "fr", url)
        assert result.validators.last_modified == "Mon, 23 Nov 2026 07:30:00 GMT"
        sent = site.asked("/feed")[0].headers
        assert sent["user-agent"] == "VeilleIA/0.1 (test)"
        assert sent["accept-encoding"] == "gzip, deflate"
        assert "if-none-match" not in sent
        assert "cookie" not in sent

    @pytest.mark.parametrize("given", [{"etag": '"1"'}, {"last_modified": "Mon, 23 Nov 2026 07:30:00 GMT"}])
    def test_not_modified(self, client: PoliteClient, site: HttpSite, given: dict[str, str]) -> None:
        url = site.add("/feed", Reply(RSS, **given))  # type: ignore[arg-type]
        first = visit(client, url)
        second = visit(client, url, first.validators)
        assert second.outcome is FeedOutcome.NOT_MODIFIED
        assert second.validators == first.validators
        assert [request.status for request in site.asked("/feed")] == [200, 304]

    def test_same_body_from_a_server_without_conditional_requests(self, client: PoliteClient, site: HttpSite) -> None:
        url = site.add("/feed", Reply(RSS), Reply(RSS, headers={"ETag": '"new"'}), Reply(RSS + "<!-- x -->"))
        first = visit(client, url)
        second = visit(client, url, first.validators)
        third = visit(client, url, second.validators)
        assert [one.outcome.value for one in (first, second, third)] == ["fetched", "not_modified", "fetched"]
        assert second.validators.etag == '"new"'

    def test_304_without_a_condition_is_a_failure(self, client: PoliteClient, site: HttpSite) -> None:
        assert visit(client, site.add("/feed", Reply(status=304))).reason is Reason.BAD_CONTENT

    @pytest.mark.parametrize(
        ("reply", "reason"),
        [
            (Reply("<html><title>Un instant</title></html>"), Reason.NOT_A_FEED),
            (Reply(""), Reason.EMPTY),
            (Reply("x", status=404), Reason.HTTP_4XX),
            (Reply("x", status=403), Reason.HTTP_4XX),
            (Reply("x", status=410), Reason.GONE),
            (Reply("x", status=503), Reason.HTTP_5XX),
            (Reply("x", status=403, headers={"cf-mitigated": "challenge"}), Reason.CHALLENGE),
            (Reply(RSS, headers={"cf-mitigated": "challenge"}), Reason.CHALLENGE),
            (Reply(RSS + " " * 300_000), Reason.TOO_LARGE),
            (Reply(RSS, headers={"Content-Encoding": "br"}), Reason.BAD_ENCODING),
            (Reply(b"\x1f\x8bnot gzip", headers={"Content-Encoding": "gzip"}), Reason.BAD_ENCODING),
        ],
        ids=lambda value: value.value if isinstance(value, Reason) else None,
    )
    def test_failures_keep_the_old_validators(
        self, client: PoliteClient, site: HttpSite, reply: Reply, reason: Reason
    ) -> None:
        old = Validators(etag='"old"', body_hash="0" * 64)
        result = visit(client, site.add("/feed", reply), old)
        assert (result.outcome, result.reason) == (FeedOutcome.FAILED, reason)
        assert result.validators == old
        assert result.detail

    def test_truncated_feed_is_asked_for_in_full_next_time(self, client: PoliteClient, site: HttpSite) -> None:
        url = site.add("/feed", Reply(RSS[: RSS.index("</channel>")], etag='"1"'), Reply(RSS, etag='"1"'))
        first = visit(client, url)
        assert (len(first.entries), first.validators) == (1, Validators())
        assert "coupé" in first.detail
        assert visit(client, url, first.validators).outcome is FeedOutcome.FETCHED

    def test_wrong_encoding(self, client: PoliteClient, site: HttpSite) -> None:
        body = RSS.replace("Un", "Levée à Sète").encode("cp1252")
        url = site.add("/feed", Reply(b'<?xml version="1.0" encoding="UTF-8"?>' + body, content_type="text/xml"))
        assert visit(client, url).entries[0].title == "Levée à Sète"

    def test_robots_are_not_asked_for_feeds(self, client: PoliteClient, site: HttpSite) -> None:
        site.add("/robots.txt", Reply("User-agent: *\nDisallow: /"))
        assert visit(client, site.add("/feed", Reply(RSS))).outcome is FeedOutcome.FETCHED
        assert site.asked("/robots.txt") == []

    def test_bad_address(self, client: PoliteClient) -> None:
        assert visit(client, "file:///etc/passwd").reason is Reason.BAD_URL

    @pytest.mark.parametrize(("status", "moved"), [(301, True), (308, True), (302, False), (307, False)])
    def test_moves(self, client: PoliteClient, site: HttpSite, status: int, moved: bool) -> None:
        site.add("/new", Reply(RSS))
        result = visit(client, site.add("/feed", Reply(status=status, headers={"Location": "/new"})))
        assert (result.outcome, result.final_url) == (FeedOutcome.FETCHED, site.url("/new"))
        assert result.moved_permanently is moved


class TestPages:
    def test_page(self, client: PoliteClient, site: HttpSite) -> None:
        url = site.add("/a", Reply("<p>é</p>", headers={"X-Y": "z"}))
        got = page(client, url + "#top")
        assert (got.url, got.final_url, got.status, got.body.decode()) == (url + "#top", url, 200, "<p>é</p>")
        assert got.headers["x-y"] == "z"
        assert got.fetched_at.tzinfo is not None

    @pytest.mark.parametrize(
        ("encoding", "packed"),
        [
            ("gzip", gzip.compress(b"bonjour " * 1000, mtime=0)),
            ("x-gzip", gzip.compress(b"bonjour " * 500, mtime=0) + gzip.compress(b"bonjour " * 500, mtime=0)),
            ("gzip", gzip.compress(b"bonjour " * 1000, mtime=0) + b"\x00" * 20),
            ("gzip", b"bonjour " * 1000),
            ("deflate", zlib.compress(b"bonjour " * 1000)),
            ("deflate", zlib.compress(b"bonjour " * 1000, wbits=-15)),
        ],
    )
    def test_compressed(self, client: PoliteClient, site: HttpSite, encoding: str, packed: bytes) -> None:
        url = site.add("/a", Reply(packed, headers={"Content-Encoding": encoding}))
        assert page(client, url).body == b"bonjour " * 1000

    def test_compression_bomb(self, client: PoliteClient, site: HttpSite) -> None:
        bomb = gzip.compress(bytes(100_000_000))
        url = site.add("/a", Reply(bomb, headers={"Content-Encoding": "gzip"}))
        tracemalloc.start()
        reason = failed(client, url).reason
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert reason is Reason.TOO_LARGE
        assert peak < 5_000_000

    @pytest.mark.parametrize("kind", ["application/pdf", "image/png", "video/mp4"])
    def test_not_a_page(self, client: PoliteClient, site: HttpSite, kind: str) -> None:
        assert failed(client, site.add("/a", Reply(b"%PDF", content_type=kind))).reason is Reason.BAD_CONTENT

    def test_empty(self, client: PoliteClient, site: HttpSite) -> None:
        assert failed(client, site.add("/a", Reply(" "))).reason is Reason.EMPTY

    def test_gone(self, client: PoliteClient, site: HttpSite) -> None:
        gone = failed(client, site.add("/a", Reply(status=410)))
        assert (gone.reason, gone.status, gone.reason.transient) == (Reason.GONE, 410, False)

    def test_500_then_200(self, client: PoliteClient, site: HttpSite) -> None:
        url = site.add("/a", Reply(status=500), Reply(status=502), Reply("enfin"))
        assert page(client, url).body == b"enfin"

    def test_retries_are_few(self, client: PoliteClient, site: HttpSite) -> None:
        assert failed(client, site.add("/a", Reply(status=500))).reason is Reason.HTTP_5XX
        assert len(site.asked("/a")) == 3

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
    def test_no_retry_where_it_would_not_help(self, client: PoliteClient, site: HttpSite, status: int) -> None:
        assert failed(client, site.add("/a", Reply(status=status))).status == status
        assert len(site.asked("/a")) == 1

    def test_nobody_there(self, client: PoliteClient) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        assert failed(client, f"http://127.0.0.1:{port}/a").reason is Reason.UNREACHABLE
        assert failed(client, "http://no-such-host.invalid/a").reason is Reason.UNREACHABLE

    def test_not_tls(self, client: PoliteClient, site: HttpSite) -> None:
        assert failed(client, site.url("/a").replace("http:", "https:")).reason is Reason.TLS


class TestDeadlines:
    @pytest.fixture
    def policy(self, policy: Policy) -> Policy:
        return replace(policy, deadline=0.4)

    def test_slow(self, client: PoliteClient, site: HttpSite) -> None:
        assert failed(client, site.add("/a", Reply("x", delay=30))).reason is Reason.TIMEOUT

    def test_drip(self, client: PoliteClient, site: HttpSite) -> None:
        """Each byte comes well within any read timeout; all of them would take 50 s."""
        assert failed(client, site.add("/a", Reply("x" * 1000, drip=0.05))).reason is Reason.TIMEOUT

    def test_headers_drip(self, client: PoliteClient) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            threading.Thread(target=_drip_headers, args=(server,), daemon=True).start()
            assert failed(client, f"http://127.0.0.1:{server.getsockname()[1]}/a").reason is Reason.TIMEOUT

    def test_redirects_share_one_deadline(self, client: PoliteClient, site: HttpSite) -> None:
        for step in range(5):
            site.add(f"/{step}", Reply(status=302, headers={"Location": f"/{step + 1}"}, delay=0.15))
        assert failed(client, site.url("/0")).reason is Reason.TIMEOUT

    def test_waiting_for_a_turn_does_not_count(self, policy: Policy, site: HttpSite) -> None:
        site.add("/a", Reply("x", delay=0.15))
        with PoliteClient(policy) as client, ThreadPoolExecutor(6) as pool:
            results = list(pool.map(lambda _: fetch_page(client, site.url("/a")), range(6)))
        assert all(isinstance(result, Page) for result in results)

    def test_a_host_that_stopped_answering_is_left_alone(self, policy: Policy, site: HttpSite) -> None:
        site.add("/a", Reply("x", delay=30))
        with PoliteClient(replace(policy, strikes=2, deadline=0.2)) as client:
            reasons = [failed(client, site.url("/a")) for _ in range(3)]
        assert [one.reason for one in reasons] == [Reason.TIMEOUT] * 3
        assert "laissé en paix" in reasons[2].detail


def _drip_headers(server: socket.socket) -> None:
    while True:
        try:
            connection, _ = server.accept()
            for byte in b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 1000:
                connection.sendall(bytes([byte]))
                threading.Event().wait(0.05)
        except OSError:
            return


class TestRedirects:
    def test_loop(self, client: PoliteClient, site: HttpSite) -> None:
        site.add("/b", Reply(status=302, headers={"Location": "/a"}))
        assert (
            failed(client, site.add("/a", Reply(status=302, headers={"Location": "/b"}))).reason is Reason.BAD_REDIRECT
        )
        assert len(site.log) <= 7  # robots.txt and at most six hops

    @pytest.mark.parametrize(
        "target", ["file:///etc/passwd", "javascript:alert(1)", "ftp://127.0.0.1/a", "", "http://"]
    )
    def test_only_to_http(self, client: PoliteClient, site: HttpSite, target: str) -> None:
        url = site.add("/a", Reply(status=302, headers={"Location": target}))
        assert failed(client, url).reason is Reason.BAD_REDIRECT

    def test_every_hop_asks_robots(self, client: PoliteClient, site: HttpSite) -> None:
        with http_site("127.0.0.2") as other:
            other.add("/robots.txt", Reply("User-agent: *\nDisallow: /b"))
            other.add("/b", Reply("secret"))
            url = site.add("/a", Reply(status=302, headers={"Location": other.url("/b")}))
            assert failed(client, url).reason is Reason.ROBOTS
            assert other.asked("/b") == []


class TestRobots:
    RULES = "User-agent: *\nDisallow: /prive\nAllow: /prive/ouvert\n\nUser-agent: VeilleIA\nDisallow: /a-nous\n"

    def test_our_own_group_counts(self, client: PoliteClient, site: HttpSite) -> None:
        site.add("/robots.txt", Reply(self.RULES, content_type="text/plain"))
        for path in ("/a-nous/x", "/prive/x"):
            site.add(path, Reply("x"))
        assert failed(client, site.url("/a-nous/x")).reason is Reason.ROBOTS
        assert page(client, site.url("/prive/x")).body == b"x"
        assert len(site.asked("/robots.txt")) == 1
        assert site.asked("/a-nous/x") == []

    @pytest.mark.parametrize("status", [404, 401, 403, 410])
    def test_allowed_when_there_are_none(self, client: PoliteClient, site: HttpSite, status: int) -> None:
        site.add("/robots.txt", Reply("User-agent: *\nDisallow: /", status=status))
        assert page(client, site.add("/a", Reply("x"))).body == b"x"

    def test_not_now_when_their_server_is_broken(self, client: PoliteClient, site: HttpSite) -> None:
        site.add("/robots.txt", Reply(status=503))
        failure = failed(client, site.add("/a", Reply("x")))
        assert (failure.reason, failure.reason.transient) == (Reason.HTTP_5XX, True)
        assert "robots.txt" in failure.detail
        assert site.asked("/a") == []

    def test_may_be_told_not_to_ask(self, policy: Policy, site: HttpSite) -> None:
        site.add("/robots.txt", Reply("User-agent: *\nDisallow: /"))
        with PoliteClient(replace(policy, respect_robots=False)) as client:
            assert page(client, site.add("/a", Reply("x"))).body == b"x"

    def test_crawl_delay_up_to_the_cap(self, policy: Policy, site: HttpSite) -> None:
        site.add("/robots.txt", Reply("User-agent: *\nCrawl-delay: 3600"))
        with PoliteClient(replace(policy, crawl_delay_cap=0.15)) as client:
            for _ in range(2):
                page(client, site.add("/a", Reply("x")))
        first, second = site.asked("/a")
        assert second.started - first.ended >= 0.14

    @pytest.mark.parametrize(
        "odd", [b"\xff\xfe\x00", b"\x00" * 1000, b"Crawl-delay: x\nDisallow", b"User-agent: *\nDisallow: *" + b"*a" * 5000,
                b"User-agent: *\nAllow: /\n" * 50_000]
    )  # fmt: skip
    def test_odd_files(self, client: PoliteClient, site: HttpSite, odd: bytes) -> None:
        site.add("/robots.txt", Reply(odd))
        assert page(client, site.add("/b", Reply("x"))).body == b"x"


class TestThrottling:
    def test_retry_after_is_reported_and_kept(self, client: PoliteClient, site: HttpSite) -> None:
        site.add("/robots.txt", Reply(status=404))
        url = site.add("/a", Reply(status=429, headers={"Retry-After": "3600"}))
        site.add("/b", Reply("x"))
        first = failed(client, url)
        assert (first.reason, first.retry_after, first.status) == (Reason.THROTTLED, 3600.0, 429)
        second = failed(client, site.url("/b"))
        assert second.reason is Reason.THROTTLED
        assert 3500 < (second.retry_after or 0) <= 3600
        assert site.asked("/b") == []

    def test_a_short_pause_is_waited_for(self, client: PoliteClient, site: HttpSite) -> None:
        url = site.add("/a", Reply(status=429, headers={"Retry-After": "0"}), Reply("x"))
        assert page(client, url).body == b"x"

    def test_retry_after_as_a_date(self, client: PoliteClient, site: HttpSite) -> None:
        later = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
        url = site.add("/a", Reply(status=503, headers={"Retry-After": later}))
        assert 3500 < (failed(client, url).retry_after or 0) <= 3600

    @pytest.mark.parametrize("value", ["soon", "-5", "", "9" * 400])
    def test_odd_retry_after(self, client: PoliteClient, site: HttpSite, value: str) -> None:
        assert (
            failed(client, site.add("/a", Reply(status=429, headers={"Retry-After": value}))).reason is Reason.THROTTLED
        )


class TestPoliteness:
    def test_one_connection_and_a_delay_per_host(self, policy: Policy, site: HttpSite) -> None:
        for n in range(4):
            site.add(f"/{n}", Reply("x", delay=0.03))
        with PoliteClient(replace(policy, host_delay=0.1)) as client, ThreadPoolExecutor(4) as pool:
            results = list(pool.map(lambda n: fetch_page(client, site.url(f"/{n}")), range(4)))
        assert all(isinstance(result, Page) for result in results)
        log = sorted(site.log, key=lambda request: request.started)
        assert len(log) == 5  # robots.txt once
        assert {request.client for request in log} == {log[0].client}
        assert all(later.started - earlier.ended >= 0.09 for earlier, later in pairwise(log))

    def test_many_hosts_at_once(self, policy: Policy, site: HttpSite) -> None:
        """Three hosts whose answers wait for one another: they only come when all three are asked at once."""
        barrier = threading.Barrier(3, timeout=10)
        with http_site("127.0.0.2") as other, PoliteClient(policy) as client, ThreadPoolExecutor(3) as pool:
            urls = [site.url("/a"), site.url("/a", "localhost"), other.url("/a")]
            for one in (site, other):
                one.add("/a", _Meeting(barrier))
            results = list(pool.map(lambda url: fetch_page(client, url), urls))
        assert [isinstance(result, Page) and result.body for result in results] == [b"x"] * 3

    def test_hosts_at_once_are_limited(self, policy: Policy, site: HttpSite) -> None:
        with http_site("127.0.0.2") as other, PoliteClient(replace(policy, hosts_at_once=1)) as client:
            urls = [one.add("/a", Reply("x", delay=0.05)) for one in (site, other)]
            with ThreadPoolExecutor(2) as pool:
                assert all(isinstance(result, Page) for result in pool.map(lambda url: fetch_page(client, url), urls))
            log = sorted(site.log + other.log, key=lambda request: request.started)
        assert all(later.started >= earlier.ended for earlier, later in pairwise(log))


class _Meeting(Reply):
    """A reply that is ready when everybody has asked."""

    def __init__(self, barrier: threading.Barrier) -> None:
        super().__init__("x")
        object.__setattr__(self, "_barrier", barrier)

    @property
    def content(self) -> bytes:
        self._barrier.wait()  # type: ignore[attr-defined]
        return b"x"
