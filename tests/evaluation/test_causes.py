"""Errors are put down to what caused them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from evaluation.causes import Groups, mistakes
from evaluation.labelled import labelled_from_json
from evaluation.scoring import Score
from extractors.deals.extract import trace_deals
from extractors.knowledge import load_knowledge
from extractors.read import read_article


def label(company: str, value: int | None, **fields: Any) -> dict[str, Any]:
    sum_ = None if value is None else {"value": value, "currency": "EUR", "bound": "exact"}
    told = {"kind": "funding", "company": company, "amount": sum_, "status": "announced", "role": "news", "ai": True}
    return told | fields


def causes(text: str, *labels: dict[str, Any]) -> set[tuple[str, str]]:
    article = {"id": "a", "title": "", "text": text, "language": "fr", "relevant": True, "deals": list(labels)}
    labelled = labelled_from_json(json.dumps(article).encode())
    knowledge = load_knowledge()
    outcome = Score().add(labelled, read_article(labelled.article, knowledge))
    trace = trace_deals(labelled.article, knowledge.deals)
    found = {(m.side, m.cause) for m in mistakes("a", outcome, "fr", trace)}
    return {(side, cause) for side, cause in found if side != "field" or cause == "investors"}


RAISE = "La start-up française Nuvéa lève 12 millions d'euros auprès de Partech pour ses modèles d'IA."


@pytest.mark.parametrize(
    ("text", "labels", "expected"),
    [
        (RAISE, [label("Nuvéa", 12_000_000, investors=["Partech"])], set()),
        (RAISE, [label("Nuvéa", 12_000_000)], {("field", "investors")}),
        (RAISE, [label("Nuvéa", 15_000_000)], {("missed", "wrong_amount"), ("false", "wrong_amount")}),
        (RAISE, [label("Orféo", 12_000_000)], {("missed", "wrong_company"), ("false", "wrong_company")}),
        (RAISE, [], {("false", "unlabelled")}),
        (
            "La start-up Orféo vise un chiffre d'affaires de 10 millions d'euros pour ses modèles d'IA en France.",
            [label("Orféo", 10_000_000)],
            {("missed", "vetoed")},
        ),
        (
            "La start-up Orféo a longuement parlé de ses modèles d'IA à la presse, et de son avenir en France.",
            [label("Orféo", None)],
            {("missed", "no_words")},
        ),
        (
            "La start-up Orféo a longuement parlé de ses modèles d'IA à la presse, et de son avenir en France.",
            [label("Orféo", 4_000_000)],
            {("missed", "unread")},
        ),
    ],
)
def test_causes(text: str, labels: list[dict[str, Any]], expected: set[tuple[str, str]]) -> None:
    assert causes(text, *labels) == expected


def test_groups_count_everything_and_keep_a_few_examples() -> None:
    article = {"id": "a", "title": "", "text": RAISE, "language": "fr", "relevant": True, "deals": []}
    labelled = labelled_from_json(json.dumps(article).encode())
    knowledge = load_knowledge()
    outcome = Score().add(labelled, read_article(labelled.article, knowledge))
    trace = trace_deals(labelled.article, knowledge.deals)
    groups = Groups(examples=2)
    for _ in range(5):
        for mistake in mistakes("a", outcome, "fr", trace):
            groups.add(mistake)
    (group,) = groups.largest_first()
    assert (group.side, group.cause, group.count, len(group.examples)) == ("false", "unlabelled", 5, 2)
    assert group.details == {"funding.raise": 5}
