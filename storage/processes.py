"""Naming this process so that others can tell whether it still lives: `host:pid:start`."""

from __future__ import annotations

import os
import socket
from functools import cache
from pathlib import Path


def this_process() -> str:
    """The name to hold leases under. Of one process always the same, of two never (also when a pid is reused)."""
    return _name(os.getpid())


def is_dead(owner: str) -> bool:
    """True when `owner` is a process of this host that does not run any more; False when we cannot know."""
    host, _, rest = owner.partition(":")
    pid_text, _, start = rest.partition(":")
    if host != _host() or not pid_text.isdigit():
        return False
    pid = int(pid_text)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        pass
    now_start = _start(pid)
    return bool(start and now_start) and start != now_start


@cache
def _name(pid: int) -> str:
    return f"{_host()}:{pid}:{_start(pid)}"


def _host() -> str:
    return socket.gethostname().replace(":", "-")


def _start(pid: int) -> str:
    """When the process began, in the kernel's own unit and with the boot it belongs to; empty where unknown."""
    try:
        # Field 22 of proc(5)'s stat; the name in parentheses before it may hold spaces.
        ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()[:8]
    except (OSError, IndexError):
        return ""
    return f"{boot}-{ticks}"
