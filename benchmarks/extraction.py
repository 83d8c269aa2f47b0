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

from benchmarks.pages import ONE_IN, articles, page
from extractors.article import article_from_html
from extractors.deals.amounts import find_amounts
from extractors.deals.clauses import heads
from extractors.deals.extract import find_deals
from extractors.deals.lazy import stands_in
from extractors.deals.needs import words_of
from extractors.deals.normalise import fold, letter_runs, normalise, plain
from extractors.deals.parties import in_complement
from extractors.early import load_gate
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
SIZES = (250_000, 500_000, 1_000_000)
# Four times as much text takes four times as long; a quadratic reader takes sixteen times. Between them lies noise.
LINEAR = 8.0
# What the issue asks for.
MOST_OF_EXTRACTION, MOST_PER_KB = 0.1, 100.0
# What is kept of whole texts and sentences is forgotten before each page: of pages of the press no two are alike, those
# here share their sentences. What is kept of words stays, as it does in a worker.
_OF_TEXTS = (normalise, fold, plain, letter_runs, words_of, stands_in, in_complement, heads)
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
    read = {}
    gate, passed = load_gate(), set()
    costs: dict[tuple[str, int], float] = {}
    for _ in range(rounds):
        for number, body in enumerate(pages):
            for cached in _OF_TEXTS:
                cached.cache_clear()
            article, taken = _timed(lambda body=body: article_from_html(body, "https://gazette.example/a"))  # type: ignore[misc]
            assert isinstance(article, Article), article
            read[number] = article
            refusal, refusing = _timed(lambda body=body: gate.refuse_page(body))  # type: ignore[misc]
            if refusal is None:
                passed.add(number)
            shares = {"trafilatura": taken, "gate": refusing, **_reading(article, knowledge)}
            for name, taken in shares.items():
                costs[name, number] = min(taken, costs.get((name, number), taken))
    sums = {name: sum(costs[name, number] for number in read) for name in ("trafilatura", *_PARTS)}
    telling = sum(costs["deals", number] for number in range(0, len(pages), ONE_IN))
    for name, total in sums.items():
        print(f"{name:12} {1000 * total / len(pages):7.2f} ms a page")
    few = len(range(0, len(pages), ONE_IN))
    print(f"{'deals':12} {1000 * telling / few:7.2f} ms a page that tells some,", end=" ")
    print(f"{1000 * (sums['deals'] - telling) / (len(pages) - few):.2f} ms a page that tells none")
    ratio = sum(sums[name] for name in _PARTS) / sums["trafilatura"]
    print(f"(language + relevance + deals) / trafilatura = {ratio:.3f} {_asked(ratio, MOST_OF_EXTRACTION)}")
    behind = sum(costs["gate", n] for n in read) + sum(costs[name, n] for name in _PARTS for n in passed)
    print(f"behind the gate of archives, which lets {len(passed)} pass: {behind / sums['trafilatura']:.3f}")


_PARTS = ("language", "relevance", "deals")


def _reading(article: Article, knowledge: Knowledge) -> dict[str, float]:
    """Seconds for each part of reading an article."""
    _, language = _timed(lambda: detect_language(f"{article.title}\n{article.text}", ["fr"]))
    deals, finding = _timed(lambda: find_deals(article, knowledge.deals))
    _, relevance = _timed(lambda: weigh_deals(judge_relevance(article, knowledge.relevance, 1.0), deals, 1.0))
    return {"language": language, "relevance": relevance, "deals": finding}


def _asked(measured: float, most: float) -> str:
    return f"(asked: at most {most:g}: {'met' if measured <= most else 'NOT met'})"


def _amounts(rounds: int) -> None:
    texts = [text for _, text in articles(200)]
    kilobytes = sum(map(len, texts)) / 1024
    least = min(_timed(lambda: [find_amounts(text) for text in texts])[1] for _ in range(rounds))
    per_kb = 1e6 * least / kilobytes
    print(f"find_amounts {per_kb:.0f} µs/KB {_asked(per_kb, MOST_PER_KB)}")


def _hostile(knowledge: Knowledge) -> None:
    """What reading takes of a text of one unit repeated, by its size, and how much longer the largest takes."""
    print("seconds for language, relevance and deals, and for amounts alone, of " + ", ".join(f"{n:,}" for n in SIZES))
    for name, unit in HOSTILE.items():
        whole, amounts = [], []
        for size in SIZES:
            text = (unit * size)[:size]
            whole.append(sum(_reading(Article("a", text[:300], text), knowledge).values()))
            amounts.append(_timed(lambda text=text: find_amounts(text))[1])  # type: ignore[misc]
        growth = max(times[-1] / max(times[0], 1e-3) for times in (whole, amounts))
        told = " ".join(f"{seconds:7.2f}" for seconds in (*whole, *amounts))
        print(
            f"{name:14} {told}  {growth:5.1f} times as long for 4 times as much",
            "" if growth < LINEAR else "NOT LINEAR",
        )


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


if __name__ == "__main__":
    main()
