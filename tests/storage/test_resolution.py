"""Which tellings are one deal, which values it shows, and that order never matters. Invented companies throughout."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from told import DAY, TELLINGS, money, told

from storage.deal_ids import carry_over
from storage.facts import DealFacts, MentionFacts
from storage.resolution import cluster


def deals(*mentions: MentionFacts) -> int:
    return len(cluster(mentions))


ONE_DEAL = {
    "two outlets, the same day": [told(0, money(20)), told(0, money(20))],
    "rounded and exact": [told(0, money(202.7)), told(1, money(200, bound="about"))],
    "at least": [told(0, money(440, bound="at_least")), told(1, money(460))],
    "converted by the journalist": [told(0, money(50, "EUR")), told(2, money(58, "USD"))],
    "stated in both": [told(0, money(640, "USD"), alt=money(600)), told(1, money(600))],
    "no amount in one": [told(0, money(20)), told(3)],
    "no amount in either": [told(0), told(2)],
    "no currency in one": [told(0, money(20)), told(0, money(20, None))],
    "rumour, then announcement at another sum": [
        told(0, money(240), status="rumoured"),
        told(40, money(200)),
    ],
    "recalled a year later with its month": [
        told(0, money(20)),
        told(400, money(20), role="background", date="2025-06"),
    ],
    "recalled without date": [told(0, money(20)), told(400, money(20), role="background")],
    "recalled by its year, without amount, through the investor": [
        told(0, money(20), investors=("Fonds du Lac",)),
        told(400, role="background", date="2025", investors=("Fonds du Lac",)),
    ],
    "other sum, same valuation": [
        told(0, money(1500), valuation=money(8600)),
        told(1, money(1200), valuation=money(8600)),
    ],
    "round named by one": [told(0, money(20), round="series-a"), told(0, money(20))],
    "told as debt by one": [told(0, money(37)), told(1, money(37), kind="debt")],
    "purchase at two prices": [
        told(0, money(500, "USD"), kind="acquisition", investors=("Grand Groupe",)),
        told(20, money(230, "USD"), kind="acquisition", investors=("Grand Groupe SA",)),
    ],
    "listing, planned and done": [
        told(0, kind="ipo", status="planned"),
        told(200, money(12), kind="ipo"),
    ],
    "range and a figure within": [told(0, money(40, bound="range", high=50)), told(1, money(45))],
}

TWO_DEALS = {
    "other sums": [told(0, money(20)), told(0, money(35))],
    "the same sum a year apart": [told(0, money(20)), told(400, money(20))],
    "the same sum, other rounds": [told(0, money(20), round="seed"), told(30, money(20), round="series-a")],
    "total and round": [told(0, money(20)), told(0, money(20), cumulative=True)],
    "other kinds": [told(0, money(20)), told(0, money(20), kind="fund")],
    "equity and debt of other sums": [told(0, money(20)), told(0, money(37), kind="debt")],
    "two buyers": [
        told(0, money(20), kind="acquisition", investors=("Grand Groupe",)),
        told(0, money(20), kind="acquisition", investors=("Autre Groupe",)),
    ],
    "rumours about other investors": [
        told(0, money(100), status="rumoured", investors=("Alpha",)),
        told(0, money(200), status="rumoured", investors=("Bêta",)),
    ],
    "recall of an undated deal by somebody else": [
        told(0, money(200), investors=("Alpha",)),
        told(300, money(200), role="background", investors=("Bêta",)),
    ],
    "no amount, nothing else in common, months apart": [told(0, money(20)), told(90)],
}


@pytest.mark.parametrize("name", ONE_DEAL)
def test_one_deal(name: str) -> None:
    assert deals(*ONE_DEAL[name]) == deals(*reversed(ONE_DEAL[name])) == 1


@pytest.mark.parametrize("name", TWO_DEALS)
def test_two_deals(name: str) -> None:
    assert deals(*TWO_DEALS[name]) == deals(*reversed(TWO_DEALS[name])) == 2


def test_one_article_lists_a_deal_once() -> None:
    first, second = told(0, money(20)), told(0)
    same_article = MentionFacts(**{**_fields(second), "article": first.article, "key": f"{first.article}#1"})
    assert deals(first, same_article) == 2
    repeated = MentionFacts(**{**_fields(same_article), "amount": money(20)})
    assert deals(first, repeated) == 1, "unless it says the very same twice"


def test_an_undated_recall_joins_the_deal_it_agrees_with_best() -> None:
    early, late = told(0, money(20), investors=("Alpha",)), told(500, money(20.5), investors=("Bêta",))
    recall = told(900, money(20), role="background", investors=("Bêta",))
    assert sorted(len(found.members) for found in cluster([early, late, recall])) == [1, 2]
    assert {early.key} in [set(found.members) for found in cluster([recall, early, late])]


def _only(*mentions: MentionFacts) -> DealFacts:
    (found,) = cluster(mentions)
    return found.facts


def test_the_figure_most_tell_then_the_more_precise() -> None:
    deal = _only(told(0, money(200, bound="about")), told(1, money(202.7)), told(2, money(202.7, bound="at_least")))
    assert deal.amount == money(202.7)
    deal = _only(told(0, money(200, bound="about")), told(1, money(202.7)))
    assert deal.amount == money(202.7)


def test_fact_counts_before_talk_whatever_most_say() -> None:
    rumours = [told(day, money(240), status="rumoured", investors=("Alpha",)) for day in range(3)]
    deal = _only(*rumours, told(20, money(200), investors=("Alpha", "Bêta"), lead=("Bêta",)))
    assert (deal.amount, deal.status, deal.investors, deal.lead) == (
        money(200),
        "announced",
        ("Alpha", "Bêta"),
        ("Bêta",),
    )


def test_a_called_off_deal_stays_so_until_announced_again() -> None:
    announced, called_off = told(0, money(20), date="2025-06"), told(20, money(20), status="cancelled")
    assert _only(announced, called_off).status == "cancelled"
    assert _only(announced, called_off, told(30, money(20))).status == "announced"


def test_other_values() -> None:
    deal = _only(
        told(3, money(20), company="ORME SAS", round="series-a", date="2025-06", ai=False, confidence=0.3),
        told(1, money(20), company="Orme", investors=("Fonds du Lac", "Alpha"), date="2025-06-09"),
        told(2, money(20), company="Orme", investors=("alpha",), role="background"),
        told(2, money(20), alt=money(23, "USD"), company="Orme SAS"),
    )
    assert (deal.company, deal.round, deal.date, deal.ai) == ("Orme", "series-a", "2025-06-09", True)
    assert (deal.investors, deal.alt, deal.role) == (("Alpha", "Fonds du Lac"), money(23, "USD"), "news")
    assert deal.first_published == DAY + dt.timedelta(days=1)


def _fields(mention: MentionFacts) -> dict[str, Any]:
    return {name: getattr(mention, name) for name in MentionFacts.__dataclass_fields__}


@settings(max_examples=150, deadline=None)
@given(st.lists(TELLINGS, max_size=14), st.randoms(use_true_random=False))
def test_order_does_not_matter(mentions: list[MentionFacts], random: Any) -> None:
    before = cluster(mentions)
    again = [replace(mention) for mention in mentions]  # equal, but not the same objects
    random.shuffle(again)
    assert cluster(again) == before
    members = [key for found in before for key in found.members]
    assert sorted(members) == sorted(mention.key for mention in mentions), "every telling is in one deal"


class TestIds:
    """Ids live on: where most of a deal's tellings went, the oldest of those that meet."""

    def test_new_ones_depend_on_the_tellings_alone(self) -> None:
        one = carry_over([("b", "a"), ("c",)], {}, {}, seed="orme")
        other = carry_over([("c",), ("a", "b")], {}, {}, seed="orme")
        assert one.of_clusters == other.of_clusters[::-1]
        assert carry_over([("a",)], {}, {}, seed="frêne").of_clusters[0] not in one.of_clusters

    def test_a_merge_keeps_the_older_and_redirects_the_newer(self) -> None:
        ids = carry_over([("a", "b", "c")], {"a": "new", "b": "new", "c": "old"}, {"old": (1,), "new": (2,)}, seed="x")
        assert (ids.of_clusters, ids.redirects, ids.withdrawn) == (("old",), {"new": "old"}, ())

    def test_a_split_leaves_the_id_with_most_tellings(self) -> None:
        ids = carry_over([("a",), ("b", "c")], {"a": "x", "b": "x", "c": "x"}, {"x": (1,)}, seed="s")
        assert ids.of_clusters[1] == "x"
        assert ids.of_clusters[0] != "x"

    def test_a_deal_nobody_tells_any_more_is_withdrawn(self) -> None:
        ids = carry_over([("a",)], {"a": "x"}, {"x": (1,), "gone": (0,)}, seed="s")
        assert ids.withdrawn == ("gone",)
