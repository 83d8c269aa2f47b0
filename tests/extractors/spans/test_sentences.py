"""Sentences of French press text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.deals.sentences import split_sentences


def cut(text: str) -> list[str]:
    return [text[s.start : s.end] for s in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Nuvea lève 5 M€. Elle recrute.", ["Nuvea lève 5 M€.", "Elle recrute."]),
        ("Le tour atteint 1.5 million. Fini.", ["Le tour atteint 1.5 million.", "Fini."]),
        ("M. Durand et Mme. Petit investissent.", ["M. Durand et Mme. Petit investissent."]),
        ("Le fonds de J. Durand suit.", ["Le fonds de J. Durand suit."]),
        ("C'est une série A. Le tour est clos.", ["C'est une série A.", "Le tour est clos."]),
        ("Ils ont levé dix millions.La société recrute.", ["Ils ont levé dix millions.", "La société recrute."]),
        ("Nod.ai et W.IN.G. investissent.", ["Nod.ai et W.IN.G. investissent."]),
        ("- Nuvea, 5 M€\n- Orfeo, 3 M€", ["- Nuvea, 5 M€", "- Orfeo, 3 M€"]),
        ("« C’est fait. » Elle sourit.", ["« C’est fait. »", "Elle sourit."]),
        ("Un tour de 3 mio. de francs suit.", ["Un tour de 3 mio. de francs suit."]),
        ("Combien ? Dix millions !", ["Combien ?", "Dix millions !"]),
        ("", []),
        (" \n \n", []),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert cut(text) == sentences


@given(st.text(st.sampled_from("aB. \n!?'\"5é…"), max_size=60))
def test_nothing_but_white_space_is_lost_and_order_is_kept(text: str) -> None:
    found = split_sentences(text)
    assert "".join("".join(cut(text)).split()) == "".join(text.split())
    assert all(a.end <= b.start for a, b in pairwise(found))
