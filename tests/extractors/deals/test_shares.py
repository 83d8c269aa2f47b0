"""Sums told beside a round that are no deal of their own, and sums that a title rounds."""

from __future__ import annotations

from datetime import date

import pytest

from extractors.deals.extract import find_deals
from extractors.deals.knowledge import default_knowledge
from extractors.values import Article, DealMention


def told(text: str, title: str = "Nuvéa lève 20 M€") -> dict[int | None, DealMention]:
    found = find_deals(Article("a", title, text, date(2025, 6, 16)), default_knowledge())
    return {int(deal.amount.value) if deal.amount else None: deal for deal in found}


ROUND = "La start-up d'intelligence artificielle Nuvéa a levé 20 millions d'euros auprès de Partech et d'Elaia."


@pytest.mark.parametrize(
    "sentence",
    [
        "Le premier a mis 8 millions d'euros.",
        "Elaia, déjà au capital, remet 3 millions d'euros.",
        "Les 4 millions restants proviennent d'un pool d'industriels.",
        "Bpifrance complète avec 1,5 million d'euros.",
        "Dix millions seront versés en octobre.",
    ],
)
def test_what_one_investor_puts_in_a_round_is_no_deal_of_its_own(sentence: str) -> None:
    assert list(told(f"{ROUND} {sentence}")) == [20_000_000]


@pytest.mark.parametrize(
    ("sentence", "value"),
    [
        ("En 2022, Elaia avait apporté 3 millions d'euros à Nuvéa.", 3_000_000),
        ("Bpifrance lui prête en outre 3 millions d'euros.", 3_000_000),
    ],
)
def test_an_earlier_round_and_a_loan_beside_it_are(sentence: str, value: int) -> None:
    assert set(told(f"{ROUND} {sentence}")) == {20_000_000, value}


def test_the_stake_of_the_one_who_leads_the_round_told_next() -> None:
    found = told(
        "Google va investir 8 millions d'euros dans la start-up d'intelligence artificielle Nuvéa. Cet apport s'inscrit "
        "dans une levée de fonds de 20 millions d'euros.",
        "Google investit 8 millions d'euros dans Nuvéa",
    )
    assert list(found) == [20_000_000]
    assert found[20_000_000].investors == ("Google",)


def test_a_title_that_tells_what_the_company_is_worth() -> None:
    found = told(
        "La start-up d'intelligence artificielle Nuvéa a levé 20 millions d'euros, ce qui la valorise 100 millions "
        "d'euros.",
        "Les coulisses du tour de Nuvéa à 100 millions d'euros",
    )
    assert list(found) == [20_000_000]
    assert found[20_000_000].valuation is not None


@pytest.mark.parametrize(
    ("title", "sum_"),
    [("Google rachète Nuvéa pour près de 28 millions d'euros", "27,7"), ("Google rachète Nuvéa 27 M€", "27,4")],
)
def test_a_title_that_rounds_the_sum_up_or_down(title: str, sum_: str) -> None:
    found = told(f"Google rachète la start-up d'intelligence artificielle Nuvéa pour {sum_} millions d'euros.", title)
    assert list(found) == [int(float(sum_.replace(",", ".")) * 1_000_000)]


def test_an_investor_told_by_when_it_came_in_pays_and_the_company_of_the_article_receives() -> None:
    found = told(
        "La société Orféo change de mains. Partech, entré en 2018 pour 10 millions d'euros, se retire.", "Orféo cédée"
    )
    assert found[10_000_000].company == "Orféo"
    assert found[10_000_000].investors == ("Partech",)


def test_an_elided_sum_behind_finalement() -> None:
    found = told(
        "La start-up Nuvéa comptait lever 5 millions d'euros ; elle en a finalement obtenu 7,5 auprès de Partech."
    )
    assert 7_500_000 in found
    assert 5_000_000 not in found


def test_a_mise_told_at_the_occasion_of_its_round() -> None:
    found = find_deals(
        Article(
            "a",
            "Elaia revient chez Nuvéa",
            "Elaia confirme avoir mis 11 millions d'euros dans Nuvéa, l'éditeur lyonnais d'IA, à l'occasion d'un tour de "
            "30 millions.",
            date(2026, 3, 4),
        ),
        default_knowledge(),
    )
    assert [int(deal.amount.value) for deal in found if deal.amount] == [30_000_000]
