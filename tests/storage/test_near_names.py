"""Which names an analyst is asked about. Invented, but for those that the project's brief names."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsroom import Newsroom, money, reading, telling

from extractors.deals.organisations import Organisation
from storage.aliases import aliases_of
from storage.companies import company_key
from storage.near_names import NameSeen, suggestions
from storage.organisations import names_seen, other_words

OTHERS = other_words(None)


def _pairs(*names: str, judged: tuple[str, ...] = ()) -> list[tuple[str, str, str]]:
    seen = [NameSeen(company_key(name), name, len(names) - place) for place, name in enumerate(names)]
    found = suggestions(seen, judged={company_key(name) for name in judged}, others=OTHERS)
    return [(pair.name.name, pair.alias.name, pair.why) for pair in found]


@pytest.mark.parametrize(
    ("main", "alias", "why"),
    [
        ("Wave", "Wave Mobile Money", "longer_name"),
        ("Mistral", "Mistral AI", "longer_name"),
        ("Nuvéane", "Nuvéanne", "spelling"),
        ("Nuvéane", "Nuvéune", "spelling"),
        ("Nuvéane", "Nuvaéne", "spelling"),
    ],
)
def test_near_misses_are_shown(main: str, alias: str, why: str) -> None:
    assert _pairs(main, alias) == [(main, alias, why)]
    assert _pairs(alias, main) == [(alias, main, why)], "the one named more often first"
    assert _pairs(alias, main, judged=(main,)) == [(main, alias, why)], "but a listed name is the main one"
    assert _pairs(main, alias, judged=(main, alias)) == [], "listed each for itself: judged"


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Google", "Google Ventures"),
        ("Element AI", "AI"),
        ("Together.ai", "TogetherAI"),
        ("Vision Fund 1", "Vision Fund 2"),
        ("Orme", "Ormo"),
        ("Nuvéane", "Nuvéannes"),
        ("Side", "Sidérale"),
    ],
)
def test_others_are_not(one: str, two: str) -> None:
    assert _pairs(one, two) == []


@given(
    st.lists(st.sampled_from(["Nuvéane", "Nuvéanne", "Nuvéane Santé", "Orme", "Orme Mobile", "Ormeau"]), unique=True),
    st.data(),
)
def test_order_does_not_matter(names: list[str], data: Any) -> None:
    seen = [NameSeen(company_key(name), name) for name in names]
    shuffled = data.draw(st.permutations(seen))
    assert suggestions(shuffled, judged=(), others=OTHERS) == suggestions(seen, judged=(), others=OTHERS)


def test_names_in_the_database_are_counted_under_their_usual_spelling(newsroom: Newsroom) -> None:
    newsroom.tell(
        a=reading(telling("Orme", money(5e6), investors=("Fonds du Lac",))),
        b=reading(telling("ORME SAS", money(7e6), investors=("Fonds du Lac", "Orme"))),
    )
    assert names_seen(newsroom.db) == [NameSeen("fondsdulac", "Fonds du Lac", 2), NameSeen("orme", "Orme", 3)]


def test_a_name_of_its_own_is_no_alias_of_another() -> None:
    entries = [Organisation("Orme", "company", aliases=("Onde", "Orme Mobile")), Organisation("Onde", "company")]
    assert aliases_of(entries) == {"ormemobile": "orme"}
