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
from datetime import UTC, datetime, timedelta
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

    def start(self) -> subprocess.Popen[str]:
        command = [
            sys.executable,
            str(ONE_RUN),
            str(self.feeds),
            str(self.folder),
            self.database_url,
            NOW.isoformat(),
            *self.more,
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


@pytest.mark.parametrize("kills", [5, pytest.param(50, marks=pytest.mark.slow)])
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


@pytest.mark.parametrize("kills", [5, pytest.param(50, marks=pytest.mark.slow)])
def test_killed_anywhere_with_deliveries_to_a_real_server(tmp_path: Path, database_url: str, kills: int) -> None:
    """Every watch has every deal; what came twice came under the same Message-ID, to the letter the same."""
    chance = random.Random(kills)
    inboxes = [Inbox(), Inbox()]
    for inbox in inboxes:
        inbox.wait = 0.15  # so that a good part of the kills falls into deliveries
    with DemoSite(FIRST_DAY) as site, smtp_server(inboxes[0]) as calm, smtp_server(inboxes[1]) as stormy:
        undisturbed = _with_watches(site, tmp_path / "whole", f"sqlite:///{tmp_path / 'whole' / 'veille.db'}", calm)
        lasted = undisturbed.finish()
        disturbed = _with_watches(site, tmp_path / "killed", database_url, stormy)
        hits = sum(disturbed.kill_after(chance.uniform(0, lasted)) for _ in range(kills))
        disturbed.finish()
    assert hits, "no run was killed while it worked"
    expected, found = (_by_recipient(inbox) for inbox in inboxes)
    assert found.keys() == expected.keys()
    for recipients, messages in expected.items():
        assert _told(found[recipients]) == _told(messages), recipients
    copies: dict[str, set[bytes]] = {}
    for one, (_, _, content) in zip(inboxes[1].messages, inboxes[1].kept, strict=True):
        copies.setdefault(one["Message-ID"], set()).add(content)
    assert all(len(contents) == 1 for contents in copies.values())
    atom = [(tmp_path / name / "deals.atom").read_text().count("<entry>") for name in ("whole", "killed")]
    assert atom[0] == atom[1] > 10
    print(f"{hits} of {kills} kills hit; {len(inboxes[1].kept)} messages taken, {len(copies)} different")


def _with_watches(site: DemoSite, folder: Path, database_url: str, port: int) -> Runs:
    (folder / "config").mkdir(parents=True)
    (folder / "config" / "alerts.yaml").write_text(WATCHES.replace("FOLDER", str(folder)))
    database = open_database(database_url)
    with database.transaction() as session:  # the digest is due: its watch has been known for two days
        session.add(WatchStateRow(channel="jour", first_seen=NOW - timedelta(days=2)))
    database.dispose()
    return Runs(site, folder, database_url, port)


def _by_recipient(inbox: Inbox) -> dict[tuple[str, ...], dict[str, EmailMessage]]:
    found: dict[tuple[str, ...], dict[str, EmailMessage]] = {}
    for one, (_, recipients, _) in zip(inbox.messages, inbox.kept, strict=True):
        found.setdefault(tuple(recipients), {})[one["Message-ID"]] = one
    return found


def _told(messages: dict[str, EmailMessage]) -> Counter[str]:
    told: Counter[str] = Counter()
    for one in messages.values():
        told.update(_headlines(plain_text(one).splitlines()))
    return told
