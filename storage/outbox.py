"""From the outbox to deliveries: each row goes into one message, and a message keeps its Message-ID for ever.

The delivery is committed before it is sent, so a crash between sending and `mark_sent` sends the same message
under the same Message-ID again, and mail programs can tell that it is the same.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import text
from sqlmodel import Session, col, select

from storage.database import Database
from storage.deal_tables import DeliveryRow, MentionRow, OutboxRow
from storage.encoding import change_in
from storage.processes import is_dead, this_process
from storage.queries import deal_views
from storage.quotes import quote
from storage.tables import ArticleRow
from storage.values import Change, DealNotice, DealView, Delivery, Event, MentionView

LEASE = dt.timedelta(minutes=10)  # longer than any delivery takes; the lease of a dead process counts for nothing


def open_delivery(db: Database, channel: str, now: dt.datetime) -> Delivery | None:
    """The next message to send on `channel`, kept from other senders until it is marked.

    An unfinished message comes before a new one; a new one takes everything that waits in the outbox.
    None when there is nothing to send, when another process is sending, or when it is too early to try again.
    """
    with db.transaction() as session:
        _one_at_a_time(session, channel)
        row = _unfinished(session, channel)
        if row is not None and (_held_by_another(row, now) or (row.next_try is not None and row.next_try > now)):
            return None
        while (row := row or _collect(session, channel, now)) is not None:
            notices = _notices(session, row)
            if notices:
                row.owner, row.lease_until = this_process(), now + LEASE
                return Delivery(row.id or 0, channel, row.message_id, row.created_at, row.attempts, notices)
            row.state, row = "empty", None  # all its deals were withdrawn meanwhile
        return None


def mark_sent(db: Database, delivery: Delivery, now: dt.datetime) -> None:
    """The message was accepted: it is never sent again."""
    with db.transaction() as session:
        row = session.get_one(DeliveryRow, delivery.id)
        row.state, row.sent_at, row.next_try, row.lease_until, row.error = "sent", now, None, None, ""
        row.attempts += 1


def mark_failed(db: Database, delivery: Delivery, error: str, next_try: dt.datetime | None) -> None:
    """The message was not accepted. It waits for `next_try`, or is given up (`dead`) when that is None."""
    with db.transaction() as session:
        row = session.get_one(DeliveryRow, delivery.id)
        row.state = "dead" if next_try is None else "pending"
        row.error, row.next_try, row.lease_until = error, next_try, None
        row.attempts += 1


def _one_at_a_time(session: Session, channel: str) -> None:
    if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer anyway
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": f"send:{channel}"})


def _unfinished(session: Session, channel: str) -> DeliveryRow | None:
    pending = select(DeliveryRow).where(DeliveryRow.channel == channel, DeliveryRow.state == "pending")
    return session.exec(pending.order_by(col(DeliveryRow.id)).limit(1)).first()


def _held_by_another(row: DeliveryRow, now: dt.datetime) -> bool:
    if row.lease_until is None or row.lease_until <= now or row.owner == this_process():
        return False
    return not is_dead(row.owner)


def _collect(session: Session, channel: str, now: dt.datetime) -> DeliveryRow | None:
    waiting = session.exec(
        select(OutboxRow)
        .where(OutboxRow.channel == channel, col(OutboxRow.delivery_id).is_(None))
        .order_by(col(OutboxRow.id))
    ).all()
    if not waiting:
        return None
    row = DeliveryRow(channel=channel, message_id=_message_id(waiting), state="pending", created_at=now)
    session.add(row)
    session.flush()
    for item in waiting:
        item.delivery_id = row.id
    return row


def _message_id(rows: Sequence[OutboxRow]) -> str:
    content = sorted(f"{row.channel}\n{row.deal_id}\n{row.event}\n{row.fingerprint}" for row in rows)
    digest = hashlib.sha256("\n\n".join(content).encode()).hexdigest()
    return f"<{digest[:32]}@veille-ia>"


def _notices(session: Session, delivery: DeliveryRow) -> tuple[DealNotice, ...]:
    """One notice per deal, new ones first, the biggest first."""
    rows = session.exec(select(OutboxRow).where(OutboxRow.delivery_id == delivery.id).order_by(col(OutboxRow.id))).all()
    views = deal_views(session, {row.deal_id for row in rows})
    grouped: dict[str, list[OutboxRow]] = {}
    for row in rows:
        if row.deal_id in views:
            grouped.setdefault(views[row.deal_id].id, []).append(row)
    notices = [_notice(session, views[group[0].deal_id], group) for group in grouped.values()]
    return tuple(sorted(notices, key=_order))


def _order(notice: DealNotice) -> tuple[bool, float, str, str]:
    euros = notice.deal.amount_eur
    return (notice.event != "new", -float(euros.value) if euros else 0.0, notice.deal.company, notice.deal.id)


def _notice(session: Session, view: DealView, rows: Sequence[OutboxRow]) -> DealNotice:
    event: Event = "new" if any(row.event == "new" for row in rows) else "updated"
    changes: dict[str, Change] = {}
    for change in (change_in(value) for row in rows for value in row.changes):
        first = changes.get(change.field, change)
        changes[change.field] = Change(change.field, first.before, change.after)
    quoted = replace(view, mentions=_with_quotes(session, view))
    return DealNotice(event, quoted, tuple(changes.values()) if event == "updated" else ())


def _with_quotes(session: Session, view: DealView) -> tuple[MentionView, ...]:
    """The mentions with the sentence each was read from, in the same order."""
    texts = session.exec(
        select(ArticleRow.canonical_url, ArticleRow.stem, ArticleRow.text)
        .join(MentionRow, col(ArticleRow.id) == col(MentionRow.article_id))
        .where(MentionRow.deal_id == view.id)
    )
    by_article = {stem or url: body for url, stem, body in texts}
    found: list[MentionView] = []
    for mention in view.mentions:
        sentence, marks = quote(mention.title, by_article.get(mention.article, ""), mention.evidence)
        found.append(replace(mention, quote=sentence, marks=marks))
    return tuple(found)
