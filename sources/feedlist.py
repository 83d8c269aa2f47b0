"""The list of feeds: ours (`config/feeds.yaml`), with the user's own `feeds.yaml` on top."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from config.documents import Document, config_files, read_yaml, validated
from config.errors import ConfigError
from sources.errors import UrlError
from sources.urls import canonical_url, clean_url
from sources.values import Feed

FILE_NAME = "feeds.yaml"
ID_PATTERN = r"^[a-z0-9][a-z0-9-]{0,63}$"
COUNTRY_PATTERN = r"^[A-Z]{2}(-[A-Z]{1,3})?$|^AFRIQUE$"


def load_feeds(user_dir: Path | None) -> list[Feed]:
    """All feeds, enabled or not, in file order; the user's additions come last.

    A line of the user's file whose `id` is already known changes only the keys it gives (`enabled: false` switches
    a feed off); any other line adds a feed and needs `name` and `url`.

    Args:
        user_dir: the folder named by `VEILLE_CONFIG_DIR`, or None.

    Raises:
        ConfigError: names the file and the line: unknown key, wrong value, id twice in one file, address twice.
    """
    lines: dict[str, _Line] = {}
    for path in config_files(FILE_NAME, user_dir):
        _lay_on(lines, read_yaml(path))
    _refuse_shared_addresses(lines)
    return [_as_feed(line) for line in lines.values()]


class FeedLine(BaseModel):
    """One item of `feeds.yaml`, as written. Only `id` is needed to change a feed that is known already."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(pattern=ID_PATTERN)
    name: str | None = Field(None, min_length=1, max_length=200)
    url: str | None = None
    site: str | None = None
    country: str | None = Field(None, pattern=COUNTRY_PATTERN)
    language: str | None = Field(None, pattern=r"^[a-z]{2,3}$")
    themes: list[str] | None = None
    paywall: Literal["no", "partial", "yes"] | None = None
    enabled: bool | None = None
    full_text: bool | None = None
    note: str | None = None

    @field_validator("url", "site")
    @classmethod
    def _an_address(cls, value: str | None) -> str | None:
        try:
            return value and clean_url(value)
        except UrlError as error:
            raise ValueError(str(error)) from error


@dataclass(frozen=True, slots=True)
class _Line:
    """A feed as merged so far, and where its address stands, for complaints."""

    values: FeedLine
    path: Path
    line: int


def _lay_on(lines: dict[str, _Line], document: Document) -> None:
    if document.data is None:
        return
    if not isinstance(document.data, dict) or set(document.data) != {"feeds"}:
        raise document.error("une seule clé est attendue, `feeds:`, et une liste dessous")
    items = document.data["feeds"]
    if items is None:
        return
    if not isinstance(items, list):
        raise document.error("`feeds:` doit tenir une liste de flux, chacun avec `id`, `name` et `url`", "feeds")
    here: dict[str, int] = {}
    for index in range(len(items)):
        given = validated(document, FeedLine, "feeds", index)
        line = document.line("feeds", index)
        if given.id in here:
            raise document.error(f"le flux {given.id!r} est déjà ligne {here[given.id]}", "feeds", index, "id")
        here[given.id] = line
        known = lines.get(given.id)
        if known is None and not (given.name and given.url):
            raise document.error(
                f"le flux {given.id!r} est nouveau (aucun des nôtres n'a cet id) : il lui faut `name` et `url`",
                "feeds",
                index,
            )
        changes = given.model_dump(exclude_unset=True)
        merged = known.values.model_copy(update=changes) if known else given
        place = _Line(merged, document.path, document.line("feeds", index, "url"))
        lines[given.id] = place if known is None or "url" in changes else _Line(merged, known.path, known.line)


def _refuse_shared_addresses(lines: dict[str, _Line]) -> None:
    seen: dict[str, _Line] = {}
    for line in lines.values():
        address = canonical_url(line.values.url or "")
        first = seen.setdefault(address, line)
        if first is not line:
            raise ConfigError(
                f"le flux {line.values.id!r} a l'adresse du flux {first.values.id!r} ({first.path}:{first.line}) ; "
                f"pour changer celui-ci, écrivez son id",
                line.path,
                line.line,
            )


def _as_feed(line: _Line) -> Feed:
    values = line.values
    return Feed(
        id=values.id,
        name=values.name or values.id,
        url=values.url or "",
        site=values.site,
        country=values.country,
        language=values.language or "fr",
        themes=tuple(values.themes or ()),
        paywall=values.paywall or "no",
        enabled=values.enabled is not False,
        full_text=values.full_text or False,
    )
