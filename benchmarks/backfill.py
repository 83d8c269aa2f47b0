"""How fast and how small is a backfill? Ratios from one run, against trafilatura on the same pages.

    python -m benchmarks.backfill [--pages 20000] [--folder DIR] [--only speed,workers,prefect,dask,memory]

Builds a WARC of press pages (3 % tell deals, one in ten speaks of AI, one in fifty of AI and of sums, one in six of
money; 30 to 250 KB each) and prints: pages a second of the backfill and of trafilatura, two workers against one,
Prefect's share, the Dask path against the local one, peak memory for ten times the pages.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import trafilatura
from fastwarc.warc import ArchiveIterator, WarcRecordType
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from benchmarks.pages import NEUTRAL, deal_articles, page
from extractors.early import load_gate

ROOT = Path(__file__).resolve().parent.parent
DEALS, AI, AI_AND_SUMS, MONEY = 0.03, 1 / 10, 1 / 50, 1 / 6
# Invented: what the press says of AI when no money changes hands.
OF_AI = tuple(
    part.replace("\n", " ").strip()
    for part in Path(__file__).with_name("of_ai.txt").read_text(encoding="utf-8").split("\n\n")
)
SAMPLE = 600


def build(target: Path, pages: int, seed: int = 5) -> None:
    """Write a WARC of so many press pages."""
    chance = random.Random(seed)
    gate = load_gate()
    of_ai = [part for part in NEUTRAL if "intelligence artificielle" in part]
    plain = [part for part in NEUTRAL if part not in of_ai and gate.refuse_text(part * 2) == "no_money"]
    of_money = [part for part in NEUTRAL if part not in of_ai and part not in plain]
    telling = deal_articles()
    with target.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for number in range(pages):
            if chance.random() < DEALS:
                title, text = chance.choice(telling)
                text += f"\n\nArticle numéro {number}."
            else:
                parts = chance.sample(plain, min(len(plain), chance.randint(5, 9)))
                about = chance.random()
                if about < AI_AND_SUMS:
                    parts += [chance.choice(of_ai), chance.choice(of_money)]
                elif about < AI_AND_SUMS + AI:
                    parts += chance.sample((*OF_AI, *of_ai), 2)
                elif about < AI_AND_SUMS + AI + MONEY:
                    parts += chance.sample(of_money, 1)
                title, text = f"{parts[0].split('.')[0]} ({number})", "\n\n".join(parts)
            body = page(title, text, chance.choice((30_000, 60_000, 120_000, 250_000)), seed=number)
            http = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
            record = writer.create_warc_record(
                f"https://gazette.example/{number}",
                "response",
                payload=io.BytesIO(body),
                http_headers=http,
                warc_headers_dict={"WARC-Date": "2025-06-18T08:00:00Z"},
            )
            writer.write_record(record)


def bodies(warc: Path) -> Iterator[bytes]:
    """The pages of a WARC."""
    with warc.open("rb") as stream:
        for record in ArchiveIterator(stream, record_types=WarcRecordType.response):
            yield record.reader.read()


def trafilatura_pace(warc: Path, *, fast: bool) -> float:
    """Pages a second of trafilatura alone, as it comes, in this process, on an even sample of the pages."""
    every = max(1, sum(1 for _ in bodies(warc)) // SAMPLE)
    sample = [body for number, body in enumerate(bodies(warc)) if number % every == 0]
    started = time.perf_counter()
    for body in sample:
        trafilatura.bare_extraction(body, fast=fast, with_metadata=True)
    return len(sample) / (time.perf_counter() - started)


def fill(
    source: str, *, workers: int = 1, plain: bool = True, dask: str | None = None, url: str | None = None
) -> dict[str, float]:
    """One backfill by the command line, in a folder of its own: seconds, peak memory of a process (MB), deals."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "VEILLE_ALLOW_HOSTS": "127.0.0.0/8",
            "VEILLE_DATA_DIR": folder,
            "PYTHONPATH": str(ROOT),
        }
        if url:
            environment["VEILLE_DATABASE_URL"] = url
        command = [sys.executable, "-m", "cli", "backfill", "--source", source, "--workers", str(workers)]
        command += ["--plain"] if plain else []
        command += ["--dask", dask] if dask else []
        started = time.perf_counter()
        done = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        peak = 0.0
        while done.poll() is None:
            peak = max(peak, _largest(done.pid))
            time.sleep(0.2)
        took = time.perf_counter() - started
        if done.returncode:
            raise SystemExit(done.stderr.read().decode()[-2000:] if done.stderr else "failed")
        status = subprocess.run(
            [sys.executable, "-m", "cli", "backfill", "status", "--format", "json"],
            cwd=folder, env=environment, capture_output=True, check=True,
        )  # fmt: skip
        told = json.loads(status.stdout)[0]
        return {"seconds": took, "peak": peak, "work": told["seconds"], **told["counts"]}


