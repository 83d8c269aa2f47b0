"""A run killed anywhere and started again leaves what an undisturbed run leaves, and mails it once."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from mornings import FIRST_DAY, message, plain_text
from sqlalchemy import text

from demo.site import DemoSite
from storage.database import open_database

ONE_RUN = Path(__file__).with_name("one_run.py")
NOW = datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, 8, tzinfo=UTC)
# What the database must hold in the end, without ids that order decides and without bookkeeping of attempts.
CONTENT = {
    "articles": "SELECT canonical_url, state, title, length(text) FROM article ORDER BY 1",
    "entries": "SELECT canonical_url, state FROM entry ORDER BY 1",
    "mentions": "SELECT a.canonical_url, m.position, m.company FROM mention m JOIN article a ON a.id = m.article_id ORDER BY 1, 2",
    "runs": "SELECT id, state FROM run ORDER BY 1",
}


class Runs:
    """Processes that run once over one site into one database."""

    def __init__(self, site: DemoSite, folder: Path, database_url: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.database_url = folder, database_url
        self.feeds = folder / "feeds.json"
        # The outlet that is slow on purpose would make every run a second longer and show nothing here.
        feeds = [asdict(replace(feed)) for feed in site.feeds if feed.id != "lenteur"]
        self.feeds.write_text(json.dumps(feeds))

    def start(self) -> subprocess.Popen[str]:
        command = [sys.executable, str(ONE_RUN), str(self.feeds), str(self.folder), self.database_url, NOW.isoformat()]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "TZ": "UTC"})
        assert process.stdout is not None
        process.stdout.readline()
        return process

    def kill_after(self, seconds: float) -> bool:
        """Start a run and kill it; False when it had ended before."""
        process = self.start()
        time.sleep(seconds)
        alive = process.poll() is None
        process.kill()
        process.wait()
        return alive

    def finish(self) -> float:
        """Run to the end; returns how long it took after opening."""
        process = self.start()
        began = time.monotonic()
        assert process.wait(60) == 0
        return time.monotonic() - began

    def content(self) -> dict[str, list[tuple[object, ...]]]:
        database = open_database(self.database_url)
        try:
            with database.reading() as session:
                return {name: [tuple(row) for row in session.execute(text(query))] for name, query in CONTENT.items()}
        finally:
            database.dispose()

    def headlines(self) -> Counter[str]:
        """Every deal told by mail, with the number of times."""
        told: Counter[str] = Counter()
        for file in (self.folder / "courriels").glob("*.eml"):
            lines = plain_text(message(file)).splitlines()
            told.update(line for line in lines if line and not line.startswith((" ", "-", "Veille IA", "Lu dans")))
        return told


@pytest.mark.parametrize("kills", [5, pytest.param(200, marks=pytest.mark.slow)])
def test_killed_anywhere(tmp_path: Path, database_url: str, kills: int) -> None:
    chance = random.Random(kills)
    with DemoSite(FIRST_DAY) as site:
        undisturbed = Runs(site, tmp_path / "whole", f"sqlite:///{tmp_path / 'whole' / 'veille.db'}")
        lasted = undisturbed.finish()
        disturbed = Runs(site, tmp_path / "killed", database_url)
        hits = sum(disturbed.kill_after(chance.uniform(0, lasted)) for _ in range(kills))
        disturbed.finish()
        assert hits, "no run was killed while it worked"
        expected, found = undisturbed.content(), disturbed.content()
        for name in ("articles", "entries", "mentions"):
            assert found[name] == expected[name], name
        assert all(state == "done" for _, state in found["runs"])
        assert disturbed.headlines() == undisturbed.headlines()
