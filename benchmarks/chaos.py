"""What seventy kinds of bad servers and documents cost a run: wall time and peak memory, as ratios to the run without.

`python -m benchmarks.chaos`. Each run is a process of its own, the web it visits another, on loopback.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from demo.show import demo_settings  # noqa: E402
from flows.context import open_context  # noqa: E402
from flows.daily_run import run_daily  # noqa: E402
from sources.values import Feed  # noqa: E402

DEADLINE, PARSING = 4.0, 4.0


def one_run(feeds_file: str, folder: str) -> None:
    """One run over the feeds in a file; prints what it took."""
    feeds = [Feed(**{**line, "themes": ()}) for line in json.loads(Path(feeds_file).read_text())]
    limits = {"fetch_deadline": DEADLINE, "connect_timeout": 2.0, "feed_seconds": PARSING, "page_seconds": PARSING}
    sizes = {"max_feed_bytes": 2_000_000, "host_delay": 0.0, "workers": 2}
    settings = demo_settings(Path(folder)).model_copy(update=limits | sizes)
    began = time.monotonic()
    with open_context(settings, feeds=feeds, now=lambda: datetime(2026, 11, 23, 8, tzinfo=UTC)) as ctx:
        report = run_daily(ctx)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"seconds": time.monotonic() - began, "megabytes": memory / 1024, "new": report.entries_new}))


def measured(feeds: list[Feed]) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "feeds.json"
        file.write_text(json.dumps([asdict(feed) for feed in feeds]))
        # Its workers import the main program again: as with `veille`, that is next to nothing.
        program = "import sys; from benchmarks.chaos import one_run; one_run(*sys.argv[1:])"
        command = [sys.executable, "-c", program, str(file), folder]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
        return found


def main() -> None:
    from chaos import GOOD, chaos

    with chaos() as web:
        alone = measured(web.good[:GOOD])
        beside = measured([*web.bad, *web.good])
    extra = beside["seconds"] - alone["seconds"]
    print(f"{len(web.bad)} bad feeds, {len(web.bad_pages)} bad pages, {GOOD} good feeds")
    print(f"wall    {alone['seconds']:.1f} s alone, {beside['seconds']:.1f} s beside the bad ones: {extra:+.1f} s")
    print(f"        target: {1.5 * alone['seconds'] + DEADLINE + PARSING:.1f} s (1.5 × alone, and the stated limits)")
    print(f"memory  {beside['megabytes'] / alone['megabytes']:.2f} × ({alone['megabytes']:.0f} MB alone); target 1.3 ×")


if __name__ == "__main__":
    main()
