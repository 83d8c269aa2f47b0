"""Relevance: money and AI together, each reason told; and what the deals found say for or against."""

from dataclasses import replace

import pytest

from extractors.relevance import judge_relevance, load_relevance_lexicon, weigh_deals
from extractors.terms import TermIndex
from extractors.values import Article, DealMention, Relevance

LEXICON = load_relevance_lexicon()
MONEY_IN_AI = Article(
    "a",
    "Une levée de fonds de 30 millions d’euros pour un spécialiste de l’intelligence artificielle",
    "La jeune pousse a bouclé un tour de table mené par un fonds parisien pour entraîner ses modèles de langage.",
)


@pytest.mark.parametrize(
    ("title", "text", "relevant"),
    [
        (MONEY_IN_AI.title, MONEY_IN_AI.text, True),
        ("LA BULLE DE L’IA INQUIÈTE LES INVESTISSEURS", "Les valorisations des start-up d'IA montent.", True),
        ("Leve de fonds dans lintelligence artificielle", "Un fonds investit dans une start-up d'IA.", True),
        ("Le nouvel assistant vocal répond plus vite", "Le modèle de langage comprend mieux le français.", False),
        ("Une biscuiterie lève 5 millions d'euros", "Le fonds régional entre au capital.", False),
        ("Le club s'offre un attaquant", "Transfert de 40 millions d'euros en Ligue 1.", False),
        ("", "", False),
    ],
)
def test_an_article_needs_both_ai_and_money(title: str, text: str, relevant: bool) -> None:
    assert judge_relevance(Article("x", title, text), LEXICON, 1.0).relevant is relevant


def test_every_point_is_explained() -> None:
    judged = judge_relevance(MONEY_IN_AI, LEXICON, 1.0)
    terms = {reason.term: reason for reason in judged.reasons}
    assert terms["intelligence artificielle"].group == "ai"
    assert terms["levée de fonds"].group == "money"
    assert judged.score == pytest.approx(min(_sum(judged, "ai"), _sum(judged, "money")) + _sum(judged, "together"))


def test_repeating_a_word_adds_less_and_less() -> None:
    once = judge_relevance(replace(MONEY_IN_AI, text=""), LEXICON, 1.0).score
    many = judge_relevance(replace(MONEY_IN_AI, text="intelligence artificielle " * 500), LEXICON, 1.0).score
    assert many <= once + 3


def test_ai_names_count_as_ai() -> None:
    lexicon = load_relevance_lexicon(None, ("Brumelec",))
    article = Article("x", "Brumelec boucle une levée de fonds", "Le tour de table a été mené par un fonds.")
    assert judge_relevance(article, lexicon, 1.0).relevant
    assert not judge_relevance(article, LEXICON, 1.0).relevant


def test_an_ai_deal_told_as_news_makes_a_round_up_relevant() -> None:
    little = Relevance(0.3, False)
    assert weigh_deals(little, [DealMention("funding", "Brumelec")], 1.0).relevant
    assert weigh_deals(little, [DealMention("funding", "Brumelec", role="background")], 1.0) == little


def test_news_deals_outside_ai_speak_against() -> None:
    much = Relevance(1.8, True)
    judged = weigh_deals(much, [DealMention("funding", "Biscuits Martin", ai=False)], 1.0)
    assert not judged.relevant
    assert judged.reasons[0].group == "deals"


def test_terms_longest_first_accents_aside_and_endings() -> None:
    index = TermIndex([("modèle de langage", 1), ("modèle", 2), ("investi*", 3), ("M€", 4)])
    found = [
        (hit.value, "Un MODELE de langage, un modèle : investissements de 3 M€."[hit.start : hit.end])
        for hit in index.find("Un MODELE de langage, un modèle : investissements de 3 M€.")
    ]
    assert found == [(1, "MODELE de langage"), (2, "modèle"), (3, "investissements"), (4, "M€")]


def _sum(judged: Relevance, group: str) -> float:
    total = sum(reason.points for reason in judged.reasons if reason.group == group)
    return min(total, LEXICON.most.get(group, total))


def test_terms_are_found_where_they_stand_among_repeated_and_glued_words() -> None:
    index = TermIndex([("la la land", 1), ("levée", 2), ("M€", 3), ("investi*", 4)])
    text = "la la la land_levée (10 M€) investi, Investissement ; levee M€levée"
    assert [(text[hit.start : hit.end], hit.value) for hit in index.find(text)] == [
        ("la la land", 1),
        ("levée", 2),
        ("M€", 3),
        ("investi", 4),
        ("Investissement", 4),
        ("levee", 2),
        ("M€", 3),
        ("levée", 2),
    ]
