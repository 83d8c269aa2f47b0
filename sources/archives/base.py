"""What a source of the past is, and how `KIND:WHERE` names one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from sources.archives.files import FilesSource
from sources.documents import Document
from sources.errors import SourceError


class Source(Protocol):
    """One place that holds articles of the past."""

    @property
    def name(self) -> str:
        """`KIND:WHERE`, as the ledger calls it."""

    def documents(self) -> Iterator[Document]:
        """Every page or text, one at a time and always in the same order; unreadable ones say why."""


# KIND → how to open WHERE.
KINDS: dict[str, Callable[[str], Source]] = {"files": FilesSource.at}


def open_source(written: str) -> Source:
    """The source that `written` names, e.g. `files:articles/2024`.

    Raises:
        SourceError: not `KIND:WHERE`, a kind we do not know, or nothing there.
    """
    kind, colon, where = written.partition(":")
    if not colon or not where or kind not in KINDS:
        raise SourceError(f"source « {written} » : écrivez GENRE:LIEU, avec un de ces genres : {', '.join(KINDS)}")
    return KINDS[kind](where)
