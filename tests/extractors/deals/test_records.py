"""Lists of records, one fact a line, are read as lists; headings and figures beside a text are not."""

from __future__ import annotations

import pytest
from linear import assert_linear

from extractors.deals.amounts import find_amounts
from extractors.deals.extract import find_deals
from extractors.deals.knowledge import default_knowledge
from extractors.values import Article

RECORDS = default_knowledge().records
TITLE = "Les levées de la semaine"
LABELLED = """Nom : Nuvéa
Activité : logiciel de paie
Montant levé : 8 millions d'euros
Investisseurs : Partech, Alven
Lieu : Lyon

Nom : Orféo
Montant levé : 1,3 M€
Investisseur : CapHorn"""
BARE = """Nuvéa
8 millions d'euros
Partech, Alven
Orféo
1,3 M€
Tandelis
Montant : 5 M€"""


def joined(text: str) -> str:
    return RECORDS.joined(text, find_amounts(text))


@pytest.mark.parametrize("text", [LABELLED, BARE])
def test_each_record_is_a_deal(text: str) -> None:
    deals = find_deals(Article("a", TITLE, text, None), default_knowledge())
    told = {deal.company: (deal.amount.value if deal.amount else None, deal.investors) for deal in deals}
    assert told.pop("Nuvéa") == (8_000_000, ("Partech", "Alven"))
    assert told.pop("Orféo") == (1_300_000, ("CapHorn",) if text is LABELLED else ())
    assert told in ({}, {"Tandelis": (5_000_000, ())})
    for cited in (evidence for deal in deals for evidence in deal.evidence):
        assert text[cited.start : cited.end] == cited.text


@pytest.mark.parametrize(
    "text",
    [
        "Nuvéa\n8 millions d'euros\nPartech, Alven",  # one is no list
        "Nuvéa vise plus grand.\n8 millions d'euros\nOrféo aussi.\n3 millions d'euros",  # sentences above
        "Repères\n\n\n\n8 millions d'euros\n\n\n\n3 millions d'euros",  # nothing above
        "Nuvéa lève 8 millions d'euros.\nOrféo lève 3 millions d'euros.\nTandelis aussi.",
    ],
)
def test_other_lines_stay_as_they_are(text: str) -> None:
    assert joined(text) == text


@pytest.mark.parametrize("text", [LABELLED, BARE, "Ab\n1 M€\n" * 50, "\n\nAb\n1 M€\nBc\n2 M€\n\n"])
def test_offsets_hold(text: str) -> None:
    whole = joined(text)
    assert len(whole) == len(text)
    assert "|" in whole
    for before, after in zip(text, whole, strict=True):
        assert after == before or after in " |"


@pytest.mark.parametrize(
    "unit", ["Ab\n1 M€\n", "1 M€\n", "Nom : A\n", "a : b\n", "\n", "1 M€" + " " * 80 + "\n", "1.,"]
)
def test_long_texts_take_linear_time(unit: str) -> None:
    assert_linear(joined, unit)
