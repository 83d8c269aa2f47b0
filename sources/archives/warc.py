"""`warc:`: local .warc, .warc.gz and .wacz files (CC-NEWS and others), read with FastWARC.

A file is scanned once to find where its responses begin (inflating is all that costs), and cut into parts of at most
`RECORDS` responses, fewer in a small file, so that several workers share it evenly and a killed one loses little. A
damaged stretch is stepped over.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from sources.archives.values import PARTS, ArchiveError, Capture, Item, Miss, Part, Window, even_size

RECORDS = 10_000  # a minute of work, most being refused early
GRAIN = 250  # a part of fewer would cost more to lease, store and tell than it is worth
MOST_BYTES = 10_000_000  # a record beyond this is no page of the press
_SUFFIXES = (".warc", ".warc.gz", ".wacz")
_MEMBER = b"\x1f\x8b\x08"  # how a gzip member begins
_PLAIN = b"WARC/1."
_LOOK = 1 << 20
_TEXT = ("html", "xml", "text/plain")


class WarcSource:
    """WARC files on disk.

    Args:
        where: a file, or a folder searched for such files.
    """

    def __init__(self, where: Path) -> None:
        self.where = where

    def plan(self, window: Window) -> Iterator[Part]:
        """Scan every file; what was captured before the window begins cannot tell of it and is left out."""
        files = list(self._files())
        for file in files:
            name = file.relative_to(self.where).as_posix() if self.where.is_dir() else file.name
            try:
                members = _members(file)
            except (OSError, zipfile.BadZipFile) as error:
                yield Part(f"{name}:damaged", {"name": name, "wrong": str(error)})
                continue
            for member in members:
                yield from _joined(_grains(file, name, member), max(1, PARTS // len(files)))

    def read(self, part: Part, window: Window) -> Iterator[Item]:
        """The pages among the responses of a part."""
        file = self.where / part.args["name"] if self.where.is_dir() else self.where
        if "wrong" in part.args:
            yield Miss(f"{file}:{part.args.get('start', 0)}", "damaged", part.args["wrong"])
            return
        end = int(part.args["end"])
        try:
            with _opened(file, part.args["member"]) as stream:
                stream.seek(part.args["start"])
                for record in _records(stream, parse_http=True):
                    if record.stream_pos >= end:
                        break
                    item = _item(record, window)
                    if item is not None:
                        yield item
        except OSError as error:
            yield Miss(f"{file}:{part.args['start']}", "damaged", str(error)[:200])

    def _files(self) -> Iterator[Path]:
        if not self.where.exists():
            raise ArchiveError(f"{self.where} : pas de tel fichier ou dossier")
        if not self.where.is_dir():
            yield self.where
            return
        files = sorted(file for file in self.where.rglob("*") if file.name.lower().endswith(_SUFFIXES))
        if not files:
            raise ArchiveError(f"{self.where} ne contient pas de fichier {', '.join(_SUFFIXES)}")
        yield from files


def _members(file: Path) -> list[str]:
    """The WARC files inside a .wacz; of any other file only itself, ""."""
    if file.suffix.lower() != ".wacz":
        return [""]
    with zipfile.ZipFile(file) as container:
        return [info.filename for info in container.infolist() if info.filename.lower().endswith((".warc", ".warc.gz"))]


@contextmanager
def _opened(file: Path, member: str) -> Iterator[IO[bytes]]:
    if not member:
        with file.open("rb") as stream:
            yield stream
        return
    with zipfile.ZipFile(file) as container, container.open(member) as inside:
        yield inside


def _records(stream: IO[bytes], *, parse_http: bool) -> ArchiveIterator:
    return ArchiveIterator(
        stream,
        record_types=WarcRecordType.response,
        parse_http=parse_http,
        auto_decode="all" if parse_http else "none",
        quirks_mode=True,
        fsspec_args=False,
    )


def _joined(grains: Iterable[Part], parts: int) -> Iterator[Part]:
    """The grains of a file as so many parts: neighbours are joined, and what is damaged between them stays apart."""
    known = list(grains)
    size = even_size(sum(grain.size for grain in known), GRAIN, RECORDS, parts=parts)
    whole: Part | None = None
    for grain in known:
        if whole and whole.size + grain.size <= size and whole.args.get("end") == grain.args["start"]:
            whole = Part(whole.key, {**whole.args, "end": grain.args["end"]}, whole.size + grain.size)
            continue
        if whole:
            yield whole
        whole = grain
    if whole:
        yield whole


def _grains(file: Path, name: str, member: str) -> Iterator[Part]:
    """Stretches of `GRAIN` responses, and of what lies between them damaged."""
    label = f"{name}!{member}" if member else name
    begin = 0
    while True:
        with _opened(file, member) as stream:
            size = stream.seek(0, io.SEEK_END)
            if begin >= size:
                return
            start, count, last, wrong = begin, 0, begin, ""
            stream.seek(begin)
            try:
                for record in _records(stream, parse_http=False):
                    last = record.stream_pos
                    if count == GRAIN:
                        yield Part(
                            f"{label}:{start}", {"name": name, "member": member, "start": start, "end": last}, count
                        )
                        start, count = last, 0
                    count += 1
            except OSError as error:
                wrong = str(error)[:200]
            if count:  # what is damaged behind the last sound record is met, and told, by whoever reads this part
                end = last + 1 if wrong else size
                yield Part(f"{label}:{start}", {"name": name, "member": member, "start": start, "end": end}, count)
            if not wrong and _is_cut(stream, last):
                wrong = "le fichier s'arrête au milieu d'un enregistrement"
            following = _next_record(stream, max(last + 1, begin + 1)) if wrong else None
            if wrong and (not count or following is None):
                yield Part(f"{label}:{last}:damaged", {"name": name, "member": member, "start": last, "wrong": wrong})
            if following is None:
                return
            begin = following


def _is_cut(stream: IO[bytes], at: int) -> bool:
    """Whether a compressed file ends inside a member, which its reader passes over in silence."""
    stream.seek(at)
    inflater: zlib._Decompress | None = None
    while block := stream.read(_LOOK):
        while block:
            if inflater is None:
                if not block.startswith(_MEMBER[: len(block)]):
                    return False
                inflater = zlib.decompressobj(31)
            try:
                inflater.decompress(block)
            except zlib.error:
                return True
            block = inflater.unused_data
            if inflater.eof:
                inflater = None
    return inflater is not None


def _next_record(stream: IO[bytes], at: int) -> int | None:
    """Where the next sound record begins, at or behind a place; None: nowhere."""
    while True:
        stream.seek(at)
        block = stream.read(_LOOK)
        if not block:
            return None
        places = sorted({p for mark in (_MEMBER, _PLAIN) for p in _places(block, mark)})
        for place in places:
            stream.seek(at + place)
            try:
                if next(iter(_records(stream, parse_http=False)), None) is not None:
                    return at + place
            except OSError:
                continue
        if len(block) < _LOOK:
            return None
        at += _LOOK - len(_PLAIN)


def _places(block: bytes, mark: bytes) -> Iterator[int]:
    place = block.find(mark)
    while place >= 0:
        yield place
        place = block.find(mark, place + 1)


def _item(record: WarcRecord, window: Window) -> Item | None:
    """A page, a miss, or None for what is no page of the window (redirects, images, captures made before it)."""
    url = record.headers.get("WARC-Target-URI") or ""
    day = _captured(record)
    if window.start and day and day < window.start:
        return None
    http: Any = record.http_headers
    if http is None or not url.startswith(("http://", "https://")):
        return Miss(url or "?", "no_http", "une réponse sans en-têtes HTTP ou sans adresse")
    if http.status_code != 200:
        return None
    content_type = record.http_content_type or ""
    if content_type and not any(kind in content_type for kind in _TEXT):
        return None
    if record.content_length > 10 * MOST_BYTES:
        return Miss(url, "too_large", f"plus de {10 * MOST_BYTES // 1_000_000} Mo")
    body = record.reader.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        return Miss(url, "too_large", f"plus de {MOST_BYTES // 1_000_000} Mo")
    declared = http.get("Content-Type") or content_type
    return Capture(url, body, declared, day)


def _captured(record: WarcRecord) -> dt.date | None:
    moment = record.record_date
    return moment.date() if moment else None
