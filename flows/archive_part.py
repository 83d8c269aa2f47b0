"""One part of an archive, from its lease to its end: read, refuse early, extract, keep, in whichever process runs it.

Everything a worker needs it finds in its own environment, so that the same function runs in this process, in a pool
of this machine's, or on a Dask cluster.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from config.settings import Settings, load_settings
from extractors.article import article_from_fragment, article_from_html
from extractors.early import EarlyGate, load_gate
from extractors.knowledge import Knowledge, load_knowledge
from extractors.read import read_article
from extractors.values import Article, NoArticle
from sources.archives.opening import open_archive
from sources.archives.values import ArchiveError, ArchiveSource, Capture, Item, Miss, Part, Story, Window
from sources.errors import UrlError
from sources.policy import Policy
from sources.urls import canonical_url
from storage.archived import Archived, store_part
from storage.backfills import Backfill, Lease, PartLost, lease_part, prolong
from storage.database import Database, open_database
from storage.processes import this_process

log = logging.getLogger("veille.backfill")

# A part is a minute or two of work; a worker that says nothing for so long is gone, and its part others' to take.
LEASE_SECONDS = 600
_PROLONG_EVERY = 60.0
_TOLD_MISSES = 20
Counts = Counter[str]


@dataclass(frozen=True, slots=True)
class PartEnd:
    """What became of a part, as plain values that travel between processes."""

    key: str
    counts: dict[str, int]
    seconds: float
    failure: str = ""


@dataclass
class _Desk:
    """What reading needs, opened once a process."""

    settings: Settings
    database: Database
    knowledge: Knowledge
    gate: EarlyGate
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))


# The one of this process, once it is opened.
_desks: list[_Desk] = []


def open_desk(settings: Settings | None = None) -> _Desk:
    """The desk of this process; made from its environment at first use, or from `settings`."""
    if not _desks or (settings is not None and settings != _desks[0].settings):
        close_desk()
        chosen = settings or load_settings()
        knowledge = load_knowledge(chosen.config_dir)
        _desks.append(_Desk(chosen, open_database(chosen.database), knowledge, load_gate(chosen.config_dir)))
    return _desks[0]


def close_desk() -> None:
    """Close the desk of this process, if it was opened."""
    while _desks:
        _desks.pop().database.dispose()


def window_of(written: str) -> Window:
    """`2023-01-01..2024-01-01` as a window."""
    start, _, end = written.partition("..")
    return Window(*(date.fromisoformat(side) if side else None for side in (start, end)))


def window_text(window: Window) -> str:
    """A window as the ledger has it."""
    return f"{window.start or ''}..{window.end or ''}"


def work_next(backfill: Backfill, *, reverse: bool = False, settings: Settings | None = None) -> PartEnd | None:
    """Take the next part that is due, do it, and store it; None when none is left.

    Raises:
        StorageError: nothing could be stored; the part stays leased until this process ends.
    """
    desk = open_desk(settings)
    lease = lease_part(desk.database, backfill, this_process(), desk.now(), seconds=LEASE_SECONDS, reverse=reverse)
    if lease is None:
        return None
    window = window_of(backfill.window)
    policy = Policy.from_settings(desk.settings)
    with open_archive(backfill.source, policy, desk.now(), wayback_home=desk.settings.wayback_url) as source:
        return _do(desk, lease, source, window)


def _do(desk: _Desk, lease: Lease, source: ArchiveSource, window: Window) -> PartEnd:
    started = time.monotonic()
    counts: Counts = Counter()
    misses: list[dict[str, str]] = []
    found: list[Archived] = []
    failure: tuple[str, str] | None = None
    again = 0
    try:
        part = Part(lease.key, lease.args, lease.size)
        for item in _prolonging(desk, lease, source.read(part, window)):
            counts["items"] += 1
            if isinstance(item, Miss):
                counts[f"lost:{item.reason}"] += 1
                again += item.transient
                if len(misses) < _TOLD_MISSES:
                    misses.append({"where": item.where, "reason": item.reason, "detail": item.detail})
                continue
            kept = _kept(desk, item, window, counts)
            if kept is not None:
                found.append(kept)
    except ArchiveError as error:
        failure = ("archive", str(error))
    if failure is None and again:
        failure = (
            "unreachable",
            f"{again} page{'s' if again > 1 else ''} à reprendre ; la première : {_first(misses)}",
        )
    took = time.monotonic() - started
    try:
        told = store_part(
            desk.database,
            lease,
            found,
            desk.now(),
            counts=counts,
            misses=misses,
            seconds=took,
            rule_version=desk.knowledge.version,
            failure=failure,
        )
    except PartLost as error:
        log.warning("%s", error)
        return PartEnd(lease.key, {}, took, str(error))
    log.info("part %s: %s", lease.key, dict(told), extra={"part": lease.key, "counts": dict(told)})
    return PartEnd(lease.key, dict(told), took, failure[1] if failure else "")


def _kept(desk: _Desk, item: Capture | Story, window: Window, counts: Counts) -> Archived | None:
    """The article of an item when it is French and about AI, or tells a deal; what becomes of the others is counted."""
    refusal = _refused(desk.gate, item)
    if refusal:
        counts[f"refused:{refusal}"] += 1
        return None
    try:
        article = _article(item)
        if isinstance(article, NoArticle):
            counts[f"lost:{article.reason}"] += 1
            return None
        if not window.holds(article.published):
            counts["outside"] += 1
            return None
        reading = read_article(article, desk.knowledge, threshold=desk.settings.relevance_threshold)
    except Exception:
        # A page that our own code fails on costs that page alone, as in the daily run; the log has it in full.
        log.exception("defect while reading %s", item.url)
        counts["lost:defect"] += 1
        return None
    if reading.language != "fr":
        counts["not_french"] += 1
        return None
    if not reading.relevance.relevant and not reading.deals:
        counts["not_relevant"] += 1
        return None
    counts["relevant" if reading.relevance.relevant else "deals_elsewhere"] += 1
    return Archived(article.id, reading, item.stem)


def _refused(gate: EarlyGate, item: Capture | Story) -> str | None:
    if isinstance(item, Capture):
        return gate.refuse_page(item.body, item.content_type)
    if item.html:
        return gate.refuse_page(f"{item.title} {item.html}".encode(errors="replace"))
    return gate.refuse_text(f"{item.title}\n{item.text}")


def _article(item: Capture | Story) -> Article | NoArticle:
    """The article, known by its canonical address; undated pages count as of the day of their capture."""
    if isinstance(item, Capture):
        found = article_from_html(item.body, item.url, item.content_type)
        if isinstance(found, NoArticle):
            return found
        published = found.published or item.day
        return replace(
            found, id=_known_by(found.url or item.url), published=published, url=_link(found.url or item.url)
        )
    if item.html:
        from_html = article_from_fragment(item.html, item.url, item.title, item.outlet)
        if isinstance(from_html, NoArticle):
            return from_html
        text = from_html.text
    else:
        text = item.text
    return Article(
        id=_known_by(item.url),
        title=item.title,
        text=text,
        published=item.published,
        outlet=item.outlet,
        url=_link(item.link or item.url),
        author=item.author,
    )


def _known_by(url: str) -> str:
    try:
        return canonical_url(url)
    except UrlError:
        return url  # a local file


def _link(url: str) -> str | None:
    return url if url.startswith(("http://", "https://")) else None


def _first(misses: list[dict[str, str]]) -> str:
    return misses[0]["detail"] if misses else ""


def _prolonging(desk: _Desk, lease: Lease, items: Iterator[Item]) -> Iterator[Item]:
    """The same items; now and then the lease is prolonged."""
    said = time.monotonic()
    for item in items:
        if time.monotonic() - said > _PROLONG_EVERY:
            prolong(desk.database, lease, desk.now(), seconds=LEASE_SECONDS)
            said = time.monotonic()
        yield item
