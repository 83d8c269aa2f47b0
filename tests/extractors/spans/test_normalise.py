"""Normalising keeps every offset; damaged text still matches tolerant patterns."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from extractors.deals.normalise import damaged_forms, fold, normalise, plain, tolerant

TEXTS = st.text(
    st.sampled_from("aeéèçœÉÀ İıß’‘«»“”\u00a0\u202f\u2009\u00ad–—â€™¬ÂÃ©\n\t.,'\" 1M€$") | st.characters(), max_size=80
)


@given(TEXTS)
@example("ÐẞİKÅ")
def test_length_is_kept_and_a_second_pass_changes_nothing(text: str) -> None:
    for step in (normalise, fold, plain):
        once = step(text)
        assert len(once) == len(text)
        assert step(once) == once


@pytest.mark.parametrize(
    ("written", "plainly"),
    [
        ("l’entreprise", "l'entreprise"),
        ("«\u00a0Nuvea\u202f»", '" Nuvea "'),
        ("5\u202f000\u2009€", "5 000 €"),
        ("Saint–Malo", "Saint-Malo"),
        ("in\u00advestir", "in vestir"),
        ("dâ€™euros", "d'  euros"),
        ("5 Mdâ‚¬", "5 Md  €"),
        ("5Â\u00a0M€", "5  M€"),
        ("35 mil- lions", "35 millions  "),
        ("l'in-\nvestissement", "l'investissement  "),
        ("les pré- et post-séries", "les pré- et post-séries"),
        ("Foovea - une start-up", "Foovea - une start-up"),
    ],
)
def test_typographic_twins(written: str, plainly: str) -> None:
    assert normalise(written) == plainly


@pytest.mark.parametrize(
    ("written", "folded"), [("Élève à Nîmes", "Eleve a Nimes"), ("cœur", "cour"), ("Łódź", "Lodz")]
)
def test_fold_keeps_capitals(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize("damaged", ["près de", "PRÈS DE", "pres de", "prs de", "prÃ¨s de", "pr\ufffds de", "près\nde"])
def test_tolerant_patterns_read_damaged_text(damaged: str) -> None:
    assert re.fullmatch(tolerant("près de"), plain(damaged))


def test_tolerant_patterns_do_not_read_other_words() -> None:
    assert not re.fullmatch(tolerant("levée"), plain("levier"))
    assert not re.fullmatch(tolerant("levée"), plain("louée"))


def test_damaged_forms_hold_what_damage_does() -> None:
    assert {"jusqu'a", "jusqu'", "jusqua"} <= damaged_forms("jusqu’à")
