"""A generated month of news, and who should be told what of it: written from the specification, not from the code.

Each company has one story. A story is what the press tells on which day, and what is true of the deal from then on.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

FIRST = dt.date(2026, 3, 2)  # a Monday; the clocks change on the 29th
DAYS = 30


@dataclass(frozen=True)
class Facts:
    status: str = "announced"
    millions: float | None = None
    lead: str | None = None
    kind: str = "funding"


@dataclass(frozen=True)
class Told:
    """One article: when it appears, what it says, and whether it changes what is known (`news`) or is only noise."""

    day: int
    company: str
    facts: Facts
    news: bool = True
    role: str = "news"
    ai: bool = True
    confidence: float = 0.9
    age: int = 0  # days between publication and appearance


@dataclass
class Month:
    """The articles of every day, and the days on which something is out of order."""

    articles: dict[int, list[Told]] = field(default_factory=dict)
    no_feeds: set[int] = field(default_factory=set)  # articles of such a day come the day after
    no_post: set[int] = field(default_factory=set)  # the mail server refuses everything
    killed: set[int] = field(default_factory=set)  # the run dies while it resolves, and is started again
    cut_off: set[int] = field(default_factory=set)  # the sender dies after the server took a message


def generate(seed: int, companies: int = 70) -> Month:
    chance = random.Random(seed)
    month = Month()
    for number in range(companies):
        name = f"Orme{number:03d}"
        day = chance.randrange(DAYS)
        story = chance.choice(STORIES)(name, day, chance)
        for place, told in enumerate(story):
            month.articles.setdefault(told.day, []).append(told)
            following = story[place + 1].day if place + 1 < len(story) else DAYS + 9
            later = told.day + chance.randrange(3)
            if told.news and chance.random() < 0.6 and later < following:  # other outlets repeat it
                month.articles.setdefault(later, []).append(replace(told, day=later, news=False))
    for kind in (month.no_feeds, month.no_post, month.killed, month.cut_off):
        kind.update(chance.sample(range(1, DAYS - 2), 4))
    month.no_post.update({chance.randrange(8, 12), chance.randrange(8, 12)})
    return month


def _plain(name: str, day: int, chance: random.Random) -> list[Told]:
    return [Told(day, name, Facts(millions=chance.choice([3, 8, 25, 60, 400]), lead=chance.choice([None, "Alpha"])))]


def _confirmed(name: str, day: int, chance: random.Random) -> list[Told]:
    talk, fact = chance.choice([(30.0, 20.0), (40.0, 40.0), (12.0, 21.0)])
    later = day + chance.randrange(1, 9)
    return [
        Told(day, name, Facts("rumoured", talk)),
        Told(later, name, Facts("announced", fact)),
    ]


def _amount_known(name: str, day: int, chance: random.Random) -> list[Told]:
    return [Told(day, name, Facts()), Told(day + chance.randrange(1, 9), name, Facts(millions=chance.choice([5, 45])))]


def _another_lead(name: str, day: int, chance: random.Random) -> list[Told]:
    return [
        Told(day, name, Facts("rumoured", 50, "Alpha")),
        Told(day + chance.randrange(1, 9), name, Facts("announced", 50, "Bêta")),
    ]


def _called_off(name: str, day: int, chance: random.Random) -> list[Told]:
    amount = chance.choice([7.0, 70.0])
    return [
        Told(day, name, Facts(chance.choice(["announced", "rumoured"]), amount, kind="acquisition")),
        Told(day + chance.randrange(1, 9), name, Facts("cancelled", amount, kind="acquisition")),
    ]


def _never_news(name: str, day: int, chance: random.Random) -> list[Told]:
    facts = Facts(millions=30)
    noise = [
        Told(day, name, facts, news=False, role="background"),
        Told(day, name, facts, news=False, ai=False),
        Told(day, name, facts, news=False, confidence=0.3),
        Told(day, name, facts, news=False, age=20),
        Told(day, name, Facts("cancelled", 30), news=False),
    ]
    return [chance.choice(noise)]


Story = Callable[[str, int, random.Random], list[Told]]
STORIES: list[Story] = [
    _plain,
    _plain,
    _plain,
    _confirmed,
    _confirmed,
    _amount_known,
    _another_lead,
    _called_off,
    _never_news,
]


@dataclass(frozen=True)
class Line:
    """One deal in one message, as a reader sees it."""

    company: str
    event: str
    changed: frozenset[str]


@dataclass
class Reader:
    """What one watch knows and what waits for it. `wants` decides about deals it was never told."""

    wants: Callable[[Facts], bool]
    due: Callable[[int, str], bool]  # day, "run" or "later" → whether a message may be begun
    heard: dict[str, Facts] = field(default_factory=dict)
    waiting: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)
    stuck: frozenset[Line] | None = None
    got: list[tuple[int, frozenset[Line]]] = field(default_factory=list)

    def hear(self, company: str, facts: Facts) -> None:
        if company not in self.heard:
            if facts.status != "cancelled" and self.wants(facts):
                self.heard[company], self.waiting[company] = facts, ("new", frozenset())
            return
        before = self.heard[company]
        changed = frozenset(
            name
            for name, differs in (
                ("status", before.status != facts.status),
                ("amount", facts.millions is not None and before.millions != facts.millions),
                ("lead", bool(before.lead and facts.lead and before.lead != facts.lead)),
            )
            if differs
        )
        if not changed:
            return
        self.heard[company] = facts
        event, earlier = self.waiting.get(company, ("updated", frozenset()))
        self.waiting[company] = (event, earlier | changed if event == "updated" else frozenset())

    def post(self, day: int, when: str, works: bool) -> None:
        if self.stuck is not None:
            if not works:
                return
            self.got.append((day, self.stuck))
            self.stuck = None
        if self.waiting and self.due(day, when):
            lines = frozenset(Line(name, event, changed) for name, (event, changed) in self.waiting.items())
            self.waiting.clear()
            if works:
                self.got.append((day, lines))
            else:
                self.stuck = lines
