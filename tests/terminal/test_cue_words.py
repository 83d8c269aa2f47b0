"""Weighed choices in words: every cue of the shipped points is described, and the lines stay short."""

from __future__ import annotations

import pytest
import yaml
from pydantic import ValidationError

from config.documents import PACKAGE_DIR
from extractors.deals.choices import Choice, Weight
from terminal.cue_words import CueDescriptions, choice_words, cue_descriptions, weights_words

# The choices that `veille explain` tells; of these two the cue begins with the answer it speaks for.
_TOLD = ("recipient", "kind", "bare", "bare_kind", "news", "status", "ai")
_AMONG = ("kind", "bare_kind", "status")


@pytest.mark.parametrize("decision", _TOLD)
def test_every_cue_of_the_shipped_points_is_described(decision: str) -> None:
    points = yaml.safe_load((PACKAGE_DIR / "points" / f"{decision}.yaml").read_text("utf-8"))["points"]
    cues = [cue.partition("|")[2] if decision in _AMONG else cue for cue in points]
    assert [cue for cue in cues if not cue_descriptions().find(cue)] == []


def test_parts_take_ups_and_quoted_words() -> None:
    described = cue_descriptions()
    assert described.told("once") == "nommée une seule fois"
    assert described.told("title|once") == "dans le titre, et nommée une seule fois"
    assert described.told("~does:raise") == "sujet d'un verbe « lever » (par une reprise)"
    assert described.told("of+round") == "après « de », derrière « levée », « tour »"
    assert described.told("word:cagnotte") == "le mot « cagnotte »"
    assert described.told("invented:cue") == "« invented:cue »"
    assert described.told("share", "recipient") != described.told("share", "kind")


def test_a_description_without_its_gap_is_refused() -> None:
    with pytest.raises(ValidationError, match="attendu une fois"):
        CueDescriptions(cues={}, beginnings={"type:": "est une société"}, values={})


def test_a_choice_in_words() -> None:
    weights = (Weight("title:first", 1.25), Weight("once", -0.5))
    choice = Choice("recipient", "Nuvéa", None, 3.21, weights)
    assert choice_words(choice) == "reçoit la somme : Nuvéa, plutôt que personne (+3.2 points)"
    assert weights_words(choice) == ["pour : premier nom du titre +1.2", "contre : nommée une seule fois -0.5"]
    kind = Choice("kind", "funding", "ipo", 0.4, ())
    assert choice_words(kind) == "opération : levée de fonds, plutôt qu'entrée en Bourse (+0.4 point)"
    assert weights_words(kind) == []
    assert choice_words(Choice("ai", "no", "yes", 1.0, ())) == "IA : non (+1.0 point)"
