"""Is it AI: what is said of a company counts for that company, and not for the one that is told next to it."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import ClassVar

import pytest

from extractors.deals.aiterms import AiTerms
from extractors.deals.drafts import Draft
from extractors.deals.extract import find_deals
from extractors.deals.folding import folded
from extractors.deals.judge import Judge
from extractors.deals.knowledge import default_knowledge
from extractors.deals.points import Cues
from extractors.values import Article

WEEK = "Les levées de la semaine"


def said(text: str, title: str = WEEK) -> dict[str, bool]:
    found = find_deals(Article("a", title, text, date(2025, 6, 16)), default_knowledge())
    return {mention.company: mention.ai for mention in found}


def test_each_item_of_a_list_by_its_own_words() -> None:
    assert said(
        "Orféo, qui entraîne des modèles d'intelligence artificielle pour les notaires, lève 6 millions d'euros.\n"
        "Tandelis, fabricant de vélos cargos, lève 4 millions d'euros.\n"
        "Velmora, qui livre des repas de cantine, lève 3 millions d'euros.\n"
        "Cavalio, éditeur d'un assistant conversationnel fondé sur l'IA générative, lève 2 millions d'euros."
    ) == {"Orféo": True, "Tandelis": False, "Velmora": False, "Cavalio": True}


class _Noting(Judge):
    """A judge who keeps the cues that each company was weighed by."""

    seen: ClassVar[dict[str, Cues]] = {}

    def is_ai(self, draft: object, cues: Cues) -> float:
        assert isinstance(draft, Draft)
        self.seen[draft.company.name] = cues
        return super().is_ai(draft, cues)


def test_the_word_of_ai_in_the_next_companys_turn_is_not_its_own() -> None:
    knowledge = default_knowledge()
    judge = _Noting(**{field.name: getattr(knowledge.judge, field.name) for field in fields(knowledge.judge)})
    text = (
        "Trois tours ont été bouclés. Tandelis, une marque de lunettes, a levé 5 millions d'euros, Orféo, spécialiste "
        "de l'IA pour les notaires, 7 millions d'euros, et Velmora, une brasserie de Metz, 2 millions d'euros."
    )
    find_deals(Article("a", WEEK, text, date(2025, 6, 16)), replace(knowledge, judge=judge))
    assert {"strong:words", "strong:near", "strong:apposed"} <= judge.seen["Orféo"].keys()
    other = judge.seen["Tandelis"].keys()
    assert not {"strong:words", "strong:near", "strong:apposed"} & other
    assert "trade:only_plain" in other


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("une marque de lunettes", "plain"),
        ("un constructeur de trottinettes", "plain"),
        ("une néobanque", "plain"),
        ("qui automatise la rédaction des contrats", "learned"),
        ("des navettes sans chauffeur", "learned"),
        ("une application sans aucune IA", "denied"),
        ("une societe de lunettes", "plain"),
    ],
)
def test_trades(words: str, part: str) -> None:
    terms = AiTerms.load(None)
    assert part in {told for told, _, pattern in terms.trades if pattern.search(folded(words))}


def test_nothing_is_said_where_no_trade_is() -> None:
    assert not [name for _, name, pattern in AiTerms.load(None).trades if pattern.search("la société va grandir")]
