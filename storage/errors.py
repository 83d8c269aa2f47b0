"""What can go wrong with the database, each with what to do about it."""

from __future__ import annotations

from datetime import datetime

from config.errors import VeilleError


class StorageError(VeilleError):
    """The database cannot be opened, read or written. The message names it (without password) and the remedy."""


class MigrationError(StorageError):
    """The schema could not be brought up to date; the database is as it was before."""


class DatabaseBusy(StorageError):
    """Another process held the database for longer than we wait."""


class RunInProgress(StorageError):
    """Another process is doing a run of this kind.

    Attributes:
        owner: `host:pid:start` of that process. since: when its run began.
    """

    def __init__(self, kind: str, owner: str, since: datetime) -> None:
        self.kind, self.owner, self.since = kind, owner, since
        host, _, pid = owner.partition(":")
        super().__init__(
            f"un passage est en cours : le processus {pid.partition(':')[0] or '?'} sur {host} le tient depuis le "
            f"{since:%Y-%m-%d à %H:%M} UTC ; attendez-le, ou arrêtez ce processus et relancez"
        )


class RunLost(StorageError):
    """Another process took this run over because its lease had run out."""


class AlreadyCaughtUp(VeilleError):
    """A run that began at or after the scheduled moment is done, so a late start has nothing to do.

    Not a failure: callers end with success.
    """

    def __init__(self, kind: str, scheduled_for: datetime, started_at: datetime) -> None:
        self.kind, self.scheduled_for, self.started_at = kind, scheduled_for, started_at
        super().__init__(
            f"rien à faire : le passage du {started_at:%Y-%m-%d à %H:%M} UTC couvre déjà "
            f"celui qui était prévu le {scheduled_for:%Y-%m-%d à %H:%M} UTC"
        )


class DecisionError(VeilleError):
    """A decision about deals that cannot be taken: an unknown id, a wrong value, one that another contradicts."""
