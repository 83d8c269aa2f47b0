"""Cutting WARC files into parts that several workers share evenly and of which a killed one loses little.

A small file is read once and cut exactly. Of a large compressed one, to read all would be a fifth of the whole work,
done by one process while the others wait; so only a stretch before each cut is inflated, and how many responses lie
between two cuts is estimated from the first ones.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from sources.archives.values import Part, even_size
from sources.archives.warc_records import CUT, is_compressed, is_cut, next_response, opened, responses, size_of

RECORDS = 10_000  # a minute of work, most being refused early
GRAIN = 250  # a part of fewer would cost more to lease, store and tell than it is worth
LARGE_BYTES = 32_000_000
# A cut is where a walk from so far before it arrives: a page that holds records of its own (an archive in the archive)
# does not pass for a place to cut unless it is larger, and pages of this size are not read.
_RUN_UP = 1 << 20


def cut(file: Path, name: str, member: str, parts: int) -> Iterator[Part]:
    """The parts of a file, about so many where its size allows it.

    Args:
        name: what the file is called in the ledger.
        member: the file within it, for a .wacz; else "".

    Raises:
        OSError: it cannot be read.
    """
    label = f"{name}!{member}" if member else name
    with opened(file, member) as stream:
        if size_of(stream) > LARGE_BYTES and is_compressed(stream):
            yield from _cut_by_bytes(stream, label, name, member, parts)
            return
    yield from _joined(_grains(file, label, name, member), parts)


def _cut_by_bytes(stream: IO[bytes], label: str, name: str, member: str, parts: int) -> Iterator[Part]:
    end = size_of(stream)
    each = _bytes_of_a_response(stream)
    size = even_size(max(1, round(end / each)), GRAIN, RECORDS, parts=parts)
    start = 0
    while start < end:
        following = _cut_behind(stream, start + round(size * each), end)
        args = {"name": name, "member": member, "start": start, "end": following, "unseen": True}
        yield Part(f"{label}:{start}", args, max(1, round((following - start) / each)))
        start = following


def _bytes_of_a_response(stream: IO[bytes]) -> float:
    """How much of the file a response takes, by the first ones."""
    start = next_response(stream, 0)
    if start is None:
        return float(size_of(stream))
    stream.seek(start)
    count, last = 0, start
    try:
        for record in itertools.islice(responses(stream, parse_http=False), GRAIN + 1):
            count, last = count + 1, record.stream_pos
    except OSError:
        pass  # whoever reads the part tells of the damage; here fewer are enough
    return (last - start) / (count - 1) if count > 1 else float(size_of(stream))


def _cut_behind(stream: IO[bytes], wanted: int, end: int) -> int:
    """Where the first response at or behind a place begins; the end of the file if there is none."""
    at: int | None = max(0, wanted - _RUN_UP)
    while wanted < end and (at := next_response(stream, at or 0)) is not None and at < end:
        if at >= wanted:
            return at
        stream.seek(at)
        try:
            for record in responses(stream, parse_http=False):
                at = record.stream_pos
                if at >= wanted:
                    return at
        except OSError:
            pass  # damaged here: whoever reads the part tells
        at += 1
    return end


def _joined(grains: Iterable[Part], parts: int) -> Iterator[Part]:
    """The grains of a file as so many parts: neighbours are joined, and what is damaged between them stays apart."""
    known = list(grains)
    size = even_size(sum(grain.size for grain in known), GRAIN, RECORDS, parts=parts)
    whole: Part | None = None
    for grain in known:
        if whole and whole.size + grain.size <= size and whole.args.get("end") == grain.args["start"]:
            whole = Part(whole.key, {**whole.args, "end": grain.args["end"]}, whole.size + grain.size)
            continue
        if whole:
            yield whole
        whole = grain
    if whole:
        yield whole


def _grains(file: Path, label: str, name: str, member: str) -> Iterator[Part]:
    """Stretches of `GRAIN` responses, and of what lies between them damaged."""
    begin, found = 0, False
    while True:
        with opened(file, member) as stream:
            size = size_of(stream)
            if begin >= size:
                break
            start, count, last, wrong = begin, 0, begin, ""
            stream.seek(begin)
            try:
                for record in responses(stream, parse_http=False):
                    last = record.stream_pos
                    if count == GRAIN:
                        yield _grain(label, name, member, start, last, count)
                        start, count, found = last, 0, True
                    count += 1
            except OSError as error:
                wrong = str(error)[:200]
            if count:  # what is damaged behind the last sound record is met, and told, by whoever reads this part
                yield _grain(label, name, member, start, last + 1 if wrong else size, count)
                found = True
            if not wrong and is_cut(stream, last):
                wrong = CUT
            following = next_response(stream, max(last + 1, begin + 1)) if wrong else None
            if wrong and (not count or following is None):
                yield Part(f"{label}:{last}:damaged", {"name": name, "member": member, "start": last, "wrong": wrong})
                found = True
            if following is None:
                break
            begin = following
    if not found:
        wrong = "aucune page : ce n'est pas un fichier WARC, ou il est vide"
        yield Part(f"{label}:0:damaged", {"name": name, "member": member, "start": 0, "wrong": wrong})


def _grain(label: str, name: str, member: str, start: int, end: int, count: int) -> Part:
    return Part(f"{label}:{start}", {"name": name, "member": member, "start": start, "end": end}, count)
