"""`files:`: folders of .txt, .html and .json as `veille extract` takes them, and .jsonl, .zip, .tar, .tar.gz of them.

A folder is walked in the order of its names; loose documents are grouped, containers are cut: lines by bytes, members
by number. (A compressed tar cannot be entered in the middle: a later part inflates what comes before it.)
"""

from __future__ import annotations

import io
import json
import os
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path, PurePosixPath

from sources.archives.values import ArchiveError, Capture, Item, Miss, Part, Story, Window, day_of, even_size
from sources.documents import MOST_BYTES, SUFFIXES, HtmlDocument, TextDocument, Unreadable, parse_document

# At two or three hundred documents a second, most refused early, a part takes about a minute at worst. Small folders
# and containers are cut finer, for workers to share them, but not below `LEAST`.
DOCUMENTS = 5000
MEMBERS = 20_000
LEAST = 250
LINE_BYTES = 32_000_000
_UNKNOWN = 1 << 40
_TARS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
_CONTAINERS = (".jsonl", ".zip", *_TARS)
_BROKEN = (OSError, EOFError, zlib.error, tarfile.TarError, zipfile.BadZipFile, NotImplementedError, RuntimeError)


class FilesSource:
    """Documents on disk.

    Args:
        where: a folder, a document or a container.
    """

    def __init__(self, where: Path) -> None:
        self.where = where

    def plan(self, window: Window) -> Iterator[Part]:
        """One part for every `DOCUMENTS` loose documents and every stretch of a container."""
        if not self.where.exists():
            raise ArchiveError(f"{self.where} : pas de tel fichier ou dossier")
        loose: list[str] = []
        for file in _walk(self.where):
            name = self._name(file)
            if file.name.lower().endswith(_CONTAINERS):
                yield from self._stretches(file, name)
            elif file.suffix.lower() in SUFFIXES or not self.where.is_dir():
                loose.append(name)
                if len(loose) == 4 * DOCUMENTS:
                    yield _loose(loose[:DOCUMENTS])
                    del loose[:DOCUMENTS]
        size = even_size(len(loose), LEAST, DOCUMENTS)
        yield from (_loose(loose[start : start + size]) for start in range(0, len(loose), size))

    def read(self, part: Part, window: Window) -> Iterator[Item]:
        """The documents of a part, one at a time."""
        if "names" in part.args:
            for name in part.args["names"]:
                yield _item(self._path(name), *_bytes_of(self._path(name)))
            return
        file, start, end = self._path(part.args["name"]), int(part.args["start"]), int(part.args["end"])
        try:
            if file.name.lower().endswith(".jsonl"):
                yield from _lines(file, start, end)
            elif file.name.lower().endswith(".zip"):
                yield from _zipped(file, start, end)
            else:
                yield from _tarred(file, start, end)
        except _BROKEN as error:
            yield Miss(str(file), "damaged", f"{type(error).__name__}: {error}")

    def _stretches(self, file: Path, name: str) -> Iterator[Part]:
        try:
            if name.lower().endswith(".jsonl"):
                total, step = file.stat().st_size, LINE_BYTES
            elif name.lower().endswith(".zip"):
                with zipfile.ZipFile(file) as container:
                    total = len(container.infolist())
                    step = even_size(total, LEAST, MEMBERS)
            else:
                total, step = _count_tar(file), MEMBERS
        except _BROKEN:
            total = step = _UNKNOWN  # reading it gives what there is, and says what is wrong
        for start in range(0, total, step):
            end = min(start + step, total)
            size = 0 if name.lower().endswith(".jsonl") or total == _UNKNOWN else end - start
            yield Part(f"{name}:{start}", {"name": name, "start": start, "end": end}, size)

    def _name(self, file: Path) -> str:
        return file.relative_to(self.where).as_posix() if self.where.is_dir() else file.name

    def _path(self, name: str) -> Path:
        return self.where / name if self.where.is_dir() else self.where


def _walk(where: Path) -> Iterator[Path]:
    if not where.is_dir():
        yield where
        return
    try:
        entries = sorted(os.scandir(where), key=lambda entry: entry.name)
    except OSError as error:
        raise ArchiveError(f"le dossier {where} ne peut être lu : {error.strerror}") from error
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path))
        elif entry.is_file():
            yield Path(entry.path)


def _loose(names: list[str]) -> Part:
    return Part(f"{names[0]}…{len(names)}", {"names": names}, len(names))


