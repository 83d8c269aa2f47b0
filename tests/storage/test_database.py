"""Opening, migrating, committing and explaining, on both kinds of database."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from newsroom import NOW
from sqlalchemy import create_engine, inspect, text
from sqlmodel import SQLModel, select

from storage import backfill_tables, deal_tables, migrations  # noqa: F401 - fills the metadata
from storage.database import Database, open_database
from storage.decisions import Desk
from storage.errors import DatabaseBusy, MigrationError, StorageError
from storage.migrations import migrate, revisions
from storage.news import AlertRules
from storage.queries import list_deals
from storage.records import deal_record
from storage.tables import FeedStateRow
from storage.values import DealFilter


def _feed(name: str) -> FeedStateRow:
    return FeedStateRow(feed_id=name, outcome="fetched", checked_at=NOW)


def test_migrations_make_exactly_the_tables_of_the_models(db: Database) -> None:
    engine = create_engine(db._writing.url)
    with engine.connect() as connection:
        # What dashboards look things up in repeats the models' tables, and has no models of its own.
        opts = {"compare_type": False, "include_name": lambda name, _type, _parents: "browse_" not in (name or "")}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()


def test_opening_again_keeps_what_is_there(db: Database, database_url: str) -> None:
    with db.transaction() as session:
        session.add(_feed("a"))
    again = open_database(database_url)
    with again.reading() as session:
        assert session.exec(select(FeedStateRow.feed_id)).all() == ["a"]
    again.dispose()


def test_moments_come_back_aware_and_equal(db: Database) -> None:
    paris = dt.datetime(2026, 3, 29, 3, 30, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    with db.transaction() as session:
        session.add(FeedStateRow(feed_id="a", outcome="fetched", checked_at=paris))
    with db.reading() as session:
        stored = session.get_one(FeedStateRow, "a").checked_at
    assert (stored, stored.utcoffset()) == (paris, dt.timedelta(0))


def test_a_moment_without_zone_is_refused(db: Database) -> None:
    with pytest.raises(Exception, match="without time zone"), db.transaction() as session:
        session.add(FeedStateRow(feed_id="a", outcome="x", checked_at=dt.datetime(2026, 1, 1)))


def test_text_that_no_database_holds_is_mended_in_place(db: Database) -> None:
    with db.transaction() as session:
        session.add(FeedStateRow(feed_id="a", outcome="x", checked_at=NOW, detail="a\0b\ud800c"))
    with db.reading() as session:
        assert session.get_one(FeedStateRow, "a").detail == "a\ufffdb\ufffdc"


def test_a_raised_exception_leaves_nothing_half_written(db: Database) -> None:
    with pytest.raises(RuntimeError), db.transaction() as session:  # noqa: PT012
        session.add(_feed("a"))
        session.flush()
        raise RuntimeError("killed here")
    with db.reading() as session:
        assert session.exec(select(FeedStateRow)).all() == []


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_reading_cannot_write_on_postgresql(db: Database) -> None:
    with pytest.raises(StorageError, match="lecture seule"), db.reading() as session:  # noqa: PT012
        session.add(_feed("a"))
        session.flush()


def test_two_writers_at_once_lose_nothing(database_url: str) -> None:
    """Each reads and then writes, which deadlocks SQLite unless the transaction takes the lock at its start."""
    open_database(database_url).dispose()

    def write(who: str) -> None:
        mine = open_database(database_url)
        for n in range(25):
            with mine.transaction() as session:
                session.exec(select(FeedStateRow)).all()
                session.add(_feed(f"{who}{n}"))
        mine.dispose()

    with ThreadPoolExecutor() as pool:
        list(pool.map(write, "abc"))
    db = open_database(database_url)
    with db.reading() as session:
        assert len(session.exec(select(FeedStateRow)).all()) == 75
    db.dispose()


def test_many_may_open_a_new_database_at_once(database_url: str) -> None:
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda _: open_database(database_url).dispose(), range(4)))


def test_the_switch_to_wal_waits_for_others_who_switch(tmp_path: Path) -> None:
    for number in range(40):  # without waiting, about one try in twenty-five fails
        url = f"sqlite:///{tmp_path / str(number)}.db"
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _, url=url: open_database(url).dispose(), range(8)))


def test_a_held_lock_is_told_and_readers_do_not_wait(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'v.db'}"
    holder = open_database(url)
    other = open_database(url, busy_seconds=0.05)
    with holder.transaction() as writing:
        writing.exec(select(FeedStateRow)).all()
        told = r"prise par un autre processus.*relancez"
        with pytest.raises(DatabaseBusy, match=told), other.transaction() as session:
            session.exec(select(FeedStateRow)).all()
        with other.reading() as session:
            assert session.exec(select(FeedStateRow)).all() == []
    holder.dispose()
    other.dispose()


_NEWER = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "9999", "{last}"
def upgrade():
    op.create_table("half", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("DELETE FROM feed_state")
    {then}
"""


