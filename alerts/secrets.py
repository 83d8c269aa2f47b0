"""Secrets of channels: named in `alerts.yaml`, kept in the environment, in `.env` or in files, never shown."""

from __future__ import annotations

import os
from pathlib import Path

from dotenv import dotenv_values

from config.errors import ConfigError


def reveal(reference: str, watch: str) -> str:
    """What `env:NAME` or `file:PATH` holds; any other text as it is.

    Raises:
        ConfigError: there is no such variable or file, or it is empty.
    """
    kind, _, name = reference.partition(":")
    if kind == "env":
        found = os.environ.get(name) or dotenv_values(".env").get(name) or ""
    elif kind == "file":
        try:
            found = Path(name).expanduser().read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"veille {watch!r} : {name} ne peut être lu : {error}") from error
    else:
        return reference
    if not found.strip():
        raise ConfigError(f"veille {watch!r} : {reference} est vide ou n'est pas réglé")
    return found.strip()
