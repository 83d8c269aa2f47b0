"""Addresses: one article, one canonical address; nothing but http(s) is ever fetched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.errors import UrlError
from sources.urls import absolute_url, canonical_url, clean_url, host_of


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("https://Www.Outlet.FR/Article", "https://www.outlet.fr/Article"),
        ("http://outlet.fr/a", "https://outlet.fr/a"),
        ("http://outlet.fr:80/a", "https://outlet.fr/a"),
        ("https://outlet.fr:443/a", "https://outlet.fr/a"),
        ("http://127.0.0.1:8080/a/", "http://127.0.0.1:8080/a"),
        ("https://outlet.fr", "https://outlet.fr/"),
        ("https://outlet.fr/a/#haut", "https://outlet.fr/a"),
        ("https://outlet.fr/a?utm_source=rss&utm_medium=x&id=7&fbclid=q", "https://outlet.fr/a?id=7"),
        ("https://outlet.fr/a?at_medium=rss&xtor=RSS-1", "https://outlet.fr/a"),
        ("https://outlet.fr/?p=12&a=1", "https://outlet.fr/?a=1&p=12"),
        ("https://m.outlet.fr/a", "https://www.outlet.fr/a"),
        ("https://amp.eco.outlet.fr/a", "https://eco.outlet.fr/a"),
        ("https://outlet.fr/a/amp/", "https://outlet.fr/a"),
        ("https://outlet.fr/amp/a", "https://outlet.fr/a"),
        ("https://outlet.fr/a.amp.html", "https://outlet.fr/a.html"),
        ("https://outlet.fr/a?amp=1", "https://outlet.fr/a"),
        ("https://outlet.fr/a/amp.html", "https://outlet.fr/a"),
        ("https://outlet.fr/a-amp.html", "https://outlet.fr/a.html"),
        ("https://outlet.fr/a?usqp=mq331AQ&amp_js_v=0.1&page=2", "https://outlet.fr/a?page=2"),
        ("https://outlet.fr/a?msclkid=1&srsltid=x&ncid=n&__twitter_impression=true", "https://outlet.fr/a"),
        ("https://m.outlet.fr/a/amp/?utm_source=x#Echobox=1700000000", "https://www.outlet.fr/a"),
        ("https://outlet.fr/a?outputType=amp", "https://outlet.fr/a"),
        ("https://www.google.com/amp/s/outlet.fr/a/amp", "https://outlet.fr/a"),
        ("https://outlet-fr.cdn.ampproject.org/c/s/outlet.fr/a", "https://outlet.fr/a"),
        ("https://outlet.fr/lev%c3%a9e-%7Efonds", "https://outlet.fr/lev%C3%A9e-~fonds"),
        ("https://outlet.fr/levée de fonds", "https://outlet.fr/lev%C3%A9e%20de%20fonds"),
        ("https://écho.fr/a", "https://xn--cho-9la.fr/a"),
        ("https://outlet.fr/x/../a/./b", "https://outlet.fr/a/b"),
        ("  https://outlet.fr/\n a ", "https://outlet.fr/%20a"),
        ("https://amp.dev/a", "https://amp.dev/a"),
        ("https://[::1]:81/a", "https://[::1]:81/a"),
    ],
)
def test_canonical(written: str, canonical: str) -> None:
    assert canonical_url(written) == canonical
    assert canonical_url(canonical) == canonical


@pytest.mark.parametrize(
    "refused",
    [
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://outlet.fr/a",
        "outlet.fr/a",
        "https://",
        "https://user:secret@outlet.fr/a",
        "https://outlet.fr:99999/",
        "https://[outlet.fr/",
        "https://a..fr/",
        "https://" + "a" * 64 + ".fr/",
        "https://exa mple.fr/",
        "https://outlet.fr/" + "é" * 700,
    ],
)
def test_refused(refused: str) -> None:
    with pytest.raises(UrlError):
        clean_url(refused)
    with pytest.raises(UrlError):
        canonical_url(refused)


@given(
    st.builds(
        "{}://{}{}/{}?{}#{}".format,
        st.sampled_from(["http", "https", "HTTP"]),
        st.sampled_from(["m.", "amp.", "", "www.", "mobile.m."]),
        st.sampled_from(["outlet.fr", "eco.outlet.co.uk", "outlet.fr:8080", "127.0.0.1", "a.b"]),
        st.text("aé/%.~2 Fam&=;:@p", max_size=30),
        st.text("aé%=&+ utm_src2F/", max_size=30),
        st.text(max_size=5),
    )
)
def test_canonical_is_idempotent(url: str) -> None:
    try:
        once = canonical_url(url)
    except UrlError:
        return
    assert canonical_url(once) == once
    assert once.isascii()


@pytest.mark.parametrize(
    ("base", "link", "expected"),
    [
        ("https://outlet.fr/rss/tech.xml", "/a", "https://outlet.fr/a"),
        ("https://outlet.fr/rss/tech.xml", "a", "https://outlet.fr/rss/a"),
        ("https://outlet.fr/rss", "//cdn.outlet.fr/a", "https://cdn.outlet.fr/a"),
        ("https://outlet.fr/rss", "https://other.fr/a#x", "https://other.fr/a"),
        ("https://outlet.fr/rss", " \n/a\t", "https://outlet.fr/a"),
    ],
)
def test_absolute(base: str, link: str, expected: str) -> None:
    assert absolute_url(base, link) == expected


@pytest.mark.parametrize("link", ["", "  ", "javascript:alert(1)", "mailto:x@outlet.fr", "http://[bad"])
def test_absolute_refuses(link: str) -> None:
    with pytest.raises(UrlError):
        absolute_url("https://outlet.fr/", link)


def test_one_host_whatever_the_scheme() -> None:
    assert host_of("http://Outlet.fr/a") == host_of("https://outlet.fr:443/b") == "outlet.fr"
    assert host_of("http://outlet.fr:8080/") == "outlet.fr:8080"
