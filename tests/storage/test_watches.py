"""Which watch hears of which deal, and what each is told afterwards."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from newsroom import TODAY, Newsroom, money, reading, telling
from sqlmodel import select

from extractors.values import Evidence
from storage.deal_tables import DeliveryRow, OutboxRow
from storage.watch_words import load_watch_words
from storage.watches import Wanted, WatchRule

WORDS = load_watch_words(None)


def rule(name: str = "w", **wanted: Any) -> WatchRule:
    return WatchRule(name, Wanted(**wanted), WORDS)


def heard(newsroom: Newsroom, watch: str = "w") -> list[str]:
    with newsroom.db.reading() as session:
        return list(session.exec(select(OutboxRow.event).where(OutboxRow.channel == watch).order_by(OutboxRow.id)))


STORY = "La jeune pousse lilloise Brumelec lève 12 M€. Elle outille les hôpitaux.\nAilleurs, une banque ferme."


def story(**fields: Any) -> Any:
    told = telling("Brumelec", **{"amount": money(12e6), "investors": ("Partech", "Bpifrance")} | fields)
    spot = STORY.index("Brumelec")
    from dataclasses import replace

    read = reading(told, title="Brumelec lève 12 M€")
    evidence = (Evidence(spot, spot + 8, "Brumelec", "company"),)
    return replace(read, article=replace(read.article, text=STORY), deals=(replace(told, evidence=evidence),))


FILTERS: list[tuple[dict[str, Any], dict[str, Any], bool]] = [
    ({}, {}, True),
    ({"kinds": frozenset({"funding"})}, {}, True),
    ({"kinds": frozenset({"acquisition", "debt"})}, {}, False),
    ({"status": frozenset({"announced"})}, {}, True),
    ({"status": frozenset({"announced"})}, {"status": "rumoured"}, False),
    ({"min_amount": Decimal(12_000_000)}, {}, True),
    ({"min_amount": Decimal(12_000_001)}, {}, False),
    ({"min_amount": Decimal(10_000_000)}, {"amount": money(12e6, "USD")}, True),
    ({"min_amount": Decimal(11_900_000)}, {"amount": money(12e6, "USD")}, False),
    ({"min_amount": Decimal(1)}, {"amount": None}, False),
    ({"min_amount": Decimal(1), "or_unknown": True}, {"amount": None}, True),
    ({"companies": frozenset({"BRUMELEC SAS"})}, {}, True),
    ({"companies": frozenset({"Brume"})}, {}, False),
    ({"investors": frozenset({"bpifrance", "Elaia"})}, {}, True),
    ({"investors": frozenset({"Elaia"})}, {}, False),
    ({"countries": frozenset({"FR"})}, {}, True),
    ({"countries": frozenset({"CH"})}, {}, False),
    ({"sectors": frozenset({"santé"})}, {}, True),
    ({"sectors": frozenset({"finance"})}, {}, False),
    ({"text": ("HOPITAUX",)}, {}, True),
    ({"text": ("hôpit*", "zzz")}, {}, True),
    ({"text": ("banque",)}, {}, False),
    ({"kinds": frozenset({"funding"}), "text": ("zzz",)}, {}, False),
]


@pytest.mark.parametrize(("wanted", "fields", "expected"), FILTERS)
def test_filters(newsroom: Newsroom, wanted: dict[str, Any], fields: dict[str, Any], expected: bool) -> None:
    """The last paragraph speaks of a bank, but not of this deal."""
    newsroom.publish(a=story(**fields))
    newsroom.resolve(watches=(rule(**wanted),))
    assert heard(newsroom) == (["new"] if expected else [])


@pytest.mark.parametrize(("company", "home", "wanted", "expected"), [
    ("Mistral AI", "américaine", {"FR"}, True),  # what is known of a company counts, not who is named beside it
    ("Mistral AI", "américaine", {"US"}, False),
    ("Orme", "montréalaise", {"CA"}, True),
    ("Orme", "montréalaise", {"CA-QC"}, True),
    ("Orme", "torontoise", {"CA-QC"}, False),
    ("Orme", "mystérieuse", {"FR"}, False),
])  # fmt: skip
def test_countries(newsroom: Newsroom, company: str, home: str, wanted: set[str], expected: bool) -> None:
    from dataclasses import replace

    text = f"La société {home} {company} lève 12 M€."
    read = reading(telling(company, money(12e6)))
    spot = text.index(company)
    evidence = (Evidence(spot, spot + len(company), company, "company"),)
    read = replace(read, article=replace(read.article, text=text), deals=(replace(read.deals[0], evidence=evidence),))
    newsroom.publish(a=read)
    newsroom.resolve(watches=(rule(countries=frozenset(wanted)),))
    assert heard(newsroom) == (["new"] if expected else [])


def test_a_deal_that_comes_to_fit_is_new_to_that_watch(newsroom: Newsroom) -> None:
    watches = (rule("all"), rule("big", min_amount=Decimal(10_000_000)), rule("sure", status=frozenset({"announced"})))
    newsroom.publish(a=reading(telling("Orme", status="rumoured"), published=TODAY - dt.timedelta(days=1)))
    newsroom.resolve(watches=watches)
    assert [heard(newsroom, name) for name in ("all", "big", "sure")] == [["new"], [], []]
    _mark_sent(newsroom)
    newsroom.publish(b=reading(telling("Orme", money(12e6))))
    newsroom.resolve(watches=watches)
    assert [heard(newsroom, name) for name in ("all", "big", "sure")] == [["new", "updated"], ["new"], ["new"]]


def test_who_was_told_hears_of_the_end_though_the_filter_would_not_let_it_pass(newsroom: Newsroom) -> None:
    watches = (rule(status=frozenset({"announced"})), rule("other", companies=frozenset({"Frêne"})))
    newsroom.publish(a=reading(telling("Orme", money(12e6)), published=TODAY - dt.timedelta(days=1)))
    newsroom.resolve(watches=watches)
    _mark_sent(newsroom)
    newsroom.publish(b=reading(telling("Orme", money(12e6), status="cancelled")))
    newsroom.resolve(watches=watches)
    assert heard(newsroom) == ["new", "updated"]
    assert heard(newsroom, "other") == []


def _mark_sent(newsroom: Newsroom) -> None:
    with newsroom.db.transaction() as session:
        delivery = DeliveryRow(channel="x", message_id=f"<{newsroom.batches}>", state="sent", created_at=newsroom.now)
        session.add(delivery)
        session.flush()
        for row in session.exec(select(OutboxRow)):
            row.delivery_id = delivery.id
