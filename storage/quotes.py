"""The sentence a mention was read from, with its fields marked."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractors.deals.wrapped import unwrapped
from extractors.mending import MendedText, mend
from extractors.values import Evidence

LONGEST = 420  # characters; a sentence longer than this is cut around its marks

_BREAK = re.compile(r"\n+|(?<=[.!?…»])[ \u00a0\u202f]+(?=[«“\"A-ZÀ-ÖØ-Þ])")
_INITIALS = re.compile(r"(?:^|[\s(«])(?:[A-Z]|MM?|Mme|Mlle|Dr|Me|St)\.$")

Marks = tuple[tuple[int, int], ...]


def quote(title: str, text: str, evidence: Sequence[Evidence]) -> tuple[str, Marks]:
    """The sentence that holds most of the evidence, and where the fields stand in it.

    Sentences of the text come before the title. Empty when there is no usable evidence. A damaged sentence is quoted as
    it was meant.
    """
    for source, where in ((text, "text"), (title, "title")):
        spans = [(span.start, span.end) for span in evidence if span.where == where]
        spans = [(start, end) for start, end in spans if 0 <= start < end <= len(source)]
        meant = mend(source) if spans else MendedText(source)
        # Of what is no more in the text as it was meant (a tag, a sign) nothing is marked.
        spans = [(start, end) for start, end in (meant.found(*span) for span in spans) if start < end]
        if spans:
            whole = unwrapped(meant.text)
            start, end = _sentence(whole, spans)
            return _cut(whole, start, end, _merged(spans, start, end))
    return "", ()


def _sentence(source: str, spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The bounds of the sentence with most spans in it, the first of equals."""
    best, most, start = (0, len(source)), 0, 0
    starts = sorted(begin for begin, _ in spans)
    for end, following in _ends(source):
        held = sum(start <= begin < end for begin in starts)
        if held > most:
            best, most = (start, end), held
        start = following
    return best


def _ends(source: str) -> list[tuple[int, int]]:
    """(end of a sentence, beginning of the next) over the whole text."""
    found = [
        (gap.start(), gap.end())
        for gap in _BREAK.finditer(source)
        if "\n" in gap[0] or not _INITIALS.search(source, max(gap.start() - 6, 0), gap.start())
    ]
    return [*found, (len(source), len(source))]


def _merged(spans: Sequence[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """The spans within the bounds, overlapping ones as one."""
    merged: list[tuple[int, int]] = []
    for begin, stop in sorted(spans):
        begin, stop = max(begin, start), min(stop, end)
        if begin >= stop:
            continue
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((begin, stop))
    return merged


def _cut(source: str, start: int, end: int, marks: list[tuple[int, int]]) -> tuple[str, Marks]:
    """The sentence, shortened with ellipses around its first marks when it is too long."""
    head = tail = ""
    if end - start > LONGEST:
        if marks[0][0] - start > LONGEST // 3:
            start, head = source.rfind(" ", start, marks[0][0] - LONGEST // 4) + 1 or marks[0][0], "… "
        if end - start > LONGEST:
            end, tail = max(source.rfind(" ", start, start + LONGEST), marks[0][1]), " …"
    shift = len(head) - start
    kept = [(begin + shift, min(stop, end) + shift) for begin, stop in marks if begin < end]
    return head + source[start:end] + tail, tuple(kept)
