"""The deals that readers see as columns in memory: what lists, totals and trends are filtered and counted from.

A hundred thousand deals are some tens of megabytes, and any filter over them a few milliseconds, on either database.
A `Frame` never changes; `storage.frame_reading` makes one from the database, and another when deals changed.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, get_args

import numpy as np
import numpy.typing as npt

from extractors.values import Kind, Status
from storage.browse_tables import Role

Mask = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

KINDS: tuple[Kind, ...] = get_args(Kind)
STATUSES: tuple[Status, ...] = get_args(Status)
ROLES: tuple[Role, ...] = get_args(Role)
COLUMNS = ("day", "kind", "status", "round", "country", "company", "euros", "news", "words")


class Words:
    """Texts that many rows share, by number. It only grows, so that all frames of a database can share one."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        """The number of this text, a new one if need be."""
        found = self._numbers.get(text)
        if found is None:
            found = self._numbers[text] = len(self.texts)
            self.texts.append(text)
        return found

    def find(self, text: str) -> int:
        """The number of this text, or -1."""
        return self._numbers.get(text, -1)


@dataclass(frozen=True, slots=True)
class Links:
    """Rows that tie a deal (`owner`, its place in the frame) to a word; `more` is a second word, or how many times."""

    owner: Ints
    word: Ints
    more: Ints

    def moved(self, places: Ints, there: Mask | None = None) -> Links:
        """The same, or those of them that are `there`, with their owners at other places."""
        if there is None:
            return Links(places[self.owner], self.word, self.more)
        return Links(places[self.owner[there]], self.word[there], self.more[there])

    def beside(self, others: Links) -> Links:
        """These and those."""
        pairs = ((self.owner, others.owner), (self.word, others.word), (self.more, others.more))
        return Links(*(np.concatenate(pair) for pair in pairs))


@dataclass(frozen=True)
class Frame:
    """Columns in the order of `ids`, which is theirs as text.

    `day` is an ordinal, `euros` NaN where no amount is known, `kind` and `status` places in `KINDS` and `STATUSES`;
    `round`, `country` and `company` numbers in `texts`, of which the empty text is 0; `words` ids of `browse_words`.
    `names` ties deals to keys and spellings by role, `rules` to rules and numbers of mentions. `seen` says up to which
    change it is true.
    """

    ids: tuple[str, ...]
    day: Ints
    kind: Ints
    status: Ints
    round: Ints
    country: Ints
    company: Ints
    euros: Floats
    news: Mask
    words: Longs
    names: Mapping[Role, Links]
    rules: Links
    seen: int
    texts: Words
    orders: dict[str, Ints] = field(default_factory=dict, repr=False)  # all places in the order of a column, once asked
    found: dict[Any, Any] = field(default_factory=dict, repr=False)  # what was worked out of it, for who asks again

    def place(self, deal_id: str) -> int:
        """Where this id stands, or would stand."""
        return bisect_left(self.ids, deal_id)

    @cached_property
    def month(self) -> Ints:
        """The month of each deal: twelve times the year, and 0 to 11."""
        days, places = np.unique(self.day, return_inverse=True)
        told = (dt.date.fromordinal(day) for day in days.tolist())
        return np.array([day.year * 12 + day.month - 1 for day in told], np.int32)[places]

    @cached_property
    def ranked_names(self) -> Ints:
        """The rank of each deal's company among all."""
        used = np.unique(self.company)
        by_text = sorted(used.tolist(), key=self.texts.texts.__getitem__)
        ranks = np.zeros(len(self.texts.texts), np.int32)
        ranks[by_text] = np.arange(len(by_text), dtype=np.int32)
        return ranks[self.company]

    @cached_property
    def countries(self) -> tuple[str, ...]:
        """The countries that deals have."""
        return tuple(sorted({code for number in np.unique(self.country) for code in self.countries_at(int(number))}))

    def countries_at(self, number: int) -> list[str]:
        """The countries that a number of `country` stands for: mostly one, none where nobody tells."""
        return self.texts.texts[number].split()

    def of_words(self, ids: Longs) -> Mask:
        """The deals to which these rows of `browse_words` belong."""
        order = np.argsort(self.words, kind="stable")
        at = np.minimum(np.searchsorted(self.words[order], ids), max(len(order) - 1, 0))
        kept = np.zeros(len(self.ids), np.bool_)
        if len(order):
            places = order[at]
            kept[places[self.words[places] == ids]] = True
        return kept

    def tied(self, links: Links, words: Ints) -> Mask:
        """The deals tied to any of these words."""
        wanted = np.zeros(len(self.texts.texts) + 1, np.bool_)
        wanted[words] = True
        kept = np.zeros(len(self.ids), np.bool_)
        kept[links.owner[wanted[links.word]]] = True
        return kept

    def keys(self, role: Role) -> Mapping[str, int]:
        """The keys that deals have in this role, with their numbers."""
        told: Mapping[str, int] | None = self.found.get(("keys", role))
        if told is None:
            told = {self.texts.texts[number]: number for number in np.unique(self.names[role].word).tolist()}
            self.found["keys", role] = told
        return told


def cut(frame: Frame, kept: Mask) -> Frame:
    """Only the deals that are kept."""
    places = np.cumsum(kept, dtype=np.int32) - np.int32(1)
    columns: dict[str, Any] = {name: getattr(frame, name)[kept] for name in COLUMNS}
    return Frame(
        ids=tuple(deal_id for deal_id, stays in zip(frame.ids, kept.tolist(), strict=True) if stays),
        names={role: links.moved(places, kept[links.owner]) for role, links in frame.names.items()},
        rules=frame.rules.moved(places, kept[frame.rules.owner]),
        seen=frame.seen,
        texts=frame.texts,
        **columns,
    )


def joined(one: Frame, other: Frame) -> Frame:
    """The deals of both, which share no id; as true as `other`."""
    ids = (*one.ids, *other.ids)
    order = sorted(range(len(ids)), key=ids.__getitem__)
    places = np.empty(len(ids), np.int32)
    places[order] = np.arange(len(ids), dtype=np.int32)
    first, second = places[: len(one.ids)], places[len(one.ids) :]
    columns: dict[str, Any] = {
        name: np.concatenate((getattr(one, name), getattr(other, name)))[order] for name in COLUMNS
    }
    return Frame(
        ids=tuple(ids[place] for place in order),
        names={role: one.names[role].moved(first).beside(other.names[role].moved(second)) for role in ROLES},
        rules=one.rules.moved(first).beside(other.rules.moved(second)),
        seen=other.seen,
        texts=other.texts,
        **columns,
    )
