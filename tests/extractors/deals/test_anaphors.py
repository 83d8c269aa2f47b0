"""Nouns that take up a name, and those that only describe the one behind them."""

from __future__ import annotations

from datetime import date

import pytest
from linear import assert_linear

from extractors.deals.abstraction import View
from extractors.deals.extract import find_deals
from extractors.deals.knowledge import default_knowledge
from extractors.deals.names import Name
from extractors.deals.passage import _anaphors, passages
from extractors.values import Article


def _views(text: str) -> list[View]:
    return passages(Article("a", "", text, date(2025, 6, 10), ""), default_knowledge())[1].views


def _taken_up(text: str) -> list[str]:
    return [getattr(span.value, "text", "") for view in _views(text) for _, span in view.of("anaphor")]


@pytest.mark.parametrize(
    ("text", "described"),
    [
        ("Sanofi investit 180 millions de dollars dans la biotech d'IA Owkin.", "biotech"),
        ("Meta rachète la start-up d'intelligence artificielle Manus pour 2 milliards de dollars.", "start-up"),
        ("Eurazeo mène un tour de 12 millions dans la pépite de l'IA générative LightOn.", "pepite"),
        ("Eurazeo a injecté 20 millions d'euros dans l'éditeur de logiciels Odoo.", "editeur"),
    ],
)
def test_a_noun_with_a_complement_describes_the_name_behind_it(text: str, described: str) -> None:
    """It takes nobody up: it was given the sum in the place of the company that it presents."""
    assert _taken_up(text) == []
    names = [span.value for view in _views(text) for _, span in view.of("name")]
    assert described in [name.descriptor for name in names if isinstance(name, Name)]


@pytest.mark.parametrize(
    "text",
    [
        "La société de Xavier Niel lève 35 millions d'euros.",
        "La start-up, spécialisée dans l'IA, lève 3 millions d'euros auprès de Partech.",
        "L'éditeur a confié à Partech 3 millions d'euros.",
    ],
)
def test_a_noun_of_its_own_still_takes_a_name_up(text: str) -> None:
    assert len(_taken_up(text)) == 1


def test_a_noun_with_a_verb_of_its_own_does_not_explain_the_name_before_it() -> None:
    opened = "Issue du laboratoire Kyutai, cette société de voix artificielle avait levé 70 millions d'euros."
    assert _taken_up(opened) == ["cette societe"]
    assert _taken_up("Nuvéa, la société basée à Lyon, a levé 3 millions d'euros.") == []


def test_money_raised_by_somebody_is_not_paid_by_them() -> None:
    article = Article("a", "", "Les 385 millions d'euros levés par Mistral AI en décembre ont surpris.", None, "")
    (deal,) = find_deals(article, default_knowledge())
    assert (deal.company, deal.investors) == ("Mistral AI", ())


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Ondine AI, qui pilote les réseaux d'eau, lève 3 millions d'euros.", "company"),
        ("Amazon rachète la chaîne de cliniques One Medical pour 3,9 milliards de dollars.", "company"),
    ],
)
def test_what_a_firm_is_called_after_does_not_make_it_a_person_or_the_press(text: str, kind: str) -> None:
    names = [span.value for view in _views(text) for _, span in view.of("name")]
    assert kind in [n.type for n in names if isinstance(n, Name) and n.name in ("Ondine AI", "One Medical")]


def test_many_nouns_before_one_name_take_linear_time() -> None:
    """Each noun is held against the name that follows it, however far away it is."""
    following = Name(10**6, 10**6 + 5, "Owkin", "company", None, "biotech", False)
    cues = default_knowledge().cues
    _anaphors("la biotech ", [following], cues)  # the expression is compiled when it is first used
    assert_linear(lambda text: _anaphors(text, [following], cues), "la biotech ")
