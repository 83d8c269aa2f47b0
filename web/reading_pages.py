"""The pages about how it was read: articles, feeds, runs, rules."""

from __future__ import annotations

import datetime as dt
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from extractors.deals.rules import Rule
from extractors.knowledge import load_knowledge
from storage.feeds import feed_states
from storage.reading_room import article_page, find_article
from storage.runs import last_runs
from storage.trends import rule_hits
from storage.values import FeedState
from web.errors import NotFound
from web.sentences import example_pieces
from web.site import page, site_of

router = APIRouter(include_in_schema=False)

_STATES = ("relevant", "not_relevant", "not_french")
_RUNS = 60
_STALE = dt.timedelta(days=3)
_BROKEN_AFTER = 3
_BIGGEST_ID = 2**31 - 1


@router.get("/articles")
def articles(request: Request) -> Response:
    """What was read, the last first."""
    asked = request.query_params
    q, state, outlet = (asked.get(name, "")[:200].replace("\0", "") for name in ("q", "state", "outlet"))
    state = state if state in _STATES else ""
    before = asked.get("before", "")
    lines, more = article_page(
        site_of(request).db, q=q, state=state, outlet=outlet, before=_id(before) if before else None
    )
    return page(
        request, "articles.html", active="articles", lines=lines, more=more, q=q, state=state, outlet=outlet,
        states=_STATES, continued=bool(before),
    )  # fmt: skip


@router.get("/articles/{number}")
def article(request: Request, number: str) -> Response:
    """One article, and why it was kept or not."""
    found = find_article(site_of(request).db, _id(number))
    if found is None:
        raise NotFound
    return page(request, "article.html", active="articles", article=found)


@router.get("/feeds")
def feeds(request: Request) -> Response:
    """The health of each feed, the ill ones first."""
    now = dt.datetime.now(dt.UTC)
    states = [(_health(state, now), state) for state in feed_states(site_of(request).db).values()]
    order = ("broken", "ailing", "good")
    states.sort(key=lambda pair: (order.index(pair[0]), pair[1].feed_id))
    return page(request, "feeds.html", active="feeds", states=states)


@router.get("/runs")
def runs(request: Request) -> Response:
    """The last runs with their reports."""
    return page(request, "runs.html", active="runs", runs=last_runs(site_of(request).db, _RUNS))


@router.get("/rules")
def rules(request: Request) -> Response:
    """All rules in force, by the file they stand in."""
    by_file: dict[str, list[Rule]] = {}
    for rule in load_knowledge(site_of(request).settings.config_dir).deals.rules.all:
        by_file.setdefault(rule.file.stem, []).append(rule)
    hits = rule_hits(site_of(request).db)
    return page(request, "rules.html", active="rules", by_file=by_file, example_pieces=example_pieces, hits=hits)


def _health(state: FeedState, now: dt.datetime) -> str:
    if state.consecutive_failures >= _BROKEN_AFTER or (state.consecutive_failures and state.last_success_at is None):
        return "broken"
    stale = state.last_success_at is None or now - state.last_success_at > _STALE
    return "ailing" if state.consecutive_failures or stale or state.moved_permanently else "good"


def _id(written: Any) -> int:
    try:
        number = int(written)
    except ValueError as error:
        raise NotFound from error
    if not 0 < number <= _BIGGEST_ID:
        raise NotFound
    return number
