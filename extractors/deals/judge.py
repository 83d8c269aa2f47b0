"""The choices that are weighed rather than ruled: who receives, what kind it is, who pays, who leads, what is news."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Literal, TypeVar

from extractors.deals.abstraction import View
from extractors.deals.match import Claim
from extractors.deals.points import Cues, Points
from extractors.values import KINDS, STATUSES, Kind, Status

T = TypeVar("T")
# The choice among several may share what speaks for somebody: "nobody" needs more than the most, it needs this.
NOBODY = 0.42
Decision = Literal["recipient", "kind", "bare", "bare_kind", "investor", "lead", "news", "topic", "status", "ai"]
# In the order of the fields of `Judge`; each has its file in `config/points/`.
DECISIONS: tuple[Decision, ...] = (
    "recipient", "kind", "bare", "bare_kind", "investor", "lead", "news", "topic", "status", "ai",
)  # fmt: skip


@dataclass(frozen=True)
class Judge:
    """Points of each decision. Methods return the choice and how sure it is, 0 to 1."""

    recipients: Points
    kinds: Points
    bares: Points = field(default_factory=lambda: Points({}))
    bare_kinds: Points = field(default_factory=lambda: Points({}))
    investors: Points = field(default_factory=lambda: Points({}))
    leads: Points = field(default_factory=lambda: Points({}))
    news: Points = field(default_factory=lambda: Points({}))
    topics: Points = field(default_factory=lambda: Points({}))
    statuses: Points = field(default_factory=lambda: Points({}))
    ais: Points = field(default_factory=lambda: Points({}))

    @classmethod
    def load(cls, user_dir: Path | None) -> Judge:
        """The shipped points with the user's own.

        Raises:
            ConfigError: file, line and what is wrong.
        """
        return cls(*(Points.load(decision, user_dir) for decision in DECISIONS))

    def points(self, decision: Decision) -> Points:
        """The points of one decision."""
        found = getattr(self, fields(Judge)[DECISIONS.index(decision)].name)
        assert isinstance(found, Points)
        return found

    def topic(self, weighed: Mapping[str | None, Cues]) -> str | None:
        """The company an article is about; None: none, or several."""
        return _likeliest({called: self.topics.score(cues) for called, cues in weighed.items()})[0]

    def recipient(self, view: View, claim: Claim, weighed: Mapping[str | None, Cues]) -> tuple[str | None, float]:
        """Who receives the sum; None: nobody."""
        scores = {called: self.recipients.score(cues) for called, cues in weighed.items()}
        best, sure = _likeliest(scores)
        if best is None and sure < NOBODY and len(scores) > 1:
            del scores[None]
            best = max(scores, key=lambda called: scores[called])
            return best, (1 - sure) * _likeliest(scores)[1]
        return best, sure

    def kind(self, view: View, claim: Claim, called: str, cues: Cues) -> tuple[Kind, float]:
        """What kind of deal it is."""
        return _kind(self.kinds, cues)

    def bare(self, called: str, tellings: Sequence[Cues]) -> tuple[int, float]:
        """Which of these sentences tells a deal of the party without a sum, and how likely any of them does."""
        scores: dict[int | None, float] = {n: self.bares.score(cues) for n, cues in enumerate(tellings)}
        best = max(range(len(tellings)), key=lambda n: scores[n])
        scores[None] = 0.0
        return best, 1.0 - share(scores, None)

    def bare_kind(self, called: str, cues: Cues) -> tuple[Kind, float]:
        """What kind such a deal is of."""
        return _kind(self.bare_kinds, cues)

    def investor(self, draft: object, called: str, cues: Cues) -> float:
        """How likely a party pays in a deal."""
        return _share(self.investors.score(cues))

    def lead(self, draft: object, called: str, cues: Cues) -> float:
        """How likely one who pays leads."""
        return _share(self.leads.score(cues))

    def is_news(self, draft: object, cues: Cues) -> float:
        """How likely a deal is the article's news rather than recalled."""
        return _share(self.news.score(cues))

    def status(self, draft: object, cues: Cues) -> Status:
        """Whether it is done, planned, rumoured or called off."""
        return _likeliest(self.statuses.scores(STATUSES, cues))[0]

    def is_ai(self, draft: object, cues: Cues) -> float:
        """How likely the recipient is of artificial intelligence."""
        return _share(self.ais.score(cues))


def _kind(points: Points, cues: Cues) -> tuple[Kind, float]:
    return _likeliest(points.scores(KINDS, cues))


def _share(score: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))


def share(scores: Mapping[T, float], choice: T) -> float:
    """How likely one of several choices is by their scores, 0 to 1."""
    most = max(scores.values())
    return math.exp(scores[choice] - most) / sum(math.exp(score - most) for score in scores.values())


def _likeliest(scores: dict[T, float]) -> tuple[T, float]:
    best = max(scores, key=lambda choice: scores[choice])
    return best, share(scores, best)
