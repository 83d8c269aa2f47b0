"""What archives give: parts of work, and in each part pages, stories and misses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from sources.errors import SourceError


class ArchiveError(SourceError):
    """An archive that cannot be opened or planned: says which, why, and what to do."""


@dataclass(frozen=True, slots=True)
class Window:
    """Days of publication that are wanted: `start` included, `end` not. None: open on that side.

    Raises:
        ArchiveError: it ends before it begins.
    """

    start: dt.date | None = None
    end: dt.date | None = None

    def __post_init__(self) -> None:
        if self.start and self.end and self.end <= self.start:
            raise ArchiveError(f"la période finit ({self.end}) avant d'avoir commencé ({self.start}) : échangez-les")

    def holds(self, day: dt.date | None) -> bool:
        """Whether a day is wanted; a text without a date always is."""
        if day is None:
            return True
        return (self.start is None or day >= self.start) and (self.end is None or day < self.end)

    def months(self, today: dt.date) -> Iterator[Window]:
        """The window cut at the first of each month; `today` bounds one that is open at its end.

        Raises:
            ArchiveError: it has no beginning.
        """
        if self.start is None:
            raise ArchiveError("cette source veut un début de période : ajoutez --from 2023-01-01")
        end = self.end or today + dt.timedelta(days=1)
        at = self.start
        while at < end:
            following = (at.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
            yield Window(at, min(following, end))
            at = following


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of an archive, at most a minute or two of work. `key` names it within its archive, for ever.

    `args` is what its source needs to read it, as JSON. `size` is how many items it is thought to hold.
    """

    key: str
    args: dict[str, Any] = field(default_factory=dict)
    size: int = 0


@dataclass(frozen=True, slots=True)
class Capture:
    """A page as an archive holds it: bytes after decompression. `day` is when it was captured, if known."""

    url: str
    body: bytes
    content_type: str = ""
    day: dt.date | None = None
    stem: str | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """An article that needs no page extraction: a text, or (`html`) a fragment of markup that is all article.

    `url` is what it is known by; `link` the address for readers, if there is one; `stem` a local file's name.
    """

    url: str
    title: str
    text: str = ""
    html: str = ""
    published: dt.date | None = None
    outlet: str = ""
    author: str | None = None
    link: str | None = None
    stem: str | None = None


@dataclass(frozen=True, slots=True)
class Miss:
    """Something in an archive that gave nothing, and why: `reason` one word to count by, `detail` one line."""

    where: str
    reason: str
    detail: str
    transient: bool = False


Item = Capture | Story | Miss


class ArchiveSource(Protocol):
    """A kind of archive."""

    def plan(self, window: Window) -> Iterator[Part]:
        """The parts to read for a window, in order; the same archive gives the same parts.

        Raises:
            ArchiveError: it cannot be read at all.
        """

    def read(self, part: Part, window: Window) -> Iterator[Item]:
        """The items of one part, as a stream. What cannot be read is a `Miss`.

        Raises:
            ArchiveError: nothing of the part can be had now; it may be tried again.
        """


# With fewer parts, workers wait for the last one; with more, leasing and storing them is felt.
PARTS = 64


def even_size(items: int, least: int, most: int, *, parts: int = PARTS) -> int:
    """How many items make a part, so that a few workers share them evenly, within limits."""
    return min(most, max(least, -(-items // parts)))


def day_of(written: object) -> dt.date | None:
    """The day at the beginning of an ISO moment, as archives write them; None where there is none."""
    try:
        return dt.date.fromisoformat(str(written)[:10])
    except ValueError:
        return None
