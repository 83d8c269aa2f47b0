"""Reading `config/alerts.yaml`: the shipped watch, with the user's own on top; every complaint names file and line."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from alerts.message import address
from alerts.timing import QuietHours, Rhythm
from alerts.watch import OPERATOR, ChannelKind, Watch
from config.documents import Document, config_files, read_yaml, validated
from config.errors import ConfigError
from config.settings import Settings
from extractors.values import Kind, Status
from storage.values import MAIL
from storage.watch_words import load_watch_words
from storage.watches import Wanted, WatchRule, WatchWords

FILE_NAME = "alerts.yaml"
_CLOCK = re.compile(r"([01]?\d|2[0-3])[:h]([0-5]\d)?")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SECRET = r"^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$"  # noqa: S105 - the form of a name, no secret


def load_watches(settings: Settings) -> list[Watch]:
    """All watches that are switched on, in file order.

    A line of the user's file whose `id` is known already changes only the keys it gives.

    Raises:
        ConfigError: names file, line and field.
    """
    lines: dict[str, _Placed] = {}
    for path in config_files(FILE_NAME, settings.config_dir):
        _lay_on(lines, read_yaml(path))
    words = load_watch_words(settings.config_dir)
    return [_watch(placed, settings, words) for placed in lines.values() if placed.line.enabled is not False]


def find_watch(settings: Settings, watch_id: str) -> Watch:
    """The watch of that id.

    Raises:
        ConfigError: there is none, or the file is wrong.
    """
    watches = load_watches(settings)
    found = next((watch for watch in watches if watch.id == watch_id), None)
    if found is None:
        known = ", ".join(watch.id for watch in watches) or "aucune"
        raise ConfigError(f"aucune veille {watch_id!r} dans {FILE_NAME} ; en vigueur : {known}")
    return found


def _clock(value: object) -> object:
    # YAML reads 18:30 without quotes as 18 × 60 + 30.
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 24 * 60:
        return dt.time(value // 60, value % 60)
    found = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f'une heure comme "08:30" est attendue, pas {value!r}')
    return dt.time(int(found[1]), int(found[2] or 0))


def _some(value: object) -> object:
    return [value] if isinstance(value, str) else value


Clock = Annotated[dt.time, BeforeValidator(_clock)]
Names = Annotated[list[Annotated[str, Field(min_length=1)]], BeforeValidator(_some)]


class _Quiet(BaseModel):
    model_config = ConfigDict(extra="forbid")
    start: Clock | None = Field(None, alias="from")
    end: Clock | None = Field(None, alias="to")
    weekends: bool = False


class _Only(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kinds: Annotated[list[Kind], BeforeValidator(_some)] = []
    status: Annotated[list[Status], BeforeValidator(_some)] = []
    countries: Annotated[list[Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z]{1,3})?$")]], BeforeValidator(_some)] = []
    min_amount: Decimal | None = Field(None, ge=0)
    companies: Names = []
    investors: Names = []
    sectors: Names = []
    text: Names = []
    or_unknown: bool = False


class WatchLine(BaseModel):
    """One item of `alerts.yaml`, as written. Only `id` is needed to change a watch that is known already."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")
    name: str | None = Field(None, min_length=1, max_length=120)
    enabled: bool | None = None
    note: str | None = None
    channel: ChannelKind | None = None
    to: Names | None = None
    secret: str | None = Field(None, pattern=_SECRET)
    file: str | None = None
    language: Literal["fr", "en"] | None = None
    timezone: str | None = None
    rhythm: Literal["at-once", "daily", "weekly"] | None = None
    at: Clock | None = None
    day: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] | None = None
    quiet: _Quiet | None = None
    most_per_day: int | None = Field(None, ge=1)
    when_nothing: bool | None = None
    unsubscribe: str | None = Field(None, pattern=r"^(https://|mailto:)\S+$")
    only: _Only | None = None

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        try:
            return value and str(ZoneInfo(value))
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"fuseau horaire inconnu : {value!r} ; exemple : Europe/Paris") from error


@dataclass(frozen=True, slots=True)
class _Placed:
    """A watch as merged so far, and the file and place that spoke of it last, for complaints."""

    line: WatchLine
    document: Document
    index: int

    def error(self, message: str, field: str) -> ConfigError:
        return self.document.error(f"{field} : {message}", "watches", self.index, field)


