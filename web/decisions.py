"""Signing in and out, and deciding about a deal from its page. Everything goes through `storage.decisions.Desk`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from alerts.watchlist import load_watches
from storage.decisions import Decision, Desk
from storage.errors import DecisionError
from storage.news import AlertRules
from storage.records import deal_record
from web.errors import NotFound, StaleForm, TooMany
from web.forms import Form, form_of, one, signed, whole_number
from web.signing import COOKIE, SESSION_SECONDS, Person
from web.site import linker, page, site_of

router = APIRouter(include_in_schema=False)

CORRECTABLE = (
    "company", "kind", "amount", "valuation", "round", "status", "date", "investors", "lead", "ai", "role",
    "cumulative",
)  # fmt: skip
_IDS = re.compile(r"[\s,;]+")


@router.get("/signin")
def sign_in_page(request: Request) -> Response:
    """Where a token is typed."""
    return page(request, "signin.html", wrong=False)


@router.post("/signin")
async def sign_in(request: Request) -> Response:
    """A token for a session."""
    site, form = site_of(request), await form_of(request)
    if not site.tries.allows(_address(request)):
        raise TooMany
    name = site.door.name_of(one(form, "token"))
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
    signed(request, await form_of(request))
    answer = RedirectResponse(linker(request)("/"), 303)
    answer.delete_cookie(COOKIE)
    return answer


@router.post("/deals/{deal_id}/decisions")
async def decide(request: Request, deal_id: str) -> Response:
    """One decision about a deal."""
    form = await form_of(request)
    person = signed(request, form)
    if not site_of(request).writes.allows(person.name):
        raise TooMany
    return await run_in_threadpool(_decide, request, deal_id, form, person)


def _decide(request: Request, deal_id: str, form: Form, person: Person) -> Response:
    site = site_of(request)
    settings = site.settings
    rules = AlertRules(settings.alert_confidence, settings.alert_window_days, dt.datetime.now(dt.UTC))
    act = _ACTS.get(one(form, "verb"))
    if act is None:
        raise StaleForm
    try:
        watches = [watch.rule for watch in load_watches(settings)]
        act(Desk(site.db, person.name, rules, watches), deal_id, form)
    except DecisionError as error:
        return _again(request, deal_id, str(error))
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
    return desk.undo(whole_number(form, "number"))


def _correct(desk: Desk, deal_id: str, form: Form) -> Decision:
    return desk.correct(deal_id, [f"{one(form, 'field')}={one(form, 'value')}"])


_ACTS: dict[str, Callable[[Desk, str, Form], Decision]] = {
    "merge": lambda desk, deal_id, form: desk.merge([deal_id, *filter(None, _IDS.split(one(form, "other")))]),
    "split": lambda desk, deal_id, form: desk.split(deal_id, list(form.get("mark", ()))),
    "reject": lambda desk, deal_id, form: desk.reject(deal_id, one(form, "text")),
    "correct": _correct,
    "confirm": lambda desk, deal_id, _form: desk.confirm(deal_id),
    "note": lambda desk, deal_id, form: desk.note(deal_id, one(form, "text")),
    "undo": _undo,
}


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
