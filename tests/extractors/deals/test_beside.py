"""In what quality a name is told beside the company that a text is about."""

from __future__ import annotations

import pytest

from extractors.deals.cast import gather
from extractors.deals.knowledge import default_knowledge
from extractors.deals.parties import parties
from extractors.deals.passage import passages
from extractors.values import Article


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Nuvéa lève 20 M€ pour rattraper Orféo.", {"rival"}),
        ("Nuvéa, rivale américaine d'Orféo, lève 20 M€.", {"rival"}),
        ("Face à Orféo, Nuvéa lève 20 M€.", {"rival"}),
        ("Nuvéa, fondée par deux anciens d'Orféo, lève 20 M€.", {"former"}),
        ("Nuvéa, qui travaille avec Orféo, lève 20 M€.", {"client"}),
        ("Nuvéa, filiale d'Orféo, lève 20 M€.", {"parent"}),
        ("Orféo lève 20 M€ et Nuvéa 5 M€.", set()),
        ("Nuvéa a été rachetée par Orféo pour 20 M€.", set()),
    ],
)
def test_qualities(text: str, told: set[str]) -> None:
    knowledge = default_knowledge()
    views = passages(Article("a", "", text), knowledge)[1].views
    cast = gather(views, {view.number: parties(view) for view in views}, knowledge.cues)
    assert set(cast.told_as.get("Orféo", {})) == told
    assert "rival" not in cast.told_as.get("Nuvéa", {})
