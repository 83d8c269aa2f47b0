"""PostgreSQL loses a connection within a transaction, or refuses one: nothing half written, nothing lost.

A lost connection ends the run with one line, and the next run goes on; two writers that wait for each other are no
reason to end it.
"""

from __future__ import annotations

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from conftest import _create
from mornings import mornings
from sqlalchemy import Engine, create_engine, event, text
from sqlmodel import select

from storage.database import open_database
from storage.errors import StorageError
from storage.mentions import mark_companies
from storage.runs import last_runs
from storage.tables import EntryRow


@pytest.mark.parametrize("where", ["INSERT INTO entry", "INSERT INTO article "])
def test_a_connection_lost_in_a_transaction(tmp_path: Path, postgresql_server: str, where: str) -> None:
    url = _create(postgresql_server, f"veille_{uuid.uuid4().hex}")
    cut = []

    def cut_once(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(where) and not cut and connection.dialect.name == "postgresql":
            cut.append(statement)
            pid = connection.connection.dbapi_connection.info.backend_pid
            with psycopg.connect(postgresql_server, autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s)", (pid,))

    with mornings(tmp_path, url) as press:
        event.listen(Engine, "before_cursor_execute", cut_once)
        try:
            with pytest.raises(StorageError) as lost:
                press.run()
        finally:
            event.remove(Engine, "before_cursor_execute", cut_once)
        assert cut
        assert "\n" not in str(lost.value)
        assert "connexion" in str(lost.value)
        again = press.run()
        database = open_database(url)
        states = {run.state for run in last_runs(database, 5)}
        with database.reading() as session:
            stored = len(session.exec(select(EntryRow.id)).all())
        database.dispose()
        assert states <= {"done", "failed"}
        assert again.report.entries_pending == 0
        assert stored == len(press.site.articles)
        assert len(press.deals("Ecorobotix")) >= 1
        assert len(list((tmp_path / "courriels").glob("*.eml"))) == 1, "the news is told once, by the run that could"


def test_a_run_refused_because_writers_wait_in_a_circle_stores_again(tmp_path: Path, postgresql_server: str) -> None:
    url = _create(postgresql_server, f"veille_{uuid.uuid4().hex}")
    database, now = open_database(url), datetime.now(UTC)
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    with (
        mornings(tmp_path, url) as press,
        ThreadPoolExecutor(1) as pool,
        database.transaction() as other,
        create_engine(url).connect() as eye,
    ):
        mark_companies(other, {"xxii"}, now)
        running = pool.submit(press.run)
        while not eye.execute(text(waiting)).scalar_one():
            assert not running.done(), "it must wait for the other writer"
            time.sleep(0.02)
        mark_companies(other, {"ovhcloud"}, now)  # which it holds: PostgreSQL ends this after a second
        other.commit()
        told = running.result(60)
        assert told.report.entries_pending == 0
        assert len(press.deals("Ecorobotix")) == 1
    database.dispose()
