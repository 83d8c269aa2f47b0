"""One plain form of a text, character for character, so that offsets found in it hold in the original."""

from __future__ import annotations


def normalise(text: str) -> str:
    """The same text with typographic twins made plain; `len(normalise(text)) == len(text)` always.

    Apostrophes and quotes become `'` and `"`, every kind of space but the newline a plain space, dashes `-`,
    invisible characters (soft hyphen, zero width) a space. Letters keep their accents. Idempotent.
    """
    raise NotImplementedError


def fold(text: str) -> str:
    """The text without accents, one character for one, capitals kept: `é` → `e`, `œ` → `o`. Idempotent."""
    raise NotImplementedError
