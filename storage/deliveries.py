"""Deliveries for an operator's eyes and hands: listed, tried again, dropped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlmodel import Session, col, func, select

from storage.database import Database
from storage.deal_tables import DealRow, DeliveryRow, OutboxRow
from storage.errors import StorageError
from storage.messages import DeliveryLine, DeliveryState


class NoSuchDelivery(StorageError):
    """There is no message of that number, or it is not in a state in which that can be done."""


def list_deliveries(
    db: Database, *, state: DeliveryState | None = None, channel: str | None = None, most: int = 50
) -> list[DeliveryLine]:
    """The latest messages, newest first."""
    query = select(DeliveryRow).order_by(col(DeliveryRow.id).desc()).limit(most)
    if state is not None:
        query = query.where(DeliveryRow.state == state)
    if channel is not None:
        query = query.where(DeliveryRow.channel == channel)
    with db.reading() as session:
        rows = session.exec(query).all()
        tells = _tells(session, [row.id for row in rows if row.id is not None])
        return [_line(row, tells.get(row.id or 0, ())) for row in rows]


def waiting(db: Database) -> dict[str, int]:
    """What lies in the outbox without a message yet: how much, by watch."""
    with db.reading() as session:
        counted = select(OutboxRow.channel, func.count()).where(col(OutboxRow.delivery_id).is_(None))
        return dict(session.exec(counted.group_by(OutboxRow.channel).order_by(OutboxRow.channel)).all())


def count_dead(db: Database) -> int:
    """How many messages were given up and wait for somebody to look at them."""
    with db.reading() as session:
        return session.exec(select(func.count()).select_from(DeliveryRow).where(DeliveryRow.state == "dead")).one()


def retry_delivery(db: Database, delivery_id: int) -> None:
    """Let a message that waits, was given up or dropped be sent at once, under its old Message-ID.

    Raises:
        NoSuchDelivery: no such message, or it is sent.
    """
    with db.transaction() as session:
        row = _take(session, delivery_id, ("pending", "dead", "dropped"))
        row.state, row.next_try, row.attempts, row.lease_until = "pending", None, 0, None


def drop_delivery(db: Database, delivery_id: int) -> None:
    """Never send a message; what it told counts as told.

    Raises:
        NoSuchDelivery: no such message, or it is sent.
    """
    with db.transaction() as session:
        row = _take(session, delivery_id, ("pending", "dead"))
        row.state, row.next_try, row.lease_until = "dropped", None, None


def _take(session: Session, delivery_id: int, states: Sequence[DeliveryState]) -> DeliveryRow:
    row = session.exec(select(DeliveryRow).where(DeliveryRow.id == delivery_id).with_for_update()).first()
    if row is None:
        raise NoSuchDelivery(f"aucun message {delivery_id} ; `veille alerts list` les donne tous")
    if row.state not in states:
        said = {"sent": "est déjà parti", "empty": "n'a plus rien à dire", "dropped": "est déjà abandonné"}
        raise NoSuchDelivery(f"le message {delivery_id} {said.get(row.state, row.state)}")
    return row


def _tells(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    query = (
        select(OutboxRow.delivery_id, DealRow.company)
        .join(DealRow, col(DealRow.id) == col(OutboxRow.deal_id))
        .where(col(OutboxRow.delivery_id).in_(ids))
        .order_by(col(OutboxRow.id))
    )
    found: dict[int, list[str]] = {}
    for delivery_id, company in session.exec(query):
        found.setdefault(delivery_id or 0, []).append(company)
    return {delivery_id: tuple(dict.fromkeys(companies)) for delivery_id, companies in found.items()}


def _line(row: DeliveryRow, tells: tuple[str, ...]) -> DeliveryLine:
    when: datetime | None = row.next_try
    return DeliveryLine(
        id=row.id or 0,
        channel=row.channel,
        kind=row.kind,
        state=cast(DeliveryState, row.state),
        created_at=row.created_at,
        attempts=row.attempts,
        error=row.error,
        next_try=when,
        sent_at=row.sent_at,
        tells=tells,
    )
