"""A process that has done a daily run and forks others from there, to be killed: no trial pays for imports and rules.

It reads one job a line (JSON, see `Job`) and answers with one line each. The first is done in this process, which is warm
afterwards: nine tenths of a run's time are a start. A run is killed by the clock, from the moment
that it has opened everything, or at a step: a statement of SQL, the moments before and after a commit, something sent to
the mail server, a connection, a file that takes its name. Steps make the moments that matter as likely as the long ones.
"""

from __future__ import annotations

import gc
import itertools
import json
import os
import signal
import sys
import threading
import time
import traceback
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

STEPS = ("smtplib.send", "socket.connect", "os.rename")


@dataclass(frozen=True)
class Job:
    """One run. `after` seconds or at step `at` it is killed; with neither it ends by itself."""

    feeds: str
    folder: str
    database_url: str
    now: str
    port: int
    after: float | None = None
    at: int | None = None


def main() -> None:
    steps = _Steps()
    first = Job(**json.loads(sys.stdin.readline()))
    with open(os.devnull, "w") as nobody:
        print(json.dumps(_run(first, nobody.fileno(), steps) | {"ended": 0}), flush=True)
    assert threading.active_count() == 1, "a fork would lose the other threads, and keep what they hold"
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        print(json.dumps(_forked(Job(**json.loads(line)), steps)), flush=True)


def _forked(job: Job, steps: _Steps) -> dict[str, Any]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        code = 1
        try:
            told = _run(job, writing, steps)
            os.write(writing, json.dumps(told).encode() + b"\n")
            code = 0
        except Exception:  # noqa: BLE001 - a child ends here whatever it is, and its parent sees the code
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading) as told:
        told.readline()  # it has opened everything, or is dead
        if job.after is not None:
            time.sleep(job.after)
            os.kill(child, signal.SIGKILL)
        said = told.readline()
    _, status = os.waitpid(child, 0)
    return {"ended": os.waitstatus_to_exitcode(status), **(json.loads(said) if said else {})}


def _run(job: Job, line: int, steps: _Steps) -> dict[str, Any]:
    from demo.show import demo_settings
    from flows.context import open_context
    from flows.daily_run import run_daily
    from sources.values import Feed

    feeds = [Feed(**{**one, "themes": tuple(one["themes"])}) for one in json.loads(Path(job.feeds).read_text())]
    changes: dict[str, object] = {"database_url": job.database_url, "fetch_deadline": 10.0, "workers": 1}
    changes |= {"smtp_host": "127.0.0.1", "smtp_port": job.port, "smtp_security": "none", "page_batch": 8}
    settings = demo_settings(Path(job.folder)).model_copy(
        update={**changes, "config_dir": Path(job.folder) / "config", "host_delay": 0.0}
    )
    now = datetime.fromisoformat(job.now)
    steps.begin(job.at)
    with open_context(settings, feeds=feeds, now=lambda: now) as ctx:
        os.write(line, b"ready\n")
        began = time.monotonic()
        run_daily(ctx)
    return {"seconds": time.monotonic() - began, "steps": steps.taken, "first_mail": steps.first_mail}


class _Steps:
    """Counts the steps of this process, and kills it at one of them."""

    def __init__(self) -> None:
        from sqlalchemy import Engine, event
        from sqlmodel import Session

        self.begin(None)
        event.listen(Engine, "before_cursor_execute", self._step)
        event.listen(Engine, "commit", self._step)
        event.listen(Session, "after_commit", self._step)
        sys.addaudithook(self._audited)

    def begin(self, fatal: int | None) -> None:
        """Count anew; the process dies at step `fatal`."""
        self._fatal, self._numbers = fatal, itertools.count(1)
        self.taken = self.first_mail = 0

    def _step(self, *_: object) -> None:
        self.taken = next(self._numbers)
        if self.taken == self._fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def _audited(self, name: str, _: tuple[object, ...]) -> None:
        if name in STEPS:
            self._step()
            if name == STEPS[0]:
                self.first_mail = self.first_mail or self.taken


if __name__ == "__main__":
    main()
