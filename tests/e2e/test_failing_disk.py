"""A disk that is full or read-only, a database that is damaged: one line, nothing half written, the next run goes on."""

from __future__ import annotations

import datetime as dt
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from httpsite import http_site
from little_press import run_at, show

from storage import maintenance
from storage.errors import StorageError

NOW = dt.datetime(2026, 11, 16, 5, 30, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
NEWS = [(f"Nuvea{n}", NOW + DAY - dt.timedelta(hours=n)) for n in range(4)]


@contextmanager
def full_at(size: int) -> Iterator[None]:
    """No file may grow beyond this: what a full disk gives."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "donnees" / "veille.db"


def test_a_disk_that_fills_up_during_a_run(tmp_path: Path, file: Path) -> None:
    told: list[str] = []
    with http_site() as site:
        run_at(tmp_path, show(site, ("Brumelec", NOW)), NOW)
        feed = show(site, *NEWS)
        # Ever later in the run: its beginning, the feed, the pages, the deals, the message.
        for room in (20_000, 60_000, 120_000, 200_000):
            try:
                with full_at(room):
                    run_at(tmp_path, feed, NOW + DAY)
            except StorageError as error:
                told.append(str(error))
            assert maintenance.check(f"sqlite:///{file}") == []
        report, _ = run_at(tmp_path, feed, NOW + DAY)
    assert told, "the disk was never full"
    assert all("\n" not in line for line in told)
    assert report.entries_pending == 0
    mails = [mail.read_bytes() for mail in (tmp_path / "courriels").glob("*.eml")]
    assert [sum(name.encode() in mail for mail in mails) for name, _ in NEWS] == [1] * len(NEWS), "each told once"


def test_a_disk_that_is_read_only(tmp_path: Path, file: Path) -> None:
    with http_site() as site:
        run_at(tmp_path, show(site, ("Brumelec", NOW)), NOW)
        feed = show(site, *NEWS)
        with pytest.raises(StorageError, match="lecture seule") as told:
            run_at(tmp_path, feed, NOW + DAY, database_url=f"sqlite:///file:{file}?mode=ro&uri=true")
        report, mails = run_at(tmp_path, feed, NOW + DAY)
    assert "\n" not in str(told.value)
    assert (report.entries_new, len(mails)) == (4, 1)


def test_a_database_that_is_damaged(tmp_path: Path, file: Path) -> None:
    url = f"sqlite:///{file}"
    with http_site() as site:
        run_at(tmp_path, show(site, ("Brumelec", NOW)), NOW)
        maintenance.backup(url, tmp_path / "copie.db")
        feed = show(site, *NEWS)
        content = bytearray(file.read_bytes())
        content[4096:] = b"\xff" * (len(content) - 4096)
        file.write_bytes(content)
        with pytest.raises(StorageError, match=r"abîmée.*sauvegarde") as told:
            run_at(tmp_path, feed, NOW + DAY)
        maintenance.restore(url, tmp_path / "copie.db")
        report, mails = run_at(tmp_path, feed, NOW + DAY)
    assert "\n" not in str(told.value)
    assert (report.entries_new, len(mails)) == (4, 1)
    assert "Brumelec" not in mails[0]
