"""Deals in the database: one record a deal, ids that stay, and the outbox in step with both."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor, wait
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from newsroom import NOW, TODAY, Newsroom, money, reading, telling
from sqlmodel import select

from extractors.values import Reading
from storage import deals, queueing
from storage.database import Database, open_database
from storage.deal_tables import CompanyToResolve, DealRow, MentionRow, OutboxRow
from storage.deals import resolve
from storage.mentions import mark_companies
from storage.organisations import apply_aliases
from storage.queries import find_deal, list_deals
from storage.values import Change, DealFilter, DealView, Resolution
from storage.watches import WatchRule

EVERYTHING = DealFilter(include_all=True)


def _days_ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


def _deals(newsroom: Newsroom) -> list[DealView]:
    return list(list_deals(newsroom.db, EVERYTHING))


def _outbox(newsroom: Newsroom) -> list[tuple[str, str]]:
    with newsroom.db.reading() as session:
        return [(row.event, row.deal_id) for row in session.exec(select(OutboxRow).order_by(OutboxRow.id))]


def test_many_tellings_one_record_one_alert(newsroom: Newsroom) -> None:
    done = newsroom.tell(
        a=reading(telling("Orme", money(20_000_000))),
        b=reading(telling("ORME SAS", money(20_000_000), lead=("Alpha",), investors=("Alpha",))),
        c=reading(telling("Frêne", money(5_000_000))),
    )
    orme, frene = sorted(_deals(newsroom), key=lambda deal: -len(deal.mentions))
    assert (orme.company, orme.lead, len(orme.mentions)) == ("Orme", ("Alpha",), 2)
    assert set(done.created) == set(done.queued_new) == {orme.id, frene.id}
    assert sorted(_outbox(newsroom)) == sorted([("new", orme.id), ("new", frene.id)])
    assert newsroom.resolve() == Resolution(), "nothing left to do"


def test_a_later_telling_joins_without_another_alert(newsroom: Newsroom) -> None:
    first = newsroom.tell(a=reading(telling("Orme", money(20_000_000))))
    second = newsroom.tell(b=reading(telling("Orme", money(22_000_000, "USD"), investors=("Alpha",))))
    assert (second.created, second.queued_new, second.queued_updated) == ((), (), ())
    assert second.changed == first.created
    assert [len(deal.mentions) for deal in _deals(newsroom)] == [2]


@pytest.mark.parametrize(
    ("why", "fields", "article"),
    [
        ("recalled", {"role": "background"}, {}),
        ("called off", {"status": "cancelled"}, {}),
        ("not about AI", {"ai": False}, {}),
        ("unsure", {"confidence": 0.4}, {}),
        ("a total", {"cumulative": True}, {}),
        ("old", {}, {"published": _days_ago(8)}),
    ],
)
def test_what_is_never_alerted(newsroom: Newsroom, why: str, fields: dict[str, Any], article: dict[str, Any]) -> None:
    done = newsroom.tell(a=reading(telling("Orme", money(20_000_000), **fields), **article))
    assert (len(done.created), done.queued_new) == (1, ()), why


@pytest.mark.parametrize("published", [TODAY, _days_ago(7), None])
def test_what_is_alerted_at_the_edge(newsroom: Newsroom, published: dt.date | None) -> None:
    rumour = telling("Orme", status="rumoured", confidence=0.5)
    assert len(newsroom.tell(a=reading(rumour, published=published)).queued_new) == 1


def test_the_past_told_again_today_is_no_news_but_stays_findable(newsroom: Newsroom) -> None:
    newsroom.tell(a=reading(telling("Orme", money(20_000_000)), published=_days_ago(300)))
    done = newsroom.tell(b=reading(telling("Orme", money(20_000_000), role="background", date="2025-05")))
    assert (done.created, done.queued_new) == ((), ())
    assert [len(deal.mentions) for deal in _deals(newsroom)] == [2]


CHANGES = [
    ({"status": "rumoured"}, {}, ("status",)),
    ({"status": "planned"}, {}, ("status",)),
    ({}, {"status": "cancelled"}, ("status",)),
    ({"status": "rumoured", "amount": money(30e6)}, {}, ("status", "amount")),
    ({"amount": None}, {}, ("amount",)),
    ({"lead": ("Alpha",), "status": "rumoured"}, {"lead": ("Bêta",)}, ("status", "lead")),
    ({}, {}, ()),
    ({}, {"amount": None}, ()),
    ({}, {"amount": money(20.4e6)}, ()),
    ({}, {"lead": ("Alpha",)}, ()),
    ({}, {"status": "rumoured"}, ()),
]


@pytest.mark.parametrize(("before", "after", "changed"), CHANGES)
def test_updates_worth_a_word(
    newsroom: Newsroom, before: dict[str, Any], after: dict[str, Any], changed: tuple[str, ...]
) -> None:
    newsroom.tell(a=reading(telling("Orme", **{"amount": money(20e6)} | before), published=_days_ago(2)))
    _mark_all_sent(newsroom)
    done = newsroom.tell(b=reading(telling("Orme", **{"amount": money(20e6)} | after)))
    (deal,) = _deals(newsroom)
    assert done.queued_updated == ((deal.id,) if changed else ())
    with newsroom.db.reading() as session:
        fields = [change["field"] for row in session.exec(select(OutboxRow)) for change in row.changes]
    assert tuple(fields) == changed


def test_a_change_that_only_the_past_tells_is_no_news(newsroom: Newsroom) -> None:
    newsroom.tell(a=reading(telling("Orme", money(20e6), status="rumoured"), published=_days_ago(5)))
    _mark_all_sent(newsroom)
    newsroom.now += dt.timedelta(days=10)
    done = newsroom.tell(b=reading(telling("Orme", money(20e6)), published=_days_ago(4)))
    assert (len(done.changed), done.queued_updated) == (1, ())


def test_a_change_before_the_mail_left_is_told_in_the_same_mail(newsroom: Newsroom) -> None:
    newsroom.tell(a=reading(telling("Orme", money(20e6), status="rumoured")))
    done = newsroom.tell(b=reading(telling("Orme", money(20e6))))
    assert done.queued_updated == ()
    assert [event for event, _ in _outbox(newsroom)] == ["new"]
    _mark_all_sent(newsroom)
    assert newsroom.tell(c=reading(telling("Orme", money(20e6)))).queued_updated == ()


def test_each_channel_has_its_own_outbox(newsroom: Newsroom) -> None:
    newsroom.publish(a=reading(telling("Orme", money(20e6))))
    newsroom.resolve(watches=(WatchRule("mail"), WatchRule("chat")))
    with newsroom.db.reading() as session:
        assert sorted(session.exec(select(OutboxRow.channel))) == ["chat", "mail"]


def test_a_merge_keeps_the_older_id_redirects_the_newer_and_is_not_told_again(newsroom: Newsroom) -> None:
    """Two outlets, two figures far apart: two deals, until a third says that they are one."""
    (older,) = newsroom.tell(
        a=reading(telling("Orme", money(20e6), date="2026-03-09", round="seed"), published=_days_ago(1))
    ).created
    newsroom.now += dt.timedelta(hours=1)
    (newer,) = newsroom.tell(b=reading(telling("Orme", money(24e6, bound="at_least")))).created
    assert older != newer
    with newsroom.db.transaction() as session:  # the third telling: the first outlet corrects its figure
        mention = session.exec(select(MentionRow).where(MentionRow.deal_id == older)).one()
        mention.amount = {"value": "24000000", "currency": "EUR", "bound": "exact"}
        session.add(CompanyToResolve(company_key="orme", marked_at=NOW))
    done = newsroom.resolve()
    assert (done.created, done.queued_new) == ((), ())
    assert [deal.id for deal in _deals(newsroom)] == [older]
    found = find_deal(newsroom.db, newer)
    assert found is not None
    assert (found.id, len(found.mentions)) == (older, 2)


def test_what_was_told_under_a_merged_id_is_not_told_under_the_survivor(newsroom: Newsroom) -> None:
    """The older deal was too unsure to tell; the newer was told; then they turn out to be one."""
    (older,) = newsroom.tell(a=reading(telling("Orme", money(20e6), confidence=0.3))).created
    newsroom.now += dt.timedelta(hours=1)
    assert len(newsroom.tell(b=reading(telling("Orme", money(90e6)))).queued_new) == 1
    _mark_all_sent(newsroom)
    with newsroom.db.transaction() as session:
        mention = session.exec(select(MentionRow).where(MentionRow.deal_id == older)).one()
        mention.amount = {"value": "90000000", "currency": "EUR", "bound": "exact"}
    done = newsroom.tell(c=reading(telling("Orme", money(90e6))))
    assert [deal.id for deal in _deals(newsroom)] == [older]
    assert (done.queued_new, done.queued_updated) == ((), ())


def test_a_resolver_waits_for_a_writer_who_is_not_done(newsroom: Newsroom, database_url: str) -> None:
    """Else it would take the company off the list without having seen the mention that is being written."""
    newsroom.publish(a=reading(telling("Orme", money(20e6))))
    other = Newsroom.__new__(Newsroom)
    other.__dict__ |= newsroom.__dict__ | {"db": open_database(database_url)}
    with ThreadPoolExecutor() as pool:
        with newsroom.db.transaction() as session:
            mention = session.exec(select(MentionRow)).one()
            session.add(MentionRow(**mention.model_dump(exclude={"id", "position"}), position=1))
            session.flush()
            mark_companies(session, {"orme"}, NOW)
            resolving = pool.submit(other.resolve)
            assert wait([resolving], timeout=0.3).not_done, "it waits"
        resolving.result()
    other.db.dispose()
    with newsroom.db.reading() as session:
        assert None not in session.exec(select(MentionRow.deal_id)).all()


def test_tellings_that_come_apart_are_not_told_again(newsroom: Newsroom) -> None:
    newsroom.tell(a=reading(telling("Orme", money(20e6))), b=reading(telling("Orme", money(20e6))))
    with newsroom.db.transaction() as session:
        mention = session.exec(select(MentionRow).order_by(MentionRow.id.desc())).first()  # type: ignore[union-attr]
        assert mention is not None
        mention.amount = {"value": "90000000", "currency": "EUR", "bound": "exact"}
        session.add(CompanyToResolve(company_key="orme", marked_at=NOW))
    done = newsroom.resolve()
    assert (len(done.created), done.queued_new) == (1, ())


def test_a_deal_nobody_tells_any_more_is_withdrawn(newsroom: Newsroom) -> None:
    (deal_id,) = newsroom.tell(a=reading(telling("Orme", money(20e6)))).created
    with newsroom.db.transaction() as session:
        session.delete(session.exec(select(MentionRow)).one())
        session.add(CompanyToResolve(company_key="orme", marked_at=NOW))
    newsroom.resolve()
    assert (_deals(newsroom), find_deal(newsroom.db, deal_id)) == ([], None)


@pytest.mark.parametrize("first", ["orme", "frene"])
def test_a_deal_keeps_its_id_when_its_company_is_known_by_another_name(newsroom: Newsroom, first: str) -> None:
    """Whichever of the two blocks is resolved first, and back again."""
    (deal_id,) = newsroom.tell(a=reading(telling("Orme", money(20e6)))).created
    for company in ("frene", "orme"):
        with newsroom.db.transaction() as session:
            session.exec(select(MentionRow)).one().company_key = company
        for block in (first, "orme", "frene"):
            with newsroom.db.transaction() as session:
                mark_companies(session, {block}, NOW)
            assert newsroom.resolve().queued_new == ()
        assert [deal.id for deal in _deals(newsroom)] == [deal_id]
    assert _outbox(newsroom) == [("new", deal_id)]


def test_a_reviewed_alias_joins_deals_without_telling_them_again(newsroom: Newsroom) -> None:
    newsroom.tell(
        a=reading(telling("Onde", money(20e6))),
        b=reading(telling("Onde Argent Mobile", money(20e6))),
        c=reading(telling("Onde Argent Mobile", money(90e6), kind="fund")),
    )
    before = {deal.id for deal in _deals(newsroom)}
    assert len(before) == 3
    assert apply_aliases(newsroom.db, {"ondeargentmobile": "onde"}, NOW) == 2
    assert apply_aliases(newsroom.db, {"ondeargentmobile": "onde"}, NOW) == 0
    done = newsroom.resolve()
    after = _deals(newsroom)
    assert sorted(len(deal.mentions) for deal in after) == [1, 2]
    assert (done.created, done.queued_new) == ((), ())
    assert {deal.id for deal in after} < before
    assert all(find_deal(newsroom.db, deal_id) for deal_id in before), "old ids lead to the deal"
    later = newsroom.tell(d=reading(telling("Onde Argent Mobile", money(20e6))))
    assert (later.created, later.queued_new) == ((), ()), "what is stored later is filed under the alias too"
    assert apply_aliases(newsroom.db, {}, NOW) == 3
    assert (newsroom.resolve().queued_new, len(_deals(newsroom))) == ((), 3)


def test_aliases_of_investors_count_too(newsroom: Newsroom) -> None:
    apply_aliases(newsroom.db, {"fondsdulacpartners": "fondsdulac", "fdl": "fondsdulac"}, NOW)
    newsroom.tell(
        a=reading(telling("Orme", money(20e6), kind="acquisition", investors=("FDL",))),
        b=reading(telling("Orme", money(20e6), kind="acquisition", investors=("Fonds du Lac",))),
    )
    (deal,) = _deals(newsroom)
    assert deal.investors == ("FDL",) or deal.investors == ("Fonds du Lac",)


@pytest.mark.parametrize(("together", "kept"), [(1, 1), (100, 0)])
@pytest.mark.parametrize(("module", "where"), [(deals, "carry_over"), (queueing, "told"), (deals, "convert_amount")])
def test_a_crash_between_companies_or_within_one_loses_nothing(
    newsroom: Newsroom, module: ModuleType, where: str, together: int, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deals, "_TOGETHER", together)
    # On a busy machine a transaction would end after the first company.
    monkeypatch.setattr(deals, "_OTHERS_WAIT", 600.0)
    newsroom.publish(a=reading(telling("Orme", money(20e6))), b=reading(telling("Frêne", money(20e6))))
    original, calls = getattr(module, where), iter(range(100))

    def die_the_second_time(*args: Any, **more: Any) -> Any:
        if next(calls) >= 1:
            raise RuntimeError("killed here")
        return original(*args, **more)

    with monkeypatch.context() as patched:
        patched.setattr(module, where, die_the_second_time)
        with pytest.raises(RuntimeError):
            newsroom.resolve()
    assert (len(_deals(newsroom)), len(_outbox(newsroom))) == (kept, kept)
    assert len(newsroom.resolve().queued_new) == 2 - kept
    assert (len(_deals(newsroom)), len(_outbox(newsroom))) == (2, 2)


def test_two_resolvers_and_two_writers_at_once_lose_nothing(database_url: str) -> None:
    first = Newsroom(open_database(database_url))
    companies = [f"Orme {n}" for n in range(6)]

    def work(which: int) -> None:
        mine = open_database(database_url)
        for n in range(3):
            names = {f"x{which}{n}{i}": reading(telling(name, money(20e6))) for i, name in enumerate(companies)}
            _store(mine, first, names)
            resolve(mine, first.run, NOW, alert_confidence=0.5, alert_window_days=7)
        mine.dispose()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))
    found = _deals(first)
    assert sorted(deal.company for deal in found) == companies
    assert [len(deal.mentions) for deal in found] == [9] * 6
    # Told once each, maybe under an id that an older telling has replaced since.
    told = [(event, known.id) for event, deal_id in _outbox(first) if (known := find_deal(first.db, deal_id))]
    assert sorted(told) == sorted(("new", deal.id) for deal in found)
    first.db.dispose()


def _store(db: Database, newsroom: Newsroom, articles: dict[str, Reading]) -> None:
    from storage.articles import store_article

    for name, read in articles.items():
        store_article(db, canonical_url=f"https://gazette.example/{name}", reading=read, now=NOW, run=newsroom.run)


_STORIES = st.lists(
    st.tuples(
        st.sampled_from(["Orme", "Frêne"]),
        st.sampled_from([None, 5e6, 20e6, 20.4e6, 60e6]),
        st.integers(0, 300),
        st.sampled_from(["announced", "rumoured", "cancelled"]),
        st.sampled_from(["news", "background"]),
    ),
    min_size=1,
    max_size=8,
)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stories=_STORIES, data=st.data())
def test_records_do_not_depend_on_order_or_batches(
    database_url: str, tmp_path_factory: pytest.TempPathFactory, stories: list[Any], data: st.DataObject
) -> None:
    articles = {
        f"a{n}": reading(
            telling(company, amount and money(amount), status=status, role=role), published=_days_ago(days)
        )
        for n, (company, amount, days, status, role) in enumerate(stories)
    }

    def records(order: list[str], cuts: list[int]) -> list[DealView]:
        newsroom = Newsroom(open_database(f"sqlite:///{tmp_path_factory.mktemp('db') / 'v.db'}"))
        issued: set[str] = set()
        for start, end in zip([0, *cuts], [*cuts, len(order)], strict=True):
            _store(newsroom.db, newsroom, {name: articles[name] for name in order[start:end]})
            issued |= set(newsroom.resolve().created)
        found = _deals(newsroom)
        assert all(find_deal(newsroom.db, deal_id) for deal_id in issued), "an id once given leads somewhere for ever"
        again = newsroom.resolve()
        assert again == Resolution()
        newsroom.db.dispose()
        return found

    names = list(articles)
    plain = records(names, [])
    shuffled = data.draw(st.permutations(names))
    assert records(shuffled, []) == plain
    cuts = data.draw(st.lists(st.integers(0, len(names)), max_size=3).map(sorted))
    assert records(shuffled, cuts) == plain


def _mark_all_sent(newsroom: Newsroom) -> None:
    from storage.outbox import mark_sent, open_delivery

    delivery = open_delivery(newsroom.db, "mail", newsroom.now)
    assert delivery is not None
    mark_sent(newsroom.db, delivery, newsroom.now)


def test_a_change_survives_its_json_form() -> None:
    from storage.encoding import change_in, change_out

    for change in (
        Change("status", "rumoured", "announced"),
        Change("amount", None, money("0.5", None, "range", 7)),
        Change("lead", ("A",), ("B", "C")),
    ):
        assert change_in(change_out(change)) == change


def test_euros_are_those_of_the_day_of_the_deal(newsroom: Newsroom) -> None:
    newsroom.tell(a=reading(telling("Orme", money(106.86e6, "USD"), role="background", date="2024-06-14")))
    (deal,) = _deals(newsroom)
    assert deal.amount_eur is not None
    assert (deal.amount_eur.value, deal.amount_eur.day) == (100_000_000, dt.date(2024, 6, 14))
    with newsroom.db.reading() as session:
        assert session.exec(select(DealRow.amount_eur)).one() == 1e8
