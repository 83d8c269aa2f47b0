"""WARC files as sequences of records: open one, iterate, and find the next sound record behind a damaged stretch."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from fastwarc.warc import ArchiveIterator, WarcRecordType

CUT = "le fichier s'arrête au milieu d'un enregistrement"
_MEMBER = b"\x1f\x8b\x08"  # how a gzip member begins
_PLAIN = b"WARC/1."
_LOOK = 1 << 20


def members(file: Path) -> list[str]:
    """The WARC files inside a .wacz; of any other file only itself, "".

    Raises:
        OSError, zipfile.BadZipFile: it cannot be read.
    """
    if file.suffix.lower() != ".wacz":
        return [""]
    with zipfile.ZipFile(file) as container:
        return [info.filename for info in container.infolist() if info.filename.lower().endswith((".warc", ".warc.gz"))]


@contextmanager
def opened(file: Path, member: str) -> Iterator[IO[bytes]]:
    """A WARC file, or one inside a .wacz."""
    if not member:
        with file.open("rb") as stream:
            yield stream
        return
    with zipfile.ZipFile(file) as container, container.open(member) as inside:
        yield inside


def size_of(stream: IO[bytes]) -> int:
    """How many bytes it holds."""
    return stream.seek(0, io.SEEK_END)


def responses(stream: IO[bytes], *, parse_http: bool) -> ArchiveIterator:
    """The responses from where the stream stands. Raises `OSError` where the file is damaged."""
    return ArchiveIterator(
        stream,
        record_types=WarcRecordType.response,
        parse_http=parse_http,
        auto_decode="all" if parse_http else "none",
        quirks_mode=True,
        fsspec_args=False,
    )


def is_compressed(stream: IO[bytes]) -> bool:
    """Whether it begins like a file of gzip members."""
    stream.seek(0)
    return stream.read(len(_MEMBER)) == _MEMBER


def is_cut(stream: IO[bytes], at: int) -> bool:
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


def next_response(stream: IO[bytes], at: int) -> int | None:
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
                if next(iter(responses(stream, parse_http=False)), None) is not None:
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
