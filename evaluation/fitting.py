"""Points from decisions whose right answer is known: those under which the right answers are likeliest, kept small.

Each decision is a choice among options, and an option is as likely as the sum of its points says against the others'
(a conditional logit). The points are found by L-BFGS; nothing is drawn by chance.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from evaluation.ledger import Floats, Ledger, Table

# A cue seen in fewer decisions is left out: its points would be those of a handful of articles.
RAREST = 10
_MOST_STEPS = 200
_REMEMBERED = 10
# Enough when a step gains no more than this part of the whole.
_ENOUGH = 1e-7
_NONE_RIGHT = 1e-300


def fit(
    ledgers: Sequence[tuple[Ledger, float]],
    stiffness: float,
    rarest: int = RAREST,
    start: Mapping[str, float] | None = None,
    near: Mapping[str, float] | None = None,
) -> dict[str, float]:
    """The points of each cue that stands in at least `rarest` of these decisions.

    Args:
        ledgers: of the same names, each with what its weights are multiplied by.
        stiffness: how much it costs a cue to count (half of it times the square of its points).
        start: points that are near already; what is found is the same, sooner.
        near: points that cost nothing: the others are paid for by how far they are from these. Rarer cues keep theirs.
    """
    ledgers = [(ledger, factor) for ledger, factor in ledgers if ledger]
    if not ledgers:
        return {}
    cues = ledgers[0][0].names.cues
    table = Table.of(ledgers)
    kept = table.met(len(cues)) >= rarest
    names = [cue for cue, keep in zip(cues, kept.tolist(), strict=True) if keep]
    near = near or {}
    given = table.scores(np.array([0.0 if keep else near.get(cue, 0.0) for cue, keep in zip(cues, kept, strict=True)]))
    home = np.array([near.get(name, 0.0) for name in names])
    table = table.only(kept)

    def cost(points: Floats) -> tuple[float, Floats]:
        return _cost(table, points, home, given, stiffness)

    begin = np.array([(start or near).get(name, 0.0) for name in names])
    found = dict(zip(names, _least(cost, begin).tolist(), strict=True))
    return dict(sorted({**near, **found}.items()))


def _cost(table: Table, points: Floats, home: Floats, given: Floats, stiffness: float) -> tuple[float, Floats]:
    """How unlikely the right answers are under these points, with what it costs to leave `home`; and its slope.

    Args:
        given: what each option scores by cues that are not measured.
    """
    scores = table.scores(points) + given
    top = np.maximum.reduceat(scores, table.first)
    likely = np.exp(scores - top[table.lesson])
    good_ones = np.where(table.right, likely, 0.0)
    every = np.add.reduceat(likely, table.first)
    good = np.add.reduceat(good_ones, table.first) + _NONE_RIGHT
    away = points - home
    total = stiffness / 2 * float(away @ away) + float(table.weights @ (np.log(every) - np.log(good)))
    push = table.weights[table.lesson] * (likely / every[table.lesson] - good_ones / good[table.lesson])
    slope = np.bincount(table.cues, push[table.option] * table.strengths, len(points))
    return total, stiffness * away + slope


def _least(cost: Callable[[Floats], tuple[float, Floats]], start: Floats) -> Floats:
    """Where the cost is least, by L-BFGS with a halving line search."""
    at, (now, slope) = start, cost(start)
    steps: list[tuple[Floats, Floats, float]] = []
    for _ in range(_MOST_STEPS):
        way = _way_down(slope, steps)
        downhill = float(way @ slope)
        if downhill >= 0.0:
            break
        far = 1.0 if steps else min(1.0, 1.0 / math.sqrt(float(slope @ slope)))
        for _ in range(30):
            there = at + far * way
            then, new_slope = cost(there)
            if then <= now + 1e-4 * far * downhill:
                break
            far /= 2
        else:
            break
        moved, turned = there - at, new_slope - slope
        bend = float(moved @ turned)
        if bend > 1e-12:
            steps = [*steps[1 - _REMEMBERED :], (moved, turned, bend)]
        gained = now - then
        at, now, slope = there, then, new_slope
        if gained <= _ENOUGH * max(1.0, abs(now)):
            break
    return at


def _way_down(slope: Floats, steps: list[tuple[Floats, Floats, float]]) -> Floats:
    way = -slope
    held: list[float] = []
    for moved, turned, bend in reversed(steps):
        part = float(moved @ way) / bend
        held.append(part)
        way = way - part * turned
    if steps:
        _, turned, bend = steps[-1]
        way = way * (bend / float(turned @ turned))
    for (moved, turned, bend), part in zip(steps, reversed(held), strict=True):
        way = way + (part - float(turned @ way) / bend) * moved
    return way
