"""The connection to PostgreSQL is lost within a transaction: one line, nothing half written, the next run goes on."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import psycopg
import pytest
from conftest import _create
from mornings import mornings
from sqlalchemy import Engine, event
from sqlmodel import select

from storage.database import open_database
from storage.errors import StorageError
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
