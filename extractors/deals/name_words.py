"""The vocabulary that tells names from other capitals, and firms from people.

Read from `config/lexicon/`: `descriptors.yaml`, `people.yaml`, `not_names.yaml`, `common_words.yaml`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel, ConfigDict

from config.documents import PACKAGE_DIR, read_yaml, validated
from extractors.deals.date_words import date_words
from extractors.deals.normalise import damaged_forms, fold, normalise, plain


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Descriptors(_Strict):
    types: dict[str, list[str]]
    adjectives: list[str]
    belonging: list[str]
    name_endings: dict[str, list[str]]
    heads: list[str]
    bodies_plain: list[str]
    bodies_of: list[str]
    bodies_of_people: list[str]
    bodies_levels: list[str]
    bodies_alone: list[str]
    bodies_not_after: list[str]
    regional: list[str]
    regions: list[str]
    list_links: list[str]
    list_articles: list[str]


class _People(_Strict):
    first_names: list[str]
    titles: list[str]
    particles: list[str]


class _CommonWords(_Strict):
    words: list[str]


class _NotNames(_Strict):
    openers: list[str]
    common: list[str]
    terms: list[str]
    products: list[str]
    places: list[str]
    places_at: list[str]
    places_of: list[str]
    after_names: list[str]
    name_openers: list[str]


@dataclass(frozen=True, slots=True)
class NameWords:
    """Sets hold folded forms: small letters for openers, descriptors, adjectives; as printed for the rest."""

    descriptors: dict[str, str]  # noun → type
    descriptor_ends: frozenset[str]  # last words of descriptors, singular and plural
    descriptor_words: frozenset[str]  # every word of them
    adjectives: frozenset[str]
    belonging: frozenset[str]
    endings: dict[str, str]  # last word → type
    heads: frozenset[str]
    bodies_plain: frozenset[str]  # nouns of bodies, with the name behind them
    bodies_of: frozenset[str]  # with "de" and the name
    bodies_of_people: frozenset[str]  # with the adjective of a people
    bodies_levels: frozenset[str]  # adjectives of a body of a people besides
    bodies_alone: frozenset[str]  # with a capital and the article nothing else
    bodies_not_after: frozenset[str]  # words that such a body only hangs on
    regional: frozenset[str]  # as the lexicon of organisations names them
    regions: frozenset[str]  # first words of what their names go on with
    links: frozenset[str]
    articles: frozenset[str]
    first_names: frozenset[str]
    titles: frozenset[str]
    particles: frozenset[str]
    openers: frozenset[str]
    common: frozenset[str]  # with months and weekdays
    refused: frozenset[str]  # terms and products, months and weekdays
    places: frozenset[str]
    places_at: frozenset[str]  # nouns that make a place of a name behind "à"
    places_of: frozenset[str]  # and behind "de"
    after_names: frozenset[str]
    name_openers: frozenset[str]  # of size and number


@cache
def name_words() -> NameWords:
    """The vocabulary as shipped.

    Raises:
        ConfigError: names file and line at fault.
    """
    folder = PACKAGE_DIR / "lexicon"
    descriptors = validated(read_yaml(folder / "descriptors.yaml"), _Descriptors)
    people = validated(read_yaml(folder / "people.yaml"), _People)
    refused = validated(read_yaml(folder / "not_names.yaml"), _NotNames)
    spoken = validated(read_yaml(folder / "common_words.yaml"), _CommonWords)
    dates = date_words()
    nouns = {
        form: kind for kind, listed in descriptors.types.items() for noun in listed for form in damaged_forms(noun)
    }
    ends = {noun.split()[-1] for noun in nouns}
    return NameWords(
        descriptors=nouns,
        descriptor_ends=frozenset(ends | {end + "s" for end in ends} | {"ex-" + end for end in ends}),
        descriptor_words=frozenset(word for noun in nouns for word in noun.split()) | ends,
        adjectives=_damaged(descriptors.adjectives),
        belonging=_damaged(descriptors.belonging),
        endings={fold(word): kind for kind, words in descriptors.name_endings.items() for word in words},
        heads=_printed(descriptors.heads),
        bodies_plain=frozenset(map(fold, descriptors.bodies_plain)),
        bodies_of=frozenset(map(fold, descriptors.bodies_of)),
        bodies_of_people=frozenset(map(fold, descriptors.bodies_of_people)),
        bodies_levels=frozenset(map(fold, descriptors.bodies_levels)),
        bodies_alone=frozenset(map(fold, descriptors.bodies_alone)),
        bodies_not_after=frozenset(map(fold, descriptors.bodies_not_after)),
        regional=frozenset(descriptors.regional),
        regions=_printed(descriptors.regions),
        links=_damaged(descriptors.list_links),
        articles=_damaged(descriptors.list_articles),
        first_names=_printed(people.first_names),
        titles=_printed(people.titles),
        particles=_printed(people.particles),
        openers=_damaged(refused.openers),
        common=_damaged(refused.common)
        | _damaged(spoken.words)
        | dates.months.keys()
        | dates.weekdays.keys()
        | dates.seasons.keys(),
        refused=_printed(refused.terms) | _printed(refused.products),
        places=_printed(refused.places),
        places_at=_damaged(refused.places_at),
        places_of=_damaged(refused.places_of),
        after_names=_damaged(refused.after_names),
        name_openers=_damaged(refused.name_openers),
    )


def _damaged(phrases: list[str]) -> frozenset[str]:
    return frozenset(
        form for phrase in phrases for form in (damaged_forms(phrase) if len(phrase) > 3 else {plain(phrase)})
    )


def _printed(phrases: list[str]) -> frozenset[str]:
    """As printed, folded, and as they stand when their accented letters were lost."""
    whole = {normalise(phrase) for phrase in phrases}
    lost = {"".join(letter for letter in phrase if fold(letter) == letter) for phrase in whole}
    return frozenset({fold(phrase) for phrase in whole} | {phrase for phrase in lost if len(phrase) > 2})
