"""The nearest rule and what it lacked."""

from __future__ import annotations

import pytest

from extractors.deals.elements import Elements, split_pattern
from extractors.deals.knowledge import default_knowledge
from extractors.deals.passage import passages
from extractors.deals.pattern import compile_pattern
from extractors.deals.whynot import why_not
from extractors.values import Article


def ask(sentence: str, most: int = 60):  # type: ignore[no-untyped-def]
    return why_not(Article("a", "", sentence), default_knowledge(), most)


@pytest.mark.parametrize(
    ("sentence", "rule", "hindrance", "missing"),
    [
        # a verb nobody knows
        ("La start-up Nuvéa engouffre 10 M€.", "funding.raise", "elements", ("<raise>",)),
        # no sum
        ("Nuvéa a levé le camp avec Partech.", "funding.raise", "elements", ("{amount}",)),
        # nobody who could receive
        ("On a levé 5 M€ mardi.", "funding.raise", "no_recipient", ()),
        # a newspaper never raises
        ("Le Monde lève 3 M€.", "funding.raise", "no_recipient", ()),
        # revenue wins over the round
        ("Les start-up françaises ont levé 8 milliards d'euros.", "funding.raise", "vetoed", ()),
    ],
)
def test_the_nearest_rule_and_its_hindrance(sentence: str, rule: str, hindrance: str, missing: tuple[str, ...]) -> None:
    answer = ask(sentence)
    assert answer.deals == ()
    (told,) = answer.sentences
    near = told.nearest[0]
    assert (near.rule.id, near.hindrance, near.missing) == (rule, hindrance, missing)


def test_a_veto_names_the_winner_and_the_scores() -> None:
    near = ask("Les start-up françaises ont levé 8 milliards d'euros.").sentences[0].nearest[0]
    assert near.rival is not None
    assert near.rival.id == "not_deals.sector"
    assert near.scores is not None
    assert near.scores[0] > near.scores[1]


def test_an_exception_is_named() -> None:
    sentence = "Nuvéa signe des contrats pour 10 M€ avec trois clients."
    near = {near.rule.id: near for near in ask(sentence).sentences[0].nearest}["funding.raise"]
    assert near.hindrance == "exception"
    assert "contrat*" in near.by


def test_a_subject_that_is_not_spoken_of_is_named() -> None:
    near = {n.rule.id: n for n in ask("Nuvéa engouffre 10 M€.").sentences[0].nearest}["funding.continues"]
    assert near.hindrance == "subject_missing"
    assert "<strict_round>" in near.by


def test_what_was_seen_is_told_with_its_type() -> None:
    (told,) = ask("Selon Les Echos, Nuvéa engouffre 10 M€.").sentences
    seen = {one.text: one for one in told.seen}
    assert seen["Les Echos"].source
    assert seen["Les Echos"].type == "outlet"
    assert not seen["Nuvéa"].source
    assert seen["10 M€"].amount is not None
    assert seen["10 M€"].amount.value == 10_000_000


def test_a_sentence_that_gives_a_deal_says_by_which_rule() -> None:
    answer = ask("La start-up Nuvéa lève 3 M€.")
    assert answer.sentences == ()
    (deal,) = answer.deals
    assert deal.rules[0].id == "funding.raise"


def test_nothing_near() -> None:
    (told,) = ask("Le ciel est gris.").sentences
    assert told.nearest == ()


def test_never_more_than_asked() -> None:
    assert len(ask("Nuvéa engouffre 10 M€.", most=2).sentences[0].nearest) == 2


@pytest.mark.parametrize("rule", default_knowledge().rules.deals, ids=lambda rule: rule.id)
def test_what_fits_lacks_nothing(rule) -> None:  # type: ignore[no-untyped-def]
    """Where a pattern of a rule fits one of its examples, no element of it is said to be missing."""
    from extractors.deals.examples import parse_example

    knowledge = default_knowledge()
    elements = Elements(knowledge.words)
    fitted = 0
    for example in rule.text.examples:
        _, text = passages(Article("a", "", parse_example(example)[0]), knowledge)
        for view in text.views:
            for pattern in rule.patterns:
                progress = elements.progress(pattern, view.text)
                if progress.fits:
                    fitted += 1
                    assert progress.lacking == 0 or progress.missing
                    assert not progress.missing, (pattern.source, progress.missing)
    assert fitted


@pytest.mark.parametrize(
    ("pattern", "parts"),
    [
        ("<raise> ~ {amount} [par {investor}]", ["<raise>", "~", "{amount}", "[par {investor}]"]),
        ("{company} \\( {amount} \\)", ["{company}", "\\(", "{amount}", "\\)"]),
        ("(a b|c) %de {company}", ["(a b|c)", "%de", "{company}"]),
        ("a | b", ["a | b"]),
    ],
)
def test_elements_of_a_pattern(pattern: str, parts: list[str]) -> None:
    assert split_pattern(pattern) == parts


def test_out_of_order_is_told_apart_from_missing() -> None:
    knowledge = default_knowledge()
    _, text = passages(Article("a", "", "3 M€, c'est ce que Nuvéa a levé."), knowledge)
    pattern = compile_pattern("<raise> ~ {amount}", knowledge.words)
    progress = Elements(knowledge.words).progress(pattern, text.views[0].text)
    assert (progress.fits, progress.missing, progress.present[progress.reached]) == (False, (), "{amount}")
