"""Each thing is told in one message, and a message keeps its Message-ID whatever crashes."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from newsroom import NOW, Newsroom, money, reading, telling
from sqlmodel import select

from storage.database import open_database
from storage.deal_tables import CompanyToResolve, DeliveryRow, MentionRow
from storage.messages import Delivery
from storage.outbox import mark_failed, mark_sent, open_delivery
from storage.values import Change

HOUR = dt.timedelta(hours=1)


def _open(newsroom: Newsroom, now: dt.datetime = NOW) -> Delivery | None:
    return open_delivery(newsroom.db, "mail", now)


def _must_open(newsroom: Newsroom, now: dt.datetime = NOW) -> Delivery:
    delivery = _open(newsroom, now)
    assert delivery is not None
    return delivery


def test_everything_that_waits_goes_into_one_message(newsroom: Newsroom) -> None:
    assert _open(newsroom) is None
    newsroom.tell(
        a=reading(telling("Orme", money(5e6))),
        b=reading(telling("Frêne", money(20e6))),
        c=reading(telling("Tilleul")),
        d=reading(telling("Houx", money(7e6))),
    )
    delivery = _must_open(newsroom)
    assert [notice.deal.company for notice in delivery.notices] == ["Frêne", "Houx", "Orme", "Tilleul"]
    mark_sent(newsroom.db, delivery, NOW)
    assert _open(newsroom) is None


def test_a_notice_quotes_what_each_article_says(newsroom: Newsroom) -> None:
    newsroom.tell(a=reading(telling("Orme", money(5e6))))
    (notice,) = _must_open(newsroom).notices
    (mention,) = notice.deal.mentions
    assert (mention.quote, mention.marks) == ("On apprend que Orme a signé.", ((15, 19),))


def test_a_crash_before_marking_repeats_the_same_message_id(newsroom: Newsroom) -> None:
    newsroom.tell(a=reading(telling("Orme", money(5e6))))
    first = _must_open(newsroom)
    # The process dies here, after the server took the message; news that came meanwhile waits for the next one.
    newsroom.tell(b=reading(telling("Frêne", money(9e6))))
    again = _must_open(newsroom)
    assert (again.id, again.message_id, len(again.notices)) == (first.id, first.message_id, 1)
    mark_sent(newsroom.db, again, NOW)
    following = _must_open(newsroom)
    assert following.message_id != first.message_id
    assert [notice.deal.company for notice in following.notices] == ["Frêne"]


def test_the_same_content_has_the_same_id_in_any_database(newsroom: Newsroom, tmp_path: Any) -> None:
    other = Newsroom(open_database(f"sqlite:///{tmp_path / 'other.db'}"))
    for room in (newsroom, other):
        room.tell(a=reading(telling("Orme", money(5e6))), b=reading(telling("Frêne", money(9e6))))
    assert _must_open(newsroom).message_id == _must_open(other).message_id
    other.db.dispose()


def test_failures_wait_then_die_and_do_not_hold_up_what_comes(newsroom: Newsroom) -> None:
    newsroom.tell(a=reading(telling("Orme", money(5e6))))
    mark_failed(newsroom.db, _must_open(newsroom), "451 later", NOW + HOUR)
    assert _open(newsroom) is None
    again = _must_open(newsroom, NOW + HOUR)
    assert again.attempts == 1
    mark_failed(newsroom.db, again, "550 never", None)
    assert _open(newsroom, NOW + 9 * HOUR) is None
    newsroom.tell(b=reading(telling("Frêne", money(9e6))))
    assert [notice.deal.company for notice in _must_open(newsroom).notices] == ["Frêne"]
    with newsroom.db.reading() as session:
        dead = session.exec(select(DeliveryRow).where(DeliveryRow.state == "dead")).one()
    assert (dead.error, dead.attempts, dead.message_id) == ("550 never", 2, again.message_id)


@pytest.mark.parametrize(
    ("owner", "lease", "free"),
    [("otherhost:1:x", HOUR, False), ("otherhost:1:x", -HOUR, True), ("dead", HOUR, True)],
)
def test_what_another_process_is_sending_is_left_to_it_while_it_lives(
    newsroom: Newsroom, owner: str, lease: dt.timedelta, free: bool
) -> None:
    if owner == "dead":
        code = "from storage.processes import this_process; print(this_process())"
        owner = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()
    newsroom.tell(a=reading(telling("Orme", money(5e6))))
    _must_open(newsroom)
    with newsroom.db.transaction() as session:
        row = session.exec(select(DeliveryRow)).one()
        row.owner, row.lease_until = owner, NOW + lease
    assert (_open(newsroom) is not None) is free


def test_several_at_once_make_one_message(newsroom: Newsroom, database_url: str) -> None:
    newsroom.tell(**{f"a{n}": reading(telling(f"Orme {n}", money(5e6))) for n in range(5)})

    def take(_: int) -> str | None:
        db = open_database(database_url)
        delivery = open_delivery(db, "mail", NOW)
        db.dispose()
        return delivery.message_id if delivery else None

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(take, range(4)))) == 1
    with newsroom.db.reading() as session:
        assert len(session.exec(select(DeliveryRow)).all()) == 1


def test_changes_add_up_to_one_notice(newsroom: Newsroom) -> None:
    newsroom.tell(a=reading(telling("Orme", money(5e6), status="rumoured")))
    mark_sent(newsroom.db, _must_open(newsroom), NOW)
    newsroom.tell(b=reading(telling("Orme", money(6e6))))
    newsroom.tell(c=reading(telling("Orme", money(6e6), status="cancelled")))
    (notice,) = _must_open(newsroom).notices
    assert notice.event == "updated"
    assert notice.changes == (Change("status", "rumoured", "cancelled"), Change("amount", money(5e6), money(6e6)))


def test_deals_merged_before_sending_are_told_once(newsroom: Newsroom) -> None:
    newsroom.tell(a=reading(telling("Orme", money(5e6))), b=reading(telling("Orme", money(50e6))))
    with newsroom.db.transaction() as session:
        for mention in session.exec(select(MentionRow)):
            mention.amount = {"value": "5000000", "currency": "EUR", "bound": "exact"}
        session.add(CompanyToResolve(company_key="orme", marked_at=NOW))
    newsroom.resolve()
    assert len(_must_open(newsroom).notices) == 1


def test_a_message_with_nothing_left_to_tell_is_dropped(newsroom: Newsroom) -> None:
    newsroom.tell(a=reading(telling("Orme", money(5e6))))
    with newsroom.db.transaction() as session:
        session.delete(session.exec(select(MentionRow)).one())
        session.add(CompanyToResolve(company_key="orme", marked_at=NOW))
    newsroom.resolve()
    assert _open(newsroom) is None
    newsroom.tell(b=reading(telling("Frêne", money(9e6))))
    assert [notice.deal.company for notice in _must_open(newsroom).notices] == ["Frêne"]
