"""The project's scorer gives the figures of `tests/corpus/score.py`, its definition, on anything thrown at both."""

from __future__ import annotations

import importlib.util
import json
import random
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from evaluation.labelled import LabelError, labelled_from_json
from evaluation.scoring import Score
from extractors.codec import mention_from_json, reading_json
from extractors.values import Reading, Relevance

NAMES = ["Orféo", "Orfeo AI", "L'Orféo", "Nuvéa", "Nuvéa Labs", "Tandelis", "Vision Fund 2", "Grand Vision Fund 2", ""]
KINDS = ["funding", "debt", "acquisition"]
VALUES = [1_000_000, 1_004_900, 1_005_100, 2_500_000.5, 40_000_000]


@pytest.fixture(scope="module")
def definition() -> ModuleType:
    path = Path(__file__).parents[1] / "corpus" / "score.py"
    spec = importlib.util.spec_from_file_location("corpus_score", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def amount(rng: random.Random, deep: bool = True) -> dict[str, Any] | None:
    if rng.random() < 0.2:
        return None
    out: dict[str, Any] = {"value": rng.choice(VALUES), "currency": rng.choice(["EUR", "USD", None])}
    out["bound"] = rng.choice(["exact", "about", "at_least", "range"])
    if out["bound"] == "range":
        out["high"] = rng.choice(VALUES)
    if deep and rng.random() < 0.2:
        out["alt"] = amount(rng, deep=False)
    return out


def deal(rng: random.Random) -> dict[str, Any]:
    investors = rng.sample(NAMES[:-1], rng.randrange(4))
    return {
        "kind": rng.choice(KINDS),
        "company": rng.choice(NAMES),
        "investors": investors,
        "lead": investors[: rng.randrange(2)],
        "amount": amount(rng),
        "valuation": amount(rng, deep=False),
        "round": rng.choice([None, "seed", "series-a"]),
        "status": rng.choice(["announced", "rumoured", "cancelled"]),
        "role": rng.choice(["news", "background"]),
        "cumulative": rng.random() < 0.2,
        "date": rng.choice([None, "2024", "2024-06", "2024-06-11", "2023"]),
        "ai": rng.random() < 0.8,
    }


def altered(rng: random.Random, label: dict[str, Any]) -> dict[str, Any]:
    """A label as an extractor might give it: mostly right, now and then one field of another deal."""
    told = {**label, **{name: value for name, value in deal(rng).items() if rng.random() < 0.2}}
    span = {"start": 0, "end": 4, "text": rng.choice(["Text", "Titr", "rien"]), "field": "company", "where": "text"}
    return told | {"evidence": [span] * rng.randrange(3)}


def corpus(rng: random.Random) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    articles, lines = [], []
    for number in range(rng.randrange(1, 6)):
        labels = [deal(rng) | {"optional": rng.random() < 0.2} for _ in range(rng.randrange(5))]
        told = [altered(rng, label) for label in labels if rng.random() < 0.8]
        told += [altered(rng, deal(rng)) for _ in range(rng.randrange(2))]
        rng.shuffle(told)
        language = rng.choice(["fr", "fr", "fr", "en"])
        article = {"id": f"a{number}", "title": "Titre", "text": "Texte entier", "language": language}
        articles.append(article | {"relevant": rng.random() < 0.5, "deals": labels})
        lines.append({"id": f"a{number}", "language": "fr", "relevant": rng.random() < 0.5, "deals": told})
    return articles, lines


def ours(articles: list[dict[str, Any]], lines: list[dict[str, Any]]) -> tuple[dict[str, Any], int, int]:
    score, missed, false = Score(), 0, 0
    for article, line in zip(articles, lines, strict=True):
        labelled = labelled_from_json(json.dumps(article).encode())
        told = tuple(mention_from_json(value) for value in line["deals"])
        reading = Reading(labelled.article, line["language"], Relevance(0, line["relevant"]), told)
        outcome = score.add(labelled, reading)
        missed += len(outcome.missed)
        false += len(outcome.false)
    return asdict(score.figures()), missed, false


@pytest.mark.parametrize("seed", range(150))
def test_same_figures_as_the_definition(seed: int, definition: ModuleType) -> None:
    articles, lines = corpus(random.Random(seed))
    figures, missed, false = ours(articles, lines)
    expected, errors = definition.score({article["id"]: article for article in articles}, lines)
    assert figures == expected
    assert missed == sum(": MISSED " in error for error in errors)
    assert false == sum(": FALSE " in error for error in errors)


def test_the_definition_reads_what_we_print(definition: ModuleType) -> None:
    """Through `reading_json`, as a file of predictions: the same figures again."""
    articles, lines = corpus(random.Random(7))
    printed = []
    for article, line in zip(articles, lines, strict=True):
        labelled = labelled_from_json(json.dumps(article).encode())
        told = tuple(mention_from_json(value) for value in line["deals"])
        printed.append(reading_json(Reading(labelled.article, "fr", Relevance(0, line["relevant"]), told)))
    assert definition.score({a["id"]: a for a in articles}, printed)[0] == ours(articles, lines)[0]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"{", "JSON"),
        (b"[]", "document"),
        (b'{"id": "a", "title": "", "text": "", "language": "fr", "relevant": true}', "deals"),
        (
            b'{"id": "a", "title": "", "text": "", "language": "fr", "relevant": true, "deals": [{"kind": "gift"}]}',
            "deals.0.kind",
        ),
    ],
)
def test_what_is_no_labelled_article_is_refused_by_field(body: bytes, says: str) -> None:
    with pytest.raises(LabelError, match=says):
        labelled_from_json(body)
