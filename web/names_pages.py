"""The page of names that may be one organisation: suggestions to accept or refuse, and who decided what."""

from __future__ import annotations

import datetime as dt
from typing import cast, get_args

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from alerts.watchlist import load_watches
from extractors.knowledge import load_knowledge
from storage.alias_decisions import AliasDesk, Verdict, alias_decisions, judged_pairs
from storage.aliases import aliases_of
from storage.companies import company_key
from storage.errors import DecisionError
from storage.near_names import Suggestion, suggestions
from storage.news import AlertRules
from storage.organisations import other_words
from storage.trends import names_told
from web.errors import StaleForm, TooMany
from web.forms import Form, form_of, one, signed, whole_number
from web.signing import Person
from web.site import Site, linker, page, site_of

router = APIRouter(include_in_schema=False)

_SHOWN = 50
_REMEMBERED_SECONDS = 600.0  # pairs among tens of thousands of names take a second to find


@router.get("/names")
def names(request: Request) -> Response:
    """Pairs to judge, those named most often first, and what was decided."""
    return _names(request)


@router.post("/names/decisions")
async def decide(request: Request) -> Response:
    """One decision about two names."""
    form = await form_of(request)
    person = signed(request, form)
    if not site_of(request).writes.allows(person.name):
        raise TooMany
    return await run_in_threadpool(_decide, request, form, person)


def names_to_judge(site: Site) -> list[Suggestion]:
    """All pairs, also those that somebody judged since they were looked for."""
    judged = {company_key(entry.name) for entry in load_knowledge(site.settings.config_dir).deals.organisations.entries}
    others = other_words(site.settings.config_dir)

    def look() -> list[Suggestion]:
        return suggestions(names_told(site.db), judged=judged, others=others)

    return site.memo.get("names", look, seconds=_REMEMBERED_SECONDS)


def _names(request: Request, *, status: int = 200, problem: str = "") -> Response:
    site = site_of(request)
    decided = judged_pairs(site.db)
    pairs = [pair for pair in names_to_judge(site) if frozenset({pair.name.key, pair.alias.key}) not in decided]
    return page(
        request, "names.html", status=status, active="names", pairs=pairs[:_SHOWN], count=len(pairs), problem=problem,
        decisions=alias_decisions(site.db), done=request.query_params.get("said") == "done",
    )  # fmt: skip


def _decide(request: Request, form: Form, person: Person) -> Response:
    site = site_of(request)
    settings = site.settings
    listed = aliases_of(load_knowledge(settings.config_dir).deals.organisations.entries)
    rules = AlertRules(settings.alert_confidence, settings.alert_window_days, dt.datetime.now(dt.UTC))
    desk = AliasDesk(site.db, person.name, listed, rules, [watch.rule for watch in load_watches(settings)])
    verb = one(form, "verb")
    try:
        if verb == "undo":
            desk.undo(whole_number(form, "number"))
        elif verb in get_args(Verdict):
            desk.decide(cast(Verdict, verb), one(form, "alias"), one(form, "main"))
        else:
            raise StaleForm
    except DecisionError as error:
        return _names(request, status=422, problem=str(error))
    return RedirectResponse(linker(request)("/names", said="done"), 303)
