"""`python -m benchmarks.web`: how long the dashboard's pages take over a million articles and a hundred thousand deals.

Real requests to a real server in a thread of this process, each page under filters that change from one request to the
next, so that what is remembered for a minute helps only as it would help people. Also what an export of all deals adds
to the process's memory.
"""

from __future__ import annotations

import argparse
import gc
import http.client
import random
import resource
import socket
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import uvicorn
from fastapi import FastAPI
from sqlalchemy import make_url
from sqlmodel import select, text

from benchmarks.resolution import _databases
from benchmarks.synthetic import fill
from config.settings import load_settings
from storage.browse_index import index_deals
from storage.database import Database, open_database
from storage.deal_tables import DealRow
from storage.organisations import apply_countries
from web.app import make_app
from web.server import warm

_ASKED_MS = 100
_KINDS = ("funding", "funding", "funding", "acquisition", "debt", "grant", "fund", "ipo", "infrastructure", "funding")
_ROUNDS = ("seed", "series-a", "series-b", "series-c", "pre-seed", "growth")
_COUNTRIES = ("FR", "FR", "FR", "BE", "CH", "US", "GB", "DE")
_MORE = """
INSERT INTO article (canonical_url, url, outlet, title, text, published, first_seen, language, paywalled, source, state,
    score, reasons, rule_version)
SELECT 'https://more.example/' || id || '/' || {turn}, url, 'Le Courrier ' || (id % 40), 'Chronique ' || id,
    'Un récit numéro ' || (id % 5000) || '. ' || text, published, first_seen, 'fr', {false}, 'page', 'not_relevant',
    0.2, reasons, '' FROM article WHERE id <= {some}
"""


