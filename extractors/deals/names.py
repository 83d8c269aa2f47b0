"""Names of organisations and people in French press text, known to the lexicon or not."""

from __future__ import annotations

from dataclasses import dataclass

from extractors.deals.organisations import Organisation, Organisations


@dataclass(frozen=True, slots=True)
class Name:
    """`text[start:end]` is the name as written, descriptors and quotes left out.

    name: the canonical name when known, else as written (one line, plain apostrophes).
    type: company, fund, bank, public, state, person, outlet, regulator, school, place or unknown.
    known: the lexicon's entry, or None.
    descriptor: the common noun in front or behind that tells what it is ("start-up", "fonds"), lower case, or "".
    """

    start: int
    end: int
    name: str
    type: str
    known: Organisation | None = None
    descriptor: str = ""


def find_names(text: str, organisations: Organisations) -> list[Name]:
    """Names in order, never overlapping."""
    raise NotImplementedError


def find_enumerations(text: str, names: list[Name]) -> list[tuple[Name, ...]]:
    """Runs of two names or more that form one list: "A, B et C", "A (X), B ainsi que le fonds C". Any length."""
    raise NotImplementedError
