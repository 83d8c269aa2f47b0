"""`python -m benchmarks.fuzz KIND`: feeds, pages, texts mutated by the hundred thousand; no crash, no hang, no growth.

Resumable: works for `--seconds`, notes in `--state` (JSON lines) every block that held and every case that did not, and
goes on there the next time. A hang ends the process with a traceback; the block is then noted by the next start, which
goes round it.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import resource
import sys
import time
import traceback
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests")]

from fuzzing import KINDS, block_of  # noqa: E402

BLOCK = 500
# No case may take longer: an ordinary one is read in milliseconds.
LIMIT = 2.0
_HANG = 120.0
# Cases after which every cache is full: from there on memory must stay what it is.
_WARM = 2000


@dataclass(frozen=True, slots=True)
class Block:
    """One line of the state: a block that was read. `failed` holds the cases that raised or took too long."""

    kind: str
    number: int
    cases: int
    seconds: float
    slowest: float
    failed: tuple[str, ...] = ()


def main() -> None:
    """Read blocks until the time is over; print what the state holds then."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=sorted(KINDS))
    parser.add_argument("--seconds", type=float, default=240.0)
    parser.add_argument("--cases", type=int, default=1_000_000, help="where to stop for good")
    parser.add_argument("--state", type=Path, default=Path("fuzz.jsonl"))
    parser.add_argument("--share", default="1/1", help="which of how many processes this is, each with its own state")
    options = parser.parse_args()
    mine, of = map(int, options.share.split("/"))
    begun = _lines(options.state)
    done = {line["number"] for line in begun if line["kind"] == options.kind}
    left = (number for number in range(mine - 1, options.cases // BLOCK, of) if number not in done)
    _work(options.kind, left, options.state, time.monotonic() + options.seconds)
    _summary(options.kind, options.state)


def _work(kind: str, numbers: object, state: Path, until: float) -> None:
    read = warm = 0
    with state.open("a") as file:
        for number in numbers:  # type: ignore[attr-defined]
            if time.monotonic() > until:
                break
            # What hangs never writes its second line.
            print(json.dumps({"kind": kind, "number": number, "begun": True}), file=file, flush=True)
            faulthandler.dump_traceback_later(_HANG, exit=True)
            block = _block(kind, number)
            faulthandler.cancel_dump_traceback_later()
            print(json.dumps(asdict(block)), file=file, flush=True)
            read += block.cases
            if not warm and read >= _WARM:
                warm = _memory()
    grown = _memory() - warm if warm else 0
    print(f"{kind}: {read:,} cases now; memory {_memory() // 1024} MB, {grown // 1024:+d} MB since the {_WARM}th case")


def _block(kind: str, number: int) -> Block:
    failed: list[str] = []
    slowest, began = 0.0, time.process_time()
    for at, case in enumerate(islice(block_of(kind, number), BLOCK)):
        start = time.process_time()
        try:
            KINDS[kind].read(case)
        except Exception:  # noqa: BLE001 - whatever it is: that is what is looked for
            failed.append(f"case {at}: {traceback.format_exc(limit=-3)}"[:2000])
        took = time.process_time() - start
        slowest = max(slowest, took)
        if took > LIMIT:
            failed.append(f"case {at}: {took:.1f} s")
    return Block(kind, number, BLOCK, round(time.process_time() - began, 2), round(slowest, 3), tuple(failed))


def _lines(state: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in state.read_text().splitlines()] if state.exists() else []


def _summary(kind: str, state: Path) -> None:
    lines = [line for line in _lines(state) if line["kind"] == kind]
    ended = {line["number"]: line for line in lines if "cases" in line}
    hung = sorted({line["number"] for line in lines} - set(ended))  # type: ignore[type-var]
    failed = [f"block {number} {told}" for number, line in ended.items() for told in line["failed"]]  # type: ignore[attr-defined]
    cases = sum(line["cases"] for line in ended.values())  # type: ignore[misc]
    slowest = max((line["slowest"] for line in ended.values()), default=0.0)  # type: ignore[type-var]
    print(f"{kind}: {cases:,} cases in all; slowest {slowest} s; {len(failed)} failed; blocks hung or cut: {hung}")
    for told in failed[:10]:
        print(told)


def _memory() -> int:
    """Kilobytes, the most this process has used."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main()
