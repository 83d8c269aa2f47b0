"""The sentence to quote, and the fields in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.values import Evidence
from storage.quotes import LONGEST, quote


def _spans(text: str, *parts: str, where: str = "text") -> list[Evidence]:
    return [Evidence(text.index(part), text.index(part) + len(part), part, "x", where) for part in parts]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "parts", "expected"),
    [
        ("Avant. Orme lève 3 M€ net. Après.", ("Orme", "3 M€"), "[Orme] lève [3 M€] net."),
        ("Orme grandit. C’est Orme qui lève 3,5 M€.", ("lève", "3,5 M€"), "C’est Orme qui [lève] [3,5 M€]."),
        ("Selon M. Dubois, Orme lève 2 M€.\nSuite", ("Orme", "2 M€"), "Selon M. Dubois, [Orme] lève [2 M€]."),
        ("Titre\nOrme lève", ("Orme",), "[Orme] lève"),
        ("Orme lève 3 M€ ! Une joie", ("Orme", "Orme lève", "3 M€"), "[Orme lève] [3 M€] !"),
    ],
)
def test_the_sentence_with_most_fields(text: str, parts: tuple[str, ...], expected: str) -> None:
    sentence, marks = quote("", text, _spans(text, *parts))
    assert _marked(sentence, marks) == expected


def test_the_title_when_the_text_says_nothing() -> None:
    title = "Orme lève 3 M€"
    assert quote(title, "Rien.", _spans(title, "Orme", where="title")) == (title, ((0, 4),))


def test_nothing_to_quote() -> None:
    assert quote("t", "text", []) == ("", ())
    assert quote("t", "text", [Evidence(3, 99, "x", "x")]) == ("", ())


def test_a_long_sentence_is_cut_around_its_fields() -> None:
    text = "mot " * 400 + "Orme lève 3 M€ " + "mot " * 400
    sentence, marks = quote("", text, _spans(text, "Orme", "3 M€"))
    assert len(sentence) < LONGEST + 20
    assert "[Orme] lève [3 M€]" in _marked(sentence, marks)
    assert sentence.startswith("… ")
    assert sentence.endswith(" …")


@given(st.text(alphabet="Aé. \n«»!", max_size=900), st.lists(st.tuples(st.integers(0, 900), st.integers(1, 500))))
def test_marks_always_lie_in_the_sentence_in_order(text: str, places: list[tuple[int, int]]) -> None:
    spans = [Evidence(start, start + size, "", "x") for start, size in places]
    sentence, marks = quote("", text, spans)
    edges = [edge for mark in marks for edge in mark]
    assert edges == sorted(set(edges))
    assert all(0 <= edge <= len(sentence) for edge in edges)


def _marked(sentence: str, marks: tuple[tuple[int, int], ...]) -> str:
    for start, end in reversed(marks):
        sentence = f"{sentence[:start]}[{sentence[start:end]}]{sentence[end:]}"
    return sentence


def test_a_damaged_sentence_is_quoted_as_it_was_meant() -> None:
    text = (
        "Une start-up de la rÃ©gion grandit. La sociÃ©tÃ© lyonnaise OrmÃ©o,\nqui Ã©dite un logiciel pour les "
        "cabinets\ncomptables, a levÃ© 12 millions dâ€™euros auprÃ¨s\nde deux fonds de la place. Elle recrute."
    )
    sentence, marks = quote("", text, _spans(text, "OrmÃ©o", "12 millions dâ€™euros"))
    assert sentence == (
        "La société lyonnaise Orméo, qui édite un logiciel pour les cabinets comptables, a levé 12 millions d’euros "
        "auprès de deux fonds de la place."
    )
    assert [sentence[start:end] for start, end in marks] == ["Orméo", "12 millions d’euros"]


def test_what_mending_takes_out_is_not_marked() -> None:
    text = "<b>Orme</b> grandit. " + "La suite est longue. " * 40
    assert quote("t", text, _spans(text, "</b>")) == ("", ())
    assert quote("Orme", text, _spans(text, "</b>", "Orme"))[0].startswith("Orme grandit")
