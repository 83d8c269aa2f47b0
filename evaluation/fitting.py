"""Points from decisions whose right answer is known: those under which the right answers are likeliest, kept small.

Each decision is a choice among options, and an option is as likely as the sum of its points says against the others'
(a conditional logit). The points are found by L-BFGS in plain Python; nothing is drawn by chance.
"""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from extractors.deals.points import Cues, Points

# A cue seen in fewer decisions is left out: its points would be those of a handful of articles.
RAREST = 10
_MOST_STEPS = 200
_REMEMBERED = 10
# Enough when a step gains no more than this part of the whole.
_ENOUGH = 1e-7
_NONE_RIGHT = 1e-300


class Option(NamedTuple):
    """The cues of one choice: `whole` are fully there, `partly` each with its strength. Sorted by name."""

    whole: tuple[str, ...]
    partly: tuple[tuple[str, float], ...]

    @classmethod
    def of(cls, cues: Cues) -> Option:
        """Cues as they are held while thousands of decisions are gathered: names shared, none twice."""
        named = sorted((sys.intern(cue), strength) for cue, strength in cues.items())
        return cls(
            tuple(cue for cue, strength in named if strength == 1.0),
            tuple((cue, strength) for cue, strength in named if strength != 1.0),
        )

    def score(self, points: Points) -> float:
        """The sum of the points of its cues."""
        held = points.by_cue
        return sum(held.get(cue, 0.0) for cue in self.whole) + sum(held.get(cue, 0.0) * x for cue, x in self.partly)


class Lesson(NamedTuple):
    """One decision: its options, and which of them are right."""

    options: tuple[Option, ...]
    right: tuple[bool, ...]


# An option with its cues by number, and a decision of them with the weight of all that are alike.
_Numbered = tuple[tuple[int, ...], tuple[tuple[int, float], ...]]
_Decision = tuple[tuple[_Numbered, ...], tuple[bool, ...], float]
_Vector = list[float]


def fit(
    lessons: Sequence[tuple[Lesson, float]],
    stiffness: float,
    rarest: int = RAREST,
    start: Mapping[str, float] | None = None,
) -> dict[str, float]:
    """The points of each cue that stands in at least `rarest` of these decisions.

    Args:
        lessons: each with its weight; those without any right option teach nothing.
        stiffness: how much it costs a cue to count (half of it times the square of its points).
        start: points that are near already; what is found is the same, sooner.
    """
    seen: Counter[str] = Counter()
    for lesson, _ in lessons:
        seen.update({cue for option in lesson.options for cue in (*option.whole, *(name for name, _ in option.partly))})
    names = sorted(cue for cue, count in seen.items() if count >= rarest)
    decisions = _numbered(lessons, {name: number for number, name in enumerate(names)})

    def cost(points: _Vector) -> tuple[float, _Vector]:
        return _cost(decisions, points, stiffness)

    return dict(zip(names, _least(cost, [(start or {}).get(name, 0.0) for name in names]), strict=True))


def _numbered(lessons: Iterable[tuple[Lesson, float]], numbers: dict[str, int]) -> list[_Decision]:
    """Decisions that are alike (an article read twice, same outcome) are held once, with their weights added."""
    weights: dict[tuple[tuple[_Numbered, ...], tuple[bool, ...]], float] = {}
    for lesson, weight in lessons:
        if not any(lesson.right) or all(lesson.right):
            continue
        options = tuple(
            (
                tuple(numbers[cue] for cue in option.whole if cue in numbers),
                tuple((numbers[cue], x) for cue, x in option.partly if cue in numbers),
            )
            for option in lesson.options
        )
        weights[options, lesson.right] = weights.get((options, lesson.right), 0.0) + weight
    return [(options, right, weight) for (options, right), weight in weights.items()]


def _cost(decisions: list[_Decision], points: _Vector, stiffness: float) -> tuple[float, _Vector]:
    """How unlikely the right answers are under these points, with what large points cost; and its slope."""
    held = points.__getitem__
    total = stiffness / 2 * sum(x * x for x in points)
    slope = [stiffness * x for x in points]
    for options, right, weight in decisions:
        scores = [
            sum(map(held, whole)) + (sum([points[i] * x for i, x in partly]) if partly else 0.0)
            for whole, partly in options
        ]
        top = max(scores)
        likely = [math.exp(score - top) for score in scores]
        every = sum(likely)
        good = sum([x for x, is_right in zip(likely, right, strict=True) if is_right]) + _NONE_RIGHT
        total += weight * (math.log(every) - math.log(good))
        for (whole, partly), x, is_right in zip(options, likely, right, strict=True):
            push = weight * (x / every - (x / good if is_right else 0.0))
            if -1e-9 < push < 1e-9:
                continue
            for i in whole:
                slope[i] += push
            for i, strength in partly:
                slope[i] += push * strength
    return total, slope


def _least(cost: Callable[[_Vector], tuple[float, _Vector]], start: _Vector) -> _Vector:
    """Where the cost is least, by L-BFGS with a halving line search."""
    at, (now, slope) = start, cost(start)
    steps: list[tuple[_Vector, _Vector, float]] = []
    for _ in range(_MOST_STEPS):
        way = _way_down(slope, steps)
        downhill = _times(way, slope)
        if downhill >= 0.0:
            break
        far = 1.0 if steps else min(1.0, 1.0 / math.sqrt(_times(slope, slope)))
        for _ in range(30):
            there = [x + far * d for x, d in zip(at, way, strict=True)]
            then, new_slope = cost(there)
            if then <= now + 1e-4 * far * downhill:
                break
            far /= 2
        else:
            break
        moved = [b - a for a, b in zip(at, there, strict=True)]
        turned = [b - a for a, b in zip(slope, new_slope, strict=True)]
        bend = _times(moved, turned)
        if bend > 1e-12:
            steps = [*steps[1 - _REMEMBERED :], (moved, turned, bend)]
        gained = now - then
        at, now, slope = there, then, new_slope
        if gained <= _ENOUGH * max(1.0, abs(now)):
            break
    return at


def _way_down(slope: _Vector, steps: list[tuple[_Vector, _Vector, float]]) -> _Vector:
    way = [-x for x in slope]
    held: list[float] = []
    for moved, turned, bend in reversed(steps):
        part = _times(moved, way) / bend
        held.append(part)
        way = [x - part * y for x, y in zip(way, turned, strict=True)]
    if steps:
        _, turned, bend = steps[-1]
        scale = bend / _times(turned, turned)
        way = [x * scale for x in way]
    for (moved, turned, bend), part in zip(steps, reversed(held), strict=True):
        back = part - _times(turned, way) / bend
        way = [x + back * y for x, y in zip(way, moved, strict=True)]
    return way


def _times(a: _Vector, b: _Vector) -> float:
    return sum(map(float.__mul__, a, b))
