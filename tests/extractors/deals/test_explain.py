"""Each field of each deal has its sentence and rule; each sum left out has its reason."""

from __future__ import annotations

from datetime import date

import pytest

from extractors.deals.explain import explain_deals
from extractors.deals.knowledge import default_knowledge
from extractors.values import Article

TEXT = (
    "La jeune pousse lilloise Brumelec lève 12 millions d’euros auprès de Partech et de Bpifrance, un tour de "
    "série A mené par Elaia. Elle vise un chiffre d’affaires de 5 millions d’euros en 2027. "
    "En mars 2025, la start-up avait déjà réuni 3 millions d’euros."
)


def test_fields_are_cited_where_they_stand_with_their_rule() -> None:
    article = Article("a", "Brumelec lève 12 M€", TEXT, date(2026, 11, 17))
    found = explain_deals(article, default_knowledge())
    first, second = found.deals
    cited = {}
    for sentence in first.sentences:
        whole = article.title if sentence.where == "title" else article.text
        assert whole[sentence.start : sentence.end] == sentence.text
        for one in sentence.cited:
            assert sentence.start <= one.start < one.end <= sentence.end
            cited[one.field, whole[one.start : one.end]] = one.rule
    assert cited["company", "Brumelec"] == "funding.raise"
    assert cited["amount", "12 M€"] == "funding.raise"
    assert cited["investors", "Partech"] == "parts.from_investors"
    assert cited["investors", "Bpifrance"] == "parts.from_investors"
    assert cited["lead", "Elaia"] == "parts.lead_by"
    assert cited["round", "série A"] is None
    assert [rule.id for rule in first.rules] == list(first.mention.rules)
    assert all(rule.says for rule in first.rules)
    assert ("date", "mars 2025") in {(c.field, TEXT[c.start : c.end]) for s in second.sentences for c in s.cited}


def test_every_evidence_of_every_deal_is_in_a_sentence() -> None:
    article = Article("a", "Brumelec lève 12 M€", TEXT, date(2026, 11, 17))
    for deal in explain_deals(article, default_knowledge()).deals:
        shown = {(s.where, c.field, c.start) for s in deal.sentences for c in s.cited}
        assert shown == {(e.where, e.field, e.start) for e in deal.mention.evidence}


@pytest.mark.parametrize(
    ("text", "sum_", "reason", "rule"),
    [
        (TEXT, "5 millions d’euros", "vetoed", "not_deals.turnover"),
        ("On a levé 5 M€ mardi.", "5 M€", "no_recipient", "funding.raise"),
        ("Nuvéa engouffre 10 M€.", "10 M€", "unclaimed", None),
        ("Nuvéa lève 300 €.", "300 €", "too_small", None),
    ],
)
def test_refused_sums_have_a_reason(text: str, sum_: str, reason: str, rule: str | None) -> None:
    (refused,) = explain_deals(Article("a", "", text), default_knowledge()).refused
    assert (refused.text, refused.reason) == (sum_, reason)
    assert (refused.rule.id if refused.rule else None) == rule
    assert sum_ in refused.sentence.text


def test_a_sum_told_again_is_not_refused() -> None:
    article = Article("a", "Nuvéa lève 3 M€", "La start-up Nuvéa lève 3 M€. Ces 3 M€ lui serviront à recruter.")
    found = explain_deals(article, default_knowledge())
    assert len(found.deals) == 1
    assert found.refused == ()


def test_nothing_to_tell() -> None:
    found = explain_deals(Article("a", "", "Il fait beau."), default_knowledge())
    assert (found.deals, found.refused) == ((), ())
