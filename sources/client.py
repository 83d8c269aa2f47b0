"""The polite HTTP client: every request of this room goes through it. Thread-safe; one for the whole process."""

from __future__ import annotations

import random
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import TracebackType

import httpcore

from sources.body import ACCEPT_ENCODING, read_body
from sources.connection import TimeBudget, connection_pool
from sources.errors import FetchError, UrlError
from sources.lookup import Resolver, system_resolver
from sources.policy import Policy
from sources.politeness import HostTurns
from sources.robots import MAX_ROBOTS_BYTES, Robots
from sources.statuses import REDIRECTS, refuse_failure
from sources.urls import absolute_url, clean_url, host_of
from sources.values import Pause, Reason

_WORTH_DRAINING = 16_384


def _anything(url: str) -> None:
    """The permission that is always given."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing to fetch: where, in which types, how much at most, and who must agree to each address on the way.

    `permit` is called with the address before each hop and raises `FetchError` to refuse it.
    """

    url: str
    accept: str
    max_bytes: int
    headers: Mapping[str, str] = field(default_factory=dict)
    permit: Callable[[str], None] = _anything


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer: 2xx with its inflated body, or 304 without one. Header names are in lower case.

    `moved_permanently` is True when every redirect that led to `final_url` was a permanent one.
    """

    final_url: str
    status: int
    headers: dict[str, str]
    body: bytes
    complete: bool
    moved_permanently: bool = False


class PoliteClient:
    """Fetches from many hosts at once and from each host one thing at a time, within the policy's limits.

    A context manager; `close` gives the connections back.
    """

    def __init__(self, policy: Policy, resolve: Resolver = system_resolver) -> None:
        self.policy = policy
        self._turns = HostTurns(policy)
        self._pool = connection_pool(policy.hosts_at_once, policy.allowed_hosts, resolve)
        robots = Robots(policy.user_agent, self._read_robots, self._turns.slow_down)
        self.page_permission: Callable[[str], None] = robots.require if policy.respect_robots else _anything

    def __enter__(self) -> PoliteClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()

    def get(self, wanted: Wanted) -> Answer:
        """Fetch, following redirects, with a few short retries where a second try may do.

        Raises:
            FetchError: everything expected that can go wrong.
        """
        answer = self._get(wanted)
        if not answer.complete:
            raise FetchError(
                Reason.TOO_LARGE,
                f"plus de {wanted.max_bytes:,} octets à {answer.final_url}".replace(",", "\N{NO-BREAK SPACE}"),
            )
        return answer

    def pauses(self) -> list[Pause]:
        """The hosts that are to be left alone now, to be kept for the next run."""
        return self._turns.pauses()

    def resume(self, pauses: Iterable[Pause]) -> None:
        """Leave alone the hosts that an earlier run was asked to."""
        self._turns.resume(pauses)

    def _get(self, wanted: Wanted) -> Answer:
        budget = TimeBudget(self.policy.deadline)
        for attempt in range(self.policy.retries + 1):
            try:
                return self._follow(wanted, budget)
            except FetchError as error:
                if attempt == self.policy.retries or budget.left <= 0 or not self._may_heal_now(error):
                    raise
            # Spread out, so that clients that failed together do not come back together.
            time.sleep(self.policy.retry_pause * 2**attempt * random.uniform(0.75, 1.25))  # noqa: S311
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _may_heal_now(self, error: FetchError) -> bool:
        if error.retry_after is not None:
            return error.retry_after <= self.policy.patience
        return error.reason in (Reason.UNREACHABLE, Reason.HTTP_5XX)

    def _follow(self, wanted: Wanted, budget: TimeBudget) -> Answer:
        try:
            url = clean_url(wanted.url)
        except UrlError as error:
            raise FetchError(Reason.BAD_URL, str(error)) from error
        start, permanent = url, True
        for _ in range(self.policy.max_redirects + 1):
            wanted.permit(url)
            answer = self._ask(url, wanted, budget)
            if answer.status not in REDIRECTS:
                moved = permanent and url != start
                return Answer(url, answer.status, answer.headers, answer.body, answer.complete, moved)
            permanent = permanent and answer.status in (301, 308)
            try:
                url = absolute_url(url, answer.headers.get("location", ""))
            except UrlError as error:
                raise FetchError(Reason.BAD_REDIRECT, f"{url} renvoie ailleurs : {error}", answer.status) from error
        raise FetchError(Reason.BAD_REDIRECT, f"plus de {self.policy.max_redirects} redirections depuis {start}")

    def _ask(self, url: str, wanted: Wanted, budget: TimeBudget) -> Answer:
        """One request, in the host's turn; what it teaches about the host is remembered."""
        host = host_of(url)
        with self._turns.turn(host):
            try:
                with budget.spending():
                    answer = self._exchange(url, wanted)
                self._turns.served(host)
            except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
                failure = _explained(error, url, self.policy)
                self._turns.missed(host, failure.reason)
                raise failure from error
            except FetchError as error:
                self._turns.answered(host)
                if error.reason is Reason.THROTTLED or error.retry_after:
                    self._turns.throttled(host, error.retry_after, error.reason)
                raise
        return answer

    def _exchange(self, url: str, wanted: Wanted) -> Answer:
        headers = [
            ("User-Agent", self.policy.user_agent),
            ("Accept", wanted.accept),
            ("Accept-Encoding", ACCEPT_ENCODING),
            ("Accept-Language", "fr, *;q=0.5"),
            *wanted.headers.items(),
        ]
        limits = {"timeout": {"connect": self.policy.connect_timeout}}
        with self._pool.stream("GET", url, headers=headers, extensions=limits) as response:
            given = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
            if not 200 <= response.status < 300:
                _drain(response, given)
                refuse_failure(url, response.status, given)
                return Answer(url, response.status, given, b"", True)
            refuse_failure(url, response.status, given)
            body, complete = read_body(response.iter_stream(), given.get("content-encoding", ""), wanted.max_bytes)
        return Answer(url, response.status, given, body, complete)

    def _read_robots(self, url: str) -> bytes:
        return self._get(Wanted(url, "text/plain, */*;q=0.1", MAX_ROBOTS_BYTES)).body


def _drain(response: httpcore.Response, headers: Mapping[str, str]) -> None:
    """Read a short body that nobody wants, so that the connection can serve again."""
    length = headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length[:9]) <= _WORTH_DRAINING:
        read_body(response.iter_stream(), "", _WORTH_DRAINING)


def _explained(error: Exception, url: str, policy: Policy) -> FetchError:
    if isinstance(error, httpcore.ConnectTimeout):
        return FetchError(Reason.TIMEOUT, f"pas de connexion à {host_of(url)} en {policy.connect_timeout:g} s")
    if isinstance(error, httpcore.TimeoutException):
        return FetchError(Reason.TIMEOUT, f"pas de réponse entière en {policy.deadline:g} s de {url}")
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return FetchError(Reason.TLS, f"pas de connexion sûre à {host_of(url)} : {cause}")
        cause = cause.__cause__ or cause.__context__
    return FetchError(Reason.UNREACHABLE, f"{host_of(url)} : {error or type(error).__name__}")
