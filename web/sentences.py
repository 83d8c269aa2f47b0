"""A quoted sentence cut at its marks, each with the fields that were read there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from alerts.formatting import mended, typeset
from extractors.deals.examples import parse_example
from storage.values import MentionView


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a sentence; `fields` is empty outside marks."""

    text: str
    fields: tuple[str, ...] = ()


def pieces(view: MentionView) -> list[Piece]:
    """The quote of a mention, in order."""
    return _set(_pieces(view), view.quote)


def example_pieces(example: str) -> list[Piece]:
    """A rule's example, whose slots are marked in the file."""
    plain, marks = parse_example(example)
    found, at = [], 0
    for mark in marks:
        found += [Piece(plain[at : mark.start]), Piece(plain[mark.start : mark.end], (mark.slot,))]
        at = mark.end
    return _set([*found, Piece(plain[at:])], plain)


def _set(found: Iterable[Piece], whole: str) -> list[Piece]:
    """The pieces of a sentence with its spaces as French wants them, which are as long as before."""
    shown, told, at = typeset(whole), [], 0
    for piece in found:
        end = at + len(piece.text)
        if piece.text:
            told.append(replace(piece, text=mended(shown[at:end])))
        at = end
    return told


def _pieces(view: MentionView) -> Iterator[Piece]:
    at = 0
    for start, end in view.marks:
        yield Piece(view.quote[at:start])
        yield from _fields(view, view.quote[start:end])
        at = end
    yield Piece(view.quote[at:])


def _fields(view: MentionView, marked: str) -> Iterator[Piece]:
    """A mark may hold several fields, of which evidence knows the words: cut where they are apart, named where not."""
    at = 0
    spots = sorted(
        (marked.find(span.text), -len(span.text), span.field)
        for span in view.evidence
        if span.text and span.text in marked
    )
    for start, length, field in spots:
        same = tuple(dict.fromkeys(name for begin, long, name in spots if (begin, long) == (start, length)))
        if start < at or (same and field != same[0]):
            continue
        if start > at:
            yield Piece(marked[at:start])
        yield Piece(marked[start : start - length], same)
        at = start - length
    if at < len(marked):
        yield Piece(marked[at:])
