"""Signing in and out, and deciding about a deal from its page. Everything goes through `storage.decisions.Desk`."""

from __future__ import annotations

import datetime as dt
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import parse_qs, urlsplit

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from storage.decisions import Decision, Desk
from storage.errors import DecisionError
from storage.news import AlertRules
from storage.records import deal_record
from web.errors import NotFound, SignInFirst, StaleForm, TooMany
from web.signing import COOKIE, SESSION_SECONDS, Person
from web.site import linker, page, person_of, site_of

router = APIRouter(include_in_schema=False)

CORRECTABLE = (
    "company", "kind", "amount", "valuation", "round", "status", "date", "investors", "lead", "ai", "role",
    "cumulative",
)  # fmt: skip
_LARGEST_FORM = 64_000
_IDS = re.compile(r"[\s,;]+")

Form = Mapping[str, Sequence[str]]


@router.get("/signin")
def sign_in_page(request: Request) -> Response:
    """Where a token is typed."""
    return page(request, "signin.html", wrong=False)


@router.post("/signin")
async def sign_in(request: Request) -> Response:
    """A token for a session."""
    site, form = site_of(request), await _form(request)
    if not site.tries.allows(_address(request)):
        raise TooMany
    name = site.door.name_of(_one(form, "token"))
    if name is None:
        return page(request, "signin.html", status=403, wrong=True)
    answer = RedirectResponse(linker(request)("/"), 303)
    secure = request.url.scheme == "https"
    answer.set_cookie(
        COOKIE, site.door.cookie(name), max_age=SESSION_SECONDS, httponly=True, samesite="strict", secure=secure
    )
    return answer


@router.post("/signout")
async def sign_out(request: Request) -> Response:
    """The end of a session in this browser."""
    _signed(request, await _form(request))
    answer = RedirectResponse(linker(request)("/"), 303)
    answer.delete_cookie(COOKIE)
    return answer


@router.post("/deals/{deal_id}/decisions")
async def decide(request: Request, deal_id: str) -> Response:
    """One decision about a deal."""
    form = await _form(request)
    person = _signed(request, form)
    if not site_of(request).writes.allows(person.name):
        raise TooMany
    return await run_in_threadpool(_decide, request, deal_id, form, person)


def _decide(request: Request, deal_id: str, form: Form, person: Person) -> Response:
    site = site_of(request)
    settings = site.settings
    rules = AlertRules(settings.alert_confidence, settings.alert_window_days, dt.datetime.now(dt.UTC))
    act = _ACTS.get(_one(form, "verb"))
    if act is None:
        raise StaleForm
    try:
        act(Desk(site.db, person.name, rules), deal_id, form)
    except DecisionError as error:
        return _again(request, deal_id, str(error))
    site.memo.forget()
    return RedirectResponse(linker(request)(f"/deals/{deal_id}", said="done") + "#decisions", 303)


def _again(request: Request, deal_id: str, problem: str) -> Response:
    """The page with what is wrong said at its head."""
    from web.pages import deal_values

    try:
        record = deal_record(site_of(request).db, deal_id)
    except DecisionError as error:
        raise NotFound from error
    return page(request, "deal.html", status=422, active="deals", **deal_values(record) | {"problem": problem})


def _undo(desk: Desk, _deal_id: str, form: Form) -> Decision:
    written = _one(form, "number")
    if not written.isascii() or not written.isdigit() or len(written) > 9:
        raise DecisionError("quelle décision ? son numéro manque")
    return desk.undo(int(written))


def _correct(desk: Desk, deal_id: str, form: Form) -> Decision:
    return desk.correct(deal_id, [f"{_one(form, 'field')}={_one(form, 'value')}"])


_ACTS: dict[str, Callable[[Desk, str, Form], Decision]] = {
    "merge": lambda desk, deal_id, form: desk.merge([deal_id, *filter(None, _IDS.split(_one(form, "other")))]),
    "split": lambda desk, deal_id, form: desk.split(deal_id, list(form.get("mark", ()))),
    "reject": lambda desk, deal_id, form: desk.reject(deal_id, _one(form, "text")),
    "correct": _correct,
    "confirm": lambda desk, deal_id, _form: desk.confirm(deal_id),
    "note": lambda desk, deal_id, form: desk.note(deal_id, _one(form, "text")),
    "undo": _undo,
}


async def _form(request: Request) -> Form:
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


def _signed(request: Request, form: Form) -> Person:
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
    if not hmac.compare_digest(_one(form, "csrf").encode(errors="replace"), person.csrf.encode()):
        raise StaleForm
    return person


def _one(form: Form, name: str) -> str:
    return (form.get(name) or [""])[0].strip()


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
