"""`KIND:WHERE` as a source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sources.archives.feedpages import FeedPagesSource
from sources.archives.files import FilesSource
from sources.archives.sitemap import SitemapSource
from sources.archives.values import ArchiveError, ArchiveSource
from sources.archives.warc import WarcSource
from sources.archives.wayback import HOME, WaybackSource, manners
from sources.archives.wordpress import WordPressSource
from sources.client import PoliteClient
from sources.policy import Policy

KINDS = ("files", "warc", "wayback", "sitemap", "wordpress", "feed")
LOCAL = ("files", "warc")


def split_spec(spec: str) -> tuple[str, str]:
    """Kind and place of `KIND:WHERE`.

    Raises:
        ArchiveError: no such kind, or no place.
    """
    kind, _, where = spec.partition(":")
    if kind not in KINDS or not where.strip():
        known = ", ".join(f"{name}:…" for name in KINDS)
        raise ArchiveError(f"--source {spec!r} n'est pas compris : écrivez GENRE:LIEU, avec pour genre {known}")
    return kind, where.strip()


def settled_spec(spec: str) -> str:
    """The same source, written the one way it is known by in the ledger: local places as absolute paths."""
    kind, where = split_spec(spec)
    return f"{kind}:{Path(where).expanduser().resolve()}" if kind in LOCAL else f"{kind}:{where}"


def open_local(spec: str) -> ArchiveSource:
    """The source on this machine's disk that a `KIND:WHERE` names.

    Raises:
        ArchiveError: no such kind on disk.
    """
    kind, where = split_spec(spec)
    if kind not in LOCAL:
        raise ArchiveError(f"{spec} n'est pas sur ce disque")
    return FilesSource(Path(where)) if kind == "files" else WarcSource(Path(where))


@contextmanager
def open_archive(spec: str, policy: Policy, now: dt.datetime, *, wayback_home: str = HOME) -> Iterator[ArchiveSource]:
    """The source that a `KIND:WHERE` names, with a polite client of its own where it needs one.

    Raises:
        ArchiveError: no such kind, or a place that is none.
    """
    kind, where = split_spec(spec)
    if kind in LOCAL:
        yield open_local(spec)
    else:
        with PoliteClient(manners(policy) if kind == "wayback" else policy) as client:
            if kind == "wayback":
                yield WaybackSource(where, client, now.date(), wayback_home)
            elif kind == "sitemap":
                yield SitemapSource(where, client)
            elif kind == "wordpress":
                yield WordPressSource(where, client, now.date())
            else:
                yield FeedPagesSource(where, client, now)
