"""Who is the subject of which verb, on sentences of our own."""

from __future__ import annotations

from datetime import date

import pytest

from extractors.deals.abstraction import View
from extractors.deals.clauses import heads
from extractors.deals.knowledge import default_knowledge
from extractors.deals.parties import in_complement, parties, read_list
from extractors.deals.passage import passages
from extractors.deals.subjects import subject
from extractors.values import Article


def view_of(sentence: str) -> View:
    article = Article("essai", "", sentence, date(2025, 5, 6))
    return passages(article, default_knowledge())[1].views[0]


def told(view: View, position: int) -> str:
    value = view.spans[view.text[position]].value
    return str(getattr(value, "name", None) or getattr(value, "text", ""))


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Foovea lève 3 millions d’euros.", [("Foovea", "next", "leve")]),
        ("Foovea, éditeur de logiciels, a récolté 3 millions d’euros.", [("Foovea", "aside", "a recolte")]),
        ("Foovea, à Lyon, prépare un tour de 3 millions d’euros.", [("Foovea", "aside", "prepare un")]),
        ("Foovea, qui emploie 40 personnes, a levé 3 millions d’euros.",
         [("Foovea", "relative", "emploie"), ("Foovea", "aside", "a leve")]),
        ("L’Orbalia n’avait pas annoncé de levée et Foovea ferme le ban.",
         [("Orbalia", "next", "avait pas"), ("Foovea", "next", "ferme le")]),
        ("Sa filiale, Foovea, a été vendue à Orbalia.", [("Foovea", "apposed", "a ete")]),
        ("Foovea, filiale d’Orbalia, a été vendue.", [("Foovea", "aside", "a ete")]),
        ("Le patron de Foovea a obtenu 3 millions d’euros.", []),
        ("Dans la roue de Foovea, des fonds ont mis 3 millions d’euros.", []),
        ("Foovea : 3 millions d’euros pour Orbalia", []),
    ],
)  # fmt: skip
def test_subjects_and_their_verbs(sentence: str, expected: list[tuple[str, str, str]]) -> None:
    view = view_of(sentence)
    found = [(told(view, head.party), head.by, view.text[head.verb :]) for head in heads(view.text)]
    assert [(name, by) for name, by, _ in found] == [(name, by) for name, by, _ in expected]
    assert all(rest.startswith(verb) for (_, _, rest), (_, _, verb) in zip(found, expected, strict=True))


@pytest.mark.parametrize(
    ("sentence", "verb", "expected"),
    [
        (
            "Foovea, à qui Orbalia avait confié 2 millions d’euros, se fait discret, et Nuvexa, agrégateur, a récolté 8 M€.",
            "recolte",
            "Nuvexa",
        ),
        ("Foovea, autre reprise récente, a levé 2 millions d’euros.", "leve", "Foovea"),
    ],
)
def test_the_subject_of_a_verb(sentence: str, verb: str, expected: str) -> None:
    view = view_of(sentence)
    found = subject(view, view.text.index(verb), parties(view))
    assert found is not None
    assert told(view, found.position) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Orbalia a racheté Foovea et Nuvexa.", ["Foovea", "Nuvexa"]),
        ("Orbalia a racheté Foovea et Nuvexa a levé 3 millions d’euros.", ["Foovea"]),
        ("Orbalia a racheté Foovea, éditeur de logiciels, à Nuvexa.", ["Foovea"]),
        ("Orbalia a racheté Foovea, spécialiste des assistants sur Tuvexa, et Nuvexa.", ["Foovea", "Nuvexa"]),
        ("Orbalia a racheté Foovea, tandis que Nuvexa abandonnait son projet.", ["Foovea"]),
        ("Orbalia a racheté Foovea, alors qu’Nuvexa et Tuvexa y songeaient.", ["Foovea"]),
    ],
)
def test_what_has_a_verb_or_a_preposition_of_its_own_goes_on_no_list(sentence: str, expected: list[str]) -> None:
    view = view_of(sentence)
    known = [party for party in parties(view) if party.name]
    assert [told(view, party.position) for party in read_list(view, known[1].position)] == expected


def test_many_clauses_take_linear_time() -> None:
    """A sentence of many asides is read clause by clause, not anew for each."""
    view = view_of("Foovea, à Lyon, " * 400 + "lève 3 millions d’euros.")
    assert len(heads(view.text)) <= len(parties(view))


def test_behind_tandis_que_stands_a_subject() -> None:
    """It was taken for what hangs on "que", and its sum went to the company of the clause before."""
    view = view_of("Nuvéa a levé 3 millions d'euros, tandis qu'Orféo en récoltait 486 auprès de Partech.")
    hangs = {told(view, party.position): in_complement(view.text, party.position) for party in parties(view)}
    assert hangs == {"Nuvéa": False, "Orféo": False, "Partech": True}


@pytest.mark.parametrize(
    "text", ["\uf000 lyonnaise vient de lever", "\uf000 de logiciels a leve", "\uf000 d'intelligence artificielle va"]
)
def test_a_noun_that_takes_up_a_name_keeps_its_verb_behind_an_adjective_or_a_complement(text: str) -> None:
    assert [head.party for head in heads(text)] == [0]
    assert heads("\uf000 de son cote, rien") == ()
