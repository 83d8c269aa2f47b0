"""Lists whose items stand over several short lines, one fact a line: name, sum, investors. Each is read as one line."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from extractors.deals.folding import folded
from extractors.deals.words import Words
from extractors.values import Amount

# Fewer are no list: a name on a line of its own is a heading, and a sum one a figure beside the text.
FEWEST = 2
# Between the name of a record and its sum stand at most so many lines ("Activité : …", "Lyon").
_BETWEEN = 3
# A line of a record is no sentence.
_NAME_LENGTH, _LINE_LENGTH = 40, 90
_LABEL = r"[^\w\n]*(?:{})\s*:\s*"
_WORD = re.compile(r"\w")
_NAME = re.compile(r"[^\w\n]*\w[^.!?:;\n]*[^.!?:;,\n]\s*")
_ANY_LABEL = re.compile(r"[^\w\n]*(\w[\w' -]{2,28}?)\s*:(?=\s)")


@dataclass(frozen=True, slots=True)
class Records:
    """The labels that lines of a record may begin with, folded: of its company, of its sum, of who paid."""

    company: re.Pattern[str]
    sum: re.Pattern[str]
    payers: re.Pattern[str]

    @classmethod
    def of(cls, words: Words) -> Records:
        """With the labels of `words`."""
        company, amount, payers = (
            re.compile(_LABEL.format(words.sources[name])) for name in ("record_company", "record_sum", "record_payers")
        )
        return cls(company, amount, payers)

    def joined(self, text: str, amounts: Sequence[Amount]) -> str:
        """The text with the lines of each record parted by "|", and without the labels; as long as before.

        Args:
            text: normalised.
            amounts: of the text, in order.
        """
        if len(amounts) < FEWEST or text.count("\n") < 2 * FEWEST - 1:
            return text
        lines = text.split("\n")
        flat = folded(text).split("\n")
        found = self._records(flat, self._sums(flat, amounts))
        if len(found) < FEWEST:
            return text
        for first, last in found:
            for at in range(first, last + 1):
                lines[at] = self._without_label(lines[at], flat[at])
            lines[first : last + 1] = [*(line + "|" for line in lines[first:last]), lines[last] + "\n"]
        # What parted lines is now at their end.
        inside = {at for first, last in found for at in range(first, last + 1)}
        return "".join(line if at in inside else line + "\n" for at, line in enumerate(lines))[: len(text)]

    def _sums(self, lines: list[str], amounts: Sequence[Amount]) -> list[int]:
        """The lines that tell a sum and nothing else, but for a label."""
        found: list[int] = []
        start, held = 0, deque(amounts)
        for at, line in enumerate(lines):
            while held and held[0].start < start:
                held.popleft()
            if held and held[0].end <= start + len(line) <= start + _LINE_LENGTH:
                label = self.sum.match(line)
                before = line[label.end() if label else 0 : held[0].start - start]
                if not _WORD.search(before + " " + line[held[0].end - start :]):
                    found.append(at)
            start += len(line) + 1
        return found

    def _records(self, lines: list[str], sums: list[int]) -> list[tuple[int, int]]:
        """First and last line of each record."""
        found: list[tuple[int, int]] = []
        for number, at in enumerate(sums):
            first = self._name_above(lines, at, found[-1][1] + 1 if found else 0)
            if first is None:
                continue
            following = sums[number + 1] if number + 1 < len(sums) else None
            found.append((first, self._end(lines, at, following)))
        return found

    def _name_above(self, lines: list[str], at: int, least: int) -> int | None:
        """The line of the name: one labelled so, else the one right above the sum or what is labelled above it."""
        above = range(at - 1, max(least, at - 1 - _BETWEEN) - 1, -1)
        for line in above:
            if self.company.match(lines[line]):
                return line
        for line in above:
            if not lines[line].strip() or len(lines[line]) > _LINE_LENGTH:
                return None
            if not _ANY_LABEL.match(lines[line]):
                named = len(lines[line]) <= _NAME_LENGTH and _NAME.fullmatch(lines[line])
                return line if named else None
        return None

    def _end(self, lines: list[str], at: int, following: int | None) -> int:
        """The last line: labelled ones, or one that is not labelled, up to the name of the next record."""
        end = at
        stop = len(lines) if following is None else (self._name_above(lines, following, at + 1) or following)
        for line in range(at + 1, stop):
            told = lines[line]
            if not told.strip() or len(told) > _LINE_LENGTH or self.company.match(told) or told.rstrip().endswith("."):
                break
            labelled = _ANY_LABEL.match(told)
            if not labelled and end > at:
                break
            end = line
        return end

    def _without_label(self, line: str, flat: str) -> str:
        label = _ANY_LABEL.match(flat)
        if label is None or self.payers.match(flat):
            return line
        return " " * label.end() + line[label.end() :]