def _with_migration(tmp_path: Path, then: str) -> Path:
    folder = tmp_path / "migrations"
    shutil.copytree(migrations.FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "9999_next.py").write_text(_NEWER.format(last=revisions()[-1], then=then))
    return folder


def test_a_database_of_the_first_version_keeps_its_data(database_url: str, tmp_path: Path) -> None:
    """Written with the schema that was released first, then opened by this version."""
    folder = tmp_path / "released"
    shutil.copytree(migrations.FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__", "000[2-9]*"))
    engine = create_engine(database_url)
    migrate(engine, folder=folder)
    day, moment = "2026-03-10", "2026-03-10 05:30:00"
    with engine.begin() as connection:
        for row in (
            (
                "INSERT INTO article (canonical_url, outlet, title, text, published, first_seen, paywalled, source, state,"
                " score, reasons, rule_version) VALUES ('https://gazette.example/a', 'La Gazette', 'Affaires', 'On apprend"
                f" que Orme a signé.', '{day}', '{moment}', false, 'page', 'relevant', 2.0, '[]', 'r1')"
            ),
            (
                "INSERT INTO deal (id, company_key, company, kind, investors, lead, status, role, cumulative, ai,"
                " confidence, first_published, day, mention_count, created_at, changed_at) VALUES ('abcd', 'orme', 'Orme',"
                f" 'funding', '[]', '[]', 'announced', 'news', false, true, 0.9, '{day}', '{day}', 1, '{moment}', '{moment}')"
            ),
            (
                "INSERT INTO mention (article_id, position, company_key, company, kind, investors, lead, status, role,"
                " cumulative, ai, evidence, rules, confidence, deal_id) VALUES (1, 0, 'orme', 'Orme', 'funding', '[]',"
                " '[]', 'announced', 'news', false, true, '[]', '[]', 0.9, 'abcd')"
            ),
        ):
            connection.exec_driver_sql(row)
    engine.dispose()
    db = open_database(database_url)
    record = deal_record(db, "abcd")
    assert (record.view.company, [one.view.outlet for one in record.mentions]) == ("Orme", ["La Gazette"])
    Desk(db, "claire", AlertRules(0.5, 7, NOW)).correct("abcd", ["round=seed"])
    assert [(deal.id, deal.round) for deal in list_deals(db, DealFilter())] == [("abcd", "seed")]
    db.dispose()


def test_a_failing_migration_leaves_the_old_database_untouched(db: Database, tmp_path: Path) -> None:
    with db.transaction() as session:
        session.add(_feed("kept"))
    folder = _with_migration(tmp_path, 'raise RuntimeError("no room for the index")')
    with pytest.raises(MigrationError, match=r"no room for the index.*rien n'a changé"):
        migrate(db._writing, folder=folder)
    assert "half" not in inspect(db._writing).get_table_names()
    with db.reading() as session:
        assert session.exec(select(FeedStateRow.feed_id)).all() == ["kept"]
        assert session.exec(text("SELECT version_num FROM alembic_version")).scalar_one() == revisions()[-1]


def test_a_database_of_a_newer_version_is_refused(database_url: str, tmp_path: Path) -> None:
    engine = create_engine(database_url)
    migrate(engine, folder=_with_migration(tmp_path, "pass"))
    engine.dispose()
    with pytest.raises(StorageError, match=r"version plus récente.*mettez veille-ia à jour"):
        open_database(database_url)


def test_folders_are_made_and_what_is_no_database_is_told(tmp_path: Path) -> None:
    open_database(f"sqlite:///{tmp_path / 'new' / 'folder' / 'v.db'}").dispose()
    (tmp_path / "text.db").write_text("this is a letter, not a database. " * 100)
    with pytest.raises(StorageError, match="pas une base SQLite"):
        open_database(f"sqlite:///{tmp_path / 'text.db'}")
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="ne peut être créé"):
        open_database(f"sqlite:///{tmp_path / 'file' / 'v.db'}")


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    db = open_database(f"sqlite:///{tmp_path / 'v.db'}")
    with db.reading() as session:
        pages = session.exec(text("PRAGMA page_count")).scalar_one()
    with pytest.raises(StorageError, match=r"plus de place.*libérez du disque"), db.transaction() as session:  # noqa: PT012
        session.exec(text(f"PRAGMA max_page_count={pages}"))  # SQLite's own way to be full
        session.add_all(
            [FeedStateRow(feed_id=str(n), outcome="x", checked_at=NOW, detail="x" * 900) for n in range(99)]
        )
    db.dispose()
    assert sqlite3.connect(tmp_path / "v.db").execute("SELECT count(*) FROM feed_state").fetchone() == (0,)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("nonsense", "pas une adresse de base"),
        ("mysql+nothing://x/y", "pas une adresse de base"),
        ("postgresql+psycopg://u:secret@127.0.0.1:1/x", "est injoignable"),
    ],
)
def test_what_cannot_be_opened_is_explained_without_the_password(url: str, says: str) -> None:
    with pytest.raises(StorageError, match=says) as caught:
        open_database(url)
    assert "secret" not in str(caught.value)
