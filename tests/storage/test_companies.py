"""One key for all spellings, and no more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.companies import company_key


@pytest.mark.parametrize(
    "same",
    [
        ("Together.ai", "TogetherAI", "Together AI", "together-ai", "TOGETHER AI, Inc."),
        ("L’Oréal", "L'Oreal", "l’oréal S.A."),
        ("Hugging Face", "HuggingFace", "Hugging\u00a0Face SAS", "Hugging Face S.A.S."),
        ("Le Bon Coin", "Bon Coin"),
        ("Cœur & Cie", "Coeur et Cie".replace(" et ", " and ")),
        ("C3.ai", "C3 AI Inc"),
        ("Rhône Calcul SARL", "Rhone Calcul"),
        ("Nestlé", "Nestle\u0301"),
    ],
)
def test_spellings_of_one_company(same: tuple[str, ...]) -> None:
    assert len({company_key(name) for name in same}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Google", "Google Ventures"),
        ("Element AI", "AI"),
        ("Bolloré", "Groupe Bolloré"),
        ("Iliad", "Iliad Holding"),
        ("Side", "Side AI"),
        ("H", "H2O"),
        ("Vision Fund 1", "Vision Fund 2"),
        ("日本電気", "東芝"),
        ("!!!", "???"),
        ("", "!"),
    ],
)
def test_companies_that_are_not_one(one: str, other: str) -> None:
    assert company_key(one) != company_key(other)


def test_aliases_lead_to_the_main_key() -> None:
    assert company_key("Facebook, Inc.", {"facebook": "meta"}) == "meta"
    assert company_key("Meta", {"facebook": "meta"}) == "meta"


@given(st.text(max_size=60))
def test_never_empty_always_short_and_stable(name: str) -> None:
    key = company_key(name)
    assert 0 < len(key) <= 200
    assert company_key(name) == key == company_key(f" {name} ")


def test_a_very_long_name_takes_no_time_and_fits_an_index() -> None:
    assert len(company_key("Société " * 50_000)) == 200
