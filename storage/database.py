"""Opening the database, and transactions that either happen whole or not at all.

SQLite in WAL mode with one writer at a time (`BEGIN IMMEDIATE`, so that writers queue instead of
deadlocking); PostgreSQL with read-only transactions for reading.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from typing import Any, cast

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlmodel import Session, SQLModel

from storage.errors import StorageError
from storage.explanations import busy, explained
from storage.migrations import migrate

BUSY_SECONDS = 30.0
_RETRY_SECONDS = 0.02
_OCCUPIED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}  # the low byte of a code; the rest says where
# A reader sees one state from its first look to its last, on both.
_READING: dict[str, dict[str, Any]] = {
    "sqlite": {"sqlite_begin": "BEGIN"},
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}


_turns: dict[str, Lock] = {}
_guard = Lock()


class Database:
    """One open database. Threads may share it; processes each open their own."""

    def __init__(self, engine: Engine, busy_seconds: float = BUSY_SECONDS) -> None:
        self._writing, self._busy_seconds = engine, busy_seconds
        self._turn = _turn_at(engine.url)
        self._reading = engine.execution_options(**_READING[engine.dialect.name])

    @property
    def url(self) -> str:
        """The URL, without password."""
        return self._writing.url.render_as_string(hide_password=True)

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._writing.dialect.name

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session whose work is committed at the end, or rolled back when anything is raised.

        Raises:
            StorageError: the database refused (busy, read-only, full, gone); says what to do.
        """
        with self._turns(), self._session(self._writing) as session:
            yield session
            session.commit()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session over one consistent state; never waits for a writer, never writes."""
        with self._session(self._reading) as session:
            yield session

    def dispose(self) -> None:
        """Close all connections."""
        self._writing.dispose()

    @contextmanager
    def _turns(self) -> Iterator[None]:
        """SQLite has one writer: threads of this process queue here, and are woken when it is their turn.

        Its own way to wait is to sleep for longer and longer, during which others that came later are served.
        """
        if self._turn is None:
            yield
            return
        if not self._turn.acquire(timeout=self._busy_seconds):
            raise busy(self.url)
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def _session(self, engine: Engine) -> Iterator[Session]:
        try:
            with Session(engine, expire_on_commit=False) as session:
                yield session
        except DBAPIError as error:
            raise explained(error, self.url) from error


def open_database(url: str, *, busy_seconds: float = BUSY_SECONDS) -> Database:
    """Open the database at `url` (SQLAlchemy form), creating and migrating it as needed.

    Args:
        url: `sqlite:///FILE` (the folder is created) or `postgresql+psycopg://USER@HOST/NAME`.
        busy_seconds: how long to wait for another writer before giving up.

    Raises:
        StorageError: it cannot be opened, or it was written by a newer version.
        MigrationError: a migration failed; the database is as it was.
    """
    try:
        parsed = make_url(url)
        engine = _sqlite(parsed, busy_seconds) if parsed.drivername == "sqlite" else _postgresql(parsed, busy_seconds)
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise StorageError(
            f"pas une adresse de base : {error} ; écrivez sqlite:///FICHIER ou postgresql://…"
        ) from error
    try:
        migrate(engine)
    except DBAPIError as error:
        engine.dispose()
        raise explained(error, engine.url.render_as_string(hide_password=True)) from error
    except StorageError:
        engine.dispose()
        raise
    return Database(engine, busy_seconds)


def upsert(session: Session, model: type[SQLModel]) -> postgresql.Insert:
    """An INSERT into the table of `model` that knows ON CONFLICT, on either database."""
    table = model.__table__  # type: ignore[attr-defined]
    if session.get_bind().dialect.name == "sqlite":
        return cast(postgresql.Insert, sqlite.insert(table))  # the same methods, only another class
    return postgresql.insert(table)


def _turn_at(url: URL) -> Lock | None:
    """Whose turn it is to write to one file, for all of this process; None where many may write at once."""
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    with _guard:
        return _turns.setdefault(str(Path(url.database.removeprefix("file:")).resolve()), Lock())


def _sqlite(url: URL, busy_seconds: float) -> Engine:
    if url.database and url.database != ":memory:":
        folder = Path(url.database.removeprefix("file:")).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"le dossier de la base, {folder}, ne peut être créé : {error.strerror}") from error
    engine = create_engine(url, connect_args={"timeout": busy_seconds})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        _write_ahead(connection, busy_seconds)
        connection.execute("PRAGMA synchronous=FULL")  # a sent mail must stay marked after a power cut
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        connection.exec_driver_sql(options.get("sqlite_begin", "BEGIN IMMEDIATE"))

    return engine


def _write_ahead(connection: sqlite3.Connection, busy_seconds: float) -> None:
    """Switch the file to WAL, once; waits for others who open it at the same moment.

    SQLite does not call its busy handler where two connections would wait for each other, as when
    both go from reading the header to writing it: it answers "locked" at once, whatever the timeout.
    """
    deadline = monotonic() + busy_seconds
    while True:
        try:
            if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in _OCCUPIED or monotonic() > deadline:
                raise
            sleep(_RETRY_SECONDS)


def _postgresql(url: URL, busy_seconds: float) -> Engine:
    options = f"-c timezone=UTC -c lock_timeout={int(busy_seconds * 1000)}"
    return create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 10, "options": options})
