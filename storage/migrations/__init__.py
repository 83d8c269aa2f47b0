"""Bringing a database to the schema of this version: all missing migrations in one transaction, or none.

Revisions are numbered files in `versions/` (`0001_first.py`), so that a database that is up to date is
recognised without loading Alembic.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from storage.errors import MigrationError, StorageError

FOLDER = Path(__file__).resolve().parent
_LOCK = 0x5645494C  # any constant: PostgreSQL's advisory lock for "veille is migrating"


def migrate(engine: Engine, *, folder: Path = FOLDER) -> None:
    """Apply the missing migrations of `folder`.

    Raises:
        StorageError: the database was written by a newer version.
        MigrationError: a migration failed; everything was rolled back.
    """
    known = revisions(folder)
    with engine.execution_options(sqlite_begin="BEGIN").connect() as connection:  # no need to be the writer to look
        current = _current(connection)
    if current == known[-1]:
        return
    shown = engine.url.render_as_string(hide_password=True)
    with engine.connect() as connection:
        # SQLite forbids this switch inside a transaction; batch migrations rebuild tables under the same name.
        _foreign_keys(connection, "OFF")
        try:
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
                current = _current(connection)  # another process may have been quicker
                if current is not None and current not in known:
                    raise StorageError(
                        f"la base {shown} est d'une version plus récente (schéma {current}, celle-ci connaît "
                        f"{known[-1]}) : mettez veille-ia à jour"
                    )
                if current != known[-1]:
                    _upgrade(connection, folder, shown, current)
        finally:
            _foreign_keys(connection, "ON")


def revisions(folder: Path = FOLDER) -> list[str]:
    """The revision ids of `folder`, oldest first."""
    return sorted(file.name.split("_")[0] for file in (folder / "versions").glob("[0-9]*_*.py"))


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: Connection, folder: Path, shown: str, current: str | None) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    # ConfigParser reads % as interpolation.
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
        if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise MigrationError(f"base {shown} : la migration laisserait des lignes qui ne mènent nulle part")
    except StorageError:
        raise
    except Exception as error:
        if isinstance(error, DBAPIError) and "locked" in str(error.orig):
            raise
        raise MigrationError(
            f"base {shown} : la migration depuis le schéma {current or 'vide'} a échoué ({error}) ; "
            "rien n'a changé, la version précédente marche encore avec elle"
        ) from error


def _foreign_keys(connection: Connection, state: str) -> None:
    if connection.dialect.name == "sqlite":
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute(f"PRAGMA foreign_keys={state}")
