"""`/deals.csv`, `.xlsx`, `.parquet`, `.jsonl` and `.atom`: any filtered view as a file."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from typing import IO, Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response, StreamingResponse
from lxml import etree

from storage.browse import all_deals, deal_page, newest_of
from storage.values import DealView
from web.exports import MEDIA, Format, lines, write
from web.params import DealParams
from web.rows import links
from web.site import linker, site_of, tagged, words_of
from web.words import Speech

router = APIRouter(tags=["exports"])

Params = Annotated[DealParams, Query()]
_CHUNK = 1 << 16
_ENTRIES = 100
_ATOM = "http://www.w3.org/2005/Atom"


@router.get("/deals.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
def as_csv(request: Request, params: Params) -> Response:
    """All deals of a view as CSV: UTF-8, one line a deal, no cell that a spreadsheet would take for a formula."""
    return _streamed(request, params, "csv")


@router.get("/deals.jsonl", response_class=Response, responses={200: {"content": {"application/x-ndjson": {}}}})
def as_jsonl(request: Request, params: Params) -> Response:
    """All deals of a view, one JSON object a line."""
    return _streamed(request, params, "jsonl")


@router.get("/deals.xlsx", response_class=Response, responses={200: {"content": {MEDIA["xlsx"]: {}}}})
def as_xlsx(request: Request, params: Params) -> Response:
    """All deals of a view as a workbook."""
    return _file(request, params, "xlsx")


@router.get("/deals.parquet", response_class=Response, responses={200: {"content": {MEDIA["parquet"]: {}}}})
def as_parquet(request: Request, params: Params) -> Response:
    """All deals of a view as a Parquet file."""
    return _file(request, params, "parquet")


@router.get("/deals.atom", response_class=Response, responses={200: {"content": {"application/atom+xml": {}}}})
def as_atom(request: Request, params: Params) -> Response:
    """The newest deals of a view as an Atom feed."""
    words, base = words_of(request), str(request.base_url).rstrip("/")
    deals = deal_page(site_of(request).db, newest_of(params.browse()), limit=_ENTRIES).deals
    href = linker(request)
    root = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})
    _add(root, "title", words["title"])
    _add(root, "id", f"{base}/deals.atom?{params.query()}")
    _add(root, "link", rel="self", href=f"{base}{href('/deals.atom', params.query())}")
    _add(root, "link", rel="alternate", href=f"{base}{href('/', params.query())}")
    _add(root, "updated", _moment(max((_day(deal) for deal in deals), default=dt.date(1970, 1, 1))))
    _add(_add(root, "author"), "name", "Veille IA")
    for deal in deals:
        _entry(root, deal, words, f"{base}{href(f'/deals/{deal.id}')}")
    body = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return tagged(request, Response(body, media_type="application/atom+xml"))


def _entry(root: etree._Element, deal: DealView, words: Speech, address: str) -> None:
    entry = _add(root, "entry")
    _add(entry, "title", words.headline(deal))
    _add(entry, "id", f"urn:veille-ia:deal:{deal.id}")
    _add(entry, "link", rel="alternate", href=address)
    for url in links(deal):
        _add(entry, "link", rel="related", href=url)
    _add(entry, "updated", _moment(_day(deal)))
    told = [words.of("kinds", deal.kind), words.of("statuses", deal.status), ", ".join(deal.investors)]
    _add(entry, "summary", " · ".join(filter(None, told)))


def _add(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    child = etree.SubElement(parent, f"{{{_ATOM}}}{name}", {key: _xml(value) for key, value in attributes.items()})
    child.text = None if text is None else _xml(text)
    return child


def _xml(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return "".join(
        char if char in "\t\n\r" or (char >= " " and char not in "\ufffe\uffff") else "\ufffd" for char in text
    )


def _day(deal: DealView) -> dt.date:
    return deal.first_published or dt.date(1970, 1, 1)


def _moment(day: dt.date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _streamed(request: Request, params: DealParams, format: Format) -> Response:
    assert format in ("csv", "jsonl")
    deals = all_deals(site_of(request).db, params.browse())
    return StreamingResponse(lines(format, deals), media_type=MEDIA[format], headers=_named(format))


def _file(request: Request, params: DealParams, format: Format) -> Response:
    """Formats that are written back and forth go through a file on disk, never through memory."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed once it is sent
    try:
        write(format, all_deals(site_of(request).db, params.browse()), file)
    except BaseException:
        file.close()
        raise
    length = file.tell()
    file.seek(0)
    headers = _named(format) | {"Content-Length": str(length)}
    return StreamingResponse(_chunks(file), media_type=MEDIA[format], headers=headers)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _named(format: Format) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="veille-operations.{format}"'}
