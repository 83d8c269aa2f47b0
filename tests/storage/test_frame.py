"""The deals kept in memory say what the database says, whatever changed and whoever changed it."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import fields

import numpy as np
import pytest
from newsroom import NOW, TODAY, Newsroom, money, reading, telling
from sqlalchemy import update
from sqlmodel import Session, col

from storage import frame_reading
from storage.browse_index import mark_changed
from storage.database import Database
from storage.deal_tables import DealRow
from storage.decisions import Desk, list_decisions
from storage.frame import COLUMNS, Frame
from storage.frame_reading import frame_of
from storage.news import AlertRules
from storage.organisations import apply_aliases, apply_countries
from storage.queries import list_deals
from storage.values import DealFilter

NAMES = ("Orme", "Frêne", "Tilleul", "Buis", "Érable Mobile", "Charme")
FUNDS = ("Fonds Élan", "Bpifrance", "Lac", "Rive")


def _frame(db: Database) -> Frame:
    with db.reading() as session:
        return frame_of(db, session)


def _read_anew(db: Database) -> Frame:
    with db.reading() as session:
        return frame_reading.whole(session)


def _told(frame: Frame) -> object:
    """All that it holds, in words."""
    texts = frame.texts.texts
    columns = [
        [texts[number] for number in getattr(frame, name).tolist()]
        if name in ("round", "country", "company")
        else [str(value) for value in getattr(frame, name).tolist()]
        for name in COLUMNS
    ]
    links = {
        role: sorted((frame.ids[at], texts[word], texts[more]) for at, word, more in zip(*_parts(found), strict=True))
        for role, found in frame.names.items()
    }
    rules = sorted((frame.ids[at], texts[word], times) for at, word, times in zip(*_parts(frame.rules), strict=True))
    return frame.ids, columns, links, rules


def _parts(links: object) -> list[list[int]]:
    return [getattr(links, field.name).tolist() for field in fields(links)]  # type: ignore[arg-type]


def _something_happens(newsroom: Newsroom, dice: random.Random, turn: int) -> None:
    desk = Desk(newsroom.db, "claire", AlertRules(0.5, 7, NOW))
    deals = list(list_deals(newsroom.db, DealFilter(include_all=True)))
    told = telling(
        dice.choice(NAMES),
        money(dice.randrange(1, 9) * 10**6) if dice.random() < 0.8 else None,
        kind=dice.choice(("funding", "debt", "acquisition")),
        round=dice.choice((None, "seed")),
        investors=tuple(dice.sample(FUNDS, 2)),
        status=dice.choice(("announced", "cancelled")),
        rules=tuple(dice.sample(("lève", "nominal", "dette"), 2)),
    )
    act = dice.choice(("tell", "tell", "tell", "merge", "reject", "correct", "alias", "country", "undo"))
    if act == "tell" or len(deals) < 4:
        day = TODAY - dt.timedelta(days=dice.randrange(400))
        newsroom.tell(**{f"t{turn}": reading(told, published=day, outlet=dice.choice(("L’Écho", "La Gazette")))})
    elif act == "merge":
        desk.merge([deal.id for deal in dice.sample(deals, 2)])
    elif act == "reject":
        desk.reject(dice.choice(deals).id)
    elif act == "correct":
        desk.correct(dice.choice(deals).id, [f"entreprise={dice.choice(NAMES)} Plus", "montant=7 M€"])
    elif act == "alias":
        apply_aliases(newsroom.db, dice.choice(({}, {"charme": "buis"}, {"lac": "rive", "frene": "orme"})), NOW)
        newsroom.resolve()
    elif act == "country":
        apply_countries(newsroom.db, {name.casefold(): dice.choice(("FR", "BE")) for name in dice.sample(NAMES, 3)})
    else:
        made = list_decisions(newsroom.db)
        if made:
            desk.undo(dice.choice(made).id)


def test_what_changed_is_read_again_and_nothing_else_is_missed(newsroom: Newsroom) -> None:
    dice = random.Random(4)
    for turn in range(25):
        _something_happens(newsroom, dice, turn)
        kept = _frame(newsroom.db)
        assert _told(kept) == _told(_read_anew(newsroom.db)), turn
        listed = {deal.id: deal for deal in list_deals(newsroom.db, DealFilter(include_all=True))}
        assert sorted(listed) == list(kept.ids)
        sums = np.nan_to_num(kept.euros).sum()
        assert sums == pytest.approx(sum(float(d.amount_eur.value) for d in listed.values() if d.amount_eur))
    assert len(kept.ids) > 5
    assert kept.found is _frame(newsroom.db).found, "what did not change is not read again"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_transactions_that_commit_out_of_order_are_all_seen(newsroom: Newsroom) -> None:
    """Not on SQLite, which has one writer at a time: nothing commits out of order there."""
    newsroom.tell(a=reading(telling("Orme", money(1e6))), b=reading(telling("Buis", money(1e6))))
    first, second = _frame(newsroom.db).ids

    def change(session: Session, deal_id: str) -> None:
        session.execute(update(DealRow).where(col(DealRow.id) == deal_id).values(amount_eur=5e6))
        mark_changed(session, [deal_id])

    def euros() -> list[float]:
        return [float(value) for value in _frame(newsroom.db).euros]

    with newsroom.db.transaction() as slow:
        change(slow, first)
        with newsroom.db.transaction() as quick:
            change(quick, second)
        assert euros() == [1e6, 5e6]
    assert euros() == [5e6, 5e6]
