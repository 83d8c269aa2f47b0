"""No input takes more than linear time: twice as much text, not many times as long."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

import pytest

from extractors.deals.amounts import find_amounts
from extractors.deals.dates import find_dates
from extractors.deals.elided import find_elided_amounts
from extractors.deals.names import find_enumerations, find_names
from extractors.deals.organisations import Organisations
from extractors.deals.rounds import find_rounds
from extractors.deals.sentences import split_sentences

LEXICON = Organisations.load(None)
FINDERS: dict[str, Callable[[str], object]] = {
    "sentences": split_sentences,
    "amounts": find_amounts,
    "amounts at home": lambda text: find_amounts(text, "La Presse"),
    "elided": lambda text: find_elided_amounts(text, find_amounts(text)),
    "dates": lambda text: find_dates(text, date(2025, 6, 18)),
    "rounds": find_rounds,
    "names": lambda text: find_names(text, LEXICON),
    "lists": lambda text: find_enumerations(text, find_names(text, LEXICON)),
}
UNITS = [
    "1", "1 ", "1,", "1.", "1.000 ", "A", "A ", "Abc ", "A-", "A&", '"', "« ", "(", "vingt et ", "cent ", "un ",
    "million ", "1 million ", "1 million US. 2 millions. ", "5 M€ ", "3 à ", "entre 1 et ", "l'", "lundi ", "le 1er ", "il y a ", "deux ans ",
    "mai de la même année ", "série ", "Banque de ", "Mistral AI ", "Google, ", "Jean de ", "le fonds ", "Le Studio Bleu ", " ", "\n", ". ",
]  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
def test_eight_times_the_text_takes_no_more_than_thirty_times_as_long(unit: str) -> None:
    """A quadratic finder takes sixty-four times; the quarter second forgives a machine that does other things."""
    for name, find in FINDERS.items():
        short, long = (_seconds(find, (unit * size)[:size]) for size in (8_000, 64_000))
        assert long < 30 * short + 0.25, name


@pytest.mark.parametrize("unit", ["7", "Q", "« ", '"'])
def test_a_megabyte_is_read(unit: str) -> None:
    text = (unit * 2**20)[: 2**20]
    assert find_amounts(text) == []
    assert find_rounds(text) == []
    assert find_dates(text, date(2025, 6, 18)) == []
    assert len(find_names(text, LEXICON)) <= 1


def _seconds(find: Callable[[str], object], text: str) -> float:
    """The least of three: one may have met the collector of a process that holds a whole suite."""
    return min(_once(find, text) for _ in range(3))


def _once(find: Callable[[str], object], text: str) -> float:
    start = time.process_time()
    find(text)
    return time.process_time() - start
