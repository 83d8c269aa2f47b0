"""Backfills end to end: the same deals as reading every page, once, whatever is killed and repeated on the way."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from httpsite import HttpSite, Reply, http_site
from pastsite import PastSite, Post
from sqlalchemy import create_engine, make_url, text

from benchmarks.pages import articles, page
from config.settings import Settings, load_settings
from extractors.article import article_from_html
from extractors.read import read_article
from extractors.values import Article
from flows.archive_part import close_desk, open_desk
from flows.backfill_run import Order, run_backfill
from sources.archives.values import ArchiveError, Window
from storage.backfills import Progress, progress
from storage.mentions import mark_companies
from storage.queries import list_deals
from storage.values import DealFilter
from terminal.backfill_report import status_json, summarise, summary_lines, summary_page

ROOT = Path(__file__).parents[2]
PAGES = 60
PER_FILE = 6


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty pages in ten files of JSON lines, ten of them with deals: ten parts."""
    folder = tmp_path_factory.mktemp("archive")
    for start in range(0, PAGES, PER_FILE):
        rows = [
            {"url": f"https://gazette.example/{start + n}", "html": page(title, text, 25_000, seed=start + n).decode()}
            for n, (title, text) in enumerate(articles(PAGES, seed=3)[start : start + PER_FILE])
        ]
        (folder / f"{start:03}.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return folder


@pytest.fixture
def settings(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    monkeypatch.setenv("VEILLE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("VEILLE_DATABASE_URL", database_url)
    monkeypatch.setenv("VEILLE_HOST_DELAY", "0")
    yield load_settings()
    close_desk()


def _filled(settings: Settings, order: Order) -> Progress:
    backfill = run_backfill(settings, order)
    return progress(open_desk(settings).database, backfill)


def _deals(settings: Settings) -> list[tuple[object, ...]]:
    told = list_deals(open_desk(settings).database, DealFilter(include_all=True))
    return sorted((deal.company, deal.kind, str(deal.amount), deal.role, len(deal.mentions)) for deal in told)


def test_the_same_deals_as_reading_every_page(settings: Settings, archive: Path) -> None:
    expected = 0
    for file in sorted(archive.iterdir()):
        for line in file.read_text(encoding="utf-8").splitlines():
            found = article_from_html(json.loads(line)["html"].encode(), "https://gazette.example/")
            assert isinstance(found, Article)
            expected += len(read_article(found).deals)
    told = _filled(settings, Order(f"files:{archive}"))
    assert told.states == {"done": PAGES // PER_FILE}
    assert told.counts["items"] == PAGES
    assert told.counts["mentions"] == expected > 10
    assert sum(count for key, count in told.counts.items() if key.startswith("refused:")) > PAGES / 3


@pytest.mark.parametrize("database_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True)
def test_run_again_it_does_nothing_and_all_again_it_changes_nothing(settings: Settings, archive: Path) -> None:
    order = Order(f"files:{archive}")
    first = _filled(settings, order)
    deals = _deals(settings)
    assert deals
    assert _filled(settings, order).seconds == first.seconds
    again = _filled(settings, Order(f"files:{archive}", redo="all"))
    assert again.counts["known"] == first.counts["stored"]
    assert _deals(settings) == deals


@pytest.mark.parametrize("database_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True)
def test_a_few_parts_from_the_end_and_then_the_rest(settings: Settings, archive: Path) -> None:
    part = _filled(settings, Order(f"files:{archive}", most=3, reverse=True))
    assert part.states == {"done": 3, "planned": 7}
    assert _filled(settings, Order(f"files:{archive}")).states == {"done": 10}


def test_nothing_of_the_past_is_told(settings: Settings, tmp_path: Path) -> None:
    """Not even what was published today: it comes from an archive."""
    folder = tmp_path / "today"
    folder.mkdir()
    text = "La start-up d'intelligence artificielle Nuvéa lève 12 millions d'euros auprès de Partech et d'Elaia. " * 3
    told = {"id": "a", "title": "Nuvéa lève 12 M€", "text": text, "published": date.today().isoformat()}
    (folder / "a.json").write_text(json.dumps(told), encoding="utf-8")
    assert _filled(settings, Order(f"files:{folder}")).counts["mentions"] >= 1
    assert _deals(settings)
    with open_desk(settings).database.reading() as session:
        from sqlmodel import select

        from storage.deal_tables import OutboxRow

        assert session.exec(select(OutboxRow)).all() == []


@pytest.mark.parametrize("database_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True)
def test_a_window_leaves_out_what_was_published_elsewhen(settings: Settings, archive: Path) -> None:
    told = _filled(settings, Order(f"files:{archive}", Window(date(2030, 1, 1), date(2031, 1, 1))))
    assert told.counts.get("stored", 0) == 0
    assert told.counts["outside"] > 5


@pytest.fixture
def site() -> Iterator[HttpSite]:
    with http_site() as running:
        yield running


def test_a_site_that_fails_for_a_while_is_taken_up_again(settings: Settings, site: HttpSite) -> None:
    past = PastSite(site, [Post(number, date(2024, 1, 3 + number)) for number in range(6)])
    order = Order(f"wordpress:{site.url()}", Window(date(2024, 1, 1), date(2024, 2, 1)))
    past.tempers["/wp-json/wp/v2/posts"] = [past._wordpress({"per_page": "1", "page": "1"})] + [Reply("oops", 500)] * 3
    told = _filled(settings, order)
    assert told.states == {"failed": 1}
    assert "page 1 de 2024-01-01" in told.failures[0][2]
    again = _filled(settings, order)
    assert again.states == {"done": 1}
    assert again.counts["items"] == 6


def test_a_source_that_cannot_be_planned_is_one_line(settings: Settings) -> None:
    with pytest.raises(ArchiveError, match="pas de tel"):
        run_backfill(settings, Order("files:/nowhere"))
    assert status_json(open_desk(settings).database) == [], "nothing of it stays in the ledger"


def test_a_source_with_nothing_in_it_says_so(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    backfill = run_backfill(settings, Order(f"files:{tmp_path / 'empty'}"))
    lines = summary_lines(summarise(open_desk(settings).database, backfill))
    assert lines[-1] == "Parties  : aucune, la source ne contient rien à lire pour cette période"


@pytest.mark.parametrize("database_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True)
def test_the_summary_as_lines_page_and_status(settings: Settings, archive: Path) -> None:
    (archive / "zz.jsonl").write_text("{broken <script>alert(1)</script>\n")
    try:
        backfill = run_backfill(settings, Order(f"files:{archive}"))
    finally:
        (archive / "zz.jsonl").unlink()
    database = open_desk(settings).database
    told = summarise(database, backfill)
    lines = "\n".join(summary_lines(told))
    assert "Parties  : 11 faites" in lines
    assert "Opérations de l'IA par mois de publication\n  2025-06" in lines
    assert "zz.jsonl:0 : illisible" in lines
    written = summary_page(told)
    assert "<script>alert" not in written
    assert written.count("<h2>") == 3
    (status,) = status_json(database)
    assert status["parts"] == {"done": 11}
    assert status["seconds_left"] == 0.0


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_part_refused_because_writers_wait_in_a_circle_is_stored_again(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for name in ("Brumelec", "Zephyrine"):
        told = f"La start-up d'intelligence artificielle {name} lève 12 millions d'euros auprès de Partech et d'Elaia. "
        article = {"id": name, "title": f"{name} lève 12 M€", "text": told * 3, "published": "2024-05-06"}
        (tmp_path / "a" / f"{name}.json").write_text(json.dumps(article), encoding="utf-8")
    database, now = open_desk(settings).database, datetime.now(UTC)
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    with (
        ThreadPoolExecutor(1) as pool,
        database.transaction() as other,
        create_engine(settings.database).connect() as eye,
    ):
        mark_companies(other, {"zephyrine"}, now)
        filling = pool.submit(run_backfill, settings, Order(f"files:{tmp_path / 'a'}"))
        while not eye.execute(text(waiting)).scalar_one():
            assert not filling.done(), "it must wait for the other writer"
            time.sleep(0.02)
        mark_companies(other, {"brumelec"}, now)  # which it holds: PostgreSQL ends this after a second
        other.commit()
        backfill = filling.result(60)
    told = progress(database, backfill)
    assert (told.states, told.counts["stored"]) == ({"done": 1}, 2)
    assert [deal[0] for deal in _deals(settings)] == ["Brumelec", "Zephyrine"]


def _command(archive: Path, data: Path, url: str, *more: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "VEILLE_DATA_DIR": str(data), "PYTHONPATH": str(ROOT), "VEILLE_DATABASE_URL": url}
    command = [sys.executable, "-m", "cli", "backfill", "--source", f"files:{archive}", "--plain", *more]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


_DUMPS = (
    "SELECT canonical_url, title, text, state, source FROM article",
    (
        "SELECT a.canonical_url, m.position, m.company, m.kind, CAST(m.amount AS TEXT), m.status FROM mention m "
        "JOIN article a ON a.id = m.article_id"
    ),
    (
        "SELECT company, kind, CAST(amount AS TEXT), status, role, mention_count, first_published FROM deal "
        "WHERE redirect_to IS NULL AND mention_count > 0"
    ),
    "SELECT key, state FROM backfill_part",
)


def _dump(url: str) -> list[list[str]]:
    """Every row of what matters, without the ids that depend on the order; sorted here, as databases sort by place."""
    engine = create_engine(url)
    with engine.connect() as connection:
        return [sorted(repr(tuple(row)) for row in connection.execute(text(query))) for query in _DUMPS]


def _kill_and_compare(archive: Path, tmp_path: Path, url: str, kills: int, seed: int) -> None:
    calm_url = f"sqlite:///{tmp_path / 'calm.db'}" if url.startswith("sqlite") else _beside(url)
    began = time.monotonic()
    assert _command(archive, tmp_path / "calm", calm_url).wait(300) == 0
    whole = time.monotonic() - began
    chance = random.Random(seed)
    for _ in range(kills):
        workers = str(chance.choice((1, 2)))
        running = _command(archive, tmp_path / "killed", url, "--workers", workers, "--redo", "all")
        time.sleep(chance.uniform(0.3, whole * 1.1))
        running.send_signal(signal.SIGKILL)
        running.wait()
    time.sleep(0.5)  # orphans of a killed parent notice and end
    assert _command(archive, tmp_path / "killed", url).wait(300) == 0
    calm, killed = _dump(calm_url), _dump(url)
    assert killed == calm
    assert len(calm[1]) > 10


def _beside(url: str) -> str:
    """Another database on the same server."""
    name = f"veille_{uuid.uuid4().hex}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return make_url(url).set(database=name).render_as_string(hide_password=False)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_killed_anywhere_and_run_again_it_leaves_the_same_database(
    archive: Path, tmp_path: Path, database_url: str
) -> None:
    _kill_and_compare(archive, tmp_path, database_url, kills=3, seed=11)


@pytest.mark.slow
def test_killed_fifty_times(archive: Path, tmp_path: Path, database_url: str) -> None:
    _kill_and_compare(archive, tmp_path, database_url, kills=50, seed=12)
