"""Filling the past and reading it again, as the command does: same rooms, real files, processes that are killed."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from config.settings import Settings
from flows import reprocess as reprocessing
from flows import rereading
from flows.archive_part import close_desk, open_desk
from flows.backfill_run import Order, run_backfill
from flows.reprocess import preview, reprocess
from storage.backfills import Progress, progress
from storage.database import open_database
from storage.decisions import Desk
from storage.news import AlertRules
from storage.queries import list_deals
from storage.values import DealFilter, DealView

NOW = dt.datetime(2026, 11, 18, 6, tzinfo=dt.UTC)


def _article(n: int, text: str | None = None, **fields: Any) -> dict[str, Any]:
    told = text or f"La jeune pousse lilloise Brumelec{n} lève 12 millions d’euros auprès de Partech."
    return {
        "id": f"a{n}",
        "outlet": "La Vigie",
        "published": "2026-11-17",
        "title": f"Brumelec{n} lève 12 millions d’euros",
        "text": told + "\nElle développe des modèles d’intelligence artificielle pour l’industrie.",
    } | fields


def _folder(tmp_path: Path, *articles: dict[str, Any]) -> str:
    folder = tmp_path / "articles"
    folder.mkdir(exist_ok=True)
    for article in articles:
        (folder / f"{article['id']}.json").write_text(json.dumps(article))
    return f"files:{folder}"


def _settings(tmp_path: Path, **more: Any) -> Settings:
    return Settings(data_dir=tmp_path / "data", **more)


def _deals(settings: Settings) -> list[DealView]:
    database = open_database(settings.database)
    try:
        return sorted(list_deals(database, DealFilter(include_all=True)), key=lambda deal: deal.company)
    finally:
        database.dispose()


def _ask(settings: Settings, query: str) -> list[Any]:
    with sqlite3.connect(settings.database.removeprefix("sqlite:///")) as connection:
        return connection.execute(query).fetchall()


def _fill(settings: Settings, where: str) -> Progress:
    """Fill, and again what was filled before: its documents may say something else now."""
    filled = run_backfill(settings, Order(where, redo="all"))
    told = progress(open_desk(settings).database, filled)
    close_desk()
    return told


def test_a_folder_is_stored_once_without_alert_and_bad_files_are_told(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    where = _folder(tmp_path, _article(1), _article(2, published=None))
    (tmp_path / "articles" / "bad.json").write_text("{")
    page = "<html><head><title>Orme</title><link rel='canonical' href='https://m.gazette.example/orme?utm_source=x'>"
    body = "<p>La start-up d’intelligence artificielle Orme lève 8 millions d’euros auprès de Partech.</p>" * 2
    (tmp_path / "articles" / "page.html").write_text(f"{page}</head><body><article>{body}</article></body></html>")
    first = _fill(settings, where)
    assert (first.counts["stored"], first.counts["lost:unreadable"]) == (3, 1)
    before = _deals(settings)
    assert [deal.company for deal in before] == ["Brumelec1", "Brumelec2", "Orme"]
    assert ("https://www.gazette.example/orme",) in _ask(settings, "select canonical_url from article")
    assert _fill(settings, where).counts["known"] == 3
    assert _deals(settings) == before
    assert _ask(settings, "select * from outbox") == [], "the past is no news, dated today or not at all"
    assert _ask(settings, "select count(*) from article_version") == [(0,)]


def _of_ones_own(tmp_path: Path) -> Path:
    """Rules of one's own under which Brumelec1 is a newspaper, so nobody who raises money."""
    mine = tmp_path / "mine"
    (mine / "lexicon").mkdir(parents=True)
    (mine / "lexicon" / "organisations.yaml").write_text("groups:\n- type: outlet\n  names: [Brumelec1]\n")
    return mine


def test_todays_rules_change_what_they_change_and_nothing_else(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    _fill(settings, _folder(tmp_path, _article(1), _article(2)))
    one, two = _deals(settings)
    assert reprocess(settings, now=lambda: NOW).read == 0, "read with these rules already"
    newer = _settings(tmp_path, config_dir=_of_ones_own(tmp_path))
    seen = preview(newer, now=lambda: NOW)
    assert (seen.read, seen.changed) == (2, 1)
    assert [(change.before, change.after) for change in seen.deals] == [(one, None)]
    assert _deals(settings) == [one, two], "a dry run keeps nothing"
    done = reprocess(newer, now=lambda: NOW)
    assert (done.read, done.changed, done.failed) == (2, 1, 0)
    assert _deals(settings) == [two]
    assert reprocess(newer, now=lambda: NOW).read == 0
    back = preview(settings, now=lambda: NOW)
    assert [(change.id, change.before, change.after) for change in back.deals] == [(one.id, None, one)]
    reprocess(settings, now=lambda: NOW)
    assert _deals(settings) == [one, two], "it is back under its own id"
    assert _ask(settings, "select * from outbox") == []


def test_several_processes_leave_what_one_leaves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reprocessing, "BATCH", 2)
    settings = _settings(tmp_path)
    _fill(settings, _folder(tmp_path, *[_article(n) for n in range(1, 12)]))
    newer = _settings(tmp_path, config_dir=_of_ones_own(tmp_path))
    seen = preview(newer, now=lambda: NOW)
    assert preview(newer, workers=2, now=lambda: NOW) == seen
    copy = _settings(tmp_path / "copy", config_dir=newer.config_dir)
    copy.data_dir.mkdir(parents=True)
    with sqlite3.connect(settings.database.removeprefix("sqlite:///")) as one:
        one.execute("VACUUM INTO ?", (copy.database.removeprefix("sqlite:///"),))
    assert reprocess(copy, workers=2, now=lambda: NOW) == reprocess(newer, now=lambda: NOW)
    for what in ("deal", "mention", "article", "part"):
        rows = f"select * from {what} order by 1"
        assert _ask(copy, rows) == _ask(newer, rows), what
    assert len(_deals(copy)) == 10


