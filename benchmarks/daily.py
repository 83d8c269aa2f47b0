"""How fast is a daily run? Ratios from one run, against what bounds it and against a plain script.

    python -m benchmarks.daily [--feeds 40] [--articles 30] [--only floor,plain,prefect,script]

The press is on loopback, a host a feed, each answer after 100 ms, pages of 30 to 250 KB, one article in ten telling
deals. A run cannot be quicker than the larger of two floors: trafilatura's own time over two processes on the same
pages, and the pauses that are kept between two requests to one host. Measured are `veille run --plain` and `veille run`
as whole commands, and each again when nothing is new.

The script that it is compared with reads feed after feed and page after page with feedparser and trafilatura. As polite
as we are (a second between two requests to one host) it would take twenty minutes: it is measured on some of the feeds
and multiplied, as nothing in it overlaps; so is the same without any pause.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from benchmarks.press_hosts import bodies, host
from config.settings import Settings
from sources.feedlist import load_feeds

ROOT = Path(__file__).resolve().parent.parent
ANSWER = 0.1
PAUSE = float(Settings.model_fields["host_delay"].default)
ROBOTS_AND_FEED = 2


@dataclass(frozen=True)
class Press:
    """The press under way: its size and port."""

    feeds: int
    each: int
    port: int

    def politeness(self) -> float:
        """The least seconds that one host's requests take with their pauses; hosts overlap."""
        requests = self.each + ROBOTS_AND_FEED
        return requests * ANSWER + (requests - 1) * PAUSE


@contextmanager
def press(feeds: int, each: int) -> Iterator[Press]:
    """A press in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.press_hosts", str(feeds), str(each), str(ANSWER)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin
    assert process.stdout
    try:
        yield Press(feeds, each, int(process.stdout.readline()))
    finally:
        process.stdin.close()
        process.wait(30)


@contextmanager
def installation(on: Press) -> Iterator[dict[str, str]]:
    """The environment of `veille` in a folder of its own, with the feeds of the press and none of ours."""
    with tempfile.TemporaryDirectory() as folder:
        lines = [f"  - {{id: {feed.id}, enabled: false}}" for feed in load_feeds(None)]
        for number in range(on.feeds):
            url = f"http://{host(number)}:{on.port}/feed.xml"
            lines.append(f'  - {{id: journal-{number}, name: "Journal {number}", url: "{url}"}}')
        config = Path(folder) / "config"
        config.mkdir()
        (config / "feeds.yaml").write_text("feeds:\n" + "\n".join(lines) + "\n")
        known = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "VEILLE_"))}
        yield known | {
            "VEILLE_DATA_DIR": folder,
            "VEILLE_OUTBOX_DIR": str(Path(folder) / "outbox"),
            "VEILLE_CONFIG_DIR": str(config),
            "VEILLE_ALLOW_HOSTS": "127.0.0.0/8",
            "PYTHONPATH": str(ROOT),
        }


def run(environment: dict[str, str], *options: str) -> tuple[float, int]:
    """One `veille run`: seconds from start to end, and how many articles it read."""
    command = [sys.executable, "-m", "cli", "run", "--log-format", "json", *options]
    started = time.perf_counter()
    folder = environment["VEILLE_DATA_DIR"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    took = time.perf_counter() - started
    if done.returncode:
        raise SystemExit(done.stdout[-2000:] + done.stderr[-2000:])
    reports = [line for line in (done.stdout + done.stderr).splitlines() if '"report"' in line]
    return took, int(json.loads(reports[-1])["report"]["entries"]["new"])


def trafilatura_floor(feeds: int, each: int) -> float:
    """Seconds that two processes need for trafilatura alone, as it comes, on all pages."""
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        pool.map(_extract, [(feeds, each, 0, 40), (feeds, each, 1, 40)], chunksize=1)  # imported and warm
        return max(pool.map(_extract, [(feeds, each, 0, None), (feeds, each, 1, None)], chunksize=1))


def _extract(share: tuple[int, int, int, int | None]) -> float:
    import trafilatura

    feeds, each, first, most = share
    mine = list(islice(bodies(feeds, each), first, most, 2))
    started = time.perf_counter()
    for body in mine:
        trafilatura.bare_extraction(body, with_metadata=True)
    return time.perf_counter() - started


def script(on: Press, feeds: int, pause: float) -> float:
    """Seconds that the plain script takes for so many feeds."""
    import feedparser
    import trafilatura

    read = 0
    started = time.perf_counter()
    for number in range(feeds):
        for url in (f"http://{host(number)}:{on.port}/robots.txt", f"http://{host(number)}:{on.port}/feed.xml"):
            listed = _get(url)
            time.sleep(pause)
        for entry in feedparser.parse(listed).entries:
            read += trafilatura.bare_extraction(_get(entry.link), with_metadata=True) is not None
            time.sleep(pause)
    assert read == feeds * on.each
    return time.perf_counter() - started


def _get(url: str) -> bytes:
    try:
        with urllib.request.urlopen(url) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        return error.read()


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--feeds", type=int, default=40)
    options.add_argument("--articles", type=int, default=30)
    options.add_argument("--only", default="floor,plain,prefect,script")
    chosen = options.parse_args()
    wanted = set(chosen.only.split(","))
    total = chosen.feeds * chosen.articles
    with press(chosen.feeds, chosen.articles) as on:
        polite = on.politeness()
        print(f"{chosen.feeds} feeds of {chosen.articles} new articles; politeness floor {polite:.1f} s", flush=True)
        floor = polite
        if "floor" in wanted:
            own = trafilatura_floor(chosen.feeds, chosen.articles)
            floor = max(polite, own)
            print(f"trafilatura over two processes: {own:.1f} s; the floor is {floor:.1f} s", flush=True)
        took = 0.0
        if "plain" in wanted:
            with installation(on) as environment:
                took, found = run(environment, "--plain")
                again, nothing = run(environment, "--plain")
            assert (found, nothing) == (total, 0), (found, nothing)
            print(f"plain: {took:.1f} s, {took / floor:.2f} x the floor (asked 1.5)", flush=True)
            print(f"       again, nothing new: {again:.1f} s (asked 3)", flush=True)
        if "prefect" in wanted:
            with installation(on) as environment:
                named, found = run(environment)
                again, nothing = run(environment)
                start = prefect_start(environment)
            assert (found, nothing) == (total, 0), (found, nothing)
            print(f"with Prefect: {named:.1f} s, {named / floor:.2f} x the floor; Prefect's start {start:.1f} s")
            print(f"       again, nothing new: {again:.1f} s, {again - start:.1f} s beyond its start (asked 3)")
        if "script" in wanted and took:
            manners = script(on, 1, PAUSE) * chosen.feeds
            none = script(on, 3, 0.0) * chosen.feeds / 3
            print(f"plain script, as polite: {manners:.0f} s, {manners / took:.1f} x ours (asked 8; from 1 feed)")
            print(f"the same without a pause: {none:.0f} s, {none / took:.1f} x ours (from 3 feeds)")


def prefect_start(environment: dict[str, str]) -> float:
    """Seconds of a process that runs a flow of one empty task under the same settings of Prefect."""
    code = (
        "from config.settings import load_settings\n"
        "from flows.prefect_setup import prepare_prefect\n"
        "prepare_prefect(load_settings())\n"
        "from prefect import flow, task\n"
        "nothing = task(lambda: 0)\n"
        "flow(name='nothing')(lambda: nothing())()\n"
    )
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", code],
        cwd=environment["VEILLE_DATA_DIR"],
        env=environment,
        capture_output=True,
        check=True,
    )
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
