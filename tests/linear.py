"""Whether what is done with a text takes time in proportion to its length."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest


def assert_linear(read: Callable[[str], object], unit: str) -> None:
    """Eight times as much of a unit takes less than thirty times as long, in one of three tries."""

    def seconds(size: int) -> float:
        text = (unit * size)[:size]
        start = time.process_time()
        read(text)
        return time.process_time() - start

    for _ in range(3):
        one, eight = seconds(25_000), seconds(200_000)
        if eight < 30 * one + 0.05:
            return
    pytest.fail(f"{one:.3f} s, then {eight:.3f} s")
