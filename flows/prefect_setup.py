"""Makes Prefect ours before it is imported: its home in our data folder, our measured settings, telemetry off."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from pathlib import Path

from config.settings import Settings

SETTINGS_FILE = Path(__file__).with_name("prefect.toml")


def prepare_prefect(settings: Settings) -> None:
    """Set the `PREFECT_*` variables that are not set yet. Call it before the first import of Prefect.

    The user's own Prefect profile is left alone: unless `PREFECT_HOME` names another place, Prefect keeps its
    database and profiles under `VEILLE_DATA_DIR/prefect`. A server named by `PREFECT_API_URL` is used as it is.
    """
    home = settings.data_dir.resolve() / "prefect"
    os.environ.setdefault("PREFECT_HOME", str(home))
    os.environ.setdefault("DO_NOT_TRACK", "1")
    for name, value in _settings():
        os.environ.setdefault(name, value)
    Path(os.environ["PREFECT_HOME"]).mkdir(parents=True, exist_ok=True)


def _settings() -> Iterator[tuple[str, str]]:
    with SETTINGS_FILE.open("rb") as file:
        yield from _flat("PREFECT", tomllib.load(file))


def _flat(prefix: str, table: dict[str, object]) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        name = f"{prefix}_{key.upper()}"
        if isinstance(value, dict):
            yield from _flat(name, value)
        else:
            yield name, str(value).lower() if isinstance(value, bool) else str(value)
