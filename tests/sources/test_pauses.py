"""Hosts that ask for a pause get it, a longer one each time, in this run and the next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from httpsite import HttpSite, Reply

from sources.client import PoliteClient, Wanted
from sources.errors import FetchError
from sources.policy import Policy
from sources.values import Pause, Reason


def refused(client: PoliteClient, url: str) -> FetchError:
    with pytest.raises(FetchError) as error:
        client.get(Wanted(url, "*/*", 1000))
    return error.value


@pytest.mark.parametrize("status", [429, 503])
def test_the_next_run_keeps_what_this_one_was_asked_for(status: int, site: HttpSite, policy: Policy) -> None:
    url = site.add("/", Reply("later", status, headers={"Retry-After": "3600"}))
    with PoliteClient(policy) as first:
        refused(first, url)
        (pause,) = first.pauses()
    assert 3500 < (pause.until - datetime.now(UTC)).total_seconds() <= 3600
    with PoliteClient(policy) as second:
        second.resume([pause])
        assert refused(second, url).retry_after is not None
    assert len(site.asked("/")) == 1


def test_pauses_grow_while_a_host_goes_on_refusing_and_end_with_its_first_answer(
    site: HttpSite, policy: Policy
) -> None:
    url = site.add("/", *[Reply("later", 429)] * 3, Reply("bonjour"))
    quick = replace(policy, retries=0, throttle_pause=0.05)
    with PoliteClient(quick) as client:
        times = []
        for _ in range(3):
            refused(client, url)
            (pause,) = client.pauses()
            times.append((pause.times, (pause.until - datetime.now(UTC)).total_seconds()))
        assert [number for number, _ in times] == [1, 2, 3]
        assert 0.03 < times[0][1] < 0.07
        assert 0.18 < times[2][1] < 0.26
        assert client.get(Wanted(url, "*/*", 1000)).body == b"bonjour"
        assert client.pauses() == []


@pytest.mark.parametrize("days", [400, -400])
def test_a_clock_that_jumped_does_not_silence_a_host(days: int, site: HttpSite, policy: Policy) -> None:
    host = f"127.0.0.1:{site.port}"
    far = datetime.now(UTC) + timedelta(days=days)
    with PoliteClient(policy) as client:
        client.resume([Pause(host, far, Reason.THROTTLED.value, 1)])
        pauses = client.pauses()
    assert len(pauses) == (1 if days > 0 else 0)
    assert all(pause.until < datetime.now(UTC) + timedelta(days=1, minutes=1) for pause in pauses)
