"""`warc:`: local .warc, .warc.gz and .wacz files (CC-NEWS and others), read with FastWARC.

Files are cut into parts by `sources.archives.warc_parts`. A damaged stretch is stepped over and told.
"""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from fastwarc.warc import WarcRecord

from sources.archives.values import PARTS, ArchiveError, Capture, Item, Miss, Part, Window
from sources.archives.warc_parts import cut
from sources.archives.warc_records import CUT, is_cut, members, next_response, opened, responses

MOST_BYTES = 10_000_000  # a record beyond this is no page of the press
_SUFFIXES = (".warc", ".warc.gz", ".wacz")
_TEXT = ("html", "xml", "text/plain")


class WarcSource:
    """WARC files on disk.

    Args:
        where: a file, or a folder searched for such files.
    """

    def __init__(self, where: Path) -> None:
        self.where = where

    def plan(self, window: Window) -> Iterator[Part]:
        """The parts of every file. A folder's files are found first, so that each knows its share."""
        files = list(self._files())
        for file in files:
            name = file.relative_to(self.where).as_posix() if self.where.is_dir() else file.name
            try:
                for member in members(file):
                    yield from cut(file, name, member, max(1, PARTS // len(files)))
            except (OSError, zipfile.BadZipFile) as error:
                yield Part(f"{name}:damaged", {"name": name, "wrong": str(error)})

    def read(self, part: Part, window: Window) -> Iterator[Item]:
        """The pages among the responses of a part that were not captured before the window; the damaged as misses."""
        file = self.where / part.args["name"] if self.where.is_dir() else self.where
        if "wrong" in part.args:
            yield Miss(f"{file}:{part.args.get('start', 0)}", "damaged", part.args["wrong"])
            return
        try:
            with opened(file, part.args["member"]) as stream:
                yield from _items(stream, file, part, window)
        except (OSError, zipfile.BadZipFile) as error:
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


def _items(stream: IO[bytes], file: Path, part: Part, window: Window) -> Iterator[Item]:
    """What lies between start and end, damaged stretches stepped over. `unseen`: nobody looked for damage before."""
    at: int | None = int(part.args["start"])
    end = int(part.args["end"])
    while at is not None and at < end:
        last, wrong = at, ""
        stream.seek(at)
        try:
            for record in responses(stream, parse_http=True):
                if record.stream_pos >= end:
                    return
                last = record.stream_pos
                item = _item(record, window)
                if item is not None:
                    yield item
        except OSError as error:
            wrong = str(error)[:200]
        if not wrong and part.args.get("unseen") and is_cut(stream, last):
            wrong = CUT
        if not wrong:
            return
        yield Miss(f"{file}:{last}", "damaged", wrong)
        at = next_response(stream, last + 1)


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
