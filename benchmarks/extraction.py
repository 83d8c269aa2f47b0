"""`python -m benchmarks.extraction`: what reading costs beside text extraction, and whether hostile texts stay linear.

All figures of a line come from the same run, the two sides measured in turn on the same page, so that a busy or a slow
machine moves both.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable
from typing import TypeVar

from benchmarks.pages import articles, page
from extractors.article import article_from_html
from extractors.deals.amounts import find_amounts
from extractors.deals.extract import find_deals
from extractors.knowledge import Knowledge, load_knowledge
from extractors.language import detect_language
from extractors.relevance import judge_relevance, weigh_deals
from extractors.values import Article

# Units that are repeated: what each finder and each rule likes best and finds nothing in.
HOSTILE = {
    "digits": "1",
    "open quotes": "« ",
    "capitals": "A",
    "capital words": "ABC ",
    "names": "Nuvéa, ",
    "nested commas": "Nuvéa (Lyon, filiale de Google, ",
    "amounts": "10 M€ ",
    "verbs": "lève ",
    "spaces": " ",
    "whole deals": "Nuvéa lève 10 M€ auprès de Partech, ",
}
_SHORT = 20_000
_GROWTH = 10
T = TypeVar("T")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=120)
    parser.add_argument("--rounds", type=int, default=3, help="the least time of so many is taken")
    options = parser.parse_args()
    start = time.process_time()
    knowledge = load_knowledge(None)
    print(f"knowledge read in {time.process_time() - start:.2f} s")
    _ratio(knowledge, options.pages, options.rounds)
    _amounts(options.rounds)
    _hostile(knowledge)


def _ratio(knowledge: Knowledge, count: int, rounds: int) -> None:
    chance = random.Random(3)
    pages = [
        page(title, text, chance.randint(60_000, 200_000), number)
        for number, (title, text) in enumerate(articles(count))
    ]
    sums = {"trafilatura": 0.0, "language": 0.0, "relevance": 0.0, "deals": 0.0}
    telling = 0.0
    for number, body in enumerate(pages):
        article, taken = _least(rounds, lambda body=body: article_from_html(body, "https://gazette.example/a"))  # type: ignore[misc]
        assert isinstance(article, Article), article
        sums["trafilatura"] += taken
        _, taken = _least(rounds, lambda a=article: detect_language(f"{a.title}\n{a.text}", ["fr"]))  # type: ignore[misc]
        sums["language"] += taken
        deals, taken = _least(rounds, lambda a=article: find_deals(a, knowledge.deals))  # type: ignore[misc]
        sums["deals"] += taken
        telling += taken if number % 10 == 0 else 0.0
        _, taken = _least(
            rounds,
            lambda a=article, d=deals: weigh_deals(judge_relevance(a, knowledge.relevance, 1.0), d, 1.0),  # type: ignore[misc]
        )
        sums["relevance"] += taken
    for name, total in sums.items():
        print(f"{name:12} {1000 * total / len(pages):7.2f} ms a page")
    few = (len(pages) + 9) // 10
    print(f"{'deals':12} {1000 * telling / few:7.2f} ms a page that tells some,", end=" ")
    print(f"{1000 * (sums['deals'] - telling) / (len(pages) - few):.2f} ms a page that tells none")
    reading = sums["language"] + sums["relevance"] + sums["deals"]
    print(f"(language + relevance + deals) / trafilatura = {reading / sums['trafilatura']:.3f}")


def _amounts(rounds: int) -> None:
    texts = [text for _, text in articles(200)]
    _, taken = _least(rounds, lambda: [find_amounts(text) for text in texts])
    print(f"find_amounts {1e6 * taken / (sum(map(len, texts)) / 1024):.0f} µs/KB")


def _hostile(knowledge: Knowledge) -> None:
    """Linear is a growth of ten; a quadratic reader would come to a hundred."""
    for name, unit in HOSTILE.items():
        times = []
        for size in (_SHORT, _SHORT * _GROWTH):
            text = (unit * size)[:size]
            _, taken = _least(1, lambda text=text: find_deals(Article("a", text[:300], text), knowledge.deals))  # type: ignore[misc]
            times.append(taken)
        growth = times[1] / max(times[0], 1e-4)
        print(f"{_GROWTH} times as much of {name:14} {growth:6.1f} times as long ({times[1]:.2f} s)")


def _least(rounds: int, work: Callable[[], T]) -> tuple[T, float]:
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        result = work()
        best = min(best, time.process_time() - start)
    return result, best


if __name__ == "__main__":
    main()
