"""Lines cut at a width are joined; paragraphs, lists and headings are not."""

from __future__ import annotations

import textwrap

import pytest
from linear import assert_linear

from extractors.deals.extract import find_deals
from extractors.deals.knowledge import default_knowledge
from extractors.deals.wrapped import unwrapped
from extractors.values import Article

PARAGRAPHS = (
    (
        "La start-up lyonnaise Nuvéa, qui édite un logiciel d'intelligence artificielle pour les cabinets comptables, vient "
        "de boucler un tour de table de 12 millions d'euros mené par Alven, avec la participation de Kermor Ventures."
    ),
    (
        "Fondée en 2019 par deux anciens élèves d'une école de commerce, elle avait déjà récolté 3 millions d'euros il y a "
        "deux ans auprès d'investisseurs privés, et compte désormais quelque deux cents clients en France et en Belgique."
    ),
)


@pytest.mark.parametrize("width", [40, 60, 80, 100])
@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_lines_of_a_width_are_joined(width: int, between: str) -> None:
    whole = between.join(PARAGRAPHS)
    cut = between.join(textwrap.fill(part, width, break_on_hyphens=False) for part in PARAGRAPHS)
    joined = unwrapped(cut)
    assert len(joined) == len(cut)
    assert between == "\n" or joined == whole
    told = [find_deals(Article("a", "Une levée", text, None), default_knowledge()) for text in (whole, cut)]
    assert [d.company for d in told[1]] == ["Nuvéa", "Nuvéa"]
    assert [d.investors for d in told[1]] == [d.investors for d in told[0]]
    assert all(cut[e.start : e.end] == e.text for d in told[1] for e in d.evidence)


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(PARAGRAPHS),
        "Les chiffres\nNuvéa\nlogiciel de paie\n8 M€\nOrféo\nmobilité douce\n3 M€\nTandelis\nénergie\n5 M€",
        "• nuvéa lève 8 millions d'euros.\n• orféo lève 3 millions d'euros.\n• tandelis lève 5 millions d'euros.",
        "a\nb\nc\nd",
        "\n\n\n\n",
    ],
)
def test_other_lines_stay(text: str) -> None:
    assert unwrapped(text) == text


@pytest.mark.parametrize("unit", ["\n", "mot de la ligne qui continue\n", "a\n", "A. \n", "mot "])
def test_long_texts_take_linear_time(unit: str) -> None:
    assert_linear(unwrapped, unit)