def _largest(pid: int) -> float:
    """The largest resident size among a process and its children, in MB."""
    sizes = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = dict(line.split(":", 1) for line in (entry / "status").read_text().splitlines() if ":" in line)
            if entry.name == str(pid) or int(fields["PPid"]) == pid:
                sizes.append(int(fields["VmRSS"].split()[0]) / 1024)
        except (OSError, KeyError, ValueError):
            continue
    return max(sizes, default=0.0)


def main() -> None:
    """Build, run, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pages", type=int, default=20_000)
    options.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "veille-backfill-bench")
    options.add_argument("--only", default="speed,workers,prefect,memory")
    chosen = options.parse_args()
    wanted = set(chosen.only.split(","))
    chosen.folder.mkdir(parents=True, exist_ok=True)
    warc = chosen.folder / f"press-{chosen.pages}.warc.gz"
    if not warc.exists():
        build(warc.with_suffix(".new"), chosen.pages)
        warc.with_suffix(".new").rename(warc)
    print(f"{chosen.pages} pages, {warc.stat().st_size / 1e6:.0f} MB compressed")
    one = fill(f"warc:{warc}")
    pace = chosen.pages / one["work"]
    print(f"one worker: {one['seconds']:.1f} s, {pace:.0f} pages/s of work, peak {one['peak']:.0f} MB")
    print(f"            {one['stored']} articles, {one['mentions']} mentions")
    if "speed" in wanted:
        alone, quick = trafilatura_pace(warc, fast=False), trafilatura_pace(warc, fast=True)
        print(f"trafilatura on every page: {alone:.0f} pages/s; ratio {pace / alone:.1f} (asked 8)")
        print(f"the same with its fast option: {quick:.0f} pages/s; ratio {pace / quick:.1f}")
    if "workers" in wanted:
        two = fill(f"warc:{warc}", workers=2)
        print(f"two workers: {two['seconds']:.1f} s; speed-up {one['seconds'] / two['seconds']:.2f} (asked 1.8)")
        assert two["mentions"] == one["mentions"]
    if "prefect" in wanted:
        with_prefect = fill(f"warc:{warc}", plain=False)
        share = 1 - one["seconds"] / with_prefect["seconds"]
        print(f"with Prefect: {with_prefect['seconds']:.1f} s; its share {100 * share:.1f} % (asked 5)")
    if "memory" in wanted:
        folder = chosen.folder / f"ten-{chosen.pages}"
        folder.mkdir(exist_ok=True)
        for number in range(10):
            link = folder / f"{number}.warc.gz"
            if not link.exists():
                os.link(warc, link)
        ten = fill(f"warc:{folder}", workers=2)
        ratio = ten["peak"] / one["peak"]
        print(f"ten times the pages: peak {ten['peak']:.0f} MB, ratio {ratio:.2f} (asked 1.2, and 600 MB)")
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
