"""The period of a round-up dates its items; who leads is told in a clause of its own."""

from __future__ import annotations

from datetime import date

import pytest

from extractors.deals.extract import find_deals
from extractors.deals.knowledge import DealKnowledge
from extractors.values import Article

ITEMS = (
    "La start-up Nuvéa lève 3 millions d'euros auprès de Partech.\n"
    "La start-up Orféo lève 5 millions d'euros auprès d'Elaia.\n"
    "La start-up Kelvara lève 8 millions d'euros auprès de Serena.\n"
    "La start-up Tessilo lève 9 millions d'euros auprès de XAnge."
)


@pytest.mark.parametrize(
    ("lead", "when"),
    [("Neuf opérations cette semaine.", "2024-05"), ("Voici les opérations retenues.", None)],
)
def test_items_of_a_round_up_take_its_week(lead: str, when: str | None) -> None:
    article = Article("x", "Les levées de fonds", f"{lead}\n{ITEMS}", date(2024, 5, 24), "Presse")
    deals = find_deals(article, DealKnowledge.load(None))
    assert len(deals) == 4
    assert {deal.date for deal in deals} == {when}


def test_a_round_led_by_a_name_with_an_apposition() -> None:
    text = "La start-up Nuvéa a levé 10 millions d'euros. Partech, un fonds parisien, tient le stylo."
    deals = find_deals(Article("x", "Nuvéa se finance", text, date(2024, 5, 24), "Presse"), DealKnowledge.load(None))
    assert deals[0].lead == ("Partech",)
