"""The life of a deal and what its tellings disagree on. Invented companies throughout."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from told import DAY, TELLINGS, money, told

from storage.choices import choose
from storage.conflicts import FieldName, FieldTold, conflicts, fields_told
from storage.facts import MentionFacts
from storage.life import life


def _turns(*mentions: MentionFacts) -> list[tuple[str, int]]:
    return [(turn.status, (turn.day - DAY).days) for turn in life(mentions)]


def test_rumoured_then_announced_then_called_off_is_one_life() -> None:
    rumour, again = told(0, status="rumoured"), told(3, status="rumoured")
    announced, recalled = told(40, date="2025-07-18"), told(50, role="background")
    called_off = told(90, status="cancelled")
    assert _turns(called_off, again, announced, recalled, rumour) == [
        ("rumoured", 0),
        ("announced", 40),
        ("cancelled", 90),
    ]
    turns = life([rumour, again, announced, called_off])
    assert [turn.mention for turn in turns] == [rumour.key, announced.key, called_off.key]
    assert [turn.date for turn in turns] == [None, "2025-07-18", None]


def test_talk_after_the_fact_turns_nothing_and_a_recall_undoes_no_cancellation() -> None:
    assert _turns(told(0), told(5, status="rumoured")) == [("announced", 0)]
    assert _turns(told(0, status="cancelled"), told(30, role="background")) == [("cancelled", 0)]
    assert _turns(told(0, status="cancelled"), told(30)) == [("cancelled", 0), ("announced", 30)]


def test_of_a_days_tellings_the_surest_is_named() -> None:
    unsure, sure = told(0, confidence=0.5), told(0, confidence=0.9)
    assert [turn.mention for turn in life([unsure, sure])] == [sure.key]


def _told(field: FieldName, *mentions: MentionFacts) -> FieldTold:
    ordered = sorted(mentions, key=lambda mention: mention.key)
    return next(one for one in fields_told(ordered, choose(ordered)) if one.field == field)


def test_the_value_shown_names_its_backers_and_the_others() -> None:
    one, two, near = told(0, money(202.7)), told(1, money(202.7)), told(0, money(200, bound="about"))
    found = _told("amount", near, one, two)
    assert (found.value, found.mentions) == (money(202.7), (one.key, two.key))
    assert [(other.value, other.mentions, other.conflicts) for other in found.alternatives] == [
        (money(200, bound="about"), (near.key,), False)
    ]


CONFLICTS: list[tuple[FieldName, dict[str, Any], dict[str, Any], bool]] = [
    ("amount", {"amount": money(20)}, {"amount": money(35)}, True),
    ("amount", {"amount": money(20)}, {"amount": money(22, "USD")}, False),
    ("amount", {"amount": money(20)}, {"amount": money(35), "status": "rumoured"}, False),
    ("amount", {"amount": money(20), "status": "rumoured"}, {"amount": money(35), "status": "rumoured"}, True),
    ("amount", {"amount": money(20), "alt": money(35)}, {"amount": money(35)}, False),
    ("valuation", {"valuation": money(300)}, {"valuation": money(500)}, True),
    ("date", {"date": "2025-06"}, {"date": "2025-06-09"}, False),
    ("date", {"date": "2025-05"}, {"date": "2025-06-09"}, True),
    ("round", {"round": "seed"}, {"round": "series-a"}, True),
    ("round", {"round": "bridge"}, {"round": "series-a"}, False),
    ("kind", {"kind": "funding"}, {"kind": "debt"}, True),
    ("lead", {"lead": ("Alpha",)}, {"lead": ("Bêta",)}, True),
    ("lead", {"lead": ("Alpha",)}, {"lead": ("Alpha", "Bêta")}, False),
    ("investors", {"investors": ("Alpha",)}, {"investors": ("Bêta",)}, False),
    ("company", {"company": "Orme"}, {"company": "Orme SAS"}, False),
    ("status", {"status": "rumoured"}, {}, False),
    ("ai", {"ai": True}, {"ai": False}, True),
]


@pytest.mark.parametrize(("field", "one", "two", "expected"), CONFLICTS)
def test_what_conflicts(field: FieldName, one: dict[str, Any], two: dict[str, Any], expected: bool) -> None:
    mentions = [told(0, **one), told(1, **two)]
    found = _told(field, *mentions)
    assert found.alternatives, "the other value is kept"
    assert found.conflicting is expected
    shown = choose(mentions)
    assert (field in [each.field for each in conflicts(mentions, shown)]) is expected


def test_a_value_set_by_hand_has_no_backers_and_all_tellings_against_it() -> None:
    mentions = [told(0, money(20)), told(1, money(20))]
    found = fields_told(mentions, replace(choose(mentions), amount=money(90)))
    (amount,) = (one for one in found if one.field == "amount")
    assert (amount.mentions, amount.conflicting) == ((), True)


@settings(max_examples=100, deadline=None)
@given(st.lists(TELLINGS, min_size=1, max_size=10), st.randoms(use_true_random=False))
def test_order_does_not_matter_and_the_last_turn_is_the_status_shown(mentions: list[MentionFacts], random: Any) -> None:
    shown = choose(sorted(mentions, key=lambda mention: mention.key))
    before, turns = fields_told(mentions, shown), life(mentions)
    random.shuffle(mentions)
    assert (fields_told(mentions, shown), life(mentions)) == (before, turns)
    assert turns[-1].status == shown.status
    assert [turn.day for turn in turns] == sorted({turn.day for turn in turns})
    for field in before:
        keys = [key for group in (field.mentions, *(other.mentions for other in field.alternatives)) for key in group]
        assert len(keys) == len(set(keys)), "a telling says one thing"
    assert dt.date.max > turns[0].day
