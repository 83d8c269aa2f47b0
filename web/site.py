"""What all pages share: database, settings, who is signed in, and how a template becomes an answer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote, urlencode, urlsplit
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from alerts.formatting import readable
from config.settings import Settings
from storage.companies import company_key
from storage.database import Database
from web.limits import RateLimit
from web.memo import Memo
from web.signing import Doorkeeper, Person
from web.words import Language, Speech, speech

_HERE = Path(__file__).parent
_TEMPLATES = Environment(
    loader=FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.globals |= {"key": company_key, "readable": readable}
NAV = (
    ("deals", "/"), ("trends", "/trends"), ("articles", "/articles"), ("feeds", "/feeds"), ("runs", "/runs"),
    ("rules", "/rules"), ("names", "/names"),
)  # fmt: skip


@dataclass(frozen=True)
class Site:
    """One running dashboard. `closed`: nobody reads it without signing in."""

    db: Database
    settings: Settings
    door: Doorkeeper
    closed: bool = False
    memo: Memo = field(default_factory=Memo)
    writes: RateLimit = field(default_factory=lambda: RateLimit(30, 60))
    tries: RateLimit = field(default_factory=lambda: RateLimit(8, 60))
    zone: ZoneInfo = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "zone", ZoneInfo(self.settings.timezone))


def site_of(request: Request) -> Site:
    """The dashboard that this request came to."""
    return cast(Site, request.app.state.site)


def person_of(request: Request) -> Person | None:
    """Who is signed in, looked up once a request."""
    if not hasattr(request.state, "person"):
        request.state.person = site_of(request).door.who(request)
    return cast("Person | None", request.state.person)


def language_of(request: Request) -> Language:
    """`?lang=en`; else what the installation speaks."""
    asked = request.query_params.get("lang")
    return cast(Language, asked) if asked in ("fr", "en") else site_of(request).settings.language


def words_of(request: Request) -> Speech:
    """The words of this request's language."""
    return speech(language_of(request))


def page(request: Request, template: str, *, status: int = 200, active: str = "", **values: Any) -> Response:
    """The template as an answer, with an ETag; an unchanged page is not sent again."""
    site, words = site_of(request), words_of(request)
    body = _TEMPLATES.get_template(template).render(
        t=words,
        lang=words.language,
        href=linker(request),
        other=_other_language(request),
        nav=NAV,
        active=active,
        default_lang=site.settings.language,
        person=person_of(request),
        can_sign_in=site.door.tokens,
        zone=site.zone,
        outside=outside,
        closed=site.closed and person_of(request) is None,
        **values,
    )
    return tagged(request, HTMLResponse(body, status))


def tagged(request: Request, response: Response) -> Response:
    """The answer with an ETag of its content, or 304 where the client has it."""
    if response.status_code != 200:
        return response
    tag = f'"{hashlib.sha256(bytes(response.body)).hexdigest()[:32]}"'
    if tag in [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers={"ETag": tag})
    response.headers["ETag"] = tag
    return response


def linker(request: Request) -> Callable[..., str]:
    """A function for templates: path and query to an address that keeps the language."""
    site, language = site_of(request), language_of(request)

    def href(path: str, query: str = "", **more: object) -> str:
        told = {key: str(value) for key, value in more.items() if value not in (None, "")}
        if language != site.settings.language:
            told["lang"] = language
        joined = "&".join(part for part in (query, urlencode(told)) if part)
        return quote(path, safe="/") + (f"?{joined}" if joined else "")

    return href


def outside(url: str | None) -> str:
    """An address that a link may lead to; empty for anything but http and https."""
    try:
        return url if url and urlsplit(url).scheme in ("http", "https") else ""
    except ValueError:
        return ""


def _other_language(request: Request) -> str:
    other = "fr" if language_of(request) == "en" else "en"
    kept = [(key, value) for key, value in request.query_params.multi_items() if key != "lang"]
    path = request.url.path if request.method == "GET" else "/"
    return f"{quote(path)}?{urlencode([*kept, ('lang', other)])}"
