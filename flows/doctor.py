"""What `veille doctor` looks at: settings, rules, database, mail, disk, clock. Each check is a value with a remedy."""

from __future__ import annotations

import shutil
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from alerts.outlets import open_outlets
from config.errors import ConfigError, VeilleError
from config.settings import Settings
from extractors.knowledge import load_knowledge
from sources.feedlist import load_feeds
from storage.database import open_database
from storage.deliveries import count_dead
from storage.runs import last_runs

Verdict = Literal["ok", "warning", "error"]

# A year of a 40-feed installation takes about 1 GB (texts included); below half of that a run may meet a full disk.
LEAST_FREE_BYTES = 500_000_000
# The day of this version: a clock that reads earlier is wrong, and would date every article in its future.
RELEASED = datetime(2026, 11, 1, tzinfo=UTC)
_STATES = {"running": "en cours ou interrompu", "done": "terminé", "failed": "échoué"}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: what was found, and what to do when it is not well."""

    name: str
    verdict: Verdict
    found: str
    remedy: str = ""


def examine(settings: Settings | ConfigError) -> Iterator[Check]:
    """Every check in turn; none raises."""
    if isinstance(settings, ConfigError):
        yield Check("réglages", "error", str(settings), "Corrigez la variable nommée, ou le fichier .env.")
        return
    yield Check("réglages", "ok", f"fuseau {settings.timezone}, données dans {settings.data_dir}")
    yield _feeds(settings)
    yield _knowledge(settings)
    yield from _database(settings)
    yield _watches(settings)
    yield _mail(settings)
    yield _disk(settings.data_dir)
    yield _clock(settings.timezone)


def _feeds(settings: Settings) -> Check:
    try:
        feeds = load_feeds(settings.config_dir)
    except ConfigError as error:
        return Check("flux", "error", str(error), "Corrigez la ligne nommée.")
    active = sum(feed.enabled for feed in feeds)
    if not active:
        return Check("flux", "error", "aucun flux actif", "Mettez `enabled: true` dans feeds.yaml.")
    return Check("flux", "ok", f"{active} actifs sur {len(feeds)} ; `veille feeds check` les essaie")


def _knowledge(settings: Settings) -> Check:
    try:
        knowledge = load_knowledge(settings.config_dir)
    except ConfigError as error:
        return Check("règles", "error", str(error), "Corrigez la ligne nommée.")
    return Check("règles", "ok", f"version {knowledge.version}")


def _database(settings: Settings) -> Iterator[Check]:
    try:
        database = open_database(settings.database)
    except VeilleError as error:
        yield Check("base", "error", str(error), "Vérifiez VEILLE_DATABASE_URL et les droits sur le dossier.")
        return
    try:
        runs = last_runs(database, 1)
        dead = count_dead(database)
        yield Check("base", "ok", database.url)
        if dead:
            yield Check(
                "messages",
                "error",
                f"{dead} perdu{'s' if dead > 1 else ''}, que personne n'a reçu{'s' if dead > 1 else ''}",
                "`veille alerts list --state dead` dit pourquoi ; puis `veille alerts retry N°` ou `drop N°`.",
            )
    finally:
        database.dispose()
    if not runs:
        yield Check("passages", "warning", "aucun encore", "Lancez `veille run`.")
        return
    age = datetime.now(UTC) - runs[0].started_at
    started = runs[0].started_at.astimezone(ZoneInfo(settings.timezone))
    found = f"dernier le {started:%Y-%m-%d à %H:%M}, {_STATES[runs[0].state]}"
    if runs[0].state == "failed":
        yield Check("passages", "error", found, "Relancez `veille run` et lisez ce qu'il dit.")
    elif age > timedelta(hours=36):
        yield Check(
            "passages", "warning", found, "Rien depuis plus d'un jour : vérifiez cron, systemd ou `veille serve`."
        )
    else:
        yield Check("passages", "ok", found)


def _watches(settings: Settings) -> Check:
    try:
        watches = [outlet.watch for outlet in open_outlets(settings)][:-1]  # the last is the operator's own
    except ConfigError as error:
        return Check("veilles", "error", str(error), "Corrigez la ligne ou le secret nommés.")
    if not watches:
        return Check("veilles", "warning", "aucune en vigueur", "Personne n'est prévenu : voyez alerts.yaml.")
    return Check("veilles", "ok", ", ".join(f"{watch.id} ({watch.channel})" for watch in watches))


def _mail(settings: Settings) -> Check:
    if settings.smtp_host is None:
        where = settings.outbox_dir
        return Check(
            "courrier",
            "warning",
            f"pas de SMTP : messages .eml dans {where}",
            "Réglez VEILLE_SMTP_HOST et VEILLE_MAIL_TO.",
        )
    try:
        with _smtp(settings) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        return Check(
            "courrier",
            "error",
            f"{settings.smtp_host}:{settings.smtp_port} : {error}",
            "Vérifiez VEILLE_SMTP_HOST, _PORT, _SECURITY, _USER et _PASSWORD.",
        )
    return Check("courrier", "ok", f"{settings.smtp_host}:{settings.smtp_port} répond")


def _smtp(settings: Settings) -> smtplib.SMTP:
    host, timeout = settings.smtp_host or "", min(10.0, settings.smtp_timeout)
    if settings.smtp_security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, settings.smtp_port, timeout=timeout, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(host, settings.smtp_port, timeout=timeout)
        if settings.smtp_security == "starttls":
            server.starttls(context=ssl.create_default_context())
    if settings.smtp_user and settings.smtp_password:
        server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
    return server


def _disk(folder: Path) -> Check:
    existing = next(parent for parent in [folder.resolve(), *folder.resolve().parents] if parent.exists())
    free = shutil.disk_usage(existing).free
    found = f"{free / 1e9:.1f} Go libres"
    if free < LEAST_FREE_BYTES:
        return Check("disque", "error", found, "Faites de la place, ou changez VEILLE_DATA_DIR.")
    return Check("disque", "ok", found)


def _clock(timezone: str) -> Check:
    now = datetime.now(UTC)
    read = f"{now.astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M} ({timezone})"
    if now < RELEASED:
        return Check("horloge", "error", f"{read} est dans le passé", "Mettez la machine à l'heure (NTP).")
    return Check("horloge", "ok", read)
