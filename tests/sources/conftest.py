"""Fixtures of the sources room: a site on loopback, and a client in a hurry."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from httpsite import HttpSite, http_site

from config.reach import AllowedHosts
from sources.client import PoliteClient
from sources.policy import Policy

POLICY = Policy(
    user_agent="VeilleIA/0.1 (test)",
    host_delay=0.0,
    hosts_at_once=8,
    connect_timeout=2.0,
    deadline=5.0,
    max_feed_bytes=200_000,
    max_page_bytes=100_000,
    max_feed_entries=50,
    retry_pause=0.01,
    allowed_hosts=AllowedHosts.parse(["127.0.0.0/8", "::1", "localhost"]),
)


@pytest.fixture
def policy() -> Policy:
    return POLICY


@pytest.fixture
def site() -> Iterator[HttpSite]:
    with http_site() as running:
        yield running


@pytest.fixture
def client(policy: Policy) -> Iterator[PoliteClient]:
    with PoliteClient(policy) as polite:
        yield polite
