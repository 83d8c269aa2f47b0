"""Cutting French press text into sentences, offsets kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel, ConfigDict

from config.documents import PACKAGE_DIR, read_yaml, validated
from extractors.deals.normalise import normalise

_STOP = re.compile(r"[.!?…]+[\"')\]]*|\n")

_CLOSING = re.compile(r"[^\S\n]?»")


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text[start:end]` is the sentence, without white space around it."""

    start: int
    end: int


def split_sentences(text: str) -> list[Sentence]:
    """The sentences of `text` in order; newlines always cut. Linear time.

    A full stop cuts before a space and something that can start a sentence, or when a small letter before it is
    glued to a capital after it. Abbreviations, initials and decimals do not cut.
    """
    flat = normalise(text)
    found: list[Sentence] = []
    start = 0
    for stop in _STOP.finditer(flat):
        end = stop.end()
        if stop.group() == "\n" or _cuts(flat, stop.start(), end):
            if "»" in text[end : end + 2] and (closing := _CLOSING.match(text, end)):
                end = closing.end()
            _add(found, flat, start, end)
            start = end
    _add(found, flat, start, len(flat))
    return found


def _cuts(text: str, start: int, end: int) -> bool:
    after = text[end : end + 6]
    if not after or after.isspace():
        return True
    mark, before = text[start], text[max(0, start - 24) : start]
    if not after[0].isspace():
        return _glued(text, start, end)
    follower = after.lstrip()[:1]
    if follower.islower() or follower in ",;:)":
        return False
    if mark != "." or text[start : start + 2] == "..":
        return True
    return not _abbreviation(before, follower)


def _glued(text: str, start: int, end: int) -> bool:
    """`millions.La`, `en 2021.Le`, `10 M€.Les` and `»Nuvéa` cut, `Nod.ai`, `W.IN.G` and `3.5` do not."""
    before, after = text[max(0, start - 4) : start], text[end : end + 3]
    if len(before) < 4 or not after[0].isupper():
        return False
    if len(after) > 1 and after[1].isupper():
        return False
    word = before[-4:].isalpha() and before[-3:].islower()
    return word or before[-2:].isdigit() or before[-1] in "€$%)" or text[start:end].endswith(('"', ")"))


def _abbreviation(before: str, follower: str) -> bool:
    at = max(before.rfind(" "), before.rfind("'"), before.rfind("("), before.rfind("\n")) + 1
    last = before[at:]
    if len(last) == 1:  # an initial, "J. Durand", but not "série A. Le tour"
        return last.isupper() and follower.isupper() and not before[:at].rstrip().endswith(_lettered())
    return last.lower() in _abbreviations()


def _add(found: list[Sentence], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    end = start + len(piece.rstrip())
    start += len(piece) - len(piece.lstrip())
    if start < end:
        found.append(Sentence(start, end))


@cache
def _abbreviations() -> frozenset[str]:
    return frozenset(word.lower() for word in _file().abbreviations)


@cache
def _lettered() -> tuple[str, ...]:
    return tuple(_file().lettered)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    abbreviations: list[str]
    lettered: list[str]


@cache
def _file() -> _File:
    return validated(read_yaml(PACKAGE_DIR / "lexicon" / "abbreviations.yaml"), _File)
