"""« Le premier », « la seconde »: which of two parties that were named together."""

from __future__ import annotations

from datetime import date

import pytest

from extractors.deals.abstraction import Anaphor
from extractors.deals.extract import find_deals
from extractors.deals.knowledge import default_knowledge
from extractors.deals.passage import passages
from extractors.values import Article, DealMention


def told(text: str) -> tuple[DealMention, ...]:
    return find_deals(Article("a", "", text, date(2025, 6, 16)), default_knowledge())


def sums(text: str) -> dict[str, int]:
    return {m.company: int(m.amount.value) for m in told(text) if m.amount}


@pytest.mark.parametrize(
    "text",
    [
        "Deux start-up, Orféo et Nuvéa, ont levé des fonds : 3 millions d'euros pour la première, 5 millions pour la seconde.",
        (
            "Le fonds a investi dans Orféo, à Lyon, et Nuvéa, à Metz : 3 millions d'euros dans la première, 5 millions d'euros "
            "dans la seconde."
        ),
        (
            "Solvane Capital a investi dans Orféo et Nuvéa. Il a apporté 3 millions d'euros à la première et 5 millions d'euros "
            "à la seconde."
        ),
    ],
)
def test_each_sum_goes_where_the_order_says(text: str) -> None:
    assert sums(text) == {"Orféo": 3_000_000, "Nuvéa": 5_000_000}


def test_the_order_may_be_told_the_other_way_round() -> None:
    found = sums("Orféo et Nuvéa ont levé 5 millions d'euros pour la seconde, 3 millions d'euros pour la première.")
    assert found == {"Orféo": 3_000_000, "Nuvéa": 5_000_000}


def test_the_first_may_be_who_pays() -> None:
    (deal,) = told("Nuvéa fait entrer Partech et Elaia à son capital. Le premier apportera 5 millions d'euros.")
    assert (deal.company, deal.investors) == ("Nuvéa", ("Partech",))


@pytest.mark.parametrize(
    "text",
    [
        "Orféo et Nuvéa ont bouclé la première levée de l'année.",
        "Nuvéa lève 3 M€ pour la première fois.",
        "Au second semestre, Orféo et Nuvéa lèveront 3 M€.",
        "Le premier tour de Nuvéa atteint 3 M€.",
    ],
)
def test_what_is_followed_by_its_noun_stands_for_nobody(text: str) -> None:
    (view, *_) = passages(Article("a", "", text), default_knowledge())[1].views
    values = [span.value for _, span in view.of("anaphor")]
    assert not [value for value in values if isinstance(value, Anaphor) and value.order]
