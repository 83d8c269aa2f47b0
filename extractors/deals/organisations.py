"""The organisations an analyst has listed, found in text through a dictionary of words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from config.documents import Document, config_files, read_yaml, validated
from config.errors import ConfigError
from extractors.deals.normalise import fold, letter_runs, longest_run, normalise, plain

OrganisationType = Literal[
    "company", "fund", "bank", "public", "state", "person", "outlet", "regulator", "school", "club"
]
TYPES: tuple[str, ...] = get_args(OrganisationType)

_LEGAL_FORMS = frozenset(
    ["sa", "sas", "sasu", "sarl", "se", "nv", "ag", "plc", "ltd", "llc", "inc", "corp", "gmbh", "spa", "ab", "bv", "co"]
)  # fmt: skip
_ARTICLES = frozenset(["le", "la", "les", "l", "the"])
_TOKEN = re.compile(r"[^\W_]+")
_CAPITALS = re.compile(r"[A-Z][^\W_]*")
# A colon that parts two words of a name has no space behind it: "Orfeo:ai".
_NEXT = re.compile(r"(?::|[\s.,'&/+-]{0,3})([^\W_]+)")
_GAP = re.compile(r":(?=[a-z])|[\s.,'&/+-]{0,3}")
_STARTS_SENTENCE = re.compile(r"(?:^|[.!?…:]\s*[\"']?\s*|\n\s*(?:[-•*]\s*)?[\"']?\s*)\Z")
# "Airudi-Plus" is another than "Airudi".
_SUFFIX = re.compile(r"-(?:Plus|Pro|One|Labs?|Nord|Sud)(?![A-Za-z])")
_GOES_ON_AS_NAME = re.compile(r"\s*(?:[,(:]|(?!d[eu]s?\s|d'|en\s|et\s|à\s)[a-z]|[A-Z0-9])")


@dataclass(frozen=True, slots=True)
class Organisation:
    """One entry of `config/lexicon/organisations.yaml`.

    `type` is one of `TYPES`. `ordinary`: the name is also a common word, a letter or a first name, so it needs a
    capital and context. `wikidata` (Q…) and `siren` name it in other registers, where known.
    """

    name: str
    type: str
    country: str | None = None
    ai: bool = False
    aliases: tuple[str, ...] = ()
    ordinary: bool = False
    wikidata: str | None = None
    siren: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """An organisation found at `text[start:end]`."""

    start: int
    end: int
    organisation: Organisation


def _siren(written: str) -> str:
    """Nine digits of which the last checks the others (Luhn), spaces apart."""
    digits = "".join(written.split())
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)) if digit.isdecimal()]
    if len(digits) != 9 or len(doubled) != 9 or sum(number // 10 + number % 10 for number in doubled) % 10:
        raise ValueError("not a SIREN: nine digits, in quotes, the last of which checks the others")
    return digits


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    aliases: tuple[str, ...] = ()  # immutable: a list would be copied for every name that has none
    ai: bool | None = None
    country: str | None = None
    ordinary: bool = False
    wikidata: str | None = Field(None, pattern=r"^Q[1-9]\d*$")
    siren: Annotated[str, AfterValidator(_siren)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain_name(cls, value: object) -> object:
        return {"name": value} if isinstance(value, str) else value


class _Group(BaseModel):
    """Names that share type, country and `ai`; an entry may say otherwise for itself."""

    model_config = ConfigDict(extra="forbid")
    type: OrganisationType
    country: str | None = None
    ai: bool = False
    names: list[_Entry]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    groups: list[_Group]


@dataclass(frozen=True, slots=True)
class _Form:
    """A written form: its folded tokens in small letters, the case of its first letter, and whose it is."""

    tokens: tuple[str, ...]
    capital: bool
    exact: str
    organisation: Organisation


class Organisations:
    """A lexicon of organisations, immutable once loaded."""

    def __init__(self, entries: Iterable[Organisation]) -> None:
        self.entries: tuple[Organisation, ...] = tuple(entries)
        self._by_key: dict[str, Organisation] = {}
        self._by_word: dict[str, dict[str, list[_Form]]] = {}  # first word → second word or "" → forms
        self._small: dict[str, list[_Form]] = {}  # and by the longest run of letters of each:
        self._small_by_run: dict[str, list[tuple[int, str]]] = {}
        for organisation in self.entries:
            for written in (organisation.name, *organisation.aliases):
                self._by_key.setdefault(name_key(written), organisation)
                self._add(written, organisation)
        for forms in (*(f for seconds in self._by_word.values() for f in seconds.values()), *self._small.values()):
            forms.sort(key=lambda form: -len(form.tokens))
        for number, written in enumerate(self._small):
            self._small_by_run.setdefault(longest_run(written.lower()), []).append((number, written))

    @classmethod
    def load(cls, user_dir: Path | None) -> Organisations:
        """The shipped list with the user's own on top (same name: the user's wins).

        Raises:
            ConfigError: names file and line of the first entry at fault.
        """
        files = config_files("lexicon/organisations.yaml", user_dir)
        return _loaded(tuple((path, path.stat().st_mtime_ns) for path in files))

    @classmethod
    def empty(cls) -> Organisations:
        """A lexicon with no names."""
        return cls(())

    def lookup(self, name: str) -> Organisation | None:
        """The entry with this name or alias, whatever accents, case, punctuation, legal form or article."""
        return self._by_key.get(name_key(name))

    def find(self, text: str) -> list[Known]:
        """Entries named in the text, longest first, in order, never overlapping.

        A name listed with a capital must have one in the text; one listed in small letters (`evroc`) may not.
        """
        flat = fold(normalise(text))
        starts = self._capital_starts(flat) + self._small_starts(flat, letter_runs(plain(text)) | {""})
        starts.sort(key=_position)
        found: list[Known] = []
        end = 0
        for start, forms in starts:
            if start < end or flat[start - 1 : start].isalnum():
                continue
            for form in forms:
                stop = _matched(flat, start, form)
                if stop and (not form.organisation.ordinary or _in_context(flat, start, stop, form)):
                    found.append(Known(start, stop, form.organisation))
                    end = stop
                    break
        return found

    def _capital_starts(self, flat: str) -> list[tuple[int, list[_Form]]]:
        found: list[tuple[int, list[_Form]]] = []
        for match in _CAPITALS.finditer(flat):
            seconds = self._by_word.get(match.group().lower())
            if seconds is None:
                continue
            if len(seconds) > 1 or "" not in seconds:
                following = _NEXT.match(flat, match.end())
                longer = seconds.get(following.group(1).lower()) if following else None
                if longer:
                    found.append((match.start(), longer))
            if "" in seconds:
                found.append((match.start(), seconds[""]))
        return found

    def _small_starts(self, flat: str, runs: Set[str]) -> list[tuple[int, list[_Form]]]:
        """Names that begin with a small letter or a digit, each looked for by itself: they are few."""
        found: list[tuple[int, list[_Form]]] = []
        for _, written in sorted(told for run, own in self._small_by_run.items() if run in runs for told in own):
            forms, at = self._small[written], flat.find(written)
            while at >= 0:
                found.append((at, forms))
                at = flat.find(written, at + len(written))
        return found

    def _add(self, written: str, organisation: Organisation) -> None:
        flat = fold(normalise(written)).strip()
        tokens = tuple(token.lower() for token in _TOKEN.findall(flat))
        if not tokens:
            return
        capital = not flat[0].islower()
        form = _Form(tokens, capital, flat, organisation)
        self._by_word.setdefault(tokens[0], {}).setdefault(tokens[1] if len(tokens) > 1 else "", []).append(form)
        if not flat[0].isupper():
            self._small.setdefault(flat, []).append(form)


@lru_cache(maxsize=65536)
def name_key(name: str) -> str:
    """What two spellings of one name share: folded, small letters, no punctuation, legal form or leading article.

    "Groupe" and "Holding" stay: without them different firms fall together.
    """
    tokens = _TOKEN.findall(fold(normalise(name)).lower())
    while len(tokens) > 1 and tokens[-1] in _LEGAL_FORMS:
        tokens.pop()
    while len(tokens) > 1 and tokens[0] in _ARTICLES:
        tokens.pop(0)
    return "".join(tokens)


def _position(start: tuple[int, list[_Form]]) -> int:
    return start[0]


def _matched(flat: str, start: int, form: _Form) -> int:
    """Where the form ends when it stands at `start`, else 0."""
    at = start
    for index, token in enumerate(form.tokens):
        if index:
            gap = _GAP.match(flat, at)
            at = gap.end() if gap else at
        end = at + len(token)
        if flat[at:end].lower() != token:
            return 0
        at = end
    if form.exact[-1] in "&+" and flat[at : at + 1] == form.exact[-1]:
        at += 1  # "Humans&"
    if flat[at : at + 1].isalnum() or (form.capital and flat[start].islower()) or _in_address(flat, start, at):
        return 0
    if _SUFFIX.match(flat, at):
        return 0
    acronym = len(form.exact) <= 5 and form.exact.isupper()
    return 0 if acronym and not flat[start:at].isupper() else at


def _in_address(flat: str, start: int, end: int) -> bool:
    """Whether it is only a part of "Google.org", "Foundries.io"."""
    if flat[end : end + 1] == "." and flat[end + 1 : end + 2].islower():
        return True
    return flat[start].islower() and flat[start - 1 : start] == "." and flat[start - 2 : start - 1].isalnum()


def _in_context(flat: str, start: int, end: int, form: _Form) -> bool:
    """Whether an ordinary word stands as a name: as written or in capitals, and not a plain sentence opening."""
    written = flat[start:end]
    if written not in (form.exact, form.exact.upper()):
        return False
    if len(written) == 1 and flat[end : end + 1] in "-.'+":
        return False
    if _STARTS_SENTENCE.search(flat[max(0, start - 6) : start]):
        return _GOES_ON_AS_NAME.match(flat, end) is not None
    return True


@lru_cache(maxsize=8)
def _loaded(files: tuple[tuple[Path, int], ...]) -> Organisations:
    by_key: dict[str, Organisation] = {}
    for path, _ in files:
        document = read_yaml(path)
        own: dict[str, tuple[str | int, ...]] = {}
        for organisation, place in _entries(document):
            key = name_key(organisation.name)
            if key in own:  # lines are looked up here only: for every name they cost a tenth of the loading
                first, again = document.line(*own[key]), document.line(*place)
                raise ConfigError(f"{organisation.name!r} is listed already on line {first}", path, again)
            own[key] = place
            by_key[key] = organisation
    return Organisations(by_key.values())


def _entries(document: Document) -> Iterable[tuple[Organisation, tuple[str | int, ...]]]:
    for number, group in enumerate(validated(document, _File).groups):
        for index, entry in enumerate(group.names):
            yield (
                Organisation(
                    name=entry.name,
                    type=group.type,
                    country=entry.country or group.country,
                    ai=group.ai if entry.ai is None else entry.ai,
                    aliases=entry.aliases,
                    ordinary=entry.ordinary,
                    wikidata=entry.wikidata,
                    siren=entry.siren,
                ),
                ("groups", number, "names", index),
            )
