"""Prefect's temporary server as a process that ends with its starter: `python -m flows.prefect_passing PORT`.

Its standard input is a pipe that the starter holds; when that is closed, as when the starter is killed, it ends.
"""

from __future__ import annotations

import os
import sys
from threading import Thread

import uvicorn


def _end_with_starter() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    Thread(target=_end_with_starter, daemon=True).start()
    uvicorn.run(
        "prefect.server.api.server:create_app",
        factory=True,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        log_level="error",
        lifespan="on",
    )