def _lay_on(lines: dict[str, _Placed], document: Document) -> None:
    if document.data is None:
        return
    if not isinstance(document.data, dict) or set(document.data) != {"watches"}:
        raise document.error("une seule clé est attendue, `watches:`, et une liste dessous")
    items = document.data["watches"] or []
    if not isinstance(items, list):
        raise document.error("`watches:` doit tenir une liste de veilles, chacune avec `id`", "watches")
    here: dict[str, int] = {}
    for index in range(len(items)):
        given = validated(document, WatchLine, "watches", index)
        if given.id in here:
            raise document.error(f"id : la veille {given.id!r} est déjà ligne {here[given.id]}", "watches", index, "id")
        if given.id == OPERATOR:
            raise document.error(f"id : {OPERATOR!r} est pris ; réglez VEILLE_OPERATOR_TO", "watches", index, "id")
        here[given.id] = document.line("watches", index)
        known = lines.get(given.id)
        merged = known.line.model_copy(update=_given(given)) if known else given
        lines[given.id] = _Placed(merged, document, index)


def _given(line: WatchLine) -> dict[str, Any]:
    return {name: getattr(line, name) for name in line.model_fields_set}


def _watch(placed: _Placed, settings: Settings, words: WatchWords) -> Watch:
    line = placed.line
    channel = line.channel or "mail"
    to = tuple(line.to or (settings.mail_to if channel == "mail" else ()))
    _check(placed, channel, to, settings)
    quiet = line.quiet or _Quiet.model_validate({})
    return Watch(
        id=line.id,
        name=line.name or ("Veille IA" if line.id == MAIL else line.id),
        channel=channel,
        to=to,
        rule=WatchRule(line.id, _wanted(placed, words), words),
        language=line.language or settings.language,
        timezone=line.timezone or settings.timezone,
        rhythm=Rhythm(line.rhythm or "at-once", line.at or dt.time(8), _DAYS.index(line.day or "monday")),
        quiet=QuietHours(quiet.start, quiet.end, quiet.weekends),
        most_per_day=line.most_per_day,
        when_nothing=line.when_nothing or False,
        sender=settings.mail_from,
        unsubscribe=line.unsubscribe or settings.mail_unsubscribe,
        secret=line.secret,
        file=Path(line.file).expanduser() if line.file else None,
    )


def _check(placed: _Placed, channel: ChannelKind, to: tuple[str, ...], settings: Settings) -> None:
    """What no single field can tell."""
    line = placed.line
    if channel == "mail":
        for one in to:
            try:
                address(one, "to")
            except ConfigError as error:
                raise placed.document.error(error.message, "watches", placed.index, "to") from error
        if settings.smtp_host and not to:
            raise placed.error("nommez au moins une adresse, ici ou dans VEILLE_MAIL_TO", "to")
    elif channel == "atom":
        if not line.file:
            raise placed.error("manque : où écrire le flux Atom", "file")
    else:
        if not to:
            raise placed.error("manque : env:NOM ou file:CHEMIN, qui tient l'adresse", "to")
        for one in to:
            plain = channel == "webhook" and one.startswith(("https://", "http://"))
            if not plain and not one.startswith(("env:", "file:")):
                raise placed.error(
                    f"{one!r} : une telle adresse tient un secret ; écrivez env:NOM ou file:CHEMIN", "to"
                )
        if channel == "webhook" and not line.secret:
            raise placed.error("manque : env:NOM ou file:CHEMIN, de quoi signer", "secret")
    if line.quiet is not None and (line.quiet.start is None) != (line.quiet.end is None):
        raise placed.error("donnez `from` et `to`, ou aucun des deux", "quiet")
    if line.when_nothing and line.rhythm == "weekly":
        raise placed.error("n'a de sens que pour at-once et daily", "when_nothing")


def _wanted(placed: _Placed, words: WatchWords) -> Wanted:
    only = placed.line.only
    if only is None:
        return Wanted()
    if unknown := [name for name in only.sectors if name not in words.sectors]:
        message = f"only.sectors : {unknown[0]!r} inconnu ; connus : {', '.join(sorted(words.sectors))}"
        raise placed.document.error(message, "watches", placed.index, "only", "sectors")
    return Wanted(
        kinds=frozenset(only.kinds),
        status=frozenset(only.status),
        countries=frozenset(only.countries),
        min_amount=only.min_amount,
        companies=frozenset(only.companies),
        investors=frozenset(only.investors),
        sectors=frozenset(only.sectors),
        text=tuple(only.text),
        or_unknown=only.or_unknown,
    )
