"""Rounds and values told apart from their deal."""

from __future__ import annotations

from datetime import date

import pytest

from extractors.deals.extract import find_deals
from extractors.deals.knowledge import default_knowledge
from extractors.values import Article, DealMention


def told(text: str, title: str = "Nuvéa lève 20 M€") -> dict[int | None, DealMention]:
    found = find_deals(Article("a", title, text, date(2025, 6, 16)), default_knowledge())
    return {int(deal.amount.value) if deal.amount else None: deal for deal in found}


@pytest.mark.parametrize(
    ("sentence", "round_"),
    [
        ("Cette série B est la plus grosse de l'année.", "series-b"),
        ("Ce tour de table, dit de série B, a été mené par Partech.", "series-b"),
        ("La start-up envisage une série B courant 2026.", None),
        ("Depuis la série B, elle a doublé ses effectifs.", None),
        ("Ce n'est pas une série B.", None),
    ],
)
def test_a_round_in_a_sentence_of_its_own(sentence: str, round_: str | None) -> None:
    found = told(f"La start-up d'intelligence artificielle Nuvéa a levé 20 millions d'euros. {sentence}")
    assert found[20_000_000].round == round_


def test_what_the_company_was_worth_before_is_told_of_its_earlier_round() -> None:
    found = told(
        "La start-up Nuvéa a levé 20 millions d'euros. Elle est valorisée 210 millions d'euros, contre 55 millions lors "
        "du tour précédent.\nEn mai 2022, Nuvéa avait levé 11 millions d'euros auprès d'Elaia."
    )
    now, before = found[20_000_000].valuation, found[11_000_000].valuation
    assert now is not None
    assert before is not None
    assert (now.value, before.value) == (210_000_000, 55_000_000)


def test_the_date_told_with_a_former_value_chooses_its_round() -> None:
    found = told(
        "La start-up Nuvéa a levé 20 millions d'euros. Elle est valorisée 210 millions d'euros, contre 55 millions en "
        "2023.\nNuvéa avait levé 3 millions d'euros en 2021. En mai 2023, Nuvéa avait levé 11 millions d'euros."
    )
    assert found[3_000_000].valuation is None
    assert found[11_000_000].valuation is not None


def test_loans_and_grants_have_no_value_of_the_company() -> None:
    found = told(
        "La start-up Nuvéa, valorisée 210 millions d'euros, obtient un prêt de 20 millions d'euros de la BEI.",
        "La BEI prête 20 millions d'euros à Nuvéa",
    )
    assert (found[20_000_000].kind, found[20_000_000].valuation) == ("debt", None)


def test_so_long_after_a_round_dates_that_round_and_not_the_news() -> None:
    found = told(
        "La start-up Nuvéa, qui développe une IA, lève 20 millions d'euros auprès de Partech, huit mois après avoir levé "
        "3 millions d'euros auprès d'Elaia.",
    )
    assert (found[3_000_000].date, found[20_000_000].date) == ("2024-10", None)


def test_so_long_after_counts_from_the_date_beside_it() -> None:
    found = told(
        "La start-up Nuvéa a levé 20 millions d'euros.\nNuvéa avait réuni 6 millions d'euros en mars 2022 auprès d'Elaia, "
        "dix-huit mois après un premier tour de 2 millions d'euros."
    )
    assert (found[6_000_000].date, found[2_000_000].date) == ("2022-03", "2020-09")


def test_a_title_that_tells_a_value_without_a_verb_is_no_deal() -> None:
    found = told(
        "La start-up d'intelligence artificielle Nuvéa a levé 60 millions d'euros auprès de Partech, qui la valorise "
        "600 millions d'euros.",
        title="Nuvéa : les coulisses d'un tour à 600 millions d'euros",
    )
    assert set(found) == {60_000_000}


@pytest.mark.parametrize(
    "sentence",
    [
        "Il y a un an, Google proposait 90 millions d'euros pour acquérir Nuvéa.",
        "En 2023, l'offre de rachat de Nuvéa par Google, de 90 millions d'euros, a été rejetée par le conseil.",
    ],
)
def test_an_offer_made_in_vain_is_called_off(sentence: str) -> None:
    assert told(f"La start-up Nuvéa a levé 20 millions d'euros. {sentence}")[90_000_000].status == "cancelled"
