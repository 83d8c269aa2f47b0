"""Fetching one page. robots.txt is obeyed; every expected failure is a value."""

from __future__ import annotations

from datetime import UTC, datetime

from sources.client import Answer, PoliteClient, Wanted
from sources.errors import FetchError
from sources.values import Page, PageFailure, Reason

_ACCEPT = "text/html, application/xhtml+xml, application/xml;q=0.8, */*;q=0.1"


def fetch_page(client: PoliteClient, url: str) -> Page | PageFailure:
    """Fetch the page at `url`, following redirects; what is not text is a `bad_content` failure."""
    limit = client.policy.max_page_bytes
    try:
        answer = client.get(Wanted(url, _ACCEPT, limit, permit=client.page_permission))
        _refuse_non_text(answer)
    except FetchError as error:
        return PageFailure(url, error.reason, error.detail, error.status, error.retry_after)
    return Page(
        url=url,
        final_url=answer.final_url,
        status=answer.status,
        body=answer.body,
        content_type=answer.headers.get("content-type", ""),
        headers=answer.headers,
        fetched_at=datetime.now(UTC),
    )


def _refuse_non_text(answer: Answer) -> None:
    if answer.status == 304:
        raise FetchError(Reason.BAD_CONTENT, f"304 sans que la question fût conditionnelle, de {answer.final_url}", 304)
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind and not kind.startswith("text/") and "html" not in kind and "xml" not in kind:
        raise FetchError(Reason.BAD_CONTENT, f"{answer.final_url} est du type {kind!r}, pas une page", answer.status)
    if not answer.body.strip():
        raise FetchError(Reason.EMPTY, f"{answer.final_url} est vide", answer.status)
