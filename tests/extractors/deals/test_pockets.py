"""Rounds that are partly lent: two deals, each with what is its own."""

from __future__ import annotations

from datetime import date

import pytest

from extractors.deals.extract import find_deals
from extractors.deals.knowledge import DealKnowledge
from extractors.values import Article

KNOWLEDGE = DealKnowledge.load(None)


def pockets(text: str, title: str) -> list[tuple[str, int]]:
    """Kind and millions of each deal."""
    deals = find_deals(Article("a", title, text, date(2026, 3, 3), "Les Echos"), KNOWLEDGE)
    return [(deal.kind, int(deal.amount.value // 10**6)) for deal in deals if deal.amount]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("La start-up Nuvéa lève 34 millions d'euros, dont 10 en dette bancaire.", {("funding", 24), ("debt", 10)}),
        ("La start-up Nuvéa lève 34 millions d'euros, dont 4 de prêt.", {("funding", 30), ("debt", 4)}),
        (
            "La start-up Nuvéa lève 34 millions d'euros, dont 20 millions de capital, le reste en dette.",
            {("funding", 20), ("debt", 14)},
        ),
        (
            "La start-up Nuvéa lève 34 millions d'euros. Une partie de la somme, 4 millions, a pris la forme d'un prêt.",
            {("funding", 30), ("debt", 4)},
        ),
        (
            "La start-up Nuvéa lève 34 millions d'euros. Les 10 millions restants prennent la forme d'un prêt.",
            {("funding", 24), ("debt", 10)},
        ),
        (
            "Nuvéa va bâtir un centre de données. Nuvéa investira 380 millions d'euros, dont 120 millions prêtés par Elaia.",
            {("infrastructure", 380), ("debt", 120)},
        ),
        ("La start-up Nuvéa lève 34 millions d'euros, dont 10 en obligations convertibles.", {("funding", 34)}),
        ("La start-up Nuvéa lève 34 millions d'euros, dont 10 millions d'Elaia.", {("funding", 34)}),
        (
            "Nuvéa lève 34 millions d'euros. Elaia apporte 24 millions en fonds propres. S'y ajoutent 10 millions d'emprunts.",
            {("funding", 24), ("debt", 10)},
        ),
        (
            "La start-up Nuvéa lève 34 millions d'euros. Sur les 34 millions, 24 relèvent du capital, 10 de l'endettement.",
            {("funding", 24), ("debt", 10)},
        ),
    ],
)
def test_what_is_lent_is_a_deal_of_its_own(text: str, expected: set[tuple[str, int]]) -> None:
    assert set(pockets(text, "Nuvéa voit grand")) == expected
