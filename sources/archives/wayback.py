"""`wayback:`: captures of a site in the Internet Archive, found by its CDX interface and read without its toolbar.

Months are listed with resume keys; each address is read once, as first captured in the window. The archive wants
slow readers: one request in three seconds, and a long pause after a 429 (`manners`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from sources.archives.values import ArchiveError, Item, Part, Window
from sources.archives.webpages import Address, archive_error, get_json, parts_of, read_pages
from sources.client import PoliteClient
from sources.errors import FetchError
from sources.policy import Policy

HOME = "https://web.archive.org"
_ROWS = 5_000
_MOST_ANSWERS = 200  # a million captures a month
_MOST_BYTES = 50_000_000
_FIELDS = "urlkey,timestamp,original"
# Told by the archive's staff and settled on by its best-kept client: 24 to 60 requests a minute, one connection.
_DELAY, _PAUSE, _PATIENCE = 3.0, 60.0, 120.0


def manners(policy: Policy) -> Policy:
    """The policy for this archive: slower, and patient after a 429, which ignored closes the address for an hour."""
    return replace(
        policy,
        host_delay=max(policy.host_delay, _DELAY),
        throttle_pause=max(policy.throttle_pause, _PAUSE),
        patience=max(policy.patience, _PATIENCE),
        respect_robots=False,  # of the archive itself: its interfaces are made for programs
    )


class WaybackSource:
    """Captures of the pages under an address.

    Args:
        where: a host, or a host and the beginning of a path (`www.example.org/tech`).
        client: one with `manners`.
        home: where the archive is.
    """

    def __init__(self, where: str, client: PoliteClient, today: dt.date, home: str = HOME) -> None:
        self.where = where.removeprefix("https://").removeprefix("http://").rstrip("*")
        if not self.where or "." not in self.where.partition("/")[0]:
            raise ArchiveError(f"wayback:{where} : un hôte est attendu, comme wayback:www.example.org/rubrique")
        self._client, self._today, self._home = client, today, home.rstrip("/")

    def plan(self, window: Window) -> Iterator[Part]:
        """Parts of the pages first captured in each month; a month whose list fails is a part of its own."""
        seen: set[int] = set()
        for month in window.months(self._today):
            try:
                found = list(self._captures(month, seen))
            except ArchiveError:
                yield Part(f"{month.start}:list", {"from": str(month.start), "to": str(month.end)})
                continue
            yield from parts_of(found, str(month.start))

    def read(self, part: Part, window: Window) -> Iterator[Item]:
        """The captures of a part."""
        if "pages" in part.args:
            yield from read_pages(self._client, part.args["pages"])
            return
        month = Window(dt.date.fromisoformat(part.args["from"]), dt.date.fromisoformat(part.args["to"]))
        for listed in parts_of(list(self._captures(month, set())), str(month.start)):
            yield from read_pages(self._client, listed.args["pages"])

    def _captures(self, month: Window, seen: set[int]) -> Iterator[Address]:
        """The captures of a month, each address once, whatever the answers repeat.

        Raises:
            ArchiveError: the list cannot be had whole.
        """
        assert month.start is not None
        assert month.end is not None
        resume = ""
        for _ in range(_MOST_ANSWERS):
            rows, following = self._list(month.start, month.end, resume)
            for row in rows:
                key = hash(row["urlkey"])
                if key in seen:
                    continue
                seen.add(key)
                stamp = row["timestamp"]
                raw = f"{self._home}/web/{stamp}id_/{row['original']}"
                yield Address(row["original"], raw, _day(stamp))
            if not following or following == resume:
                return
            resume = following
        raise ArchiveError(f"wayback:{self.where} : une liste sans fin pour {month.start}")

    def _list(self, start: dt.date, end: dt.date, resume: str) -> tuple[list[dict[str, str]], str]:
        asked: list[tuple[str, Any]] = [
            ("url", f"{self.where}*"),
            ("from", f"{start:%Y%m%d}"),
            ("to", f"{end - dt.timedelta(days=1):%Y%m%d}"),  # included
            ("filter", "statuscode:200"),
            ("filter", "mimetype:text/html"),
            ("collapse", "urlkey"),
            ("fl", _FIELDS),
            ("output", "json"),
            ("limit", _ROWS),
            ("showResumeKey", "true"),
        ]
        if resume:
            asked.append(("resumeKey", resume))
        try:
            answer, _ = get_json(self._client, f"{self._home}/cdx/search/cdx?{urlencode(asked)}", _MOST_BYTES)
        except FetchError as error:
            raise archive_error(f"wayback:{self.where}, {start:%m/%Y}", error) from error
        return _rows(answer)


def _rows(answer: object) -> tuple[list[dict[str, str]], str]:
    """The rows of an answer, and the key to resume with. Rows that are none are left out."""
    if not isinstance(answer, list):
        raise ArchiveError("la liste du Web Archive n'en est pas une ; relancez plus tard")
    lines = [line for line in answer if isinstance(line, list)]
    if not lines:
        return [], ""
    header, *rest = lines
    resume = ""
    if len(rest) >= 2 and rest[-2] == [] and len(rest[-1]) == 1:
        resume = str(rest[-1][0])
        rest = rest[:-2]
    found = [dict(zip(map(str, header), map(str, line), strict=True)) for line in rest if len(line) == len(header)]
    return [row for row in found if {"urlkey", "timestamp", "original"} <= row.keys()], resume


def _day(stamp: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}")
    except ValueError:
        return None
