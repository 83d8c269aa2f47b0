"""A run killed anywhere and taken up leaves what an undisturbed run leaves, row by row, and tells everybody once."""

from __future__ import annotations

from pathlib import Path

import pytest
from kills import killer


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("kills", [4, pytest.param(200, marks=pytest.mark.slow)])
def test_killed_anywhere(tmp_path: Path, request: pytest.FixtureRequest, kind: str, kills: int) -> None:
    """By the clock, at any statement, and where messages go out; `python -m benchmarks.kills` does the same in parts."""
    server = request.getfixturevalue("postgresql_server") if kind == "postgresql" else None
    with killer(tmp_path / "kills", server) as trials:
        found = [trials.trial(number, seed=kills) for number in range(kills)]
    assert [(trial.how, trial.wrong) for trial in found if trial.wrong] == []
    hits, twice = sum(trial.hit for trial in found), sum(trial.twice for trial in found)
    assert hits, "no run was killed while it worked"
    print(f"{hits} of {kills} kills hit a run at work; {twice} messages arrived twice, under one Message-ID")
