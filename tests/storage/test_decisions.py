"""What people decide wins over the rules: now, after more news, and after everything was read again."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from newsroom import NOW, TODAY, Newsroom, money, reading, telling
from sqlmodel import select

from extractors.values import Reading
from storage.database import open_database
from storage.deal_tables import OutboxRow
from storage.decisions import Decision, Desk, list_decisions, mark_of
from storage.errors import DecisionError
from storage.mentions import mark_companies, replace_mentions
from storage.messages import Delivery
from storage.news import AlertRules
from storage.outbox import mark_sent, open_delivery
from storage.queries import find_deal, list_deals
from storage.tables import ArticleRow
from storage.values import DealFilter, DealView

ALL = DealFilter(include_all=True)


def _desk(newsroom: Newsroom, who: str = "claire") -> Desk:
    return Desk(newsroom.db, who, AlertRules(0.5, 7, newsroom.now))


def _deals(newsroom: Newsroom, **more: Any) -> list[DealView]:
    return list(list_deals(newsroom.db, DealFilter(include_all=True, **more)))


def _sizes(newsroom: Newsroom) -> list[int]:
    return sorted(len(deal.mentions) for deal in _deals(newsroom))


def _outbox(newsroom: Newsroom) -> list[tuple[str, str]]:
    with newsroom.db.reading() as session:
        return [(row.event, row.deal_id) for row in session.exec(select(OutboxRow).order_by(OutboxRow.id))]


def _mark_all_sent(newsroom: Newsroom) -> Delivery | None:
    delivery = open_delivery(newsroom.db, "mail", newsroom.now)
    if delivery is not None:
        mark_sent(newsroom.db, delivery, newsroom.now)
    return delivery


def _two(newsroom: Newsroom) -> tuple[str, str]:
    """Two deals of one company that rules keep apart: (older, newer)."""
    (older,) = newsroom.tell(a=reading(telling("Orme", money(20e6)))).created
    newsroom.now += dt.timedelta(hours=1)
    (newer,) = newsroom.tell(b=reading(telling("Orme", money(90e6)))).created
    return older, newer


def _read_again(newsroom: Newsroom, name: str, again: Reading) -> None:
    """As `veille reprocess` does: what is read now takes the place of what was read before."""
    with newsroom.db.transaction() as session:
        url = f"https://gazette.example/{name}"
        article = session.exec(select(ArticleRow).where(ArticleRow.canonical_url == url)).one()
        assert article.id is not None
        mark_companies(session, replace_mentions(session, article.id, again, None), newsroom.now)
    newsroom.resolve()


def test_merged_by_hand_the_older_id_stays_and_the_newer_leads_to_it(newsroom: Newsroom) -> None:
    older, newer = _two(newsroom)
    before = _outbox(newsroom)
    decision = _desk(newsroom).merge([newer, older])
    assert (decision.verb, decision.deal_id, decision.decided_by) == ("merge", older, "claire")
    assert [deal.id for deal in _deals(newsroom)] == [older]
    assert (find_deal(newsroom.db, newer) or _deals(newsroom)[0]).id == older
    newsroom.tell(c=reading(telling("Orme", money(90e6))))
    assert _sizes(newsroom) == [3]
    assert _outbox(newsroom) == before, "nothing is told again"


def test_a_merge_undone_gives_both_their_ids_back_and_tells_nobody(newsroom: Newsroom) -> None:
    older, newer = _two(newsroom)
    before = _outbox(newsroom)
    desk = _desk(newsroom)
    undone = desk.undo(desk.merge([older, newer]).id)
    assert undone.undone_by == "claire"
    assert {deal.id for deal in _deals(newsroom)} == {older, newer}
    assert _outbox(newsroom) == before
    with pytest.raises(DecisionError, match="déjà annulée, par claire"):
        desk.undo(undone.id)


def test_a_merge_across_two_names_holds_and_is_undone(newsroom: Newsroom) -> None:
    (older,) = newsroom.tell(a=reading(telling("Orme", money(20e6)))).created
    newsroom.now += dt.timedelta(hours=1)
    (newer,) = newsroom.tell(b=reading(telling("Orme Systèmes", money(20e6)))).created
    desk = _desk(newsroom)
    decision = desk.merge([older, newer])
    assert [deal.id for deal in _deals(newsroom)] == [older]
    newsroom.tell(c=reading(telling("Orme Systèmes", money(20e6))))
    newsroom.tell(d=reading(telling("Orme", money(20e6))))
    assert [(deal.id, len(deal.mentions)) for deal in _deals(newsroom)] == [(older, 4)]
    desk.undo(decision.id)
    assert {deal.id: len(deal.mentions) for deal in _deals(newsroom)} == {older: 2, newer: 2}


def test_split_off_by_hand_and_later_tellings_go_where_they_agree_best(newsroom: Newsroom) -> None:
    (deal_id,) = newsroom.tell(
        a=reading(telling("Orme", money(20e6))),
        b=reading(telling("Orme", money(20.4e6))),
    ).created
    (leaving,) = [m for m in _deals(newsroom)[0].mentions if m.article.endswith("/b")]
    mark = mark_of(f"{leaving.article}#0")
    _mark_all_sent(newsroom)
    decision = _desk(newsroom).split(deal_id, [mark.upper()])
    assert _sizes(newsroom) == [1, 1]
    newsroom.tell(c=reading(telling("Orme", money(20.4e6))))
    (joined,) = [deal for deal in _deals(newsroom) if len(deal.mentions) == 2]
    assert joined.amount == money(20.4e6)
    newsroom.tell(d=reading(telling("Orme", money(20.4e6))))
    assert _mark_all_sent(newsroom) is None, "both were told as one before"
    _desk(newsroom).undo(decision.id)
    assert _sizes(newsroom) == [4]
    assert _deals(newsroom)[0].id == deal_id


def test_a_later_merge_takes_a_split_back(newsroom: Newsroom) -> None:
    (deal_id,) = newsroom.tell(a=reading(telling("Orme", money(20e6))), b=reading(telling("Orme", money(20e6)))).created
    desk = _desk(newsroom)
    desk.split(deal_id, [mark_of("https://gazette.example/b#0")])
    desk.merge([deal.id for deal in _deals(newsroom)])
    assert _sizes(newsroom) == [2]


def test_rejected_is_neither_listed_nor_told_until_undone(newsroom: Newsroom) -> None:
    (deal_id,) = newsroom.tell(a=reading(telling("Orme", money(20e6), confidence=0.3))).created
    decision = _desk(newsroom).reject(deal_id, "un chiffre d'affaires")
    done = newsroom.tell(b=reading(telling("Orme", money(20e6))))
    assert (_deals(newsroom), done.queued_new, _outbox(newsroom)) == ([], (), [])
    assert [deal.id for deal in _deals(newsroom, include_rejected=True)] == [deal_id]
    with pytest.raises(DecisionError, match=f"rejetée.*undo {decision.id}"):
        _desk(newsroom).confirm(deal_id)
    _desk(newsroom).undo(decision.id)
    assert [deal.id for deal in _deals(newsroom)] == [deal_id]
    assert _outbox(newsroom) == [("new", deal_id)], "it is fresh and was never told"


def test_a_mail_that_waits_leaves_a_rejected_deal_out(newsroom: Newsroom) -> None:
    (deal_id,) = newsroom.tell(a=reading(telling("Orme", money(20e6)))).created
    _desk(newsroom).reject(deal_id)
    assert open_delivery(newsroom.db, "mail", newsroom.now) is None


def test_a_rejected_telling_does_not_hide_a_deal_that_readers_see(newsroom: Newsroom) -> None:
    older, newer = _two(newsroom)
    _desk(newsroom).reject(newer)
    _read_again(newsroom, "b", reading(telling("Orme", money(20e6))))
    assert [(deal.id, len(deal.mentions)) for deal in _deals(newsroom)] == [(older, 1)]


def test_corrections_win_over_any_number_of_tellings_and_the_later_one_over_the_earlier(newsroom: Newsroom) -> None:
    (deal_id,) = newsroom.tell(a=reading(telling("Orme", money(20e6)))).created
    _desk(newsroom).correct(deal_id, ["amount=12,5 millions de dollars", "tour=série B", "lead=Alpha"])
    _desk(newsroom, "jean").correct(deal_id, ["montant=environ 13 M$", "ai=non", "date=2026-02"])
    newsroom.tell(**{f"x{n}": reading(telling("Orme", money(20e6), investors=("Bêta",))) for n in range(5)})
    (deal,) = _deals(newsroom)
    assert (deal.amount, deal.round, deal.date, deal.ai) == (money(13e6, "USD", "about"), "series-b", "2026-02", False)
    assert (deal.lead, set(deal.investors)) == (("Alpha",), {"Alpha", "Bêta"})
    assert deal.amount_eur is not None
    assert 10e6 < deal.amount_eur.value < 13e6
    _desk(newsroom).undo(list_decisions(newsroom.db)[0].id)
    assert _deals(newsroom)[0].amount == money(12.5e6, "USD")


def test_confirmed_is_sure_and_told(newsroom: Newsroom) -> None:
    (deal_id,) = newsroom.tell(a=reading(telling("Orme", money(20e6), confidence=0.3))).created
    assert _outbox(newsroom) == []
    _desk(newsroom).confirm(deal_id)
    assert _deals(newsroom)[0].confidence == 1.0
    assert _outbox(newsroom) == [("new", deal_id)]


SURVIVORS = [
    ("another place", (telling("Frêne", money(1e6)), telling("Orme", money(20e6)))),
    ("another figure", (telling("Orme", money(21e6)),)),
    ("another kind", (telling("Orme", money(20e6), kind="debt"),)),
    ("another name", (telling("Orme Lyon", money(20e6)),)),
    ("a figure more", (telling("Orme", money(3e6), kind="grant"), telling("Orme", money(20e6)))),
]


@pytest.mark.parametrize(("why", "again"), SURVIVORS)
def test_a_decision_survives_reading_again(newsroom: Newsroom, why: str, again: Any) -> None:
    (deal_id,) = newsroom.tell(a=reading(telling("Orme", money(20e6)))).created
    _desk(newsroom).correct(deal_id, ["company=Orme Industries"])
    before = _outbox(newsroom)
    _read_again(newsroom, "a", reading(*again))
    (deal,) = [deal for deal in _deals(newsroom) if deal.company == "Orme Industries"]
    assert deal.id == deal_id, why
    assert [one for one in _outbox(newsroom) if one[1] == deal_id] == before


def test_a_merge_survives_reading_both_again(newsroom: Newsroom) -> None:
    older, newer = _two(newsroom)
    _desk(newsroom).merge([older, newer])
    _read_again(newsroom, "a", reading(telling("Chêne", money(5e6)), telling("Orme", money(20e6))))
    _read_again(newsroom, "b", reading(telling("Chêne", money(5e6)), telling("Orme", money(90e6))))
    assert sorted((deal.company, len(deal.mentions)) for deal in _deals(newsroom)) == [("Chêne", 2), ("Orme", 2)]


def test_in_a_round_up_the_neighbours_equal_figure_is_not_taken_for_it(newsroom: Newsroom) -> None:
    orme, frene = telling("Orme", money(20e6)), telling("Frêne", money(20e6))
    newsroom.tell(a=reading(orme, frene))
    (deal_id,) = [deal.id for deal in _deals(newsroom) if deal.company == "Orme"]
    _desk(newsroom).correct(deal_id, ["round=seed"])
    _read_again(newsroom, "a", reading(frene, orme))
    assert {deal.company: deal.round for deal in _deals(newsroom)} == {"Orme": "seed", "Frêne": None}


def test_a_decision_on_a_merged_id_follows_it(newsroom: Newsroom) -> None:
    older, newer = _two(newsroom)
    _desk(newsroom).merge([older, newer])
    assert _desk(newsroom).correct(newer, ["round=seed"]).deal_id == older
    assert [one.verb for one in list_decisions(newsroom.db, newer)] == ["correct", "merge"]


ERRORS: list[tuple[Any, str]] = [
    (lambda desk, deal: desk.merge([deal, "zzzz"]), "pas d'opération zzzz.*veille deals --all"),
    (lambda desk, deal: desk.merge([deal, deal]), "déjà une seule"),
    (lambda desk, deal: desk.split(deal, ["zzzzz"]), "pas de mention zzzzz.*deals show"),
    (lambda desk, deal: desk.split(deal, [mark_of("https://gazette.example/a#0")]), "laissez-en"),
    (lambda desk, deal: desk.correct(deal, ["couleur=bleu"]), "couleur=bleu.*company, kind"),
    (lambda desk, deal: desk.correct(deal, ["amount=beaucoup"]), "amount.*beaucoup.*12,5 M€"),
    (lambda desk, deal: desk.correct(deal, ["amount=12 millions"]), "amount.*devise"),
    (lambda desk, deal: desk.correct(deal, ["kind=loto"]), "kind.*funding"),
    (lambda desk, deal: desk.correct(deal, ["date=2026-02-30"]), "date.*2026-03-11"),
    (lambda desk, deal: desk.correct(deal, ["round=quatorzième"]), "round.*série B"),
    (lambda desk, deal: desk.correct(deal, ["ai=peut-être"]), "ai.*oui ou non"),
    (lambda desk, deal: desk.note(deal, "  "), "vide"),
    (lambda desk, deal: desk.undo(99), "pas de décision 99.*deals decisions"),
]


@pytest.mark.parametrize(("act", "told"), ERRORS)
def test_what_cannot_be_decided_says_what_to_do_and_changes_nothing(newsroom: Newsroom, act: Any, told: str) -> None:
    (deal_id,) = newsroom.tell(a=reading(telling("Orme", money(20e6)))).created
    before = _deals(newsroom)
    with pytest.raises(DecisionError, match=told):
        act(_desk(newsroom), deal_id)
    assert (_deals(newsroom), list_decisions(newsroom.db, undone=True)) == (before, [])


def test_nobody_decides_namelessly(newsroom: Newsroom) -> None:
    with pytest.raises(DecisionError, match="--by"):
        _desk(newsroom, " ")


def test_two_people_deciding_at_once_lose_nothing(newsroom: Newsroom, database_url: str) -> None:
    """They merge overlapping chains of deals of several names, which are held one after the other."""
    names = ["Orme", "Frêne", "Chêne", "Hêtre", "Aulne", "Saule"]
    ids = []
    for name in names:
        newsroom.now += dt.timedelta(hours=1)
        ids += newsroom.tell(**{name[:2]: reading(telling(name, money(20e6)))}).created

    def work(which: int) -> list[Decision]:
        mine = open_database(database_url)
        desk = Desk(mine, f"personne {which}", AlertRules(0.5, 7, NOW))
        done = []
        for n in range(which, len(ids) - 1, 2):
            pair = [ids[n], ids[n + 1]]
            done.append(desk.merge(pair if which else pair[::-1]))
            done.append(desk.note(ids[n + 1], f"note {n}"))
        mine.dispose()
        return done

    with ThreadPoolExecutor() as pool:
        decided = [decision for some in pool.map(work, range(2)) for decision in some]
    assert len(list_decisions(newsroom.db)) == len(decided) == 10
    assert [(deal.id, len(deal.mentions)) for deal in _deals(newsroom)] == [(ids[0], 6)]
    newsroom.tell(z=reading(telling("Saule", money(20e6)), published=TODAY))
    assert _sizes(newsroom) == [7]
