"""The pages about deals: the list, one deal, a company, an investor, trends."""

from __future__ import annotations

from typing import Annotated, Any, get_args

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from extractors.values import Kind, Status
from storage.browse import SORTS, BadCursor, deal_page, page_of, select_deals, totals, totals_of
from storage.decisions import mark_of
from storage.errors import DecisionError
from storage.frame_reading import frame_of
from storage.reading_room import find_name
from storage.records import DealRecord, deal_record
from storage.trends import Trends, countries_of, investors_of, months_of, trends
from web.charts import Chart, Size, Theme, draw
from web.decisions import CORRECTABLE
from web.errors import NotFound
from web.exports import FORMATS
from web.params import DealParams, lenient
from web.sentences import pieces
from web.site import page, site_of, tagged, words_of

router = APIRouter(include_in_schema=False)

ROUNDS = ("pre-seed", "seed", "bridge", "series-a", "series-b", "series-c", "series-d", "series-e", "growth")
_CHOICES: dict[str, Any] = {
    "kinds": get_args(Kind), "statuses": get_args(Status), "rounds": ROUNDS, "sorts": SORTS, "formats": FORMATS,
}  # fmt: skip


@router.get("/")
def deals(request: Request) -> Response:
    """The list under its filter."""
    site = site_of(request)
    params, wrong = lenient(request.query_params)
    wanted = params.browse()
    after, before = (request.query_params.get(name) or None for name in ("after", "before"))
    try:
        shown = deal_page(site.db, wanted, after=after, before=before)
    except BadCursor:  # an address of another order: its beginning is what was meant
        shown = deal_page(site.db, wanted)
    return page(
        request,
        "deals.html",
        active="deals",
        params=params,
        wrong=wrong,
        deals=shown.deals,
        after=shown.after,
        before=shown.before,
        totals=totals(site.db, wanted),
        countries=countries_of(site.db),
        **_CHOICES,
    )


@router.get("/deals/{deal_id}")
def deal(request: Request, deal_id: str) -> Response:
    """One deal whole."""
    try:
        record = deal_record(site_of(request).db, deal_id)
    except DecisionError as error:
        raise NotFound from error
    return page(request, "deal.html", active="deals", **deal_values(record))


def deal_values(record: DealRecord) -> dict[str, Any]:
    """What the page of a deal needs."""
    told = [field for field in record.fields if field.alternatives]
    by_hand = {name for decision in record.decisions for name in decision.details.get("fields", {})}
    return {
        "record": record,
        "deal": record.view,
        "pieces": pieces,
        "mark_of": mark_of,
        "by_hand": by_hand,
        "conflicts": [field for field in told if field.conflicting],
        # Parties add up and a status has its life: only other fields are told otherwise.
        "otherwise": [f for f in told if not f.conflicting and f.field not in ("investors", "lead", "status")],
        "correctable": CORRECTABLE,
        "problem": "",
    }


@router.get("/companies/{name}")
def company(request: Request, name: str) -> Response:
    """A company's deals and who paid."""
    return _name(request, "company", name)


@router.get("/investors/{name}")
def investor(request: Request, name: str) -> Response:
    """An investor's deals and with whom."""
    return _name(request, "investor", name)


def _name(request: Request, role: str, name: str) -> Response:
    site = site_of(request)
    found = find_name(site.db, role, name)
    if found is None:
        raise NotFound
    params = DealParams.model_validate({f"{role}_id": found.key})
    wanted = params.browse()
    with site.db.reading() as session:
        frame = frame_of(site.db, session)
        chosen = select_deals(session, frame, wanted)
        if not chosen.kept.any():  # named only in what is recalled, or not about AI
            params = params.model_copy(update={"scope": "all"})
            chosen = select_deals(session, frame, params.browse())
        shown = page_of(session, chosen, wanted.sort, limit=30).deals
    return page(
        request,
        "name.html",
        active="deals",
        role=role,
        found=found,
        params=params,
        deals=shown,
        totals=totals_of(chosen),
        others=investors_of(chosen, but=found.key if role == "investor" else "", limit=12),
        figures=months_of(chosen),
    )


@router.get("/trends")
def trends_page(request: Request) -> Response:
    """Charts, with a table behind each."""
    params, wrong = lenient(request.query_params)
    return page(
        request, "trends.html", active="trends", params=params, wrong=wrong, seen=_trends(request, params),
        countries=countries_of(site_of(request).db), **_CHOICES,
    )  # fmt: skip


@router.get("/charts/{chart}.svg")
def chart(
    request: Request, chart: Chart, theme: Annotated[Theme, Query()] = "light", size: Annotated[Size, Query()] = "wide"
) -> Response:
    """One chart of the trends under a filter, for a theme and a width."""
    site, words = site_of(request), words_of(request)
    params, _ = lenient(request.query_params)
    figures = getattr(_trends(request, params), "months" if chart == "counts" else chart)
    key = ("chart", chart, theme, size, words.language, tuple(figures))
    drawn = site.memo.get(key, lambda: draw(chart, figures, words, theme, size))
    return tagged(request, Response(drawn, media_type="image/svg+xml"))


def _trends(request: Request, params: DealParams) -> Trends:
    return trends(site_of(request).db, params.browse())
