"""What a digest adds to the deals it lists: totals, and the largest amounts for a chart. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from alerts.formatting import Language, day, plain_money
from alerts.headlines import headline
from alerts.wording import WORDS
from storage.values import DealNotice, DealView

BARS = 8  # of the chart: what can be read on a telephone
FEWEST_BARS = 2


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the chart: a company, its amount in millions of euros, in words too, and whether it is a fact."""

    label: str
    millions: float
    words: str
    firm: bool


@dataclass(frozen=True, slots=True)
class Digest:
    """The head of a digest. `totals` are lines; `bars` may be too few to draw."""

    title: str
    period: str
    totals: tuple[str, ...]
    bars: tuple[Bar, ...]

    @property
    def mixed(self) -> bool:
        """Whether bars of both colours are drawn, which wants a word."""
        return len({bar.firm for bar in self.bars}) > 1

    @property
    def spoken(self) -> str:
        """The chart in words, for those who do not see it."""
        return ", ".join(f"{bar.label} {bar.words}" for bar in self.bars)


def digest_of(
    items: Sequence[DealNotice], since: dt.datetime, now: dt.datetime, language: Language, timezone: str
) -> Digest:
    """Totals over the deals that are news of this digest: new ones, and those confirmed since.

    Other changes do not count again what an earlier digest has counted. Only what is announced is called announced.
    """
    words, zone = WORDS[language], ZoneInfo(timezone)
    deals = [notice.deal for notice in items if _counts(notice)]
    firm = [deal for deal in deals if deal.status == "announced"]
    talk = [deal for deal in deals if deal.status != "announced"]
    known = [deal for deal in deals if deal.amount_eur is not None]
    lines: list[str] = []
    for template, some in ((words.counted, firm), (words.talk, talk)):
        told = [deal.amount_eur.value for deal in some if deal.amount_eur is not None]
        if told:
            amount = plain_money(_rounded(sum(told, Decimal(0))), "EUR", language)
            lines.append(template[len(told) > 1].format(n=len(told), amount=amount))
    if unknown := len(deals) - len(known):
        lines.append(words.unknown[unknown > 1].format(n=unknown))
    return Digest(
        title=words.week if (now - since) > dt.timedelta(days=2) else words.title,
        period=words.period.format(
            first=day(since.astimezone(zone).date(), language), last=day(now.astimezone(zone).date(), language)
        ),
        totals=tuple(lines),
        bars=_bars(known, language),
    )


def _counts(notice: DealNotice) -> bool:
    if notice.deal.status == "cancelled":
        return False
    return notice.event == "new" or any(change.field == "status" for change in notice.changes)


def _bars(deals: Sequence[DealView], language: Language) -> tuple[Bar, ...]:
    largest = sorted(deals, key=lambda deal: (-_euros(deal), deal.company))[:BARS]
    return tuple(
        Bar(
            label=deal.company if len(deal.company) <= 28 else deal.company[:27] + "…",
            millions=float(_euros(deal) / 10**6),
            words=plain_money(_rounded(_euros(deal)), "EUR", language),
            firm=deal.status == "announced",
        )
        for deal in largest
    )


def _euros(deal: DealView) -> Decimal:
    return deal.amount_eur.value if deal.amount_eur is not None else Decimal(0)


def _rounded(value: Decimal) -> Decimal:
    """Three figures: conversions are no more precise than that."""
    return value.quantize(Decimal(1).scaleb(max(value.adjusted() - 2, 0))) if value else value


def brief_line(notice: DealNotice, language: Language) -> str:
    """A deal in one line of a long list."""
    status = WORDS[language].statuses[notice.deal.status]
    return headline(notice.deal, language) + (f" – {status}" if status else "")
