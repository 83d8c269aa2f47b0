"""Serving the dashboard: on loopback for whoever sits there, elsewhere only with a way to sign in."""

from __future__ import annotations

import ipaddress

import uvicorn

from config.errors import ConfigError
from config.settings import Settings
from storage.database import Database
from web.app import make_app
from web.signing import Doorkeeper


def serve(db: Database, settings: Settings, host: str, port: int) -> None:
    """Serve until interrupted.

    Raises:
        ConfigError: `host` is not of this machine alone, and nobody could sign in.
    """
    closed = must_close(settings, host)
    uvicorn.run(
        make_app(db, settings, closed=closed),
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
