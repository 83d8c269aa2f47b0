"""`/api/v1`: deals, their records, trends, articles, feeds and runs as JSON, described by OpenAPI."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse, Response
from pydantic import Field

from storage.browse import deal_page, totals
from storage.errors import DecisionError
from storage.feeds import feed_states
from storage.reading_room import article_page
from storage.records import deal_record, record_json
from storage.runs import last_runs
from storage.trends import trends
from web.api_values import ArticleList, DealList, DealOut, FeedList, Problem, RunList, TotalsOut, TrendsOut, deal_out
from web.errors import NotFound
from web.params import DealParams, Words
from web.site import site_of, tagged

router = APIRouter(prefix="/api/v1", tags=["v1"], responses={404: {"model": Problem}})

_CURSORS = {"next": "after", "previous": "before"}
_NUL_FREE = r"^[^\x00]*$"


class Asked(DealParams):
    """The filter, and which part of the list."""

    after: Annotated[str, Field(max_length=500, pattern=_NUL_FREE)] = ""
    before: Annotated[str, Field(max_length=500, pattern=_NUL_FREE, description="not counted beside `after`")] = ""
    limit: Annotated[int, Field(ge=1, le=500)] = 50


@router.get("/deals", response_model=DealList, responses={400: {"model": Problem}})
def list_deals(request: Request, asked: Annotated[Asked, Query()]) -> Response:
    """Deals under a filter. `next` and `previous` are the addresses of what follows and of what came before."""
    after, before = asked.after or None, asked.before or None
    page = deal_page(site_of(request).db, asked.browse(), after=after, before=before, limit=asked.limit)
    told = [deal_out(deal) for deal in page.deals]
    links = {name: _address(asked, **{cursor: getattr(page, cursor)}) for name, cursor in _CURSORS.items()}
    return _answer(request, DealList(deals=told, after=page.after, before=page.before, **links))


@router.get("/deals/{deal_id}", response_model=DealOut, responses={404: {"model": Problem}})
def one_deal(request: Request, deal_id: Annotated[str, Path(max_length=80, pattern=_NUL_FREE)]) -> Response:
    """One deal, redirects followed, with its whole `record`: mentions with sentences, life, conflicts, decisions."""
    try:
        record = deal_record(site_of(request).db, deal_id)
    except DecisionError as error:
        raise NotFound from error
    return _answer(request, deal_out(record.view, record_json(record)))


@router.get("/totals", response_model=TotalsOut)
def count(request: Request, asked: Annotated[DealParams, Query()]) -> Response:
    """How many deals pass a filter, and the sum of known amounts in euros."""
    return _answer(request, TotalsOut(**asdict(totals(site_of(request).db, asked.browse()))))


@router.get("/trends", response_model=TrendsOut)
def figures(request: Request, asked: Annotated[DealParams, Query()]) -> Response:
    """Count and amount by month, kind and round; the biggest; the most active investors."""
    seen = trends(site_of(request).db, asked.browse())
    lists = ("months", "kinds", "rounds", "countries", "investors")
    told: dict[str, Any] = {name: [asdict(figure) for figure in getattr(seen, name)] for name in lists}
    biggest = [deal_out(deal) for deal in seen.biggest]
    return _answer(request, TrendsOut(biggest=biggest, cancelled=seen.cancelled, **told))


@router.get("/articles", response_model=ArticleList)
def articles(
    request: Request,
    q: Words = "",
    state: Annotated[str, Query(pattern="^(relevant|not_relevant|not_french)?$")] = "",
    outlet: Words = "",
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> Response:
    """Articles, last read first, with the reasons for keeping them or not; `next` continues before an id."""
    lines, more = article_page(site_of(request).db, q=q, state=state, outlet=outlet, before=before, limit=limit)
    told = [asdict(line) | {"deals": [deal_id for deal_id, _ in line.deals]} for line in lines]
    return _answer(request, ArticleList.model_validate({"articles": told, "next": more}))


@router.get("/feeds", response_model=FeedList)
def feeds(request: Request) -> Response:
    """What is known of each feed from its visits."""
    states = [asdict(state) for state in feed_states(site_of(request).db).values()]
    return _answer(request, FeedList.model_validate({"feeds": states}))


@router.get("/runs", response_model=RunList)
def runs(request: Request, limit: Annotated[int, Query(ge=1, le=500)] = 50) -> Response:
    """The last runs, with their reports."""
    told = [asdict(run) for run in last_runs(site_of(request).db, limit)]
    return _answer(request, RunList.model_validate({"runs": told}))


def _address(asked: Asked, **cursor: str | None) -> str | None:
    (there,) = cursor.values()
    return f"/api/v1/deals?{asked.query(**{'after': None, 'before': None} | cursor)}" if there else None


def _answer(request: Request, value: object) -> Response:
    return tagged(request, JSONResponse(jsonable_encoder(value)))
