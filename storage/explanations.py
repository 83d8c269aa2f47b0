"""Database errors in the user's words: what happened, to which database, and what to do."""

from __future__ import annotations

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError

from storage.errors import DatabaseBusy, StorageError

_BUSY = ("database is locked", "database table is locked", "lock timeout", "deadlock detected")
# What the driver says → what happened and what to do.
_KNOWN = (
    (
        "readonly database",
        "est en lecture seule : donnez à qui lance veille le droit d'écrire dans le fichier et son dossier",
    ),
    ("read-only transaction", "est en lecture seule : prenez un rôle qui peut écrire"),
    ("unable to open database file", "ne peut être ouverte : vérifiez que son dossier existe et qu'on peut y écrire"),
    ("disk is full", "n'a plus de place : libérez du disque et relancez ; rien n'a été écrit à moitié"),
    ("no space left", "n'a plus de place : libérez du disque et relancez ; rien n'a été écrit à moitié"),
    ("disk i/o error", "ne peut être lue ou écrite (erreur du disque) : vérifiez le disque"),
    ("malformed", "est abîmée : rétablissez une sauvegarde"),
    ("not a database", "n'est pas une base SQLite : changez VEILLE_DATABASE_URL ou VEILLE_DATA_DIR"),
    ("password authentication failed", "refuse le mot de passe : vérifiez VEILLE_DATABASE_URL"),
    ("does not exist", "n'existe pas : créez-la, ou vérifiez VEILLE_DATABASE_URL"),
    ("connection refused", "est injoignable : démarrez le serveur, ou vérifiez VEILLE_DATABASE_URL"),
    ("could not translate host name", "est injoignable : vérifiez l'hôte dans VEILLE_DATABASE_URL"),
    ("failed to resolve host", "est injoignable : vérifiez l'hôte dans VEILLE_DATABASE_URL"),
    ("connection timeout", "ne répond pas à temps : vérifiez le serveur et le réseau"),
    ("server closed the connection", "a fermé la connexion : vérifiez le serveur et relancez"),
    ("terminating connection", "a fermé la connexion : vérifiez le serveur et relancez"),
)


def busy(url: str) -> DatabaseBusy:
    """The database is held by another writer for longer than we wait."""
    return DatabaseBusy(f"la base {url} est prise par un autre processus ; attendez qu'il ait fini et relancez")


def explained(error: DBAPIError, url: str) -> Exception:
    """A `StorageError` for what a user can do something about; the error itself when it is a bug of ours."""
    if isinstance(error, IntegrityError | ProgrammingError | DataError):
        return error
    said = str(error.orig).strip()
    lowered = said.lower()
    if any(mark in lowered for mark in _BUSY):
        return busy(url)
    for mark, meaning in _KNOWN:
        if mark in lowered:
            return StorageError(f"la base {url} {meaning}")
    return StorageError(f"base {url} : {' '.join(said.split())}")
