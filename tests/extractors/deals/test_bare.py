"""Deals told without a sum, in the plain words of every day: who changes hands, and to whom."""

from __future__ import annotations

from datetime import date

import pytest

from extractors.deals.extract import find_deals
from extractors.deals.knowledge import DealKnowledge
from extractors.values import Article

_REST = " Les conditions financières n'ont pas été dévoilées."


@pytest.fixture(scope="module")
def knowledge() -> DealKnowledge:
    return DealKnowledge.load(None)


def bought(text: str, knowledge: DealKnowledge, title: str = "La tech en bref") -> dict[str, tuple[str, ...]]:
    found = find_deals(Article("essai", title, text + _REST, date(2025, 5, 12), "Essai"), knowledge)
    return {deal.company: deal.investors for deal in found if deal.kind == "acquisition" and deal.amount is None}


@pytest.mark.parametrize(
    ("text", "company", "buyer"),
    [
        ("Verrelis, spécialiste de l’IA appliquée, a été vendue le mois dernier au groupe Ordamax.", "Verrelis", "Ordamax"),
        ("Ordamax avait, de son côté, repris en février la start-up Verrelis, conceptrice d’assistants.", "Verrelis", "Ordamax"),
        ("Le groupe Ordamax avait déjà repris en 2019 Verrelis, qui automatise les tests.", "Verrelis", "Ordamax"),
        ("Ordamax s’est encore adjoint, en 2022, Verrelis, un français de l’écoute des réseaux.", "Verrelis", "Ordamax"),
        ("Ordamax a mis la main en janvier 2023 sur Verrelis, jeune pousse du langage.", "Verrelis", "Ordamax"),
        ("Le bordelais Verrelis a été cédé au groupe espagnol Ordamax, pour un prix resté confidentiel.", "Verrelis", "Ordamax"),
        ("Verrelis, treize salariés et un logiciel sans serveur, a été croqué en février par Ordamax.", "Verrelis", "Ordamax"),
        ("Verrelis, que le groupe Ordamax a rachetée en 2019, ferme son site de Nantes.", "Verrelis", "Ordamax"),
        ("Ordamax a mis en janvier 2023 la main sur Verrelis, jeune pousse du langage.", "Verrelis", "Ordamax"),
        ("Le groupe Ordamax a pris 65 % de Verrelis, éditeur d’un assistant juridique.", "Verrelis", "Ordamax"),
        ("Ordamax a fait main basse cet été sur Verrelis, jeune pousse du langage.", "Verrelis", "Ordamax"),
        ("Ordamax a mis la main l’automne dernier sur Verrelis, jeune pousse du langage.", "Verrelis", "Ordamax"),
        ("La start-up Verrelis, éditrice d’assistants, appartient depuis 2020 au groupe Ordamax.", "Verrelis", "Ordamax"),
        ("La start-up Verrelis, passée en janvier 2023 sous le contrôle d’Ordamax, recrute.", "Verrelis", "Ordamax"),
        ("Son fondateur avait vendu Talvéa à Brunnoy en 2013, puis Verrelis à Ordamax au début de 2015.", "Verrelis", "Ordamax"),
    ],
)  # fmt: skip
def test_plain_sentences(text: str, company: str, buyer: str, knowledge: DealKnowledge) -> None:
    found = bought(text, knowledge)
    assert company in found
    assert buyer in found[company]


def test_both_of_an_enumeration(knowledge: DealKnowledge) -> None:
    assert {"Verrelis", "Talvéa"} <= bought("Ordamax a racheté Verrelis et Talvéa.", knowledge).keys()


def test_a_buyer_beside_what_is_sold_is_not_sold(knowledge: DealKnowledge) -> None:
    found = bought("Deux jeunes pousses ont été vendues : Verrelis à Ordamax, Talvéa à l'allemand Brunnoy.", knowledge)
    assert found.keys() == {"Verrelis", "Talvéa"}


@pytest.mark.parametrize(
    "text",
    [
        "Verrelis vend ses logiciels à Ordamax, à Talvéa et à une centaine de mairies.",
        "L'ancien directeur commercial de Verrelis a repris ses études après dix ans chez Ordamax.",
        "Ordamax a acheté des serveurs à Verrelis pour équiper ses agences.",
        "Les clients de Verrelis achètent surtout des licences, assure Ordamax.",
    ],
)
def test_sales_of_goods_are_no_purchases_of_companies(text: str, knowledge: DealKnowledge) -> None:
    assert bought(text, knowledge) == {}


def told(text: str, knowledge: DealKnowledge) -> set[tuple[str, str]]:
    found = find_deals(Article("essai", "La tech en bref", text, date(2025, 5, 12), "Essai"), knowledge)
    return {(deal.company, deal.kind) for deal in found}


def test_place_that_opens_a_sentence_is_no_other_of_an_enumeration(knowledge: DealKnowledge) -> None:
    found = told("En Afrique du Sud, Verrelis a attiré Partech, sans plus de détails sur l’investissement.", knowledge)
    assert found == {("Verrelis", "funding")}


def test_fund_raises_its_own_vehicle(knowledge: DealKnowledge) -> None:
    text = "Verrelis Ventures prépare son troisième fonds, consacré à la santé, d’un montant tenu secret."
    assert told(text, knowledge) == {("Verrelis Ventures", "fund")}


@pytest.mark.parametrize(
    "text",
    [
        "L’éditeur de contrats Verrelis change de mains. Son nouveau propriétaire, Ordamax, n’en dira pas davantage.",
        "Verrelis, spécialiste de l’IA, attire les convoitises. Ordamax, qui l’avait sortie de la Bourse en 2021, se tait.",
    ],
)
def test_a_buyer_told_in_the_next_sentence(text: str, knowledge: DealKnowledge) -> None:
    assert bought(text, knowledge, "Verrelis, une start-up d’IA, change de mains")["Verrelis"] == ("Ordamax",)


def test_a_stake_of_another_year_is_no_part_of_the_round(knowledge: DealKnowledge) -> None:
    text = (
        "La start-up Verrelis, spécialiste de l’IA, a levé 12 millions d’euros auprès de Brunnoy Capital.\n"
        "L’argent servira à recruter. Les bureaux de Lyon doubleront de taille cette année.\n"
        "Le groupe Ordamax était entré au capital de Verrelis en 2021, pour un montant resté secret."
    )
    found = find_deals(Article("essai", "Verrelis lève 12 M€", text, date(2025, 5, 12), "Essai"), knowledge)
    told = {(deal.amount is None, deal.investors) for deal in found if deal.company == "Verrelis"}
    assert told == {(False, ("Brunnoy Capital",)), (True, ("Ordamax",))}
