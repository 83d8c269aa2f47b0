"""Names of rounds, and what looks like one."""

from __future__ import annotations

import pytest

from extractors.deals.rounds import find_rounds


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("une série A de 8 millions", "series-a"),
        ("sa Série B", "series-b"),
        ("600 M€ de Series C", "series-c"),
        ("un tour de série D auquel", "series-d"),
        ("serie E", "series-e"),
        ("une srie F", "series-f"),
        ("une sÃ©rie G", "series-g"),
        ("un round B", "series-b"),
        ("un tour d'amorçage de 3 M€", "seed"),
        ("105 M€ de Seed en juin", "seed"),
        ("un tour de pré-amorçage", "pre-seed"),
        ("une levée en pre-seed", "pre-seed"),
        ("un tour relais", "bridge"),
        ("un bridge de 2 M€", "bridge"),
        ("un tour de croissance", "growth"),
        ("une série K", "series-k"),
    ],
)
def test_rounds(text: str, value: str) -> None:
    (found,) = find_rounds(text)
    assert found.value == value
    assert text[found.start : found.end].strip() == text[found.start : found.end]


@pytest.mark.parametrize(
    "text",
    [
        "des séries A et B",
        "la dernière d'une longue série",
        "une série à succès",
        "un fonds d’amorçage",
        "une présérie",
        "Euronext Growth",
        "la croissance",
        "une série Z",
    ],
)
def test_not_rounds(text: str) -> None:
    assert find_rounds(text) == []
