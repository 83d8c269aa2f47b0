"""How pages are cut into batches: each over as many hosts as there are, so that none queues before one door.

A host is asked one thing at a time with a pause after it. A batch of forty pages of one host takes forty pauses, and
its neighbours wait for the same door; a batch of forty hosts takes one. Several batches run at once, so that every host
always has somebody waiting for its turn, while pages that came are read and stored.
"""

from __future__ import annotations

import zlib
from collections import deque
from collections.abc import Sequence

from sources.errors import UrlError
from sources.urls import host_of

# Feeds and batches at once, with Prefect and without. More would not help: pages wait for their hosts, and text
# extraction has its own processes.
AT_ONCE = 8


def spread_over_hosts(waiting: Sequence[tuple[int, str]], size: int) -> list[list[int]]:
    """Cut entries into batches of `size`, going round the hosts; the order that they come in is kept for each host.

    Args:
        waiting: ids of entries with their addresses.
    """
    queues: dict[str, deque[int]] = {}
    for entry_id, url in waiting:
        queues.setdefault(_host(url), deque()).append(entry_id)
    ordered: list[int] = []
    while queues:
        ordered += [queue.popleft() for queue in queues.values()]
        queues = {host: queue for host, queue in queues.items() if queue}
    return [ordered[start : start + size] for start in range(0, len(ordered), size)]


def batch_name(entry_ids: Sequence[int]) -> str:
    """The ledger's name for a batch: the same entries always have the same one, and no others."""
    return f"pages:{min(entry_ids)}-{max(entry_ids)}-{zlib.crc32(repr(list(entry_ids)).encode()):08x}"


def _host(url: str) -> str:
    try:
        return host_of(url)
    except UrlError:  # an address that fetching will refuse waits for nobody
        return ""
