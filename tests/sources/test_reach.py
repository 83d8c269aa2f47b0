"""Nothing outside the public internet is ever connected to: addresses, names, redirects, names that change."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import replace
from itertools import count

import pytest
from httpsite import HttpSite, Reply

from config.reach import AllowedHosts
from sources.addresses import is_public
from sources.client import PoliteClient, Wanted
from sources.errors import FetchError
from sources.lookup import system_resolver
from sources.policy import Policy
from sources.values import Reason

# Hosts as a page or a feed could write them; {port} is that of a server which listens on loopback.
TRICKS = """
http://127.0.0.1:{port}/            http://127.1:{port}/                http://127.0.1:{port}/
http://127.8.9.10:{port}/           http://127.255.255.254:{port}/      http://2130706433:{port}/
http://017700000001:{port}/         http://0x7f000001:{port}/           http://0x7f.0.0.1:{port}/
http://0177.0.0.1:{port}/           http://0x7f.1:{port}/               http://0177.1:{port}/
http://127.0.0.1.:{port}/           http://00127.0.0.1:{port}/          http://0X7F.0X0.0X0.0X1:{port}/
http://localhost:{port}/            http://LOCALHOST:{port}/            http://localhost.:{port}/
http://0:{port}/                    http://0.0.0.0:{port}/              http://00000000:{port}/
http://[::1]:{port}/                http://[::]:{port}/                 http://[0:0:0:0:0:0:0:1]:{port}/
http://[::ffff:127.0.0.1]:{port}/   http://[::ffff:7f00:1]:{port}/      http://[::127.0.0.1]:{port}/
http://[0:0:0:0:0:ffff:127.0.0.1]:{port}/  http://[::ffff:0:127.0.0.1]:{port}/
http://[64:ff9b::127.0.0.1]:{port}/ http://[64:ff9b::7f00:1]/           http://[64:ff9b::a9fe:a9fe]/
http://[64:ff9b::10.0.0.1]/         http://[64:ff9b:1::7f00:1]/         http://[2002:7f00:1::]/
http://[2002:a00:1::1]/             http://[2002:c0a8:101::]/           http://[2001:0:7f00:1::]/
http://[2001:db8::1]/               http://[3fff::1]/                   http://[100::1]/
http://[fe80::1]/                   http://[fec0::1]/                   http://[fc00::1]/
http://[fd00:ec2::254]/             http://[ff02::1]/                   http://[ff0e::1]/
http://[2a00:1450:4007:80c:0:5efe:7f00:1]/  http://[fe80::1%25lo]:{port}/       http://[::1%25lo]:{port}/
http://10.0.0.1/                    http://10.255.255.255/              http://172.16.0.1/
http://172.31.255.254/              http://192.168.0.1/                 http://192.168.1.1:{port}/
http://3232235777/                  http://0xc0a80101/                  http://0300.0250.01.01/
http://169.254.169.254/latest/meta-data/  http://2852039166/latest/meta-data/ http://0xA9FEA9FE/latest/
http://169.254.170.2/v2/credentials http://[::ffff:169.254.169.254]/    http://[::ffff:a9fe:a9fe]/
http://0251.0376.0251.0376/         http://100.100.100.200/             http://168.63.129.16/
http://192.0.0.192/                 http://192.0.0.8/                   http://100.64.0.1/
http://100.127.255.254/             http://198.18.0.1/                  http://192.0.2.1/
http://198.51.100.7/                http://203.0.113.9/                 http://192.88.99.1/
http://224.0.0.1/                   http://239.255.255.250:1900/        http://240.0.0.1/
http://255.255.255.255/             http://0.1.2.3/                     http://8.8.8.8:22/
http://8.8.8.8:{port}/              https://1.1.1.1:8443/               http://9.9.9.9:6379/
http://①②⑦.⓪.⓪.①:{port}/          http://127。0。0。1:{port}/          http://127．0．0．1:{port}/
http://127｡0｡0｡1:{port}/            http://ｌｏｃａｌｈｏｓｔ:{port}/       http://[::ﬀff:7f00:1]:{port}/
http://user@127.0.0.1:{port}/       http://example.org@127.0.0.1:{port}/ http://example.org:80@127.0.0.1:{port}/
http://127.0.0.1:{port}@example.org/ http://127.0.0.1\\@example.org:{port}/ http://example.org#@127.0.0.1:{port}/../x
http:///127.0.0.1:{port}/           http:127.0.0.1:{port}/              http:\\\\127.0.0.1:{port}\\
http://127.0.0.1%00.example.org:{port}/ http://127.0.0.1%2eexample:{port}/ http://127.0.0.1%09:{port}/
//127.0.0.1:{port}/                 file:///etc/passwd                  file://127.0.0.1/etc/passwd
ftp://127.0.0.1:{port}/             gopher://127.0.0.1:{port}/_GET      dict://127.0.0.1:{port}/info
javascript:alert(1)                 data:text/html,x                    jar:http://127.0.0.1:{port}/!/
ldap://127.0.0.1:{port}/            unix:///var/run/docker.sock         http+unix://%2Fvar%2Frun%2Fdocker.sock/info
http://127.0.0.1:0/                 http://127.0.0.1:99999/             http://127.0.0.1:-1/
"""
TABLE = TRICKS.split()


@pytest.fixture
def strict(policy: Policy) -> Policy:
    """As an installation has it by default: no exception."""
    return replace(policy, allowed_hosts=AllowedHosts(), retries=0, deadline=10.0, connect_timeout=5.0)


@pytest.fixture
def knocks(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every address that a socket of this process was told to connect to."""
    seen: list[object] = []
    true_connect = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        seen.append(address)
        true_connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", connect)
    return seen


