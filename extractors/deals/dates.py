"""Dates told in French press text, resolved against the day of publication."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date

from extractors.deals.date_reader import Reader
from extractors.deals.date_values import NUMERIC, DateSpan, Precision, read_numeric
from extractors.deals.date_words import date_words
from extractors.deals.normalise import normalise, plain

__all__ = ["DateSpan", "Precision", "find_dates"]


def find_dates(text: str, published: date | None) -> list[DateSpan]:
    """Dates in order, never overlapping. Without `published`, only those that name their year.

    A month or weekday is the latest one not after `published`; a week is told as its month, "il y a un an" and a
    season as a year. Times ahead ("d'ici 2030", "jeudi prochain") are left out.
    """
    reader = Reader(normalise(text), plain(text), published, date_words())
    found = [span for match in NUMERIC.finditer(reader.flat) if (span := read_numeric(match))]
    starts, ends = [span.start for span in found], [span.end for span in found]
    end, last = 0, None
    for at, word in reader.key_words():
        if at < end:
            continue
        span = reader.read(word, at, at + len(word), last)
        if span is None or span.start < end:
            continue
        index = bisect_right(starts, span.start)
        if index and ends[index - 1] > span.start:
            continue
        found.append(span)
        end, last = span.end, span
    return sorted(found, key=lambda span: span.start)
