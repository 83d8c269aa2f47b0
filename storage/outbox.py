"""From the outbox to deliveries: each row goes into one message, and a message keeps its Message-ID for ever.

The delivery is committed before it is sent, so a crash between sending and `mark_sent` sends the same message
under the same Message-ID again, and mail programs can tell that it is the same.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from storage.clocks import LONGEST_WAIT, is_over
from storage.database import Database
from storage.deal_tables import DeliveryRow, OutboxRow, WatchStateRow
from storage.messages import Allowance, Delivery, ToldDeal
from storage.notices import notices_of
from storage.processes import is_dead, this_process
from storage.values import DealNotice

LEASE = dt.timedelta(minutes=10)  # longer than any delivery takes; the lease of a dead process counts for nothing
_THREAD = 10  # earlier messages that a follow-up names

AT_ONCE = Allowance()


def open_delivery(db: Database, channel: str, now: dt.datetime, allowed: Allowance = AT_ONCE) -> Delivery | None:
    """The next message to send to the watch `channel`, kept from other senders until it is marked.

    An unfinished message comes before a new one; a new one takes everything that waits in the outbox.
    None when there is nothing to send, when another process is sending, or when it is too early.
    """
    with db.transaction() as session:
        _one_at_a_time(session, channel)
        state = _state(session, channel, now)
        row: DeliveryRow | None = None
        for waiting in _unfinished(session, channel):
            if _held_by_another(waiting, now):
                return None
            if is_over(waiting.next_try, now):
                row = waiting
                break
            if not waiting.served:
                return None  # the way there is closed; where only one recipient waits, others need not
        while (row := row or _collect(session, state, now, allowed)) is not None:
            notices = notices_of(session, _rows(session, row))
            if notices or row.note is not None:
                row.owner, row.lease_until = this_process(), now + LEASE
                return _delivery(session, row, notices)
            row.state, row = "empty", None  # all its deals were withdrawn meanwhile
        return None


def mark_sent(db: Database, delivery: Delivery, now: dt.datetime) -> None:
    """The message was accepted: it is never sent again."""
    with db.transaction() as session:
        row = session.get_one(DeliveryRow, delivery.id)
        row.state, row.sent_at, row.next_try, row.lease_until, row.error = "sent", now, None, None, ""
        row.rendered = None
        row.attempts += 1


def mark_failed(db: Database, delivery: Delivery, error: str, next_try: dt.datetime | None) -> None:
    """The message was not accepted. It waits for `next_try`, or is given up (`dead`) when that is None."""
    with db.transaction() as session:
        row = session.get_one(DeliveryRow, delivery.id)
        row.state = "dead" if next_try is None else "pending"
        row.error, row.next_try, row.lease_until = error, next_try, None
        row.attempts += 1


def keep_rendered(db: Database, delivery: Delivery, words: Mapping[str, object]) -> None:
    """Keep the words of a message from before its first attempt, so that every attempt says the same."""
    with db.transaction() as session:
        session.get_one(DeliveryRow, delivery.id).rendered = dict(words)


def mark_recipients(db: Database, delivery: Delivery, served: Sequence[str], refused: Mapping[str, str]) -> None:
    """These have the message now, and those will never; `mark_sent` or `mark_failed` says what becomes of the rest."""
    with db.transaction() as session:
        row = session.get_one(DeliveryRow, delivery.id)
        row.served = [*dict.fromkeys([*(row.served or []), *served])]
        row.refused = {**(row.refused or {}), **refused}


def queued_since(db: Database, channel: str, since: dt.datetime) -> int:
    """How many things to tell a watch got into the outbox since then."""
    with db.reading() as session:
        count = select(func.count()).select_from(OutboxRow)
        return session.exec(count.where(OutboxRow.channel == channel, col(OutboxRow.created_at) >= since)).one()


def told_deals(db: Database, channel: str, most: int) -> list[ToldDeal]:
    """The deals that a watch was told of, messages under way included, the last told first."""
    with db.reading() as session:
        last = func.max(OutboxRow.created_at)
        query = (
            select(OutboxRow.deal_id, func.min(OutboxRow.created_at), last)
            .where(OutboxRow.channel == channel, col(OutboxRow.delivery_id).is_not(None))
            .group_by(OutboxRow.deal_id)
            .order_by(last.desc(), OutboxRow.deal_id)
            .limit(most)
        )
        found = {deal_id: (first, latest) for deal_id, first, latest in session.exec(query)}
        rows = session.exec(
            select(OutboxRow)
            .where(OutboxRow.channel == channel, col(OutboxRow.deal_id).in_(found))
            .order_by(col(OutboxRow.id))
        ).all()
        by_deal = {notice.deal.id: notice for notice in notices_of(session, rows)}
        views = {row.deal_id for row in rows if row.deal_id in by_deal}
        return [ToldDeal(by_deal[deal_id], *found[deal_id]) for deal_id in found if deal_id in views]


def _one_at_a_time(session: Session, channel: str) -> None:
    if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer anyway
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": f"send:{channel}"})


def _state(session: Session, channel: str, now: dt.datetime) -> WatchStateRow:
    row = session.get(WatchStateRow, channel)
    if row is None:
        row = WatchStateRow(channel=channel, first_seen=now)
        session.add(row)
    return row


def _rows(session: Session, delivery: DeliveryRow) -> Sequence[OutboxRow]:
    carried = select(OutboxRow).where(OutboxRow.delivery_id == delivery.id)
    return session.exec(carried.order_by(col(OutboxRow.id))).all()


def _unfinished(session: Session, channel: str) -> Sequence[DeliveryRow]:
    pending = select(DeliveryRow).where(DeliveryRow.channel == channel, DeliveryRow.state == "pending")
    return session.exec(pending.order_by(col(DeliveryRow.id))).all()


def _held_by_another(row: DeliveryRow, now: dt.datetime) -> bool:
    if is_over(row.lease_until, now) or row.owner == this_process():
        return False
    return not is_dead(row.owner)


def _collect(session: Session, state: WatchStateRow, now: dt.datetime, allowed: Allowance) -> DeliveryRow | None:
    since: dt.datetime | None = None
    if allowed.slot is not None:
        since = state.last_slot or state.first_seen
        if since > now + LONGEST_WAIT:  # the clock has been put back since: from now on, it is today's that counts
            state.last_slot = state.first_seen = now
        if allowed.slot <= since:
            return None
        state.last_slot = allowed.slot  # also when nothing waits: the next digest is due at the next slot
    elif _too_many(session, state.channel, allowed):
        return None
    waiting = session.exec(
        select(OutboxRow)
        .where(OutboxRow.channel == state.channel, col(OutboxRow.delivery_id).is_(None))
        .order_by(col(OutboxRow.id))
    ).all()
    if not waiting:
        return None
    row = DeliveryRow(
        channel=state.channel, message_id=_message_id(waiting), state="pending", created_at=now, since=since
    )
    session.add(row)
    session.flush()
    for item in waiting:
        item.delivery_id = row.id
    return row


def _too_many(session: Session, channel: str, allowed: Allowance) -> bool:
    if allowed.most is None or allowed.today is None:
        return False
    begun = select(func.count()).select_from(DeliveryRow)
    today = begun.where(
        DeliveryRow.channel == channel,
        DeliveryRow.kind == "deals",
        DeliveryRow.state != "empty",
        col(DeliveryRow.created_at) >= allowed.today,
    )
    return session.exec(today).one() >= allowed.most


def _message_id(rows: Sequence[OutboxRow]) -> str:
    return message_id_of(*sorted(f"{row.channel}\n{row.deal_id}\n{row.event}\n{row.fingerprint}" for row in rows))


def message_id_of(*content: str) -> str:
    """The Message-ID of a message with this content, with angle brackets: the same wherever it is computed."""
    digest = hashlib.sha256("\n\n".join(content).encode()).hexdigest()
    return f"<{digest[:32]}@veille-ia>"


def _delivery(session: Session, row: DeliveryRow, notices: tuple[DealNotice, ...]) -> Delivery:
    assert row.id is not None
    return Delivery(
        id=row.id,
        channel=row.channel,
        message_id=row.message_id,
        created_at=row.created_at,
        attempts=row.attempts,
        notices=notices,
        note=row.note,
        since=row.since,
        rendered=row.rendered,
        served=tuple(row.served or ()),
        refused=row.refused or {},
        thread=_thread(session, row, notices),
    )


def _thread(session: Session, row: DeliveryRow, notices: Sequence[DealNotice]) -> tuple[str, ...]:
    """The messages that told these deals before, oldest first, when there is nothing new but changes."""
    if not notices or any(notice.event == "new" for notice in notices):
        return ()
    ids = select(OutboxRow.deal_id).where(OutboxRow.delivery_id == row.id)
    earlier = (
        select(DeliveryRow.message_id, DeliveryRow.id)
        .join(OutboxRow, col(OutboxRow.delivery_id) == col(DeliveryRow.id))
        .where(
            OutboxRow.channel == row.channel,
            col(OutboxRow.deal_id).in_(ids),
            DeliveryRow.state == "sent",
            col(DeliveryRow.id) < row.id,
        )
        .distinct()
        .order_by(col(DeliveryRow.id).desc())
        .limit(_THREAD)
    )
    return tuple(message_id for message_id, _ in reversed(session.exec(earlier).all()))
