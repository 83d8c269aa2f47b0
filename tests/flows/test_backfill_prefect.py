"""Backfills by Prefect: on a server, and on a Dask cluster whose workers share a PostgreSQL database."""

from __future__ import annotations

import json
import multiprocessing
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from distributed import Client

from config.settings import load_settings
from flows.backfill import task_sizes
from flows.dask_cluster import dask_cluster
from flows.dask_preload import dask_setup
from flows.errors import DaskAway
from flows.prefect_server import server

pytestmark = pytest.mark.prefect
ROOT = Path(__file__).parents[2]
TEXT = "La start-up d'intelligence artificielle Nuvéa {n} lève {n} millions d'euros auprès de Partech et d'Elaia."
PARTS = 4


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Four files of JSON lines: four parts."""
    folder = tmp_path / "archive"
    folder.mkdir()
    for part in range(PARTS):
        rows = [
            {"id": f"a{n}", "title": f"Nuvéa {n} lève {n} M€", "text": TEXT.format(n=n), "published": "2024-05-06"}
            for n in range(20 + 3 * part, 23 + 3 * part)
        ]
        (folder / f"{part}.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return folder


def _environment(tmp_path: Path, **more: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    paths = {"HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]), "VEILLE_DATA_DIR": "data"}
    return {**clean, **paths, **more}


def _veille(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from cli import main; main()", "backfill", *arguments]
    return subprocess.run(
        command,
        cwd=tmp_path,
        env=_environment(tmp_path, **environment),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_the_flow_on_a_server_with_two_workers(archive: Path, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with server(tmp_path / "prefect", port) as api:
        done = _veille(tmp_path, "--source", f"files:{archive}", "--workers", "2", PREFECT_API_URL=api)
        assert done.returncode == 0, done.stderr
        assert f"{PARTS} faites" in done.stdout
        assert "12 articles rangés" in done.stdout
        (run,) = httpx.post(f"{api}/flow_runs/filter", json={}).json()
        assert (run["state"]["type"], run["name"] != "") == ("COMPLETED", True)
        tasks = httpx.post(f"{api}/task_runs/filter", json={}).json()
        # The first tasks take over what was begun while Prefect was loaded, be it one part or several.
        assert sorted(task["name"] for task in tasks) == [f"parts-{n}" for n in range(len(tasks))]
        assert {task["state"]["type"] for task in tasks} == {"COMPLETED"}
        assert 2 <= len(tasks) <= PARTS + 3
        artifacts = {one["key"]: one["data"] for one in httpx.post(f"{api}/artifacts/filter", json={}).json()}
        assert set(artifacts) == {"avancement", "archives"}
        assert artifacts["avancement"] == 100.0
        assert "12 articles rangés" in artifacts["archives"]


def test_a_server_that_is_away_costs_its_record_only(archive: Path, tmp_path: Path) -> None:
    away = {"PREFECT_API_URL": "http://127.0.0.1:9/api", "PREFECT_CLIENT_MAX_RETRIES": "0"}
    done = _veille(tmp_path, "--source", f"files:{archive}", "--max-parts", "3", **away)
    assert done.returncode == 0, done.stderr
    assert "not recorded by Prefect" in done.stderr
    assert "3 faites, 1 à faire" in done.stdout
    assert "Les plus grosses" in done.stdout, "what was read has become deals"


@contextmanager
def _dask(tmp_path: Path, **environment: str) -> Iterator[str]:
    """A scheduler and two workers with the settings of their environment: one as it comes, one as documented."""
    told = tmp_path / "scheduler.json"
    env = _environment(tmp_path, DASK_CONFIG=str(ROOT / "flows/dask.yaml"), **environment)
    base = [sys.executable, "-m"]
    common = ["--scheduler-file", str(told)]
    options = {"cwd": tmp_path, "env": env, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    scheduler = [*base, "distributed.cli.dask_scheduler", "--port", "0", "--no-dashboard", "--host", "127.0.0.1"]
    worker = [*base, "distributed.cli.dask_worker", "--no-dashboard", "--no-nanny", *common]
    ready = ["--nthreads", "3", "--preload", "flows.dask_preload"]
    processes = [subprocess.Popen([*scheduler, *common], **options)]  # type: ignore[call-overload]
    try:
        deadline = time.monotonic() + 60
        while not told.exists():
            assert time.monotonic() < deadline, "no scheduler"
            time.sleep(0.1)
        processes += [
            subprocess.Popen([*worker, *kind], **options)  # type: ignore[call-overload]
            for kind in (["--nthreads", "1"], ready)
        ]
        yield json.loads(told.read_text())["address"]
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _readers() -> int:
    """How many processes of this one's wait for pages."""
    return len(multiprocessing.active_children())


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_dask_cluster_shares_the_work(database_url: str, archive: Path, tmp_path: Path) -> None:
    settings = {"VEILLE_DATABASE_URL": database_url.replace("+psycopg", "")}
    with _dask(tmp_path, **settings) as address:
        with Client(address, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
            assert sorted(client.run(_readers).values()) == [0, 2], "one reader fewer than threads waits"
        done = _veille(tmp_path, "--source", f"files:{archive}", "--dask", address, **settings)
    assert done.returncode == 0, done.stderr
    assert f"{PARTS} faites" in done.stdout
    assert "12 articles rangés" in done.stdout


def test_a_dask_worker_whose_database_is_away_waits_for_its_first_part(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    monkeypatch.setenv("VEILLE_DATABASE_URL", "postgresql://127.0.0.1:9/veille")
    dask_setup(SimpleNamespace(state=SimpleNamespace(nthreads=2)))  # type: ignore[arg-type]
    assert "not ready for backfills yet" in caplog.text
    assert not multiprocessing.active_children()


@pytest.mark.parametrize(
    ("due", "most", "sizes"),
    [
        (0, 8, []),
        (3, 1, [1, 1, 1]),
        (20, 8, [5, 3, 3, 2, 1, 1, 1, 1, 1, 1, 1]),
        (2500, 1, [3] * 833 + [1]),
    ],
)
def test_tasks_become_smaller_towards_the_end(due: int, most: int, sizes: list[int]) -> None:
    assert task_sizes(due, 2, most=most) == sizes


def test_a_cluster_that_is_away_is_told_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.dask_cluster._ANSWER_SECONDS", 0.3)
    settings = load_settings(_env_file=None, database_url="postgresql://somewhere/veille")
    told = r"pas de cluster Dask à tcp://127\.0\.0\.1:9 "
    with pytest.raises(DaskAway, match=told), dask_cluster(settings, "tcp://127.0.0.1:9"):
        raise AssertionError("nobody answers there")


def test_dask_wants_a_database_that_machines_share(archive: Path, tmp_path: Path) -> None:
    done = _veille(tmp_path, "--source", f"files:{archive}", "--dask", "tcp://127.0.0.1:1")
    assert done.returncode == 2
    assert "postgresql" in done.stderr
