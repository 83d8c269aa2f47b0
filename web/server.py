"""Serving the dashboard: on loopback for whoever sits there, elsewhere only with a way to sign in."""

from __future__ import annotations

import ipaddress
import logging
import threading

import uvicorn
from fastapi import FastAPI

from config.errors import ConfigError, VeilleError
from config.settings import Settings
from storage.database import Database
from storage.trends import countries_of
from web.app import make_app
from web.charts import draw
from web.names_pages import names_to_judge
from web.signing import Doorkeeper
from web.site import Site
from web.words import speech


def serve(db: Database, settings: Settings, host: str, port: int) -> None:
    """Serve until interrupted.

    Raises:
        ConfigError: `host` is not of this machine alone, and nobody could sign in.
    """
    closed = must_close(settings, host)
    app = make_app(db, settings, closed=closed)
    threading.Thread(target=warm, args=(app,), daemon=True).start()
    uvicorn.run(
        app,
        host=host,
        port=port,
        log_level="warning",
        server_header=False,
        proxy_headers=False,  # whom a request comes from is what `VEILLE_WEB_PROXIES` is compared with
    )


def must_close(settings: Settings, host: str) -> bool:
    """Whether only people who are signed in may read.

    Raises:
        ConfigError: only they may, and nobody can sign in.
    """
    door = Doorkeeper(settings)  # complains about tokens that are no good
    if is_loopback(host) and settings.web_user_header is None:
        return False
    if not door.authenticates:
        raise ConfigError(
            f"{host} n'est pas cette seule machine : réglez VEILLE_WEB_TOKENS (nom:jeton) ou VEILLE_WEB_USER_HEADER "
            "(derrière un mandataire qui authentifie), ou écoutez sur 127.0.0.1"
        )
    return True


def is_loopback(host: str) -> bool:
    """Whether nobody else can reach this address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def warm(app: FastAPI) -> None:
    """Read beforehand what the first page of each kind would wait for: the deals, the rules, the drawing of charts."""
    site: Site = app.state.site
    try:
        countries_of(site.db)
        draw("months", (), speech(site.settings.language), "light")
        names_to_judge(site)
    except VeilleError as error:  # the page that needs it says so
        logging.getLogger(__name__).warning("%s", error)
