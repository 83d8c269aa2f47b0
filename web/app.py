"""The application: pages, API and downloads over one database, behind safe headers and, where asked for, a door."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.base import RequestResponseEndpoint

from config.errors import ConfigError
from config.settings import Settings
from storage.browse import BadCursor
from storage.database import Database
from storage.errors import StorageError
from web import api, decisions, downloads, names_pages, pages, reading_pages
from web.errors import NotFound, SignInFirst, WebError
from web.headers import SafeHeaders
from web.signing import Doorkeeper
from web.site import Site, linker, page, person_of, words_of

_OPEN = ("/static/", "/signin")  # what people who are not signed in see of a closed dashboard
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


def make_app(db: Database, settings: Settings, *, closed: bool = False) -> FastAPI:
    """The dashboard of one database.

    Args:
        closed: nothing is shown to people who are not signed in; else everybody may read.
    """
    app = FastAPI(
        title="Veille IA",
        description="Deals in AI told by the French-language press. Fields are only ever added within v1.",
        version="1",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # both load scripts from elsewhere
        redoc_url=None,
    )
    app.state.site = Site(db, settings, Doorkeeper(settings), closed)
    for module in (pages, reading_pages, names_pages, decisions, downloads, api):
        app.include_router(module.router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))
    app.add_exception_handler(WebError, _refused)
    app.add_exception_handler(StorageError, _out_of_order)
    app.add_exception_handler(ConfigError, _out_of_order)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(BadCursor, _bad_cursor)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.middleware("http")(_at_the_door)
    app.add_middleware(SafeHeaders)
    return app


async def _at_the_door(request: Request, call_next: RequestResponseEndpoint) -> Response:
    site: Site = request.app.state.site
    if site.closed and not request.url.path.startswith(_OPEN) and person_of(request) is None:
        if _is_program(request):
            return await _refused(request, SignInFirst())
        return RedirectResponse(linker(request)("/signin"), 303)
    # A name that a stranger's page made lead to this machine must not read what is only for it.
    host = request.headers.get("host", "").rsplit(":", 1)[0] if request.headers.get("host") != "[::1]" else "[::1]"
    if not site.closed and host not in LOOPBACK:
        return await _refused(request, NotFound())
    return await call_next(request)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, WebError)
    return await _problem(request, error.status, words_of(request)[error.says])


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return await _refused(request, NotFound())
    answer = await _problem(request, error.status_code, str(error.detail))
    answer.headers.update(error.headers or {})
    return answer


async def _out_of_order(request: Request, error: Exception) -> Response:
    return await _problem(request, 503, str(error))


async def _bad_cursor(request: Request, _error: Exception) -> Response:
    return await _problem(request, 400, "after: not a cursor of this list")


async def _not_understood(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    told = [{"loc": list(one["loc"]), "msg": one["msg"], "type": one["type"]} for one in error.errors()]
    return JSONResponse({"detail": told}, 422)


async def _problem(request: Request, status: int, says: str) -> Response:
    if _is_program(request):
        return JSONResponse({"detail": says}, status)
    return await run_in_threadpool(page, request, "problem.html", status=status, says=says)


def _is_program(request: Request) -> bool:
    path = request.url.path
    return path.startswith(("/api/", "/deals."))
