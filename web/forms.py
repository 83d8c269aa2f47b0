"""What a form sends, and whether a signed-in person sent it from one of our pages."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, urlsplit

from fastapi import Request

from storage.errors import DecisionError
from web.errors import SignInFirst, StaleForm
from web.signing import Person
from web.site import person_of

_LARGEST_FORM = 64_000

Form = Mapping[str, Sequence[str]]


async def form_of(request: Request) -> Form:
    """The fields sent. Only what an HTML form sends: other types could come from elsewhere without the user's doing."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        raise StaleForm
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LARGEST_FORM:
            raise StaleForm
    try:
        return parse_qs(body.decode(), keep_blank_values=True, max_num_fields=200)
    except ValueError as error:
        raise StaleForm from error


def signed(request: Request, form: Form) -> Person:
    """The person, when the form is one of ours that was made for them."""
    person = person_of(request)
    if person is None:
        raise SignInFirst
    if person.by_token:  # a program that knows the token; no browser sends it by itself
        return person
    origin = request.headers.get("origin")
    elsewhere = origin is not None and urlsplit(origin).netloc != request.headers.get("host", "")
    if elsewhere or request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise StaleForm
    if not hmac.compare_digest(one(form, "csrf").encode(errors="replace"), person.csrf.encode()):
        raise StaleForm
    return person


def one(form: Form, name: str) -> str:
    """The first value of a field, empty without one."""
    return (form.get(name) or [""])[0].strip()


def whole_number(form: Form, name: str) -> int:
    """The number of a decision.

    Raises:
        DecisionError: it is none.
    """
    written = one(form, name)
    if not written.isascii() or not written.isdigit() or len(written) > 9:
        raise DecisionError("quelle décision ? son numéro manque")
    return int(written)