def _bytes_of(file: Path) -> tuple[bytes, str]:
    try:
        if file.stat().st_size > MOST_BYTES:
            return b"", f"plus de {MOST_BYTES // 1_000_000} Mo"
        return file.read_bytes(), ""
    except OSError as error:
        return b"", error.strerror or str(error)


def _item(path: Path, body: bytes, wrong: str = "") -> Item:
    """A document as an item of an archive; known by its own address where it has one, else by where it lies."""
    name = str(path)
    if wrong:
        return Miss(name, "unreadable", wrong)
    if path.suffix.lower() not in SUFFIXES:
        nested = path.name.lower().endswith((*_CONTAINERS, ".gz", ".warc"))
        return Miss(name, "nested" if nested else "unknown_kind", f"attendu : {', '.join(SUFFIXES)}")
    found = parse_document(path, body)
    address = path.absolute().as_uri()
    if isinstance(found, Unreadable):
        return Miss(name, "unreadable", found.reason)
    if isinstance(found, HtmlDocument):
        return Capture(address, found.body, stem=path.stem)
    assert isinstance(found, TextDocument)
    return Story(
        found.url or address,
        found.title,
        found.text,
        published=found.published,
        outlet=found.outlet,
        link=found.url,
        stem=found.id,
    )


def _lines(file: Path, start: int, end: int) -> Iterator[Item]:
    """The articles whose line begins between two bytes."""
    with file.open("rb") as stream:
        if start:
            stream.seek(start - 1)
            stream.readline()  # the rest of a line that belongs to the part before
        while (at := stream.tell()) < end and (line := stream.readline(MOST_BYTES + 1)):
            if len(line) > MOST_BYTES and not line.endswith(b"\n"):
                yield Miss(f"{file}:{at}", "too_large", f"une ligne de plus de {MOST_BYTES // 1_000_000} Mo")
                while (more := stream.readline(MOST_BYTES)) and not more.endswith(b"\n"):
                    continue
            elif line.strip():
                yield _line(file, at, line)


def _line(file: Path, at: int, line: bytes) -> Item:
    where = file.parent / f"{file.stem}-{at}.json"
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Miss(f"{file}:{at}", "unreadable", f"pas du JSON : {error}")
    if isinstance(value, dict) and isinstance(value.get("html"), str) and isinstance(value.get("url"), str):
        return Capture(value["url"], value["html"].encode(), "text/html; charset=utf-8", day_of(value.get("published")))
    return _item(where, line)


def _zipped(file: Path, start: int, end: int) -> Iterator[Item]:
    with zipfile.ZipFile(file) as container:
        for member in container.infolist()[start:end]:
            if member.is_dir():
                continue
            path = _inside(file, member.filename)
            if member.file_size > MOST_BYTES:
                yield Miss(str(path), "too_large", f"plus de {MOST_BYTES // 1_000_000} Mo")
                continue
            try:
                with container.open(member) as stream:
                    body = stream.read(MOST_BYTES + 1)  # what the directory says of its size may be a lie
            except _BROKEN as error:
                yield Miss(str(path), "damaged", f"{type(error).__name__}: {error}")
                continue
            yield _item(path, body, _too_large(body))


def _tarred(file: Path, start: int, end: int) -> Iterator[Item]:
    with tarfile.open(file, "r|*") as container:
        for member in islice(container, start, end):
            if not member.isfile():
                continue
            path = _inside(file, member.name)
            stream = container.extractfile(member) or io.BytesIO()
            if member.size > MOST_BYTES:
                yield Miss(str(path), "too_large", f"plus de {MOST_BYTES // 1_000_000} Mo")
            else:
                yield _item(path, stream.read(MOST_BYTES))
            container.members.clear()  # type: ignore[attr-defined]  # else every header read stays in memory


def _count_tar(file: Path) -> int:
    with tarfile.open(file, "r|*") as container:
        count = 0
        for _ in container:
            count += 1
            container.members.clear()  # type: ignore[attr-defined]
        return count


def _inside(file: Path, member: str) -> Path:
    """A path for a member; `..` and roots in its name lead nowhere."""
    parts = [part for part in PurePosixPath(member.replace("\\", "/")).parts if part not in ("/", "..", ".")]
    return file.joinpath(*parts) if parts else file / "unnamed"


def _too_large(body: bytes) -> str:
    return f"plus de {MOST_BYTES // 1_000_000} Mo" if len(body) > MOST_BYTES else ""
