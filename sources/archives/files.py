"""A folder of documents as a source: `.txt`, `.html` and article `.json`, as `veille extract` takes them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sources.documents import Document, read_documents
from sources.errors import SourceError


@dataclass(frozen=True, slots=True)
class FilesSource:
    """Every document under one folder, or one file."""

    path: Path

    @classmethod
    def at(cls, where: str) -> FilesSource:
        """The source at a path.

        Raises:
            SourceError: there is nothing.
        """
        path = Path(where)
        if not path.exists():
            raise SourceError(f"files:{where} : ni dossier ni fichier de ce nom")
        return cls(path.resolve())

    @property
    def name(self) -> str:
        """`files:` and the absolute path."""
        return f"files:{self.path}"

    def documents(self) -> Iterator[Document]:
        """The documents, folders sorted by name."""
        return read_documents([self.path])