def main() -> None:
    """Fill, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--deals", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=100)
    parser.add_argument("--kinds", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--folder", type=Path, default=None, help="where the databases are made")
    parser.add_argument("--url", nargs="+", default=[], help="measure databases that were filled before instead")
    parser.add_argument("--only", choices=["pages", "files"], default=None)
    options = parser.parse_args()
    for url in options.url:
        _measure(make_url(url).get_backend_name(), open_database(url), options.requests, options.deals, options.only)
    if options.url:
        return
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        for kind in options.kinds:
            with _databases(kind, Path(folder)) as make:
                db = open_database(next(make))
                started = time.perf_counter()
                _fill(db, options.articles, options.deals)
                print(f"{kind}: filled in {time.perf_counter() - started:.0f} s", flush=True)
                _measure(kind, db, options.requests, options.deals, options.only)
                db.dispose()


def _fill(db: Database, articles: int, deals: int) -> None:
    fill(db, deals * 4)
    missing = articles - deals * 4
    turn = 0
    while missing > 0:
        some = min(missing, deals * 4)
        with db.transaction() as session:
            session.execute(text(_MORE.format(turn=turn, some=some, false="false")))
        missing, turn = missing - some, turn + 1
    _vary(db)


def _vary(db: Database) -> None:
    """Kinds, rounds, states, investors of all sizes, rules and countries, as deals have them."""
    dice = random.Random(1)
    rules = " ".join(f'WHEN {turn} THEN \'["règle-{turn}", "règle-{turn % 7}"]\'' for turn in range(50))
    told = f"CASE id % 50 {rules.replace(':', '')} END"
    if db.dialect == "postgresql":
        told = f"CAST({told} AS json)"
    with db.transaction() as session:
        session.execute(text(f"UPDATE mention SET rules = {told}"))
    investors = [f"Fonds {number}" for number in range(3000)]
    with db.transaction() as session:
        ids = list(session.exec(select(DealRow.id)))
    for start in range(0, len(ids), 2000):
        with db.transaction() as session:
            for deal in session.exec(select(DealRow).where(DealRow.id.in_(ids[start : start + 2000]))):  # type: ignore[attr-defined]
                deal.kind, deal.round = dice.choice(_KINDS), dice.choice(_ROUNDS)
                deal.status = "cancelled" if dice.random() < 0.03 else deal.status
                deal.investors = [investors[int(dice.paretovariate(0.6)) % 3000] for _ in range(3)]
                deal.amount_eur = deal.amount_eur if dice.random() < 0.8 else None
            session.flush()
            index_deals(session, ids[start : start + 2000], {})
    with db.reading() as session:
        keys = session.exec(select(DealRow.company_key).distinct()).all()
    apply_countries(db, {key: dice.choice(_COUNTRIES) for key in keys if dice.random() < 0.3})
    with db.transaction() as session:
        session.execute(text("ANALYZE"))


def _pages(deals: int) -> dict[str, Callable[[random.Random], str]]:
    companies = deals // 4
    return {
        "deals, newest": lambda _dice: "/",
        "deals, one kind, by amount": lambda dice: (
            f"/?kind={dice.choice(_KINDS)}&sort=largest&min={dice.randrange(9**7)}"
        ),
        "deals, a company's name": lambda dice: f"/?company=soci%C3%A9t%C3%A9+{dice.randrange(companies)}",
        "deals, an investor's name": lambda dice: f"/?investor=fonds+{dice.randrange(3000)}",
        "deals, an outlet": lambda dice: (
            f"/?outlet=gazette&since=20{dice.randrange(16, 26)}-01-{dice.randrange(10, 28)}"
        ),
        "deals, a country": lambda dice: f"/?country={dice.choice(_COUNTRIES)}&min={dice.randrange(9**7)}",
        "deals, words": lambda dice: f"/?q=soci%C3%A9t%C3%A9+{dice.randrange(companies)}",
        "deals, a word in all of them": lambda dice: f"/?q=gazette&min={dice.randrange(9**7)}",
        "deal": lambda dice: f"/deals/d{dice.randrange(deals)}",
        "company": lambda dice: f"/companies/societe{dice.randrange(companies)}",
        "investor": lambda dice: f"/investors/fonds{dice.randrange(1, 40)}",
        "trends": lambda _dice: "/trends",
        "trends of a year": lambda dice: f"/trends?since=20{dice.randrange(16, 26)}-01-{dice.randrange(10, 28)}",
        "trends of an investor": lambda dice: (
            f"/trends?investor=fonds+{dice.randrange(3000)}&min={dice.randrange(10**6)}"
        ),
        "chart": lambda _dice: "/charts/months.svg",
        "chart under a filter": lambda dice: f"/charts/months.svg?min={dice.randrange(9**7)}",
        "articles": lambda _dice: "/articles",
        "articles put aside": lambda dice: (
            f"/articles?state=not_relevant&before={dice.randrange(5 * deals, 9 * deals)}"
        ),
        "articles, rare word": lambda dice: f"/articles?q=chronique+{dice.randrange(1, 4 * deals)}",
        "articles, common words": lambda dice: (
            f"/articles?q={quote('société récit')}&before={dice.randrange(9 * deals)}"
        ),
        "articles, a word and a state": lambda dice: (
            f"/articles?q={quote('société')}&state={dice.choice(('relevant', 'not_relevant', 'not_french'))}"
            f"&before={dice.randrange(9 * deals)}"
        ),
        "articles, words never together": lambda dice: (
            f"/articles?q={quote('affaires chronique')}&before={dice.randrange(9 * deals)}"
        ),
        "articles, a part of an outlet": lambda dice: (
            f"/articles?outlet={dice.choice(('gazette', 'courrier', 'courrier+7'))}&q=fonds"
            f"&before={dice.randrange(9 * deals)}"
        ),
        "article": lambda dice: f"/articles/{dice.randrange(1, 9 * deals)}",
        "feeds": lambda _dice: "/feeds",
        "runs": lambda _dice: "/runs",
        "rules": lambda _dice: "/rules",
        "API deals": lambda dice: f"/api/v1/deals?limit=50&min={dice.randrange(9**7)}",
        "API trends": lambda _dice: "/api/v1/trends",
        "names to judge": lambda _dice: "/names",
        "deals.atom": lambda dice: f"/deals.atom?min={dice.randrange(9**7)}",
    }


def _measure(kind: str, db: Database, times: int, deals: int, only: str | None) -> None:
    app = make_app(db, load_settings(_env_file=None))
    before, started = _resident(), time.perf_counter()
    warm(app)
    print(
        f"{kind:10} ready in {time.perf_counter() - started:.1f} s, with {_resident() - before:.0f} MB more", flush=True
    )
    with _served(app) as port:
        dice = random.Random(7)
        connection = http.client.HTTPConnection("127.0.0.1", port)
        for name, address in _pages(deals).items() if only != "files" else ():
            taken = []
            for _ in range(times):
                started = time.perf_counter()
                connection.request("GET", address(dice))
                answer = connection.getresponse()
                answer.read()
                taken.append((time.perf_counter() - started) * 1000)
                assert answer.status == 200, (name, answer.status)
            ordered = sorted(taken)
            p95 = ordered[int(len(ordered) * 0.95)]
            slow = "" if p95 <= _ASKED_MS else "  ← more than asked"
            middle = ordered[len(ordered) // 2]
            print(
                f"{kind:10} {name:32} median {middle:7.1f} ms, p95 {p95:7.1f}, first {taken[0]:7.1f}, "
                f"worst {ordered[-1]:7.1f}{slow}",
                flush=True,
            )
        for format in ("csv", "jsonl", "parquet", "xlsx", "atom") if only != "pages" else ():
            connection.request("GET", f"/deals.{format}?company_id=societe0")  # loads what writes the format
            connection.getresponse().read()
            gc.collect()
            before, started, size = _resident(), time.perf_counter(), 0
            with _Highest() as highest:
                connection.request("GET", f"/deals.{format}")
                answer = connection.getresponse()
                while part := answer.read(1 << 16):
                    size += len(part)
            print(
                f"{kind:10} {format:8} {size / 1e6:6.1f} MB in {time.perf_counter() - started:5.1f} s, "
                f"memory at most +{highest.seen - before:.0f} MB on {before:.0f}",
                flush=True,
            )


class _Highest:
    """The most memory that this process was seen to hold, looked at every 20 ms."""

    def __enter__(self) -> _Highest:
        self.seen, self._done = _resident(), threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(0.02):
            self.seen = max(self.seen, _resident())


def _resident() -> float:
    """Megabytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


class _served:  # noqa: N801 - a context manager
    def __init__(self, app: FastAPI) -> None:
        # With its protocol named, so that the loop turns Nagle's delay off, as it does for a server of its own.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.bind(("127.0.0.1", 0))
        self._server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)

    def __enter__(self) -> int:
        self._thread.start()
        while not self._server.started:
            time.sleep(0.05)
        return int(self._socket.getsockname()[1])

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()


if __name__ == "__main__":
    main()