def offline(host: str, port: int) -> list[str]:
    """The system's resolver, for what it knows without asking anybody: numbers in every spelling, and localhost."""
    try:
        return system_resolver(host, port)
    except OSError:
        return ["192.0.2.34"] if host == "example.org" else []


def test_the_table_is_long_enough() -> None:
    assert len(set(TABLE)) >= 80


@pytest.mark.parametrize("trick", TABLE)
def test_a_trick_connects_nowhere(trick: str, site: HttpSite, strict: Policy, knocks: list[object]) -> None:
    with PoliteClient(strict, offline) as client, pytest.raises(FetchError) as refused:
        client.get(Wanted(trick.format(port=site.port), "*/*", 1000))
    assert knocks == []
    assert site.log == []
    assert refused.value.reason in (Reason.ADDRESS, Reason.BAD_URL, Reason.UNREACHABLE, Reason.TIMEOUT)


@pytest.mark.parametrize("trick", TABLE)
def test_nor_by_a_redirect(trick: str, site: HttpSite, strict: Policy) -> None:
    """The first hop is an exception that the operator made, on another address; the rest is not."""
    target = trick.format(port=site.port)
    with HttpSiteOn("127.0.0.2") as outlet:
        outlet.add("/", Reply(status=302, headers={"Location": target.encode().decode("latin-1")}))
        own = replace(strict, allowed_hosts=AllowedHosts.parse([f"127.0.0.2:{outlet.port}"]))
        with PoliteClient(own, offline) as client, pytest.raises(FetchError):
            client.get(Wanted(outlet.url("/"), "*/*", 1000))
        assert len(outlet.asked("/")) == 1
    assert site.log == []


class HttpSiteOn:
    """A site on an address, for the length of a block."""

    def __init__(self, address: str) -> None:
        self.site = HttpSite(address)

    def __enter__(self) -> HttpSite:
        self.site.start()
        return self.site

    def __exit__(self, *_: object) -> None:
        self.site.stop()


def test_a_name_that_changes_between_two_lookups(site: HttpSite, strict: Policy, knocks: list[object]) -> None:
    asked = count()

    def rebinding(host: str, port: int) -> list[str]:
        return ["127.0.0.2"] if next(asked) == 0 else ["127.0.0.1"]

    # Nothing listens on 127.0.0.2, which here stands for the public address of the trap.
    strict = replace(strict, allowed_hosts=AllowedHosts.parse(["127.0.0.2"]))
    with PoliteClient(strict, rebinding) as client:
        for reason in (Reason.UNREACHABLE, Reason.ADDRESS):
            with pytest.raises(FetchError) as refused:
                client.get(Wanted(f"http://trap.example:{site.port}/", "*/*", 1000))
            assert refused.value.reason is reason
    assert knocks == [("127.0.0.2", site.port)], "looked up once a connection, connected to what was looked up"
    assert site.log == []


@pytest.mark.parametrize("answers", [["8.8.8.8", "127.0.0.1"], ["127.0.0.1", "8.8.8.8"], ["::1", "8.8.8.8"]])
def test_a_name_with_a_public_and_a_private_address(answers: list[str], strict: Policy, knocks: list[object]) -> None:
    with PoliteClient(strict, lambda *_: answers) as client, pytest.raises(FetchError) as refused:
        client.get(Wanted("http://trap.example/", "*/*", 1000))
    assert refused.value.reason is Reason.ADDRESS
    assert knocks == []


def test_robots_txt_is_no_way_around(site: HttpSite, strict: Policy) -> None:
    with PoliteClient(strict) as client, pytest.raises(FetchError):
        client.get(Wanted(site.url("/"), "*/*", 1000, permit=client.page_permission))
    assert site.log == []


def test_a_resolver_that_never_answers_is_left(strict: Policy) -> None:
    from threading import Event

    never = Event()

    def silent(*_: object) -> list[str]:
        never.wait(20)
        return []

    with PoliteClient(replace(strict, connect_timeout=0.2), silent) as client, pytest.raises(FetchError) as late:
        client.get(Wanted("http://slow.example/", "*/*", 1000))
    never.set()
    assert late.value.reason is Reason.TIMEOUT


@pytest.mark.parametrize(
    "lines", [["127.0.0.1"], ["127.0.0.0/8"], ["127.0.0.1:{port}"], ["localhost"], ["localhost:{port}", "::1"]]
)
def test_what_the_operator_allows(lines: list[str], site: HttpSite, strict: Policy) -> None:
    site.add("/", Reply("bonjour"))
    own = replace(strict, allowed_hosts=AllowedHosts.parse([line.format(port=site.port) for line in lines]))
    host = "localhost" if lines[0].startswith("l") else "127.0.0.1"
    with PoliteClient(own, lambda *_: ["127.0.0.1"]) as client:
        assert client.get(Wanted(site.url("/", host), "*/*", 1000)).body == b"bonjour"


def test_an_allowed_port_allows_no_other(site: HttpSite, strict: Policy) -> None:
    own = replace(strict, allowed_hosts=AllowedHosts.parse([f"127.0.0.1:{site.port + 1}"]))
    with PoliteClient(own) as client, pytest.raises(FetchError) as refused:
        client.get(Wanted(site.url("/"), "*/*", 1000))
    assert refused.value.reason is Reason.ADDRESS


@pytest.mark.parametrize("line", ["10.0.0.0/33", "hôte inconnu", "a:b", "x:0", "x:70000", "http://x/", "10.0.0.1/8"])
def test_a_mistyped_exception_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        AllowedHosts.parse([line])


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "2a00:1450:4007:80c::2004", "64:ff9b::808:808", "172.32.0.1", "100.128.0.1"]
)
def test_the_public_internet_is_open(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))
