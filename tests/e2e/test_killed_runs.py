"""A run killed anywhere and started again leaves what an undisturbed run leaves, and mails it once."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from mornings import FIRST_DAY, message, plain_text
from postoffice import Inbox, smtp_server
from sqlalchemy import text

from demo.site import DemoSite
from storage.database import open_database
from storage.deal_tables import WatchStateRow

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

    def __init__(self, site: DemoSite, folder: Path, database_url: str, port: int | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.database_url = folder, database_url
        self.more = [] if port is None else [str(port)]
        self.feeds = folder / "feeds.json"
        # The outlet that is slow on purpose would make every run a second longer and show nothing here.
        feeds = [asdict(replace(feed)) for feed in site.feeds if feed.id != "lenteur"]
        self.feeds.write_text(json.dumps(feeds))

    def start(self, *more: str) -> subprocess.Popen[str]:
        command = [
            sys.executable,
            str(ONE_RUN),
            str(self.feeds),
            str(self.folder),
            self.database_url,
            NOW.isoformat(),
            *self.more,
            *more,
        ]
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

    def stop_after_pages(self) -> None:
        """Run until every page is read, and die there."""
        process = self.start("stop-after-pages")
        assert process.wait(120) == 9

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
            told.update(_headlines(lines))
        return told


def _headlines(lines: list[str]) -> list[str]:
    """The lines that begin a deal, without greeting and footer."""
    until = next((at for at, line in enumerate(lines) if line.startswith("-- ")), len(lines))
    return [line for line in lines[:until] if line and not line.startswith((" ", "Veille IA"))]


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


WATCHES = """
watches:
  - {id: grands, to: grands@example.org, only: {min_amount: 100000000}}
  - {id: rachats, to: [rachats@example.org, aussi@example.org], language: en, only: {kinds: acquisition}}
  - {id: jour, to: jour@example.org, rhythm: daily, at: "06:00"}
  - {id: flux, channel: atom, file: "FOLDER/deals.atom"}
"""


@pytest.mark.parametrize("kills", [4, pytest.param(50, marks=pytest.mark.slow)])
def test_killed_anywhere_between_deals_and_the_servers_ok(tmp_path: Path, kills: int) -> None:
    """Every watch has every deal, once; what came twice came under the same Message-ID, to the letter the same.

    Each kill meets a run that has read its pages and not yet told anybody, so that all of them fall into what matters.
    """
    chance = random.Random(kills)
    with DemoSite(FIRST_DAY) as site:
        begun = tmp_path / "begun"
        with smtp_server(Inbox()) as port:
            _with_watches(site, begun, f"sqlite:///{begun / 'veille.db'}", port).stop_after_pages()
        whole, lasted, _ = _finished_from(begun, site, tmp_path / "whole")
        hits = twice = 0
        for number in range(kills):
            # Starting takes no part in it: the clock runs from where the run has opened everything.
            found, _, hit = _finished_from(begun, site, tmp_path / f"killed{number}", chance.uniform(0, lasted))
            hits += hit
            assert found.keys() == whole.keys()
            for who, copies in found.items():
                assert len(set(copies)) == 1, (number, who)
                assert message_of(copies[0])["Message-ID"] == message_of(whole[who][0])["Message-ID"]
                assert _told(copies[0]) == _told(whole[who][0]), (number, who)
                twice += len(copies) > 1
            atom = [
                (tmp_path / name / "deals.atom").read_text().count("<entry>") for name in ("whole", f"killed{number}")
            ]
            assert atom[0] == atom[1] > 10
    assert hits, "no run was killed while it worked"
    print(f"{hits} of {kills} kills hit a run at work; {twice} messages arrived twice, under one Message-ID")


def _finished_from(
    begun: Path, site: DemoSite, folder: Path, kill_after: float | None = None
) -> tuple[dict[str, list[bytes]], float, bool]:
    """Take up the run that was stopped after its pages, perhaps kill it once more, and let it end.

    Returns:
        What each recipient got, how long the last process worked, and whether the kill met one at work.
    """
    inbox = Inbox()
    inbox.wait = 0.1
    shutil.copytree(begun, folder)
    (folder / "config" / "alerts.yaml").write_text(WATCHES.replace("FOLDER", str(folder)))
    with smtp_server(inbox) as port:
        runs = Runs(site, folder, f"sqlite:///{folder / 'veille.db'}", port)
        hit = runs.kill_after(kill_after) if kill_after is not None else False
        lasted = runs.finish()
    got: dict[str, list[bytes]] = {}
    for _, recipients, content in inbox.kept:
        got.setdefault(",".join(recipients), []).append(content)
    return got, lasted, hit


def _with_watches(site: DemoSite, folder: Path, database_url: str, port: int) -> Runs:
    (folder / "config").mkdir(parents=True)
    (folder / "config" / "alerts.yaml").write_text(WATCHES.replace("FOLDER", str(folder)))
    database = open_database(database_url)
    with database.transaction() as session:  # the digest is due: its watch has been known for two days
        session.add(WatchStateRow(channel="jour", first_seen=NOW - timedelta(days=2)))
    database.dispose()
    return Runs(site, folder, database_url, port)


def message_of(content: bytes) -> EmailMessage:
    parsed = message_from_bytes(content, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def _told(content: bytes) -> Counter[str]:
    return Counter(_headlines(plain_text(message_of(content)).splitlines()))
