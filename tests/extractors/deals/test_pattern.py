"""The language of patterns: what it reads, what it refuses."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.deals.abstraction import BASES
from extractors.deals.pattern import PatternError, compile_pattern
from extractors.deals.words import Words

NAME, NAME2, AMOUNT, AMOUNT2 = (
    chr(BASES["name"]),
    chr(BASES["name"] + 1),
    chr(BASES["amount"]),
    chr(BASES["amount"] + 1),
)


@pytest.fixture(scope="module")
def words() -> Words:
    return Words.load(None)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<raise> ~ {amount}", f"{NAME} leve {AMOUNT}"),
        ("<raise> ~ {amount}", f"{NAME} a finalement leve pres de {AMOUNT}"),
        ("<raise> ~ {amount}", f"{NAME} lve {AMOUNT}"),
        ("<acquire.passive> ~ par {investor}", f"{NAME} a ete rachetee par le groupe {NAME2}"),
        ("(rachat|achat) %de {company} [par {investor}]", f"le rachat de la start-up {NAME} par {NAME2}"),
        ("{amount} (pour|dans) {company}", f"{AMOUNT} pour le concepteur britannique de puces {NAME}"),
        ("entr* au capital %de {company}", f"{NAME} entrait au capital d'{NAME2}"),
        ("^ {company} : {amount}", f"{NAME} : {AMOUNT}"),
        ("{company} \\( {amount} \\)", f"{NAME} ({AMOUNT})"),
        ("levée ~ {amount}", f"une leve de {AMOUNT}"),
        ("<acquire> {company}", f"{NAME} fait main basse cet {chr(BASES['date'])} sur {NAME2}"),
        ("<acquire> {company}", f"{NAME} met la main l'{chr(BASES['date'])} dernier sur {NAME2}"),
    ],
)
def test_it_reads(source: str, text: str, words: Words) -> None:
    assert compile_pattern(source, words).regex.search(text)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<raise> ~ {amount}", f"{NAME} perd {AMOUNT}"),
        ("<raise> ~ {amount}", f"{NAME} leve {'x' * 60} {AMOUNT}"),
        ("<invest> ~ {amount}", f"vers {AMOUNT}"),
        ("<acquire> {company}", f"{NAME} est rachete {NAME2}"),
        ("<sell> %a {investor}", f"{NAME} vend la start-up {NAME2}"),
        ("~! {amount}", f"; {NAME} "),
        ("{company!} {amount}", f"{NAME} a {AMOUNT}"),
        ("^ {company} : {amount}", f"hier, {NAME} : {AMOUNT}"),
        ("<strict_round> ~ {amount}", f"un tour {AMOUNT2} de table"),
    ],
)
def test_it_does_not_read(source: str, text: str, words: Words) -> None:
    assert not compile_pattern(source, words).regex.search(text)


def test_a_slot_ends_at_its_span(words: Words) -> None:
    match = compile_pattern("dans {company}", words).regex.search(f"dans le fabricant de robots {NAME}")
    assert match is not None
    assert match.group("company_0").endswith(NAME)


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("{societe} lève", "unknown slot"),
        ("<lever> {amount}", "unknown class"),
        ("(lève {amount}", "never closed"),
        ("lève] {amount}", "closes nothing"),
        ("~", "needs a word"),
        ("a ~~ b ~~ c ~~ d", "at most two"),
        ("%dans {company}", "unknown shorthand"),
        ("lève § {amount}", "unexpected"),
        ("? lève", "follows"),
        ("lève? {amount}", "follows"),
        ("lève {amount} (?par)", "follows"),
    ],
)
def test_what_is_wrong_is_said(source: str, says: str, words: Words) -> None:
    with pytest.raises(PatternError, match=says):
        compile_pattern(source, words)


_PIECES = [
    "lève",
    "fonds?",
    "rachet*",
    "l'",
    "{amount}",
    "{company!}",
    "<raise>",
    "<acquire.pp>",
    "%de",
    "%det",
    "~",
    "~!",
    "~~",
]
_SIGNS = ["(", ")", "[", "]", "|", "^", "$", "?", ",", ",?", "\\(", " ", " ", " "]


_WORDS = Words.load(None)


@given(st.lists(st.sampled_from(_PIECES + _SIGNS), max_size=12))
@settings(max_examples=400, deadline=None)
def test_what_is_read_without_complaint_compiles(pieces: list[str]) -> None:
    """Patterns are found sound without compiling them, which the first article would wait for."""
    try:
        pattern = compile_pattern("".join(pieces), _WORDS)
    except PatternError:
        return
    pattern.regex.compiled()
