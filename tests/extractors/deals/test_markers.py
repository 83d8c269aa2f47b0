"""Expressions whose words stand in `config/lexicon/markers.yaml`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.documents import read_yaml, validated
from config.errors import ConfigError
from extractors.deals.markers import MarkerFile, MarkerRegex

DEALS = Path(__file__).parents[3] / "extractors" / "deals"


def test_words_stand_in_for_their_list() -> None:
    regex = MarkerRegex(r"\ben\s+(?P<what><sorts_of_money>)\b")
    match = regex.search("7 en fonds  propres")
    assert match is not None
    assert match["what"] == "fonds  propres"
    assert regex.search("7 en fonds") is None
    assert MarkerRegex(r"<taking_up>\Z").match("esperait")


def test_every_list_is_asked_for() -> None:
    # What tells how a list is written in an expression asks for none.
    asking = [path for path in DEALS.glob("*.py") if path.name != "markers.py"]
    asked = {name for path in asking for name in re.findall(r"<([a-z_]+)>", path.read_text("utf-8"))}
    assert MarkerFile.model_fields.keys() - asked == set()


def test_an_unknown_list_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="no list of markers: verbs"):
        MarkerRegex(r"\b<verbs>\b")


@pytest.mark.parametrize("words", ["[]", "['']", "['*']", "[lève|lever]"])
def test_words_that_would_fit_anywhere_are_refused_with_their_line(tmp_path: Path, words: str) -> None:
    path = tmp_path / "markers.yaml"
    others = [f"{name}: [mot]" for name in MarkerFile.model_fields if name != "acts"]
    path.write_text("\n".join([*others, f"acts: {words}"]), encoding="utf-8")
    with pytest.raises(ConfigError, match=rf":{len(others) + 1}"):
        validated(read_yaml(path), MarkerFile)
