"""Decisions as they are met in labelled articles, held in arrays: eight bytes a cue, however many articles are read."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from extractors.deals.points import Cues, Points

Floats = NDArray[np.float64]
Numbers = NDArray[np.int32]


class Names:
    """The number of each cue, in the order they were met; shared by ledgers that are read together."""

    def __init__(self) -> None:
        self.cues: list[str] = []
        self._numbers: dict[str, int] = {}

    def number(self, cue: str) -> int:
        """The cue's number, a new one when it has none."""
        number = self._numbers.get(cue)
        if number is None:
            number = self._numbers[cue] = len(self.cues)
            self.cues.append(cue)
        return number


class Lesson(NamedTuple):
    """One decision: the cues of each option, and which of them are right."""

    options: tuple[Cues, ...]
    right: tuple[bool, ...]


class Ledger:
    """A list of decisions, each with its weight.

    Each array holds all cues, all options or all decisions one after the other; `_options_end` is where the cues of
    each option end, `_ends` where the options of each decision do.
    """

    def __init__(self, names: Names | None = None) -> None:
        self.names = names if names is not None else Names()
        self._cues, self._strengths = array("i"), array("f")
        self._options_end, self._right = array("q"), array("b")
        self._ends, self._weights = array("q"), array("f")

    def add(self, options: Iterable[Cues], right: Iterable[bool], weight: float = 1.0) -> None:
        """One decision, when something of it is right."""
        right = tuple(right)
        if not any(right):
            return
        number = self.names.number
        for cues in options:
            for cue, strength in sorted(cues.items()):
                self._cues.append(number(cue))
                self._strengths.append(strength)
            self._options_end.append(len(self._cues))
        self._right.extend(right)
        self._ends.append(len(self._right))
        self._weights.append(weight)

    def __len__(self) -> int:
        return len(self._ends)

    def __iter__(self) -> Iterator[Lesson]:
        return (self[number] for number in range(len(self)))

    def __getitem__(self, number: int) -> Lesson:
        named = self.names.cues
        first, end = self._ends[number - 1] if number else 0, self._ends[number]
        options = []
        for at in range(first, end):
            held = range(self._options_end[at - 1] if at else 0, self._options_end[at])
            options.append({named[self._cues[i]]: round(self._strengths[i], 6) for i in held})
        return Lesson(tuple(options), tuple(map(bool, self._right[first:end])))

    def taking(self, numbers: Iterable[int], weight: float) -> Ledger:
        """Some of its decisions, with this weight."""
        taken = Ledger(self.names)
        for number in numbers:
            taken.add(*self[number], weight)
        return taken

    def renamed(self, name: Callable[[str], str]) -> Ledger:
        """The same decisions with other names of cues."""
        other = Ledger(self.names)
        into = [self.names.number(name(cue)) for cue in list(self.names.cues)]
        other._cues = array("i", (into[cue] for cue in self._cues))
        other._strengths, other._options_end = self._strengths, self._options_end
        other._right, other._ends, other._weights = self._right, self._ends, self._weights
        return other

    @property
    def counts(self) -> float:
        """How many decisions there are, each as often as it counts."""
        return float(sum(self._weights))

    def scores(self, points: Points) -> Iterator[tuple[list[float], Sequence[int], float]]:
        """Of each decision the sums of its options' points, which options are right, and its weight."""
        if not self:
            return
        worth = np.array([points.by_cue.get(cue, 0.0) for cue in self.names.cues])
        table = Table.of([(self, 1.0)])
        held = table.scores(worth).tolist()
        first = 0
        for end, weight in zip(self._ends, self._weights, strict=True):
            yield held[first:end], self._right[first:end], weight
            first = end


class Table(NamedTuple):
    """Ledgers as columns of numbers: what is fitted.

    cues, strengths: of all options, one after the other; option: to which option each belongs.
    first: the first option of each decision; lesson: to which decision each option belongs; right: whether it is.
    weights: of decisions; counts: as how many decisions each of them was met.
    """

    cues: Numbers
    strengths: NDArray[np.float32]
    option: Numbers
    first: NDArray[np.int64]
    lesson: Numbers
    right: NDArray[np.bool_]
    weights: Floats
    counts: Floats

    @classmethod
    def of(cls, ledgers: Sequence[tuple[Ledger, float]]) -> Table:
        """Ledgers of the same names, each with what its weights are multiplied by."""
        lengths = [_numbers(ledger._options_end, np.int64) for ledger, _ in ledgers]
        options = np.concatenate([np.diff(ends, prepend=0) for ends in lengths])
        sizes = np.concatenate([np.diff(_numbers(ledger._ends, np.int64), prepend=0) for ledger, _ in ledgers])
        counts = np.concatenate([_numbers(ledger._weights, np.float32) for ledger, _ in ledgers]).astype(
            np.float64, copy=False
        )
        factors = np.concatenate([np.full(len(ledger), factor) for ledger, factor in ledgers])
        return cls(
            cues=np.concatenate([_numbers(ledger._cues, np.int32) for ledger, _ in ledgers]),
            strengths=np.concatenate([_numbers(ledger._strengths, np.float32) for ledger, _ in ledgers]),
            option=np.repeat(np.arange(len(options), dtype=np.int32), options),
            first=np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64),
            lesson=np.repeat(np.arange(len(sizes), dtype=np.int32), sizes),
            right=np.concatenate([_numbers(ledger._right, np.int8) for ledger, _ in ledgers]).astype(np.bool_),
            weights=counts * factors,
            counts=counts,
        )

    def scores(self, points: Floats) -> Floats:
        """The sum of the points of each option's cues."""
        return np.bincount(self.option, points[self.cues] * self.strengths, len(self.right)).astype(
            np.float64, copy=False
        )

    def met(self, names: int) -> Floats:
        """In how many decisions each cue stands."""
        lesson = self.lesson[self.option].astype(np.int64)
        pairs = np.unique(lesson * names + self.cues)
        return np.bincount(pairs % names, self.counts[pairs // names], names).astype(np.float64, copy=False)

    def only(self, kept: NDArray[np.bool_]) -> Table:
        """Without the cues that are not kept; the others are numbered anew, in their order."""
        held = kept[self.cues]
        number = (np.cumsum(kept) - 1).astype(np.int32)
        return self._replace(cues=number[self.cues[held]], strengths=self.strengths[held], option=self.option[held])


def _numbers(held: array[int] | array[float], kind: type[np.generic]) -> NDArray[np.generic]:
    return np.frombuffer(held, dtype=kind) if held else np.empty(0, dtype=kind)
