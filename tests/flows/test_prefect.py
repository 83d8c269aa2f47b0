"""Prefect as users run it: our pins start a server, the flow runs on it and on the temporary one, artifacts are there."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from config.settings import load_settings
from flows.prefect_server import server
from flows.prefect_setup import SETTINGS_FILE, prepare_prefect

pytestmark = pytest.mark.prefect
VEILLE = [sys.executable, "-c", "from cli import main; main()"]


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a server started the way `veille serve` starts it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with server(tmp_path_factory.mktemp("prefect"), port) as url:
        yield url


def demo(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return subprocess.run(
        [*VEILLE, "demo", "--prefect"],
        cwd=tmp_path,
        env={**clean, "HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path), **environment},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def test_the_flow_on_a_server(api: str, tmp_path: Path) -> None:
    done = demo(tmp_path, PREFECT_API_URL=api)
    assert done.returncode == 0, done.stderr
    assert "n'a rien annoncé deux fois" in done.stdout.replace("\n", " ")
    runs = httpx.post(f"{api}/flow_runs/filter", json={}).json()
    assert [run["state"]["type"] for run in runs] == ["COMPLETED", "COMPLETED"]
    artifacts = httpx.post(f"{api}/artifacts/filter", json={}).json()
    by_key = {artifact["key"]: artifact["data"] for artifact in artifacts}
    assert set(by_key) == {"compte-rendu", "sante-des-flux", "nouvelles-operations"}
    assert "pas un flux" in by_key["sante-des-flux"]
    assert by_key["compte-rendu"].startswith("```\nPassage"), "Markdown would run bare lines together"


def test_the_server_schedules_what_is_deployed(api: str, tmp_path: Path) -> None:
    """Our pins can give a server that starts and never schedules (SQLAlchemy 2.1 did): only a schedule proves it."""
    script = (
        "from flows.daily import daily; from prefect.schedules import Cron;"
        "daily.to_deployment('essai', schedules=[Cron('30 6 * * *', timezone='Europe/Paris')]).apply()"
    )
    environment = {
        **os.environ,
        "PREFECT_API_URL": api,
        "PREFECT_HOME": str(tmp_path),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    subprocess.run([sys.executable, "-c", script], env=environment, check=True, timeout=60)
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        runs = httpx.post(
            f"{api}/flow_runs/filter", json={"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}}
        ).json()
        if runs:
            break
        time.sleep(1)
    moments = sorted(datetime.fromisoformat(run["expected_start_time"]) for run in runs)
    assert moments, "nothing was scheduled"
    local = [moment.astimezone(ZoneInfo("Europe/Paris")) for moment in moments]
    assert {(moment.hour, moment.minute) for moment in local} == {(6, 30)}


def test_the_flow_without_a_server_leaves_the_users_profile_alone(tmp_path: Path) -> None:
    done = demo(tmp_path)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / ".prefect").exists()


def test_prefect_settings_reach_prefect_wherever_it_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("PREFECT_") or name == "DO_NOT_TRACK":
            monkeypatch.delenv(name)
    # Every variable that is set below is undone with the test.
    monkeypatch.setattr(os, "environ", dict(os.environ))
    prepare_prefect(load_settings(data_dir=tmp_path))
    assert os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert os.environ["DO_NOT_TRACK"] == "1"
    assert os.environ["PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS"] == "90"
    assert os.environ["PREFECT_HOME"] == str(tmp_path.resolve() / "prefect")


def test_prefect_knows_every_setting_in_the_file(tmp_path: Path) -> None:
    """A misspelt key in prefect.toml would be passed over in silence."""
    from prefect.settings import Settings

    def known(model: type, table: dict[str, object], path: str = "") -> Iterator[str]:
        for key, value in table.items():
            field = model.model_fields.get(key)  # type: ignore[attr-defined]
            if field is None:
                yield f"{path}{key}"
            elif isinstance(value, dict):
                yield from known(field.annotation, value, f"{path}{key}.")

    assert list(known(Settings, tomllib.loads(SETTINGS_FILE.read_text()))) == []


def test_plain_runs_start_without_what_they_do_not_need_yet(tmp_path: Path) -> None:
    """A second of imports each time: Prefect never, the reading of pages and the mail's templates when it is their turn."""
    heavy = {"prefect", "trafilatura", "jinja2", "alembic", "currency_converter"}
    script = f"import sys, cli, flows.command, flows.daily_run; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.stdout.strip() == "[]"
