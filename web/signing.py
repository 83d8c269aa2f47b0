"""Who is signed in: by a token kept in a signed cookie or sent as a bearer, or by the word of a trusted proxy."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request

from config.errors import ConfigError
from config.settings import Settings

COOKIE = "veille_session"
SESSION_SECONDS = 12 * 3600
_SHORTEST = 16


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody signed in; `csrf` is what a form of theirs must send back. `by_token`: not from a form, no csrf."""

    name: str
    csrf: str
    by_token: bool = False


class Doorkeeper:
    """Knows tokens and the proxy's header; remembers nothing, so that any number of processes agree."""

    def __init__(self, settings: Settings) -> None:
        self._names = tokens_of(settings)
        self._header, self._proxies = settings.web_user_header, frozenset(settings.web_proxies)
        # With other tokens every session ends. Without any, forms live as long as the process.
        told = "\n".join(sorted(self._names)) or secrets.token_hex(32)
        self._key = hashlib.sha256(b"veille-web\n" + told.encode()).digest()

    @property
    def tokens(self) -> bool:
        """Whether anybody can sign in with a token."""
        return bool(self._names)

    @property
    def authenticates(self) -> bool:
        """Whether anybody can be signed in at all."""
        return bool(self._names) or self._header is not None

    def who(self, request: Request) -> Person | None:
        """The person behind a request."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.casefold() == "bearer" and (name := self.name_of(token.strip())):
            return Person(name, "", by_token=True)
        if self._header is not None and request.client is not None and request.client.host in self._proxies:
            name = request.headers.get(self._header, "").strip()
            if name:
                return self._person(name, f"header\n{name}")
        cookie = request.cookies.get(COOKIE, "")
        name, expires = self._opened(cookie)
        return self._person(name, cookie) if name and expires > time.time() else None

    def name_of(self, token: str) -> str | None:
        """Whose token this is. Takes as long for any wrong one."""
        found = None
        for known, name in self._names.items():
            if hmac.compare_digest(known.encode(), token.encode(errors="replace")):
                found = name
        return found

    def cookie(self, name: str) -> str:
        """A session for this person."""
        told = f"{name.encode().hex()}.{int(time.time()) + SESSION_SECONDS}.{secrets.token_hex(8)}"
        return f"{told}.{self._sign(told)}"

    def _person(self, name: str, seed: str) -> Person:
        return Person(name[:80], self._sign(f"csrf\n{seed}"))

    def _opened(self, cookie: str) -> tuple[str, int]:
        told, _, signature = cookie.rpartition(".")
        if not told or not hmac.compare_digest(self._sign(told).encode(), signature.encode(errors="replace")):
            return "", 0
        name, expires, _ = told.split(".")
        return bytes.fromhex(name).decode(), int(expires)

    def _sign(self, told: str) -> str:
        return hmac.new(self._key, told.encode(errors="replace"), hashlib.sha256).hexdigest()


def tokens_of(settings: Settings) -> Mapping[str, str]:
    """Token → name, from `VEILLE_WEB_TOKENS`.

    Raises:
        ConfigError: not `name:token` pairs, or a token that can be guessed.
    """
    found: dict[str, str] = {}
    told = settings.web_tokens.get_secret_value() if settings.web_tokens else ""
    for pair in filter(None, (part.strip() for part in told.split(","))):
        name, colon, token = (part.strip() for part in pair.partition(":"))
        if not (name and colon and token):
            raise ConfigError("VEILLE_WEB_TOKENS : écrivez NOM:JETON, séparés par des virgules")
        if len(token) < _SHORTEST:
            raise ConfigError(
                f"VEILLE_WEB_TOKENS : le jeton de {name} est trop court ; au moins {_SHORTEST} signes, par exemple "
                "ceux que donne `python3 -c 'import secrets; print(secrets.token_urlsafe(24))'`"
            )
        found[token] = name
    return found
