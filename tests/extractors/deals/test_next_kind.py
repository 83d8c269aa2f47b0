"""What the sentence behind an item without a verb tells of its kind."""

from __future__ import annotations

from datetime import date

import pytest

from extractors.deals.cast import gather
from extractors.deals.extract import _matched
from extractors.deals.kinds import _next
from extractors.deals.knowledge import DealKnowledge
from extractors.deals.scene import Scene
from extractors.values import Article


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Verrelis – 64 millions d’euros\nPrêt vert apporté par une banque.", True),
        ("Verrelis a levé 64 millions d’euros.\nUn prêt suivra.", False),
    ],
)
def test_only_behind_an_item_without_a_verb(text: str, told: bool) -> None:
    knowledge = DealKnowledge.load(None)
    read = _matched(Article("essai", "Les levées", text, date(2025, 5, 12), "Essai"), knowledge)
    scene = Scene(read.views, read.found, gather(read.views, read.known, knowledge.cues), knowledge.grammar)
    first = next(view for view in read.views if view.where == "text")
    assert ("next:debt" in _next(scene, first)) == told
