"""The values of delivery: what may be begun, a message on its way, a line of a list. Moments are aware, in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from storage.values import DealNotice

DeliveryState = Literal["pending", "sent", "dead", "dropped", "empty"]


@dataclass(frozen=True, slots=True)
class Allowance:
    """What may be begun now for a watch.

    `slot` is the last moment at which a digest was due, None for a watch that is told at once; `most` messages may
    be begun since `today`.
    """

    slot: datetime | None = None
    today: datetime | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one watch. The same notices always have the same `message_id` (with angle brackets).

    Either `notices` or a `note` (plain values, for `alerts.notes`). `since` is set for digests: when the one before
    was due. `rendered` are its words as the first attempt put them (plain values, for `alerts.send`). `served` have it
    already and `refused` will never; `thread` are the earlier messages it follows up.
    """

    id: int
    channel: str
    message_id: str
    created_at: datetime
    attempts: int
    notices: tuple[DealNotice, ...] = ()
    note: Mapping[str, object] | None = None
    since: datetime | None = None
    rendered: Mapping[str, object] | None = None
    served: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    thread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """One message as lists show it: what it tells, in names, and where it stands."""

    id: int
    channel: str
    kind: str
    state: DeliveryState
    created_at: datetime
    attempts: int
    error: str
    next_try: datetime | None
    sent_at: datetime | None
    tells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ToldDeal:
    """A deal that a watch was told of, with the moments it was told first and last."""

    notice: DealNotice
    first_told: datetime
    last_told: datetime
