"""Keeping the database well: a copy that is whole, putting one back, looking for damage, giving space back, retention.

A copy is written beside its name and takes it only when it is whole and was read back; so does a restored database.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sqlalchemy import URL, create_engine, inspect, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from storage.errors import RunInProgress, StorageError
from storage.explanations import explained
from storage.processes import is_dead
from storage.runs import last_runs

_TOOL_SECONDS = 3600.0


def backup(url: str, target: Path) -> int:
    """Copy the database at `url` into the file `target`, while others may use it; returns the copy's size in bytes.

    Raises:
        StorageError: it cannot be read, or the copy cannot be written; no half copy is left.
    """
    parsed = make_url(url)
    with _beside(target) as partial:
        if parsed.drivername == "sqlite":
            _copy(_file_of(parsed), partial)
        else:
            _postgresql_tool("pg_dump", parsed, "--format=custom", f"--file={partial}")
    return target.stat().st_size


def restore(url: str, source: Path) -> Path | None:
    """Put the copy `source` in the place of the database at `url`; returns where the old SQLite file is kept.

    Raises:
        StorageError: the copy is damaged or no copy of ours, or the database is in use; the database is as it was.
    """
    parsed = make_url(url)
    if parsed.drivername != "sqlite":
        _refuse_live_run(url)
        options = ("--clean", "--if-exists", "--single-transaction", "--no-owner")
        _postgresql_tool("pg_restore", parsed, *options, f"--dbname={parsed.database}", str(source))
        return None
    file = _file_of(parsed)
    _refuse_foreign(source)
    if file.exists() and not check(url):
        _refuse_live_run(url)
    with _beside(file) as partial:
        _copy(source, partial)
        return _put_away(file)


def check(url: str) -> list[str]:
    """What is wrong with the database, one line each; nothing when it is well."""
    parsed = make_url(url)
    return _damage(_file_of(parsed)) if parsed.drivername == "sqlite" else _damage_on_server(parsed)


def vacuum(url: str) -> int:
    """Give the space of what was deleted back to the disk; returns how many bytes that was (SQLite; 0 elsewhere).

    Raises:
        StorageError: another process uses the database, or the disk has no room for the copy that SQLite makes.
    """
    parsed = make_url(url)
    before = _file_of(parsed).stat().st_size if parsed.drivername == "sqlite" else 0
    engine = create_engine(parsed, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text("VACUUM" if before else "VACUUM (ANALYZE)"))
            if before:
                connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    except DBAPIError as error:
        raise explained(error, parsed.render_as_string()) from error
    finally:
        engine.dispose()
    return before - _file_of(parsed).stat().st_size if before else 0


def _damage(file: Path) -> list[str]:
    if not file.exists():
        return [f"{file} n'existe pas"]
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=30)) as connection:
            said = [row[0] for row in connection.execute("PRAGMA integrity_check(20)")]
            orphans = connection.execute("PRAGMA foreign_key_check").fetchmany(20)
    except sqlite3.DatabaseError as error:
        return [f"{file} : {error}"]
    found = [] if said == ["ok"] else [f"{file} : {line}" for line in said]
    return found + [f"table {row[0]}, ligne {row[1]} : renvoie à une ligne absente de {row[2]}" for row in orphans]


def _damage_on_server(url: URL) -> list[str]:
    """Every row of every table is read, long texts unpacked: what the server's disk lost shows then."""
    from storage import backfill_tables, deal_tables, tables  # noqa: F401 - fill the metadata

    engine = create_engine(url)
    found: list[str] = []
    try:
        there = set(inspect(engine).get_table_names())
        found += [f"la table {name} manque" for name in sorted(set(SQLModel.metadata.tables) - there)]
        for name in sorted(there):
            try:
                with engine.connect() as connection:
                    connection.execute(text(f'SELECT count(CAST(one AS text)) FROM "{name}" AS one'))  # noqa: S608
            except DBAPIError as error:
                found.append(f"table {name} : {' '.join(str(error.orig).split())}")
    except DBAPIError as error:
        return [str(explained(error, url.render_as_string()))]
    finally:
        engine.dispose()
    return found


