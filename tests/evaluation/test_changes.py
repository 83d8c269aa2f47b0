"""Two readings of an article compared: what appears, changes, vanishes."""

from __future__ import annotations

from dataclasses import replace

from newsroom import money, telling

from evaluation.changes import compare

ORFEO, NUVEA = telling("Orféo", money(3_000_000)), telling("Nuvéa", money(5_000_000))


def test_equal_readings_have_no_changes_whatever_the_rule_and_the_place() -> None:
    assert (
        compare([ORFEO], [replace(ORFEO, rules=("x.y",), confidence=0.1, amount=replace(money(3_000_000), start=9))])
        == []
    )


def test_a_deal_appears_and_one_vanishes() -> None:
    (appears, vanishes) = compare([ORFEO], [NUVEA])
    assert (appears.way, appears.before, appears.after) == ("appears", None, NUVEA)
    assert (vanishes.way, vanishes.before, vanishes.after) == ("vanishes", ORFEO, None)


def test_a_deal_changes_in_its_fields() -> None:
    (change,) = compare([ORFEO], [replace(ORFEO, amount=money(3_000_000, bound="about"), investors=("Partech",))])
    assert (change.way, change.fields) == ("changes", ("amount", "investors"))


def test_of_two_deals_of_a_company_each_meets_its_own() -> None:
    second = telling("Orféo", money(9_000_000), role="background")
    (change,) = compare([ORFEO, second], [replace(second, role="news"), ORFEO])
    assert (change.before, change.fields) == (second, ("role",))
