"""Documents on disk, as `veille extract` takes them: `.txt`, `.html`, and article `.json`, in files or folders.

Yields one value a document, in the order given (folders sorted by name); a document that cannot be read is a value
too, with the reason, so that one bad file stops nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

SUFFIXES = (".txt", ".html", ".htm", ".json")
# A page or text beyond this is no press article (those read for the design stay under one megabyte).
MOST_BYTES = 20_000_000
_LEADING_DATE = re.compile(r"\s*date\s+(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?\b")


@dataclass(frozen=True, slots=True)
class TextDocument:
    """A text that needs no extraction. `id` is the file's stem, or the JSON's own `id`."""

    path: Path
    id: str
    title: str
    text: str
    published: date | None
    outlet: str = ""
    url: str | None = None


@dataclass(frozen=True, slots=True)
class HtmlDocument:
    """A page saved to disk."""

    path: Path
    id: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A document that gave nothing, and why."""

    path: Path
    reason: str


Document = TextDocument | HtmlDocument | Unreadable


def read_documents(paths: Iterable[Path]) -> Iterator[Document]:
    """Every document under `paths`, one at a time. Other kinds of file inside folders are passed over."""
    for path in paths:
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                if file.suffix.lower() in SUFFIXES and file.is_file():
                    yield _read(file)
        else:
            yield _read(path)


def _read(path: Path) -> Document:
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        return Unreadable(path, f"genre de fichier inconnu ; attendu : {', '.join(SUFFIXES)}")
    try:
        if path.stat().st_size > MOST_BYTES:
            return Unreadable(path, f"plus de {MOST_BYTES // 1_000_000} Mo")
        body = path.read_bytes()
    except OSError as error:
        return Unreadable(path, error.strerror or str(error))
    return parse_document(path, body)


def parse_document(path: Path, body: bytes) -> Document:
    """One document by its bytes; the suffix of `path` says what it is (see `SUFFIXES`)."""
    suffix = path.suffix.lower()
    if suffix == ".json":
        return _json(path, body)
    if suffix == ".txt":
        text = _decode(body)
        return TextDocument(path, path.stem, "", text, _leading_date(text))
    return HtmlDocument(path, path.stem, body)


def _json(path: Path, body: bytes) -> Document:
    try:
        value = json.loads(_decode(body))
    except ValueError as error:
        return Unreadable(path, f"pas du JSON : {error}")
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        return Unreadable(
            path, 'pas un article : un objet avec "id", "title", "text", "published", "outlet" est attendu'
        )
    published = value.get("published")
    day: date | None = None
    if published:
        try:
            day = date.fromisoformat(str(published)[:10])
        except ValueError:
            return Unreadable(path, f'"published" : {published!r} n\'est pas une date ISO')
    return TextDocument(
        path,
        str(value.get("id") or path.stem),
        str(value.get("title") or ""),
        value["text"],
        day,
        str(value.get("outlet") or ""),
        value.get("url"),
    )


def _decode(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace")


def _leading_date(text: str) -> date | None:
    """The date in a leading ` date 2024-09 `; a missing month or day counts as the first."""
    found = _LEADING_DATE.match(text)
    if not found:
        return None
    year, month, day = (int(part or 1) for part in found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None
