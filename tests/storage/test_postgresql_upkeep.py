"""`veille db …` on a real PostgreSQL server: a copy put back, damage told, space, and tools that are not there."""

from __future__ import annotations

import datetime as dt
import os
import uuid
from pathlib import Path

import psycopg
import pytest
from conftest import _create
from newsroom import FEED, NOW, Newsroom, entries_in, entry, fetched

from storage import maintenance
from storage.database import open_database
from storage.errors import RunInProgress, StorageError
from storage.feeds import record_feed
from storage.retention import prune


@pytest.fixture
def url(postgresql_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty database, and the tools of the server that holds it: those of another version may refuse."""
    with psycopg.connect(postgresql_server) as connection:
        found = connection.execute("SELECT setting FROM pg_config() WHERE name = 'BINDIR'").fetchone()
    assert found
    monkeypatch.setenv("PATH", f"{found[0]}{os.pathsep}{os.environ['PATH']}")
    return _create(postgresql_server, f"veille_{uuid.uuid4().hex}")


def fill(url: str, count: int, start: int = 0, *, running: bool = False) -> None:
    database = open_database(url)
    newsroom = Newsroom(database)
    entries = [entry(f"https://gazette.example/{start + n}", summary="x" * 500) for n in range(count)]
    record_feed(database, newsroom.run, FEED, fetched(*entries), NOW)
    with database.transaction() as session:
        until = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
        state = "running" if running else "done"
        session.connection().exec_driver_sql("UPDATE run SET state = %s, lease_until = %s", (state, until))
    database.dispose()


def test_a_copy_put_back_is_the_database_of_then(url: str, tmp_path: Path) -> None:
    fill(url, 3)
    copy = tmp_path / "copies" / "lundi.dump"
    assert maintenance.backup(url, copy) > 5_000
    fill(url, 2, start=10)
    assert entries_in(url) == 5
    assert maintenance.restore(url, copy) is None
    assert entries_in(url) == 3
    assert [file.name for file in copy.parent.iterdir()] == ["lundi.dump"]
    fill(url, 2, start=20)  # numbers go on where they were
    assert entries_in(url) == 5


def test_what_is_no_copy_is_refused_and_nothing_changed(url: str, tmp_path: Path) -> None:
    fill(url, 3)
    bad = tmp_path / "bad.dump"
    bad.write_bytes(b"no copy")
    with pytest.raises(StorageError, match="pg_restore"):
        maintenance.restore(url, bad)
    whole = tmp_path / "whole.dump"
    maintenance.backup(url, whole)
    bad.write_bytes(whole.read_bytes()[:-2000])
    with pytest.raises(StorageError):
        maintenance.restore(url, bad)
    assert entries_in(url) == 3


def test_no_database_is_put_back_under_a_run(url: str, tmp_path: Path) -> None:
    fill(url, 1, running=True)
    maintenance.backup(url, tmp_path / "copy.dump")
    with pytest.raises(RunInProgress):
        maintenance.restore(url, tmp_path / "copy.dump")


def test_check_vacuum_and_prune(url: str) -> None:
    fill(url, 50)
    assert maintenance.check(url) == []
    assert maintenance.vacuum(url) == 0
    database = open_database(url)
    with database.transaction() as session:
        session.connection().exec_driver_sql("UPDATE entry SET state = 'done'")
    assert prune(database, NOW + dt.timedelta(days=1)).entries == 50
    database.dispose()
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("DROP TABLE outbox, delivery CASCADE")
    assert any("outbox" in line for line in maintenance.check(url)), "a table that is gone is damage"


def test_a_server_that_is_away_is_told(tmp_path: Path) -> None:
    away = "postgresql+psycopg://veille:secret@127.0.0.1:1/veille"
    (told,) = maintenance.check(away)
    assert "injoignable" in told
    with pytest.raises(StorageError) as error:
        maintenance.vacuum(away)
    assert "secret" not in told + str(error.value)


def test_tools_that_are_not_there_are_named(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    copy = tmp_path / "copy.dump"
    with pytest.raises(StorageError, match=r"pg_dump n'est pas installé.*outils clients de PostgreSQL"):
        maintenance.backup(url, copy)
    assert not copy.exists()
    copy.write_bytes(b"x")
    with pytest.raises(StorageError, match=r"pg_restore n'est pas installé.*outils clients de PostgreSQL"):
        maintenance.restore(url, copy)
