"""The doctor's findings on a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, Protocol

from rich.console import Console
from rich.text import Text

_MARKS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "error": ("✗", "red")}


class Finding(Protocol):
    """What a check found; see `flows.doctor.Check`."""

    @property
    def name(self) -> str: ...
    @property
    def verdict(self) -> Literal["ok", "warning", "error"]: ...
    @property
    def found(self) -> str: ...
    @property
    def remedy(self) -> str: ...


def print_checks(out: Console, findings: Iterable[Finding]) -> int:
    """Print each finding as it comes; 1 when one is an error, else 0."""
    worst = 0
    for finding in findings:
        mark, style = _MARKS[finding.verdict]
        line = Text.assemble((f"{mark} ", style), f"{finding.name:<10} ", finding.found)
        if finding.remedy and finding.verdict != "ok":
            line.append(f"\n    → {finding.remedy}", style)
        out.print(line, soft_wrap=True)
        worst |= finding.verdict == "error"
    return int(worst)
