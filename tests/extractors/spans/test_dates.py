"""Dates resolved against publication, and times that are no dates of deals."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.deals.dates import find_dates

WEDNESDAY = date(2025, 6, 18)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("le 11 juin 2023", "2023-06-11"),
        ("le 11 juin", "2025-06-11"),
        ("mardi 17 juin", "2025-06-17"),
        ("le 1er décembre", "2024-12-01"),
        ("le 3 juillet", "2025-07-03"),
        ("le 9 sept. 2024", "2024-09-09"),
        ("13/06/2023", "2023-06-13"),
        ("2023-06-13", "2023-06-13"),
        ("en juin dernier", "2025-06"),
        ("en septembre", "2024-09"),
        ("au mois d’août", "2024-08"),
        ("début février", "2025-02"),
        ("en mars 2022", "2022-03"),
        ("mai de l'an dernier", "2024-05"),
        ("a annoncé mardi", "2025-06-17"),
        ("ce mercredi", "2025-06-18"),
        ("jeudi soir", "2025-06-12"),
        ("hier", "2025-06-17"),
        ("avant-hier", "2025-06-16"),
        ("ce matin", "2025-06-18"),
        ("la semaine dernière", "2025-06"),
        ("cette semaine", "2025-06"),
        ("ces dernières semaines", "2025"),
        ("le mois dernier", "2025-05"),
        ("l’an dernier", "2024"),
        ("l'an passé", "2024"),
        ("l'année dernière", "2024"),
        ("cette année", "2025"),
        ("en début d’année", "2025"),
        ("il y a un an", "2024"),
        ("il y a treize mois", "2024-05"),
        ("il y a 3 jours", "2025-06-15"),
        ("en 2021", "2021"),
        ("début 2024", "2024"),
        ("(19 milliards, 2014)", "2014"),
        ("au printemps 2024", "2024"),
        ("au printemps", "2025"),
        ("à l’automne dernier", "2024"),
        ("au troisième trimestre 2023", "2023"),
        ("le 11 fvrier 2023", "2023-02-11"),
        ("le 11 dÃ©cembre 2023", "2023-12-11"),
    ],
)
def test_dates(text: str, value: str) -> None:
    found = find_dates(text, WEDNESDAY)
    assert [span.value for span in found] == [value]
    assert found[0].precision == {4: "year", 7: "month", 10: "day"}[len(value)]
    assert text[found[0].start : found[0].end] in text


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("En mars 2022, puis en mai de la même année", ["2022-03", "2022-05"]),
        ("En juin 2023, puis en décembre suivant", ["2023-06", "2023-12"]),
        ("À l'automne 2019. Deux ans plus tôt, rien", ["2019", "2017"]),
        ("Le 3 juin 2020, puis l'année suivante", ["2020-06-03", "2021"]),
        ("Avril : rien. Mars : 3 M€ (février, Elaia)", ["2025-04", "2025-03", "2025-02"]),
    ],
)
def test_dates_told_from_the_one_before(text: str, values: list[str]) -> None:
    assert [span.value for span in find_dates(text, WEDNESDAY)] == values


@pytest.mark.parametrize(
    "text",
    [
        "Je pense que Sam a 19 % de Sept",
        "en sept ans",
        "d'ici 2030",
        "à l'horizon 2030",
        "jeudi prochain",
        "du lundi au vendredi",
        "La Tribune Dimanche",
        "2 000 euros et 2024 salariés",
        "aujourd'hui",
        "à ce jour",
        "les mois passent",
        "cinq ans après sa création",
        "le 31 février 2023",
    ],
)
def test_not_dates(text: str) -> None:
    assert find_dates(text, WEDNESDAY) == []


def test_without_publication_only_years_that_are_named() -> None:
    text = "Mardi, le 11 juin, hier, en mai dernier, l'an dernier, puis en juin 2023 et le 4 mai 2022"
    assert [span.value for span in find_dates(text, None)] == ["2023-06", "2022-05-04"]


@given(
    st.dates(date(1999, 1, 1), date(2040, 12, 31)),
    st.sampled_from(["hier", "mardi", "en juin", "l'an dernier", "il y a deux mois", "au printemps"]),
)
def test_a_relative_date_is_never_after_publication(published: date, told: str) -> None:
    for span in find_dates(f"Ce fut {told}.", published):
        assert span.value <= published.isoformat()[: len(span.value)]
