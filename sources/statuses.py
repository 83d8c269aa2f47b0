"""What an HTTP status and its headers mean to us: the reason for each kind of refusal, and when to come back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from sources.errors import FetchError
from sources.values import Reason

REDIRECTS = frozenset({301, 302, 303, 307, 308})
LONGEST_PAUSE = 86_400.0  # a server that asks for more than a day is asked again tomorrow all the same


def refuse_failure(url: str, status: int, headers: Mapping[str, str]) -> None:
    """Return for 2xx, redirects and 304.

    Raises:
        FetchError: any other status; a challenge page of a bot wall whatever its status.
    """
    if headers.get("cf-mitigated"):
        raise FetchError(Reason.CHALLENGE, f"une barrière anti-robots (Cloudflare) devant {url}", status)
    if 200 <= status < 300 or status in REDIRECTS or status == HTTPStatus.NOT_MODIFIED:
        return
    raise FetchError(_reason(status), f"{status} {_phrase(status)} de {url}", status, retry_after(headers))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait by the `Retry-After` header, a number or a date, or None; at most `LONGEST_PAUSE`."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:9]), LONGEST_PAUSE)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(0.0, (moment - datetime.now(UTC)).total_seconds()), LONGEST_PAUSE)


def _reason(status: int) -> Reason:
    if status == HTTPStatus.GONE:
        return Reason.GONE
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Reason.THROTTLED
    if status == HTTPStatus.REQUEST_TIMEOUT:
        return Reason.TIMEOUT
    if 400 <= status < 500:
        return Reason.HTTP_4XX
    return Reason.HTTP_5XX if status >= 500 else Reason.BAD_CONTENT


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "(code inconnu)"
