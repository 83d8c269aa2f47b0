"""Tellings of our own invention as resolution sees them, one by one or drawn by hypothesis."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import count
from typing import Any

from hypothesis import strategies as st

from extractors.values import Amount
from storage.companies import company_key
from storage.facts import MentionFacts

_NUMBER = count()
DAY = dt.date(2025, 6, 10)


def money(millions: float, currency: str | None = "EUR", bound: str = "exact", high: float | None = None) -> Amount:
    top = None if high is None else Decimal(str(high)) * 1_000_000
    return Amount(0, 0, Decimal(str(millions)) * 1_000_000, currency, bound, top)  # type: ignore[arg-type]


def told(days: int = 0, amount: Amount | None = None, **fields: Any) -> MentionFacts:
    """A telling published `days` after DAY; each in an article of its own."""
    article = f"https://outlet.example/{next(_NUMBER):05}"
    keys = {
        f"{side.removesuffix('s')}_keys": tuple(company_key(name) for name in fields.get(side, ()))
        for side in ("investors", "lead")
    }
    base: dict[str, Any] = {
        "key": f"{article}#0",
        "article": article,
        "kind": "funding",
        "company": "Orme",
        "published": DAY + dt.timedelta(days=days),
        "amount": amount,
        "confidence": 0.8,
    }
    return MentionFacts(**base | keys | fields)


_AMOUNTS = st.none() | st.builds(
    money,
    st.sampled_from([5, 20, 20.4, 22, 40, 100]),
    st.sampled_from(["EUR", "USD", None]),
    st.sampled_from(["exact", "about", "at_least", "at_most"]),
)
_PARTIES = st.lists(st.sampled_from(["Alpha", "Bêta", "Fonds du Lac"]), max_size=2, unique=True).map(tuple)
TELLINGS = st.builds(
    told,
    st.integers(0, 700),
    _AMOUNTS,
    kind=st.sampled_from(["funding", "debt", "acquisition", "ipo"]),
    investors=_PARTIES,
    status=st.sampled_from(["announced", "planned", "rumoured", "cancelled"]),
    role=st.sampled_from(["news", "background"]),
    round=st.sampled_from([None, "seed", "series-a"]),
    cumulative=st.sampled_from([False, False, False, True]),
    date=st.sampled_from([None, None, "2025", "2025-06", "2025-06-10", "2026-13", "hier"]),
    valuation=st.none() | st.just(money(300)),
    confidence=st.sampled_from([0.1, 0.3, 0.7, 0.9]),
    company=st.sampled_from(["Orme", "ORME", "Orme SAS"]),
)
