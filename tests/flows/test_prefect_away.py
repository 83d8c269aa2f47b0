"""Prefect's server is unreachable, or answers with errors: the run does its work and says that it was not recorded."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from httpsite import Reply, http_site

from sources.feedlist import load_feeds
from storage.database import open_database
from storage.runs import last_runs

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>T</title><item><title>Brumelec lève 12 millions d’euros</title>
<link>{}</link><description>{}</description></item></channel></rss>"""
TEXT = (
    "La jeune pousse lilloise Brumelec annonce une levée de fonds de 12 millions d’euros, menée par Partech, pour son intelligence artificielle. "
    * 5
)


@pytest.mark.parametrize("failing", ["unreachable", "locked"])
def test_the_run_is_done_without_it(tmp_path: Path, failing: str) -> None:
    with http_site() as site:
        page = site.add("/a", Reply(f"<html lang=fr><body><article><p>{TEXT}</p></article></body></html>"))
        feed = site.add("/feed", Reply(FEED.format(page, TEXT), content_type="application/rss+xml"))
        site.add("/robots.txt", Reply("", 404))
        site.otherwise = lambda path: Reply('{"detail": "database is locked"}', 500, "application/json")
        config = tmp_path / "config"
        config.mkdir()
        off = "".join(f"  - {{id: {one.id}, enabled: false}}\n" for one in load_feeds(None))
        (config / "feeds.yaml").write_text(f"feeds:\n{off}  - {{id: essai, name: Essai, url: '{feed}'}}\n")
        done = subprocess.run(
            [sys.executable, "-m", "cli", "run", "--log-format", "json"],
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                "VEILLE_DATA_DIR": str(tmp_path / "data"),
                "VEILLE_OUTBOX_DIR": str(tmp_path / "mails"),
                "VEILLE_CONFIG_DIR": str(config),
                "VEILLE_HOST_DELAY": "0",
                "PREFECT_API_URL": "http://127.0.0.1:9/api" if failing == "unreachable" else site.url("/api"),
                "PREFECT_CLIENT_MAX_RETRIES": "0",
            },
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert "not recorded by Prefect" in done.stderr
    database = open_database(f"sqlite:///{tmp_path / 'data' / 'veille.db'}")
    (run,) = last_runs(database, 5)
    database.dispose()
    assert run.state == "done"
    assert run.report is not None
    entries = run.report["entries"]
    assert (entries["new"], entries["pending"], entries["to_retry"]) == (1, 0, 0)  # type: ignore[index]