def _refuse_foreign(file: Path) -> None:
    problems = _damage(file)
    if problems:
        raise StorageError(f"la copie est abîmée, rien n'a été changé : {problems[0]}")
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    if not {"alembic_version", "run", "article"} <= names:
        raise StorageError(f"{file} n'est pas une copie d'une base de veille ; rien n'a été changé")


def _refuse_live_run(url: str) -> None:
    from storage.database import open_database

    database = open_database(url)
    try:
        running = [run for run in last_runs(database, 20) if run.state == "running" and not is_dead(run.owner)]
    finally:
        database.dispose()
    if running and running[0].lease_until > dt.datetime.now(dt.UTC):
        raise RunInProgress(running[0].kind, running[0].owner, running[0].started_at)


def _copy(source: Path, target: Path) -> None:
    """One consistent state of a SQLite file, its write-ahead log included, read back and on the disk."""
    if not source.exists():
        raise StorageError(f"{source} n'existe pas")
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, timeout=30)) as reading,
            closing(sqlite3.connect(target)) as writing,
        ):
            reading.backup(writing)
            # One file that stands alone; opening it as a database sets the write-ahead log up again.
            writing.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise StorageError(f"la copie de {source} n'a pu se faire : {error}") from error
    problems = _damage(target)
    if problems:
        raise StorageError(f"la base {source} est abîmée, et sa copie aussi : {problems[0]}")
    with target.open("rb") as file:
        os.fsync(file.fileno())


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A file to write, which takes the place of `target` at the end, or goes when anything is raised."""
    partial = target.with_name(f"{target.name}.{os.getpid()}.partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield partial
        os.replace(partial, target)
    except OSError as error:
        raise StorageError(f"{target} ne peut être écrit : {error.strerror or error}") from error
    finally:
        for leftover in (partial, *(partial.with_name(partial.name + end) for end in ("-wal", "-shm", "-journal"))):
            leftover.unlink(missing_ok=True)


def _put_away(file: Path) -> Path | None:
    """Keep the old file with its log under another name, for the case that the restored one disappoints."""
    if not file.exists():
        return None
    kept = file.with_name(f"{file.name}.{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%SZ}.avant")
    # What its log holds goes into the file first; a damaged file keeps its log beside it.
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(file, timeout=30)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for end in ("-wal", "-shm"):
        log = file.with_name(file.name + end)
        if log.exists():
            os.replace(log, kept.with_name(kept.name + end))
    shutil.copy2(file, kept)
    return kept


def _file_of(url: URL) -> Path:
    if not url.database or url.database == ":memory:":
        raise StorageError("cette base n'est pas un fichier")
    return Path(url.database.removeprefix("file:"))


def _postgresql_tool(name: str, url: URL, *options: str) -> None:
    program = shutil.which(name)
    if program is None:
        raise StorageError(f"{name} n'est pas installé : installez les outils clients de PostgreSQL")
    # The password goes by the environment: arguments are seen by everybody on the machine.
    environment = os.environ | {"PGDATABASE": url.database or ""}
    values = {"PGHOST": url.host or url.query.get("host"), "PGPORT": url.port, "PGUSER": url.username}
    environment |= {key: str(value) for key, value in values.items() if value}
    if url.password:
        environment["PGPASSWORD"] = str(url.password)
    try:
        subprocess.run(  # noqa: S603 - our own words, and a path of the operator's
            [program, *options], env=environment, check=True, capture_output=True, timeout=_TOOL_SECONDS
        )
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode("utf-8", "replace").strip().splitlines() or ["sans explication"]
        raise StorageError(f"{name} : {said[-1]}") from error
    except subprocess.TimeoutExpired as error:
        raise StorageError(f"{name} n'a pas fini en une heure") from error
