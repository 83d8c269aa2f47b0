"""The life of one deal: when the press said rumoured, planned, announced or cancelled, and which telling said it first.

The status after the last turn is the one that the deal shows (`storage.choices.status_of`): both come from one rule.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from extractors.values import Status
from storage.choices import status_of
from storage.facts import MentionFacts


@dataclass(frozen=True, slots=True)
class Turn:
    """A change of status. `day` is when it was published, `date` what the telling says of when it happened."""

    status: Status
    day: dt.date
    mention: str
    date: str | None = None


def life(mentions: Sequence[MentionFacts]) -> tuple[Turn, ...]:
    """The turns that the tellings of one deal went through, oldest first; whatever their order.

    A day on which outlets disagree counts as a whole. Of the tellings that brought a turn the surest is named.
    """
    turns: list[Turn] = []
    heard: list[MentionFacts] = []
    ordered = sorted(mentions, key=lambda mention: (mention.published, mention.key))
    for day, published in groupby(ordered, key=lambda mention: mention.published):
        today = list(published)
        heard += today
        status = status_of(heard)
        if turns and turns[-1].status == status:
            continue
        # What a day changes, a telling of that day says.
        saying = [mention for mention in today if mention.status == status]
        teller = min(saying, key=lambda mention: (-mention.confidence, mention.key))
        turns.append(Turn(status, day, teller.key, teller.date))
    return tuple(turns)
