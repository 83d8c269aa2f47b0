"""`veille feeds status` and `veille db …` as an operator types them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from asuser import veille
from newsroom import entry, fetched

from sources.feedlist import load_feeds
from sources.values import FeedOutcome, Reason
from storage.database import open_database
from storage.feeds import record_feed
from storage.processes import this_process
from storage.runs import begin_run

FEEDS = """feeds:
  - {id: bon, name: Bon, url: "https://bon.example/feed"}
  - {id: parti, name: Parti, url: "https://parti.example/feed"}
  - {id: neuf, name: Neuf, url: "https://neuf.example/feed"}
"""


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / "config").mkdir()
    off = "".join(f"  - {{id: {feed.id}, enabled: false}}\n" for feed in load_feeds(None))
    (tmp_path / "config" / "feeds.yaml").write_text(FEEDS + off)
    monkeypatch.setenv("VEILLE_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("VEILLE_DATABASE_URL", f"sqlite:///{tmp_path / 'veille.db'}")
    monkeypatch.setenv("VEILLE_TIMEZONE", "Europe/Paris")


def line_of(out: str, feed: str) -> str:
    (found,) = [line for line in out.splitlines() if line.split()[:1] == [feed]]
    return " ".join(found.split())


def test_the_health_of_each_feed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = datetime.now(UTC)
    feeds = {feed.id: feed for feed in load_feeds(tmp_path / "config")}
    database = open_database(f"sqlite:///{tmp_path / 'veille.db'}")
    run = begin_run(database, "daily", now, owner=this_process(), lease_seconds=60)
    items = [
        entry(f"https://bon.example/{n}", feed_id="bon", published=now - timedelta(hours=12 * n)) for n in range(8)
    ]
    record_feed(database, run, feeds["bon"], fetched(*items, feed_id="bon"), now)
    gone = {
        "feed_id": "parti",
        "outcome": FeedOutcome.FAILED,
        "reason": Reason.GONE,
        "status": 410,
        "detail": "410 Gone",
    }
    record_feed(database, run, feeds["parti"], fetched(**gone), now)
    database.dispose()
    assert veille(monkeypatch, "feeds", "status") == 0
    out = capsys.readouterr().out
    soon = now + timedelta(hours=10.5)  # eight articles in three and a half days
    paris = soon.astimezone(ZoneInfo("Europe/Paris"))
    assert line_of(out, "bon").startswith("bon lu ")
    assert f"{paris:%Y-%m-%d %H:%M} 2.0" in line_of(out, "bon")
    assert "éteint jamais 1" in line_of(out, "parti")
    assert "jamais visité" in line_of(out, "neuf")
    assert "! parti : éteint pour ses réponses" in out
    assert "410 Gone" in out


def test_copy_check_prune_and_put_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    open_database(f"sqlite:///{tmp_path / 'veille.db'}").dispose()
    assert veille(monkeypatch, "db", "backup", "copies/lundi.db") == 0
    assert "entière" in capsys.readouterr().out
    assert veille(monkeypatch, "db", "check") == 0
    assert "saine" in capsys.readouterr().out
    assert veille(monkeypatch, "db", "prune", "--days", "365", "--dry-run") == 0
    assert "Seraient lâchés : 0 textes" in capsys.readouterr().out
    assert veille(monkeypatch, "db", "vacuum") == 0
    (tmp_path / "veille.db").write_bytes(b"SQLite format 3\x00" + b"\x07" * 9000)
    assert veille(monkeypatch, "db", "check") == 1
    assert "db restore" in capsys.readouterr().out
    assert veille(monkeypatch, "db", "restore", "copies/lundi.db", "--yes") == 0
    assert veille(monkeypatch, "db", "check") == 0
