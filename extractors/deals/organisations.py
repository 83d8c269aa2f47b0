"""The organisations an analyst has listed, found in text through a dictionary of words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Organisation:
    """One entry of `config/lexicon/organisations.yaml`.

    `type` is one of company, fund, bank, public, state, person, outlet, regulator, school, club.
    `ordinary`: the name is also a French or English word, so it needs a capital and context.
    """

    name: str
    type: str
    country: str | None = None
    ai: bool = False
    aliases: tuple[str, ...] = ()
    ordinary: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """An organisation found at `text[start:end]`."""

    start: int
    end: int
    organisation: Organisation


class Organisations:
    """A lexicon of organisations, immutable once loaded."""

    @classmethod
    def load(cls, user_dir: Path | None) -> Organisations:
        """The shipped list with the user's own on top (same name: the user's wins). Cached by content.

        Raises:
            ConfigError: names file and line of the first entry at fault.
        """
        raise NotImplementedError

    @classmethod
    def empty(cls) -> Organisations:
        """A lexicon with no names."""
        raise NotImplementedError

    def lookup(self, name: str) -> Organisation | None:
        """The entry with this name or alias, whatever accents, case, punctuation, legal form or article."""
        raise NotImplementedError

    def find(self, text: str) -> list[Known]:
        """Entries named in the text, longest first, in order, never overlapping."""
        raise NotImplementedError
