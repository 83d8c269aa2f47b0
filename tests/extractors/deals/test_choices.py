"""What a deal's choices were weighed by, as the witness noted it."""

from __future__ import annotations

import pytest

from extractors.deals.choices import MOST, trace_choices
from extractors.deals.explain import explain_deals
from extractors.deals.extract import find_deals
from extractors.deals.knowledge import default_knowledge
from extractors.values import Article

RAISE = Article(
    "a",
    "La start-up Nuvéa lève 10 M€",
    "La start-up Nuvéa, spécialiste de l'intelligence artificielle, a levé 10 millions d'euros auprès de Partech. "
    "Le marché mondial devrait atteindre 300 milliards d'euros en 2030. Elle avait déjà réuni 2 millions d'euros "
    "en 2021.",
)


def test_a_witness_changes_no_answer() -> None:
    trace, _ = trace_choices(RAISE, default_knowledge())
    assert trace.deals == find_deals(RAISE, default_knowledge())
    assert len(trace.deals) == 2


def test_each_deal_tells_what_every_choice_was_weighed_by() -> None:
    for deal in explain_deals(RAISE, default_knowledge()).deals:
        told = {choice.decision: choice for choice in deal.choices}
        assert list(told) == ["recipient", "kind", "status", "news", "ai"]
        assert told["recipient"].answer == deal.mention.company
        assert told["kind"].answer == deal.mention.kind
        assert told["status"].answer == deal.mention.status
        assert told["news"].answer == ("yes" if deal.mention.role == "news" else "no")
        assert told["ai"].answer == ("yes" if deal.mention.ai else "no")


def test_the_loudest_cues_come_first_and_few() -> None:
    (first, *_) = explain_deals(RAISE, default_knowledge()).deals
    for choice in first.choices:
        for way in (1, -1):
            points = [way * w.points for w in choice.weights if way * w.points > 0]
            assert points == sorted(points, reverse=True)
            assert len(points) <= MOST


def test_a_sum_that_is_nobodys_says_by_what() -> None:
    (refused,) = explain_deals(RAISE, default_knowledge()).refused
    assert refused.choice is not None
    assert refused.choice.answer is None
    assert refused.choice.rival == "Nuvéa"
    assert refused.choice.lead > 0
    assert any(weight.cue.startswith("nobody") for weight in refused.choice.weights)


def test_a_deal_without_a_sum_tells_why_it_is_one() -> None:
    article = Article("a", "Orféo rachète Nuvéa", "L'éditeur Orféo rachète la start-up Nuvéa.")
    deals = explain_deals(article, default_knowledge()).deals
    if not deals:
        pytest.fail("no deal is told")
    told = {choice.decision: choice.answer for choice in deals[0].choices}
    assert told["bare"] == "yes"
    assert told.get("bare_kind", "acquisition") == "acquisition"


def test_no_sum_is_weighed_where_no_rule_tells_of_a_deal() -> None:
    text = "Le déficit atteindrait 15 milliards d'euros. Le téléphone de Samsung coûte 899 000 euros à produire."
    trace, choices = trace_choices(Article("a", "Les comptes publics", text), default_knowledge())
    assert trace.deals == ()
    assert sum(len(matches.claims) for matches in trace.matches) == 2
    assert choices.recipients == {}
