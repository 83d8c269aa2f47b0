"""Every field of every mention names an exact span, whatever the text; and no input takes more than linear time."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.deals.extract import find_deals
from extractors.deals.knowledge import default_knowledge
from extractors.values import Article

PIECES = (
    "Nuvéa", "la jeune pousse", "Sequoia Capital", "Google", "Mistral AI", "lève", "a levé", "rachète", "injecte",
    "10 millions d'euros", "2 Md$", "(9 M€)", "500 000 francs", "auprès de", "dans", "pour", "mené par", "et", ",", ".",
    "\n", ":", "•", "série A", "en 2023", "mardi", "valorisée", "une levée de", "’", "\u00a0", "chacune", "dont", "\ue000",
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=60), st.lists(st.sampled_from(PIECES), max_size=12))
def test_evidence_is_exact(body: list[str], head: list[str]) -> None:
    article = Article("a", " ".join(head), " ".join(body), date(2025, 6, 16))
    for deal in find_deals(article, default_knowledge()):
        fields = {evidence.field for evidence in deal.evidence}
        assert "company" in fields
        assert ("amount" in fields) == (deal.amount is not None)
        assert ("valuation" in fields) == (deal.valuation is not None)
        assert 0 <= deal.confidence <= 1
        for evidence in deal.evidence:
            source = article.title if evidence.where == "title" else article.text
            assert source[evidence.start : evidence.end] == evidence.text != ""


HOSTILE = {
    "digits": "1" * 40_000,
    "capitals": "ABC " * 10_000,
    "quotes": "« " * 20_000,
    "commas": "Nuvéa, " * 6_000,
    "amounts": "10 M€ " * 6_000,
    "verbs": "lève " * 8_000,
    "words": "le fonds de la société " * 2_000,
    "parentheses": "(" * 40_000,
    "names and amounts": "Nuvéa lève 10 M€ auprès de Partech, " * 1_200,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_ends(name: str) -> None:
    """Quadratic work on texts of this size would run into minutes, and the suite's time limit."""
    find_deals(Article("a", HOSTILE[name][:300], HOSTILE[name], date(2025, 6, 16)), default_knowledge())


def test_blanks_after_a_name_are_not_shared_out_between_the_parts_of_a_rule() -> None:
    """Found by fuzzing: fifty of them took three seconds, two hundred would have taken the day."""
    text = "L’amé12 M€ricain Lightspeed V" + "\u202f" * 200 + "enture Partners mène le tour. Derrière lui, Xavier Niel."
    began = time.process_time()
    find_deals(Article("a", "", text, date(2025, 6, 16)), default_knowledge())
    assert time.process_time() - began < 5, "most of it the rules, compiled when first used"


@pytest.mark.parametrize("blank", [" ", "\u202f", "\u00a0", "\u200b", "\x1f"])
def test_long_blanks_hide_nothing(blank: str) -> None:
    told = ["La jeune pousse Nuvéa", "lève", "10 millions d’euros auprès de", "Partech."]
    deals = find_deals(Article("a", "", (blank * 120).join(told), date(2025, 6, 16)), default_knowledge())
    told_of = [(deal.kind, deal.company, deal.amount and deal.amount.value, deal.investors) for deal in deals]
    assert told_of == [("funding", "Nuvéa", 10_000_000, ("Partech",))]
    text = (blank * 120).join(told)
    assert all(text[span.start : span.end] == span.text for span in deals[0].evidence)


@pytest.mark.parametrize("rule", default_knowledge().rules.all, ids=lambda rule: rule.id)
def test_no_rule_blows_up(rule: object) -> None:
    """Each pattern against a long run of what it likes best: one step of backtracking too many would never end."""
    for pattern in (*rule.patterns, *rule.unless):  # type: ignore[attr-defined]
        for text in ("le la de du " * 150, "\ue000 " * 600, "a leve de \ue400 " * 150, "tour de table " * 150):
            pattern.regex.search(text)
