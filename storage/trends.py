"""Deals in figures: by month, kind, round and country, the biggest, and who invests most, under the filter of `browse`.

Cancelled and denied deals are no money and are left out of all of it; how many is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from storage.browse import Browse, Selection, page_of, select_deals
from storage.database import Database
from storage.frame import KINDS, Frame, Ints, Mask
from storage.frame_reading import frame_of
from storage.near_names import NameSeen
from storage.values import DealView


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a table: what it is about, how many deals, what they sum up to in EUR."""

    name: str
    count: int
    euros: float


@dataclass(frozen=True, slots=True)
class Investor:
    """Someone who puts money in, with the number of deals."""

    key: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Trends:
    """`months` in their order; `kinds`, `rounds`, `countries` the largest sum first. `cancelled` deals are left out."""

    months: tuple[Figure, ...]
    kinds: tuple[Figure, ...]
    rounds: tuple[Figure, ...]
    countries: tuple[Figure, ...]
    biggest: tuple[DealView, ...]
    investors: tuple[Investor, ...]
    cancelled: int


@dataclass(frozen=True, slots=True)
class RuleHits:
    """How many deals that readers see a rule made, and by how many mentions."""

    deals: int
    mentions: int


def trends(db: Database, wanted: Browse) -> Trends:
    """Everything at once."""
    with db.reading() as session:
        chosen = select_deals(session, frame_of(db, session), wanted)
        frame, money = chosen.frame, chosen.money
        biggest = page_of(session, Selection(frame, money), "largest", limit=10).deals
    texts = frame.texts.texts
    return Trends(
        months=months_of(chosen),
        kinds=_largest(_figures(frame, frame.kind, money, KINDS.__getitem__)),
        rounds=_largest(one for one in _figures(frame, frame.round, money, texts.__getitem__) if one.name),
        countries=_by_country(_figures(frame, frame.country, money, texts.__getitem__)),
        biggest=tuple(deal for deal in biggest if deal.amount_eur is not None),
        investors=investors_of(chosen),
        cancelled=int(chosen.kept.sum() - money.sum()),
    )


def months_of(chosen: Selection) -> tuple[Figure, ...]:
    """Count and amount by month, in their order."""
    return tuple(_figures(chosen.frame, chosen.frame.month, chosen.money, lambda n: f"{n // 12:04d}-{n % 12 + 1:02d}"))


def investors_of(chosen: Selection, *, limit: int = 15, but: str = "") -> tuple[Investor, ...]:
    """Who is named most as an investor in these deals, cancelled ones apart, without the key `but`."""
    frame, links = chosen.frame, chosen.frame.names["investor"]
    texts = frame.texts.texts
    there = chosen.money[links.owner]
    keys, names = links.word[there], links.more[there]
    counts = np.bincount(keys)
    numbers = np.flatnonzero(counts)
    least = np.partition(counts[numbers], -limit - 1)[-limit - 1] if len(numbers) > limit else 0
    most = [(-int(counts[number]), texts[number], number) for number in numbers.tolist() if counts[number] >= least]
    shown = [one for one in sorted(most) if one[1] != but][:limit]
    return tuple(Investor(key, _usual(texts, names[keys == number]), -n) for n, key, number in shown)


def rule_hits(db: Database) -> dict[str, RuleHits]:
    """By rule id, over all deals that readers may see, background and totals too."""
    with db.reading() as session:
        frame = frame_of(db, session)
    deals = np.bincount(frame.rules.word)
    mentions = np.bincount(frame.rules.word, weights=frame.rules.more)
    rules = np.flatnonzero(deals).tolist()
    return {frame.texts.texts[rule]: RuleHits(int(deals[rule]), int(mentions[rule])) for rule in rules}


def names_told(db: Database) -> list[NameSeen]:
    """Companies and investors of deals that readers see, by key, under the spelling used most, with how many deals."""
    with db.reading() as session:
        frame = frame_of(db, session)
    texts = frame.texts.texts
    links = frame.names["company"].beside(frame.names["investor"])
    pairs, counts = np.unique(np.stack((links.word, links.more)), axis=1, return_counts=True)
    best: dict[int, tuple[int, str]] = {}
    times: dict[int, int] = {}
    for key, name, count in zip(*pairs.tolist(), counts.tolist(), strict=True):
        best[key] = min(best.get(key, (0, "")), (-count, texts[name]))
        times[key] = times.get(key, 0) + count
    return [NameSeen(texts[key], name, times[key]) for key, (_, name) in best.items()]


def countries_of(db: Database) -> tuple[str, ...]:
    """The countries that companies of deals are known to be from."""
    with db.reading() as session:
        return frame_of(db, session).countries


def _usual(texts: list[str], names: Ints) -> str:
    numbers, counts = np.unique(names, return_counts=True)
    ranked = [(-n, texts[number]) for number, n in zip(numbers.tolist(), counts.tolist(), strict=True)]
    return str(min(ranked)[1])


def _figures(frame: Frame, column: Ints, kept: Mask, name: Callable[[int], str]) -> Iterable[Figure]:
    there = column[kept]
    counts = np.bincount(there)
    euros = np.bincount(there, weights=np.nan_to_num(frame.euros[kept]))
    return [Figure(name(n), int(counts[n]), float(euros[n])) for n in np.flatnonzero(counts).tolist()]


def _by_country(told: Iterable[Figure]) -> tuple[Figure, ...]:
    """A company that is said to be from two countries counts in both."""
    found: dict[str, tuple[int, float]] = {}
    for one in told:
        for code in one.name.split():
            count, euros = found.get(code, (0, 0.0))
            found[code] = (count + one.count, euros + one.euros)
    return _largest(Figure(code, *figures) for code, figures in found.items())


def _largest(figures: Iterable[Figure]) -> tuple[Figure, ...]:
    return tuple(sorted(figures, key=lambda figure: (-figure.euros, -figure.count, figure.name)))
