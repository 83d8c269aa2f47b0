"""Reading a part of an archive so that no page of it can hold the backfill up, nor fill the memory, nor end it.

A large local archive is read and judged entirely in a confined process (`sources.confined`), a stretch of items at a
time. A stretch that costs too much is taken again item by item; the one that is to blame is set aside with its reason.
Websites and small archives are read here, and only pages that do not look plain are judged in the other process.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

from flows.archive_judging import Told, is_plain, judge, judge_all
from flows.archive_stretches import Job, enter, read_on
from sources.archives.values import ArchiveError, ArchiveSource, Item, Miss
from sources.confined import Confined, JobFailed, TooCostly

log = logging.getLogger("veille.backfill")

# Items of a stretch: about two seconds of work, and what is read again, one by one, when one of them is too costly.
STRETCH = 500
# Entering a part may mean to inflate all that comes before it in the file: gigabytes.
ENTER_SECONDS = 900.0


def read_apart(confined: Confined, job: Job, told: Told, say: Callable[[], None]) -> None:
    """Read a part in a confined process; `told` grows as it goes.

    Args:
        say: called between stretches.

    Raises:
        ArchiveError: reading on ends the process whatever is set aside: the rest of the part cannot be had.
    """
    at, careful_until, ended = 0, 0, False
    while not ended:
        say()
        careful = at < careful_until
        where: str | None = ""
        if careful or at == 0:
            where = _entered(confined, job, at)
            if where is None:
                return
        try:
            some, read, ended = confined.call(read_on, job, at, 1 if careful else STRETCH)
            told.add(some)
            at += read
        except TooCostly as error:
            if not careful:
                careful_until = at + STRETCH
                log.info("part %s, from item %d: %s; read again one by one", job.part.key, at + 1, error)
                continue
            log.warning("%s: %s", where, error)
            told.miss(Miss(where or "?", "too_costly", str(error)))
            at += 1
        except JobFailed as error:
            raise ArchiveError(f"élément {at + 1} : {error}") from error


def _entered(confined: Confined, job: Job, at: int) -> str | None:
    try:
        return confined.call(enter, job, at, seconds=ENTER_SECONDS)
    except (TooCostly, JobFailed) as error:
        raise ArchiveError(f"on ne peut lire au-delà de l'élément {at} : {error}") from error


def read_here(confined: Confined, source: ArchiveSource, job: Job, told: Told, say: Callable[[], None]) -> None:
    """Read a part in this process, and judge in the other what does not look plain; `told` grows as it goes.

    Raises:
        ArchiveError: nothing more of the part can be had now.
    """
    for item in _saying(source.read(job.part, job.window), say):
        if is_plain(item):
            judge(item, job.window, job.rules, told)
            continue
        assert not isinstance(item, Miss)
        try:
            told.add(confined.call(judge_all, [item], job.window, job.rules))
        except TooCostly as error:
            log.warning("%s: %s", item.url, error)
            told.miss(Miss(item.url, "too_costly", str(error)))
        except JobFailed as error:
            log.error("defect while reading %s: %s", item.url, error)
            told.miss(Miss(item.url, "defect", str(error)))


def _saying(items: Iterator[Item], say: Callable[[], None]) -> Iterator[Item]:
    for item in items:
        say()
        yield item
