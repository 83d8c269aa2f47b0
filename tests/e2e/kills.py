"""Runs killed anywhere and taken up: what must be equal to a run that nobody disturbed, trial after trial.

Used by the tests, with a few trials, and by `python -m benchmarks.kills`, with hundreds.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import psycopg
from mornings import FIRST_DAY, plain_text
from postoffice import Inbox, smtp_server
from rows import Rows, rows_of

from demo.site import DemoSite
from storage.database import open_database
from storage.deal_tables import WatchStateRow
from storage.runs import last_runs

NOW = datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, 8, tzinfo=UTC)
WATCHES = """
watches:
  - {id: tout, to: tout@example.org}
  - {id: grands, to: grands@example.org, only: {min_amount: 100000000}}
  - {id: rachats, to: [rachats@example.org, aussi@example.org], language: en, only: {kinds: acquisition}}
  - {id: jour, to: jour@example.org, rhythm: daily, at: "06:00"}
  - {id: flux, channel: atom, file: "FOLDER/deals.atom"}
"""
# A feed of each kind, whole texts in one of them, and one that is broken; more would only be more of the same.
OUTLETS = {"gazette", "quai", "leman", "carthage", "panneau"}
_BARE_EVERY = 10  # of so many trials one begins without a database, so that migrations are killed too


@dataclass
class Left:
    """What a run left behind: all rows, the messages each recipient got, the Atom file."""

    rows: Rows
    mails: dict[str, list[bytes]]
    atom: str


@dataclass(frozen=True)
class Trial:
    """What became of one kill. `wrong` is empty when nothing was lost or doubled."""

    number: int
    how: str
    hit: bool
    twice: int  # messages that arrived a second time, to the letter the same
    wrong: str = ""


class Databases:
    """Where each trial gets a database of its own from: a file, or a database of the server at `uri`."""

    def __init__(self, folder: Path, uri: str | None) -> None:
        self._folder, self._uri = folder, uri
        self._template = self._made("modele", None)
        database = open_database(self._template)
        with database.transaction() as session:  # the digest is due: its watch has been known for two days
            session.add(WatchStateRow(channel="jour", first_seen=NOW - timedelta(days=2)))
        database.dispose()

    def fresh(self, *, bare: bool) -> str:
        """The URL of a migrated database, or of one that holds nothing."""
        return self._made(uuid.uuid4().hex, None if bare else self._template)

    def drop(self, url: str) -> None:
        """Done with it."""
        name = url.partition("?")[0].rpartition("/")[2]
        if self._uri is None:
            for file in self._folder.glob(f"{name}*"):
                file.unlink()
        else:
            with psycopg.connect(self._uri, autocommit=True) as connection:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _made(self, name: str, template: str | None) -> str:
        if self._uri is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            file = self._folder / f"{name}.db"
            if template:
                shutil.copy(template.removeprefix("sqlite:///"), file)
            return f"sqlite:///{file}"
        with psycopg.connect(self._uri, autocommit=True) as connection:
            like = f' TEMPLATE "{template.partition("?")[0].rpartition("/")[2]}"' if template else ""
            connection.execute(f'CREATE DATABASE "{name}"{like}')
        base, _, query = self._uri.partition("?")
        return f"postgresql+psycopg://{base.partition('://')[2].rpartition('/')[0]}/{name}?{query}"


class Killer:
    """One site, one mail server, one warm process that forks runs, and what an undisturbed run leaves."""

    def __init__(self, site: DemoSite, inbox: Inbox, port: int, folder: Path, databases: Databases) -> None:
        self._inbox, self._port, self._folder, self._databases = inbox, port, folder, databases
        self._feeds = folder / "feeds.json"
        self._feeds.write_text(json.dumps([asdict(feed) for feed in site.feeds if feed.id in OUTLETS]))
        program = Path(__file__).with_name("warm_runs.py")
        paths = os.pathsep.join(path or str(Path.cwd()) for path in sys.path)
        self._warm = subprocess.Popen(
            [sys.executable, str(program)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "TZ": "UTC", "PYTHONPATH": paths},
        )
        self._whole: dict[bool, Left] = {}
        self._steps: dict[bool, int] = {}
        self._first_mail: dict[bool, int] = {}
        self._seconds = 0.0
        # The first run is done in the warm process itself. On a bare database no digest is due, and no chart is drawn:
        # the library that draws it does not survive a fork.
        for bare in (True, False):
            with self._place(bare=bare) as (place, url):
                done = self._run(place, url)
                assert done["ended"] == 0
                self._whole[bare] = self._left(place, url)
            self._steps[bare], self._first_mail[bare] = done["steps"], done["first_mail"]
            self._seconds = done["seconds"]  # of the second: the first was the process's start
        assert len(self._whole[False].mails) == 5, "one of the watches heard of nothing"

    def trial(self, number: int, seed: int) -> Trial:
        """Kill one run somewhere, let another end it, compare."""
        chance = random.Random(f"{seed} {number}")
        bare = number % _BARE_EVERY == _BARE_EVERY - 1
        kill: dict[str, float] = {}
        if number % 3 == 0:
            kill["after"] = chance.uniform(0, self._seconds)
        else:  # by turns anywhere, and among the last steps, where messages go out
            first = 1 if number % 3 == 1 else self._first_mail[bare] - 20
            kill["at"] = chance.randint(first, self._steps[bare])
        with self._place(bare=bare) as (place, url):
            killed = self._run(place, url, **kill)
            # Killed while it was leaving, its work done: another run would be the next day's.
            over = _is_done(url)
            ended = {"ended": 0} if over else self._run(place, url)
            wrong = f"the second run ended with {ended['ended']}" if ended["ended"] else ""
            left = self._left(place, url)
        wrong = wrong or _difference(self._whole[bare], left)
        twice = sum(len(copies) - 1 for copies in left.mails.values()) - sum(
            len(copies) - 1 for copies in self._whole[bare].mails.values()
        )
        return Trial(number, f"{kill}{' bare' if bare else ''}", killed["ended"] == -9 and not over, twice, wrong)

    def close(self) -> None:
        """End the warm process."""
        assert self._warm.stdin
        self._warm.stdin.close()
        self._warm.wait(30)

    @contextmanager
    def _place(self, *, bare: bool) -> Iterator[tuple[Path, str]]:
        place = self._folder / "place"
        (place / "config").mkdir(parents=True)
        (place / "config" / "alerts.yaml").write_text(WATCHES.replace("FOLDER", str(place)))
        url = self._databases.fresh(bare=bare)
        self._inbox.kept = []
        try:
            yield place, url
        finally:
            shutil.rmtree(place)
            self._databases.drop(url)

    def _run(self, place: Path, url: str, **kill: float) -> dict[str, Any]:
        job = {"feeds": str(self._feeds), "folder": str(place), "database_url": url, "now": NOW.isoformat()}
        assert self._warm.stdin
        assert self._warm.stdout
        print(json.dumps(job | {"port": self._port} | kill), file=self._warm.stdin, flush=True)
        answer: dict[str, Any] = json.loads(self._warm.stdout.readline())
        return answer

    def _left(self, place: Path, url: str) -> Left:
        mails: dict[str, list[bytes]] = {}
        for _, recipients, content in self._inbox.kept:
            mails.setdefault(",".join(recipients), []).append(content)
        return Left(rows_of(url), mails, (place / "deals.atom").read_text())


@contextmanager
def killer(folder: Path, postgresql: str | None = None) -> Iterator[Killer]:
    """A `Killer` over the demonstration site, on SQLite, or on the PostgreSQL server at this URI."""
    folder.mkdir(parents=True, exist_ok=True)
    inbox = Inbox()
    inbox.wait = 0.02  # long enough that a run may die between the server's word and its own note
    with DemoSite(FIRST_DAY) as site, smtp_server(inbox) as port:
        found = Killer(site, inbox, port, folder, Databases(folder / "bases", postgresql))
        try:
            yield found
        finally:
            found.close()


def _is_done(url: str) -> bool:
    database = open_database(url)
    try:
        return any(run.state == "done" for run in last_runs(database, 1))
    finally:
        database.dispose()


def _difference(whole: Left, found: Left) -> str:
    """What differs, in a few lines; empty when nothing does."""
    told = []
    for table in sorted(whole.rows.keys() | found.rows.keys()):
        here, there = Counter(whole.rows.get(table, [])), Counter(found.rows.get(table, []))
        if here != there:
            missing, more = list((here - there).elements()), list((there - here).elements())
            told.append(f"{table}: {len(missing)} rows missing, {len(more)} more\n- {missing[:1]}\n+ {more[:1]}")
    if told:
        return "\n".join(told)
    if whole.mails.keys() != found.mails.keys():
        return f"mails to {sorted(found.mails)} instead of {sorted(whole.mails)}"
    for who, expected in whole.mails.items():
        copies, wanted = Counter(found.mails[who]), Counter(map(_told, expected))
        if Counter(map(_told, copies)) != wanted:
            return f"{who} was told something else: {Counter(map(_told, copies))} instead of {wanted}"
    if whole.atom.count("<entry>") != found.atom.count("<entry>"):
        return f"{found.atom.count('<entry>')} entries in the feed instead of {whole.atom.count('<entry>')}"
    return ""


def _told(content: bytes) -> tuple[str, tuple[str, ...]]:
    """The Message-ID and the lines that begin a deal. Copies of one message are one: they must be equal byte by byte."""
    parsed = message_from_bytes(content, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return str(parsed["Message-ID"]), tuple(plain_text(parsed).splitlines())
