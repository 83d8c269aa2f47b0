"""Database errors in the user's words: what happened, to which database, and what to do."""

from __future__ import annotations

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError

from storage.errors import DatabaseBusy, StorageError

_BUSY = ("database is locked", "database table is locked", "lock timeout", "deadlock detected")
# What the driver says → what happened and what to do.
_KNOWN = (
    ("readonly database", "is read-only: give the user that runs veille write access to the file and its folder"),
    ("read-only transaction", "is read-only: use a role that may write"),
    ("unable to open database file", "cannot be opened: check that its folder exists and may be written to"),
    ("disk is full", "has no room left: free disk space and start again; nothing was half-written"),
    ("no space left", "has no room left: free disk space and start again; nothing was half-written"),
    ("disk i/o error", "cannot be read or written (disk I/O error): check the disk"),
    ("malformed", "is damaged: restore a backup"),
    ("not a database", "is not a SQLite database: point VEILLE_DATABASE_URL or VEILLE_DATA_DIR elsewhere"),
    ("password authentication failed", "refuses the password: check VEILLE_DATABASE_URL"),
    ("does not exist", "does not exist: create it, or check VEILLE_DATABASE_URL"),
    ("connection refused", "cannot be reached: start the server, or check VEILLE_DATABASE_URL"),
    ("could not translate host name", "cannot be reached: check the host in VEILLE_DATABASE_URL"),
    ("failed to resolve host", "cannot be reached: check the host in VEILLE_DATABASE_URL"),
    ("connection timeout", "cannot be reached in time: check the server and the network"),
    ("server closed the connection", "closed the connection: check the server and start again"),
    ("terminating connection", "closed the connection: check the server and start again"),
)


def explained(error: DBAPIError, url: str) -> Exception:
    """A `StorageError` for what a user can do something about; the error itself when it is a bug of ours."""
    if isinstance(error, IntegrityError | ProgrammingError | DataError):
        return error
    said = str(error.orig).strip()
    lowered = said.lower()
    if any(mark in lowered for mark in _BUSY):
        return DatabaseBusy(f"database {url} is in use by another process; wait until it is done and start again")
    for mark, meaning in _KNOWN:
        if mark in lowered:
            return StorageError(f"database {url} {meaning}")
    return StorageError(f"database {url}: {' '.join(said.split())}")
