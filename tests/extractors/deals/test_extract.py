"""Whole articles of our own words: which deals come out, with which fields, and what never does."""

from __future__ import annotations

from datetime import date

import pytest

from extractors.deals.extract import find_deals, trace_deals
from extractors.deals.knowledge import default_knowledge
from extractors.values import Article, DealMention


def deals(text: str, title: str = "", published: date | None = date(2025, 6, 16)) -> tuple[DealMention, ...]:
    return find_deals(Article("a", title, text, published), default_knowledge())


def facts(mentions: tuple[DealMention, ...]) -> list[tuple[str, str, int | None]]:
    return [(m.kind, m.company, int(m.amount.value) if m.amount else None) for m in mentions]


def test_title_and_text_tell_one_deal() -> None:
    (deal,) = deals(
        "La start-up lyonnaise Nuvéa, qui vend des robots dotés d'intelligence artificielle, a levé 12 millions d'euros "
        "en série A. Le tour de table est mené par Partech, avec la participation d'Elaia et de Bpifrance.",
        "Nuvéa lève 12 M€ pour ses robots",
    )
    assert (deal.kind, deal.company, deal.round, deal.status, deal.role) == (
        "funding",
        "Nuvéa",
        "series-a",
        "announced",
        "news",
    )
    assert deal.lead == ("Partech",)
    assert set(deal.investors) == {"Partech", "Elaia", "Bpifrance"}
    assert deal.ai


def test_a_start_up_taken_up_again_and_an_earlier_round_apart() -> None:
    found = deals(
        "Nuvéa vient de réunir 20 millions de dollars auprès de Sequoia.\n"
        "En 2022, la jeune pousse avait déjà levé 4 millions d'euros.",
        "Nuvéa réunit 20 millions de dollars",
    )
    assert facts(found) == [("funding", "Nuvéa", 20_000_000), ("funding", "Nuvéa", 4_000_000)]
    assert [deal.role for deal in found] == ["news", "background"]
    assert found[1].date == "2022"


def test_a_valuation_is_no_amount_and_a_conversion_goes_beside() -> None:
    (deal,) = deals(
        "Nuvéa a levé 500 millions de dollars (460 millions d'euros), ce qui la valorise 3 milliards de dollars.",
        "Nuvéa lève 500 millions de dollars",
    )
    assert deal.amount is not None
    assert deal.alt is not None
    assert deal.valuation is not None
    assert (deal.alt.value, deal.alt.currency) == (460_000_000, "EUR")
    assert deal.valuation.value == 3_000_000_000


def test_an_acquisition_and_its_price_told_apart() -> None:
    (deal,) = deals(
        "Le groupe Safran rachète la PME Nuvéa. Prix convenu : 220 millions d'euros.", "Safran s'offre Nuvéa"
    )
    assert facts((deal,)) == [("acquisition", "Nuvéa", 220_000_000)]
    assert deal.investors == ("Safran",)


def test_a_rumour_is_told_as_one() -> None:
    (deal,) = deals(
        "Selon des sources proches du dossier, Nuvéa serait en passe de lever 40 millions d'euros.",
        "Nuvéa lèverait 40 millions d'euros",
    )
    assert deal.status == "rumoured"


def test_items_of_a_list_are_deals_of_their_own() -> None:
    found = deals(
        "• Nuvéa (robots, Lyon) : 12 M€ en série A.\n• Orféo (musique, Lille) : 3 M€.\n• Tandelis (santé, Brest) : 1 M€.",
        "Levées de fonds : le bilan de la semaine",
    )
    assert facts(found) == [
        ("funding", "Nuvéa", 12_000_000),
        ("funding", "Orféo", 3_000_000),
        ("funding", "Tandelis", 1_000_000),
    ]
    assert {deal.role for deal in found} == {"news"}


def test_tranches_are_one_deal_with_the_total() -> None:
    found = deals(
        "Google injecte 2 milliards de dollars dans Anthropic. Le financement se divise en deux temps : "
        "500 millions maintenant et 1,5 milliard plus tard.",
        "Google injecte 2 milliards de dollars dans Anthropic",
    )
    assert facts(found) == [("funding", "Anthropic", 2_000_000_000)]


@pytest.mark.parametrize(
    "text",
    [
        "Nuvéa vise un chiffre d'affaires de 30 millions d'euros cette année.",
        "Le marché mondial de l'intelligence artificielle pèsera 500 milliards de dollars en 2030.",
        "Les start-up françaises ont levé 8 milliards d'euros l'an dernier.",
        "Meta écope d'une amende de 251 millions d'euros.",
        "Le ministre lève le voile sur son plan. Il investit le terrain.",
        "Nuvéa a passé une commande de 10 millions d'euros de GPU.",
        "L'abonnement coûte 20 euros par mois.",
        "",
        "Bonjour.",
    ],
)
def test_other_money_is_no_deal(text: str) -> None:
    assert deals(text) == ()


def test_the_trace_says_why_an_amount_was_refused() -> None:
    article = Article("a", "", "Nuvéa vise un chiffre d'affaires de 30 millions d'euros.", date(2025, 6, 16))
    trace = trace_deals(article, default_knowledge())
    assert any("not_deals.revenue" in reason for reason in trace.refused)


def test_a_sum_beyond_any_round_is_nobodys() -> None:
    """A plan of a decade may be so large; a round, a loan or a listing never was."""
    told = "La société d'intelligence artificielle Nuvéa a levé {} de dollars auprès d'investisseurs."
    assert facts(deals(told.format("40 milliards"))) == [("funding", "Nuvéa", 40_000_000_000)]
    assert deals(told.format("630 milliards")) == ()
