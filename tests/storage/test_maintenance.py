"""Copies of the database, putting one back, damage, space, retention; and what a full or read-only disk leaves."""

from __future__ import annotations

import datetime as dt
import resource
import shutil
import sqlite3
from pathlib import Path

import pytest
from newsroom import FEED, NOW, Newsroom, entries_in, entry, fetched
from sqlmodel import select

from storage import maintenance
from storage.database import open_database
from storage.errors import RunInProgress, StorageError
from storage.feeds import record_feed
from storage.retention import prune
from storage.tables import EntryRow, SetAsideRow


@pytest.fixture
def url(tmp_path: Path, migrated_file: Path) -> str:
    file = tmp_path / "data" / "veille.db"
    file.parent.mkdir()
    shutil.copy(migrated_file, file)
    return f"sqlite:///{file}"


def fill(url: str, count: int, start: int = 0) -> None:
    database = open_database(url)
    try:
        newsroom = Newsroom(database)
        entries = [entry(f"https://gazette.example/{start + n}", summary="x" * 2000) for n in range(count)]
        record_feed(database, newsroom.run, FEED, fetched(*entries), NOW)
        with database.transaction() as session:
            session.connection().exec_driver_sql("UPDATE run SET state = 'done'")
    finally:
        database.dispose()


def test_a_copy_put_back_is_the_database_of_then(url: str, tmp_path: Path) -> None:
    fill(url, 3)
    copy = tmp_path / "copies" / "lundi.db"
    assert maintenance.backup(url, copy) > 10_000
    fill(url, 2, start=10)
    assert entries_in(url) == 5
    kept = maintenance.restore(url, copy)
    assert entries_in(url) == 3
    assert kept is not None
    assert entries_in(f"sqlite:///{kept}") == 5
    assert [file.name for file in copy.parent.iterdir()] == ["lundi.db"]


def test_a_copy_is_whole_while_another_process_writes(url: str, tmp_path: Path) -> None:
    database = open_database(url)
    with database.transaction() as session:
        session.connection().exec_driver_sql("DELETE FROM feed_state")
        maintenance.backup(url, tmp_path / "copy.db")
    database.dispose()
    assert maintenance.check(f"sqlite:///{tmp_path / 'copy.db'}") == []


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\x00" + b"\x07" * 5000])
def test_what_is_no_copy_is_refused_and_nothing_changed(url: str, tmp_path: Path, content: bytes) -> None:
    fill(url, 3)
    bad = tmp_path / "bad.db"
    bad.write_bytes(content)
    with pytest.raises(StorageError):
        maintenance.restore(url, bad)
    assert entries_in(url) == 3


def test_damage_is_found_told_and_mended_by_a_copy(url: str, tmp_path: Path) -> None:
    fill(url, 50)
    maintenance.backup(url, tmp_path / "copy.db")
    file = Path(url.removeprefix("sqlite:///"))
    assert maintenance.check(url) == []
    content = bytearray(file.read_bytes())
    content[8192:-4096] = b"\xff" * (len(content) - 8192 - 4096)
    file.write_bytes(content)
    assert maintenance.check(url)
    with pytest.raises(StorageError):
        maintenance.backup(url, tmp_path / "worse.db")
    assert not (tmp_path / "worse.db").exists()
    maintenance.restore(url, tmp_path / "copy.db")
    assert maintenance.check(url) == []
    assert entries_in(url) == 50


def test_no_database_is_put_back_under_a_run(url: str, tmp_path: Path) -> None:
    maintenance.backup(url, tmp_path / "copy.db")
    database = open_database(url)
    newsroom = Newsroom(database)
    with database.transaction() as session:
        far = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
        session.connection().exec_driver_sql("UPDATE run SET lease_until = ?", (far.isoformat(" ").split("+")[0],))
    database.dispose()
    assert newsroom.run.id
    with pytest.raises(RunInProgress):
        maintenance.restore(url, tmp_path / "copy.db")


def test_space_goes_back_to_the_disk(url: str) -> None:
    fill(url, 400)
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        connection.execute("DELETE FROM entry")
    assert maintenance.vacuum(url) > 400_000


def test_a_full_disk_leaves_nothing_half_written(url: str) -> None:
    """The file may not grow further: what SQLite meets is what a full disk gives."""
    fill(url, 3)
    file = Path(url.removeprefix("sqlite:///"))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    import signal

    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (file.stat().st_size + 100_000, hard))
    try:
        with pytest.raises(StorageError) as full:
            fill(url, 500, start=100)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert "\n" not in str(full.value)
    assert maintenance.check(url) == []
    assert entries_in(url) == 3
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE run SET state = 'done'")
    fill(url, 500, start=100)
    assert entries_in(url) == 503


def test_retention_lets_go_of_what_tells_no_deal(newsroom: Newsroom) -> None:
    old = NOW - dt.timedelta(days=400)
    record_feed(newsroom.db, newsroom.run, FEED, fetched(entry("https://gazette.example/a", summary="s" * 90)), old)
    with newsroom.db.transaction() as session:
        session.add(SetAsideRow(feed_id="gazette", reason="no_link", detail="x", first_seen=old, last_seen=old))
        row = session.exec(select(EntryRow)).one()
        row.state = "done"
    cut = NOW - dt.timedelta(days=365)
    foreseen = prune(newsroom.db, cut, dry_run=True)
    assert (foreseen.entries, foreseen.set_aside) == (1, 1)
    assert prune(newsroom.db, cut) == foreseen
    again = prune(newsroom.db, cut)
    assert (again.texts, again.versions, again.entries, again.set_aside) == (0, 0, 0, 0)
    with newsroom.db.reading() as session:
        kept = session.exec(select(EntryRow)).one()
        assert (kept.canonical_url, kept.summary) == ("https://gazette.example/a", "")
