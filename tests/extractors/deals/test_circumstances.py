"""What the words around a sum say of it: whether it just happened, was refused, is only recalled."""

from __future__ import annotations

from datetime import date

from extractors.deals.extract import find_deals
from extractors.deals.knowledge import default_knowledge
from extractors.values import Article, DealMention


def told(text: str, title: str) -> dict[int | None, DealMention]:
    found = find_deals(Article("a", title, text, date(2026, 3, 4)), default_knowledge())
    return {int(deal.amount.value) if deal.amount else None: deal for deal in found}


def test_what_just_happened_is_the_news_whatever_its_sentence_recalls() -> None:
    found = told(
        "Nuvéa ne connaît pas la crise. Après 5 millions d'euros en 2022 et 18 millions en 2024, l'éditeur de chatbots d'IA "
        "vient de récolter 60 millions auprès de Highland Europe.",
        "Nuvéa, la pépite qui monte",
    )
    assert {sum_: deal.role for sum_, deal in found.items()} == {
        5_000_000: "background",
        18_000_000: "background",
        60_000_000: "news",
    }
    assert found[60_000_000].date is None
    assert found[18_000_000].date == "2024"


def test_a_purchase_just_made_is_news_behind_an_older_round() -> None:
    found = told(
        "Orféo, dont la levée de 15 millions remonte à mars 2025, vient de reprendre une société nantaise, Nuvéa, dont elle "
        "n'indique pas le prix. Orféo découvre des médicaments grâce à l'IA.",
        "Orféo s'équipe en robots",
    )
    assert found[None].company == "Nuvéa"
    assert found[None].role == "news"


def test_money_refused_is_a_deal_called_off() -> None:
    found = told(
        "« Nous avons refusé 300 millions d'euros de Google », raconte Jean Dupont, cofondateur d'Orféo. L'éditeur d'IA "
        "vocale, qui a levé 25 millions d'euros l'an dernier, veut rester indépendant.",
        "Le patron d'Orféo s'explique",
    )
    assert found[300_000_000].status == "cancelled"
    assert found[25_000_000].status == "announced"


def test_a_total_is_that_of_the_sum_that_it_names() -> None:
    found = told(
        "L'éditeur de chatbots d'IA Nuvéa a levé 45 millions d'euros en trois tours. Orféo a récolté 32 millions d'euros "
        "auprès de Partech, portant le total de ses financements à 46 millions. Spectra boucle un tour de 7 millions au "
        "total.",
        "Nuvéa, Orféo, Spectra : le point",
    )
    assert {sum_: deal.cumulative for sum_, deal in found.items()} == {
        45_000_000: True,
        32_000_000: False,
        46_000_000: True,
        7_000_000: False,
    }


def test_what_came_to_nothing_and_what_is_only_thought_of() -> None:
    called_off = (
        "Orféo avait tenté de racheter Nuvéa, éditeur d'IA, pour 40 millions d'euros.",
        "Le rachat de l'éditeur d'IA Nuvéa par Orféo pour 40 millions d'euros est tombé à l'eau.",
    )
    planned = (
        "L'éditeur d'IA Nuvéa tente de lever 40 millions d'euros.",
        "L'éditeur d'IA Nuvéa a fait part de son intention de lever 40 millions d'euros.",
    )
    for text in called_off:
        assert told(text, "Le point sur Nuvéa")[40_000_000].status == "cancelled", text
    for text in planned:
        assert told(text, "Le point sur Nuvéa")[40_000_000].status == "planned", text
