"""Labelled articles, the readings of them, and the scorer's figures, for the accuracy tests."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from extractors.codec import mention_json, reading_json
from extractors.deals.extract import find_deals
from extractors.deals.knowledge import DealKnowledge
from extractors.read import read_article
from extractors.values import Article

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
# Put aside before the first rule was written, by hash of the id: never looked at while rules are made.
ASIDE = 30

Labelled = dict[str, Any]
Figures = dict[str, Any]


@cache
def scorer() -> ModuleType:
    """`score.py` as it came with the corpus."""
    spec = importlib.util.spec_from_file_location("score", CORPUS / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def articles(folder: Path, names: str = "*.json") -> dict[str, Labelled]:
    """The labelled articles of a folder, by id."""
    return {file.stem: json.loads(file.read_text("utf-8")) for file in sorted(folder.glob(names))}


def split(corpus: dict[str, Labelled]) -> tuple[dict[str, Labelled], dict[str, Labelled]]:
    """The articles that rules may be made from, and those put aside."""
    ranked = sorted(corpus, key=lambda name: hashlib.sha256(name.encode()).hexdigest())
    aside = set(ranked[:ASIDE])
    return ({k: v for k, v in corpus.items() if k not in aside}, {k: v for k, v in corpus.items() if k in aside})


def parity(corpus: dict[str, Labelled]) -> tuple[dict[str, Labelled], dict[str, Labelled]]:
    """The open and the closed half of `written/`."""

    def odd(name: str) -> bool:
        return int(hashlib.sha256(f"{name}.json".encode()).hexdigest(), 16) % 2 == 1

    return ({k: v for k, v in corpus.items() if odd(k)}, {k: v for k, v in corpus.items() if not odd(k)})


def as_article(labelled: Labelled) -> Article:
    published = date.fromisoformat(labelled["published"]) if labelled.get("published") else None
    return Article(labelled["id"], labelled["title"], labelled["text"], published, labelled["outlet"])


def readings(corpus: dict[str, Labelled]) -> list[dict[str, Any]]:
    """What `veille extract --format jsonl` prints for these articles."""
    return [reading_json(read_article(as_article(labelled))) for labelled in corpus.values()]


def deals_only(corpus: Iterable[Labelled], knowledge: DealKnowledge) -> Iterator[dict[str, Any]]:
    """Predictions of deals with language and relevance as labelled, for what changes the text or the knowledge."""
    for labelled in corpus:
        found = find_deals(as_article(labelled), knowledge) if labelled["language"] == "fr" else ()
        yield {
            "id": labelled["id"],
            "language": labelled["language"],
            "relevant": labelled["relevant"],
            "deals": [mention_json(mention) for mention in found],
        }


def figures(corpus: dict[str, Labelled], lines: Iterable[dict[str, Any]]) -> Figures:
    """The scorer's figures."""
    result: Figures = scorer().score(corpus, list(lines))[0]
    return result


def errors(corpus: dict[str, Labelled], lines: Iterable[dict[str, Any]]) -> list[str]:
    """The scorer's list of missed and false deals."""
    result: list[str] = scorer().score(corpus, list(lines))[1]
    return result