def test_another_threshold_is_a_reason_to_judge_again(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    _fill(settings, _folder(tmp_path, _article(1), _article(2)))
    assert _ask(settings, "select distinct state from article") == [("relevant",)]
    stricter = _settings(tmp_path, relevance_threshold=50.0)
    assert preview(stricter, now=lambda: NOW).read == 2
    assert reprocess(stricter, now=lambda: NOW).read == 2
    assert _ask(settings, "select distinct state from article") == [("not_relevant",)]
    assert reprocess(stricter, now=lambda: NOW).read == 0
    assert reprocess(settings, now=lambda: NOW).read == 2
    assert _ask(settings, "select distinct state from article") == [("relevant",)]


def test_since_leaves_older_articles(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    where = _folder(tmp_path, _article(1, published="2020-01-01"), _article(2), _article(3, published=None))
    _fill(settings, where)
    newer = _settings(tmp_path, config_dir=_of_ones_own(tmp_path))
    assert reprocess(newer, dt.date(2026, 1, 1), now=lambda: NOW).read == 2


def test_a_decision_stands_through_backfill_and_reprocess(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    _fill(settings, _folder(tmp_path, _article(1)))
    (deal,) = _deals(settings)
    database = open_database(settings.database)
    Desk(database, "claire", AlertRules(0.5, 7, NOW)).correct(deal.id, ["montant=15 M€"])
    database.dispose()
    corrected = _article(1, "On l’attendait. La jeune pousse Brumelec1 lève 12 millions d’euros auprès de Bpifrance.")
    _fill(settings, _folder(tmp_path, corrected))
    reprocess(_settings(tmp_path, config_dir=_of_ones_own(tmp_path)), now=lambda: NOW)
    assert deal.id not in {one.id for one in _deals(settings)}, "these rules do not read it"
    reprocess(settings, now=lambda: NOW)
    (found,) = _deals(settings)
    assert (found.id, found.amount and found.amount.value, found.investors) == (deal.id, 15_000_000, ("Bpifrance",))


def test_an_article_that_our_code_fails_on_costs_that_article_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = _settings(tmp_path)
    _fill(settings, _folder(tmp_path, _article(1), _article(2)))
    newer = _settings(tmp_path, config_dir=_of_ones_own(tmp_path))
    original = rereading.read_article

    def fails_on_two(article: Any, *rest: Any, **more: Any) -> Any:
        if article.id == "a2":
            raise ZeroDivisionError("a defect")
        return original(article, *rest, **more)

    with monkeypatch.context() as patched:
        patched.setattr(rereading, "read_article", fails_on_two)
        done = reprocess(newer, now=lambda: NOW)
    assert (done.read, done.failed) == (1, 1)
    assert reprocess(newer, now=lambda: NOW).read == 1, "it is read by a version that can"


def test_killed_while_reading_again_it_goes_on_and_ends_the_same(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    _fill(settings, _folder(tmp_path, *[_article(n) for n in range(160)]))
    mine = _of_ones_own(tmp_path)
    version = _ask(settings, "select distinct rule_version from article")[0][0]
    command = [
        sys.executable,
        "-c",
        "import flows.reprocess as r, config.settings as s; r.BATCH = 10; r.reprocess(s.load_settings())",
    ]
    environment = os.environ | {"VEILLE_DATA_DIR": str(settings.data_dir), "VEILLE_CONFIG_DIR": str(mine)}
    working = subprocess.Popen(command, env=environment, cwd=Path(__file__).parents[2])
    stale = f"select count(*) from article where rule_version = '{version}'"
    deadline = time.monotonic() + 60
    while _ask(settings, stale) == [(160,)] and time.monotonic() < deadline:
        time.sleep(0.005)
    working.send_signal(signal.SIGKILL)
    working.wait()
    (left,) = _ask(settings, stale)[0]
    assert 0 < left < 160, "killed on the way"
    done = reprocess(_settings(tmp_path, config_dir=mine))
    assert done.read == left
    found = _deals(settings)
    assert {deal.company for deal in found} == {f"Brumelec{n}" for n in range(160) if n != 1}
    assert _ask(settings, "select count(*), count(distinct article_id) from mention") == [(159, 159)]
    assert _ask(settings, "select * from company_to_resolve") == []
