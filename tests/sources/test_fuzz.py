"""Mutated feeds, pages and texts: no crash, no hang, no growth. The big counts are `python -m benchmarks.fuzz`."""

from __future__ import annotations

import resource
import time
from itertools import islice

import pytest
from fuzzing import KINDS, block_of

WARM = 60  # cases until rules and language profiles are loaded, as they are when first used
LIMIT = 2.0  # seconds of processor time a case
ROOM = 60_000  # kilobytes that all cases of one kind may add


@pytest.mark.parametrize(("kind", "count"), [("feeds", 1500), ("pages", 500), ("texts", 200)])
def test_mutations(kind: str, count: int) -> None:
    read = KINDS[kind].read
    cases = block_of(kind, -1)
    for case in islice(cases, WARM):
        read(case)
    before, slowest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, 0.0
    for number, case in enumerate(islice(cases, count)):
        began = time.process_time()
        try:
            read(case)
        except Exception as error:
            raise AssertionError(f"mutation {number}: {repr(case)[:2000]}") from error
        slowest = max(slowest, time.process_time() - began)
    assert slowest < LIMIT
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < ROOM, "kilobytes: nothing grows"
