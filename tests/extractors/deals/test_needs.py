"""What must stand in a text for an expression to fit: a need may never keep back an expression that would have fitted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from extractors.deals.knowledge import default_knowledge
from extractors.deals.match import Subject, match_view
from extractors.deals.needs import ALL_KINDS, mark, words_of
from extractors.deals.passage import passages
from extractors.deals.pattern import compile_pattern
from extractors.values import Article

KNOWLEDGE = default_knowledge()
CORPUS = Path(__file__).resolve().parents[2] / "corpus"
FILES = sorted([*(CORPUS / "articles").glob("*.json"), *(CORPUS / "written").glob("*.json")])[::12]


@pytest.fixture(scope="module")
def texts() -> list[tuple[str, frozenset[str]]]:
    """Sentences of the corpus as rules see them, with their words and the marks of their spans."""
    found = []
    for path in FILES:
        told = json.loads(path.read_text(encoding="utf-8"))
        title, text = passages(Article("a", told["title"], told["text"]), KNOWLEDGE)
        views = title.views + text.views
        about = Subject(views, 4)
        for view in views:
            match_view(view, KNOWLEDGE.rules, about)
            kinds = frozenset(mark(span.kind) for span in view.spans.values())
            found.append((view.text, words_of(view.text) | kinds))
    return found


def test_no_pattern_fits_where_its_needs_are_not_met(texts: list[tuple[str, frozenset[str]]]) -> None:
    for rule in KNOWLEDGE.rules.all:
        for pattern in (*rule.patterns, *rule.unless, *rule.about, *rule.not_about):
            for text, words in texts:
                if not pattern.may_fit(words, text):
                    assert pattern.regex.search(text) is None, (rule.id, pattern.source, text)


def test_no_class_stands_where_none_of_its_words_does(texts: list[tuple[str, frozenset[str]]]) -> None:
    for name in KNOWLEDGE.words.sources:
        pattern = compile_pattern(f"<{name}>", KNOWLEDGE.words)
        for text, words in texts:
            if KNOWLEDGE.words.needed[name.partition(".")[0]].isdisjoint(words):
                assert pattern.regex.search(text) is None, (name, text)


def test_cues_stand_where_one_of_their_words_does(texts: list[tuple[str, frozenset[str]]]) -> None:
    cues = KNOWLEDGE.cues
    for cue in (*cues.status.values(), cues.recall, cues.earlier, cues.cumulative, cues.not_investors, cues.of_debt):
        for text, _ in texts:
            found = any(expression.search(text) for expression in cue.anywhere.expressions)
            assert (cue.anywhere.search(text) is not None) == found
            if found and not any(True for _ in cue.pseudo.finditer(text)):
                assert cue.within(text), text


@pytest.mark.parametrize(
    ("source", "text", "may_fit"),
    [
        ("levée", "une levee", True),
        ("levée", "une leve", True),
        ("levée", "une levure", False),
        ("sécurisé", "securis", True),
        ("rachet*", "il rachetait", True),
        ("rachet*", "il vend", False),
        ("fonds?", "le fond", True),
        ("fonds?", "la fonte", False),
        ("[mener] bien", "bien", True),
        ("(tour|ronde) bien", "un tour bien", True),
        ("(tour|ronde) bien", "bien", False),
        ("(tour|~ bien)", "bien", True),
        ("tour|ronde", "une ronde", True),
        ("tour|ronde", "un bal", False),
        ("(tour)? bien", "bien", True),
        ("<buyout>", "le rachat", True),
        ("<buyout>", "la ronde", False),
        ("<acquire>", "a jete hier son devolu sur", True),
        ("<acquire>", "a vu", False),
    ],
)
def test_needs_of_a_pattern(source: str, text: str, may_fit: bool) -> None:
    assert compile_pattern(source, KNOWLEDGE.words).may_fit(words_of(text) | ALL_KINDS, text) is may_fit


@pytest.mark.parametrize(
    ("source", "kinds", "may_fit"),
    [
        ("{amount} bien", {"amount"}, True),
        ("{amount} bien", {"name"}, False),
        ("{company} bien", {"anaphor"}, True),
        ("{company} bien", {"amount"}, False),
        ("[{amount}] bien", set(), True),
        ("({amount}|{round}) bien", {"round"}, True),
        ("({amount}|{round}) bien", {"date"}, False),
    ],
)
def test_needs_of_spans(source: str, kinds: set[str], may_fit: bool) -> None:
    pattern = compile_pattern(source, KNOWLEDGE.words)
    assert pattern.may_fit(words_of("bien") | {mark(kind) for kind in kinds}, "bien") is may_fit
