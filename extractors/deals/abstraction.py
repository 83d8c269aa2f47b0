"""A sentence in which each typed span is one character: what rules are matched against."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from extractors.values import Where

T = TypeVar("T")

# One block of the private use area for each type of span; a sentence holds at most BLOCK spans of a type.
BLOCK = 1024
BASES = {"name": 0xE000, "amount": 0xE400, "date": 0xE800, "round": 0xEC00, "anaphor": 0xF000}
CLASSES = {kind: f"[{chr(base)}-{chr(base + BLOCK - 1)}]" for kind, base in BASES.items()}
_NAMES, _ANAPHORS = (CLASSES[kind][1:-1] for kind in ("name", "anaphor"))
# The first span of a kind has this character, so that its lack tells that there is none.
_FIRST = {kind: chr(base) for kind, base in BASES.items()}
_ONE = {kind: re.compile(source) for kind, source in CLASSES.items()}
PARTY = f"[{_NAMES}{_ANAPHORS}]"
# Blanks (all are plain spaces here) beyond so many in a row are left out: a rule reads blanks in several places that
# stand side by side, and would share out a long run between them in every way (fifty in one sentence: four seconds).
_BLANKS = " " * 3
_LONG_RUN = re.compile(f"(?<={_BLANKS}) +")


@dataclass(frozen=True, slots=True)
class Span(Generic[T]):
    """A typed span of a passage: `value` is a Name, an Amount, a date, a round or an anaphor."""

    kind: str
    start: int
    end: int
    value: T


@dataclass(frozen=True, slots=True)
class Anaphor:
    """A noun or pronoun that stands for a party. `large`: a group or an investor rather than a start-up.

    order: 1 for "le premier", 2 for "la seconde", of two parties that were named together; else 0.
    """

    text: str
    large: bool
    pronoun: bool
    order: int = 0


@dataclass(slots=True)
class View:
    """One sentence. `text` is folded, with one character for each span; offsets of the passage are kept.

    Attributes:
        number: position of the sentence in the article; the title is 0.
        where: title or text.
        start, end: offsets in the passage.
        spans: by character of `text`.
        paragraph: number of the line the sentence stands in.
        first: true when the sentence opens its paragraph.
    """

    number: int
    where: Where
    start: int
    end: int
    text: str
    spans: dict[str, Span[object]]
    paragraph: int = 0
    first: bool = False
    _marks: list[int] = field(default_factory=list)
    _offsets: list[int] = field(default_factory=list)

    def offset(self, position: int) -> int:
        """The offset in the passage of a position in `text`."""
        i = bisect_right(self._marks, position) - 1
        return self._offsets[i] + position - self._marks[i]

    def of(self, kind: str) -> list[tuple[int, Span[object]]]:
        """Spans of one kind with their position in `text`, in order."""
        if _FIRST[kind] not in self.spans:
            return []
        return [(match.start(), self.spans[match.group()]) for match in _ONE[kind].finditer(self.text)]


def abstract(
    number: int, where: Where, flat: str, start: int, end: int, spans: list[Span[object]], paragraph: int, first: bool
) -> View:
    """The view of `flat[start:end]` (already folded), with `spans` of that stretch put in as characters.

    Spans must lie in order and not overlap. More than BLOCK of one kind: the rest stays plain text.
    """
    if not spans:
        return View(number, where, start, end, flat[start:end], {}, paragraph, first, [0], [start])
    parts: list[str] = []
    marks, offsets = [0], [start]
    held: dict[str, Span[object]] = {}
    counts = dict.fromkeys(BASES, 0)
    position, length = start, 0
    gaps = [run.span() for run in _LONG_RUN.finditer(flat, start, end)] if _BLANKS in flat else []
    for span in [*spans, None]:
        until = end if span is None else span.start
        if span is not None and (until < position or counts[span.kind] >= BLOCK):
            continue
        while gaps and gaps[0][0] < until:
            run_start, after = gaps.pop(0)
            if run_start < position:  # within a span
                continue
            parts.append(flat[position:run_start])
            length += run_start - position
            position = min(after, until)
            marks.append(length)
            offsets.append(position)
        parts.append(flat[position:until])
        length += until - position
        if span is not None:
            char = chr(BASES[span.kind] + counts[span.kind])
            counts[span.kind] += 1
            parts.append(char)
            marks += [length, length + 1]
            offsets += [span.start, span.end]
            length += 1
            held[char] = span
            position = span.end
    return View(number, where, start, end, "".join(parts), held, paragraph, first, marks, offsets)


def without_overlap(spans: list[Span[object]]) -> list[Span[object]]:
    """The spans in order; where two overlap, amounts win over all, anaphors lose to all, else the longer wins."""
    rank = {"amount": 0, "round": 1, "date": 1, "name": 1, "anaphor": 2}
    kept: list[Span[object]] = []
    for span in sorted(spans, key=lambda s: (s.start, rank[s.kind], -s.end)):
        while kept and span.start < kept[-1].end:
            last = kept[-1]
            if (rank[last.kind], last.start - last.end) <= (rank[span.kind], span.start - span.end):
                break
            kept.pop()
        else:
            kept.append(span)
    return kept
