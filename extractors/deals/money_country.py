"""Which country's money a word of several currencies means: "dinars", "francs CFA", "couronnes"."""

from __future__ import annotations

from collections import Counter

from extractors.deals.money_atoms import Atom
from extractors.deals.money_words import MoneyWords, Regional


def of_the_country(flat: str, atoms: list[Atom], words: MoneyWords) -> list[Atom]:
    """The atoms, each in the currency of the country that its line tells, else of the one the text tells most."""
    return [
        atom._replace(currency=_told(flat, atom, regional)) if (regional := _word_of(atom, words)) else atom
        for atom in atoms
    ]


def _word_of(atom: Atom, words: MoneyWords) -> Regional | None:
    regional = words.regional.get(atom.currency or "")
    written = " ".join(atom.written.split()).removeprefix("de ").removeprefix("d'")
    return regional if regional is not None and written in regional.words else None


def _told(flat: str, atom: Atom, regional: Regional) -> str | None:
    start, stop = flat.rfind("\n", 0, atom.start) + 1, flat.find("\n", atom.end)
    before = _codes(flat, start, atom.start, regional)
    after = _codes(flat, atom.end, stop if stop >= 0 else len(flat), regional)
    told = before or after[::-1]
    if told and len(set(told)) == 1:
        return told[-1]
    counted = Counter(_codes(flat, 0, len(flat), regional))
    if told:  # "le tangérois Orféo a vu la société d'Abou Dhabi": the country of the whole text
        return max(reversed(told), key=lambda code: counted[code])
    return counted.most_common(1)[0][0] if counted else atom.currency


def _codes(flat: str, start: int, stop: int, regional: Regional) -> list[str]:
    return [regional.codes[(m.lastindex or 1) - 1] for m in regional.places.finditer(flat, start, stop)]
