"""A deal as templates show it: words only, in one language. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from alerts.formatting import Language, day, mended, money, period, plain_money, typeset
from alerts.headlines import headline
from alerts.wording import WORDS, change_words, parties_label, round_words
from storage.values import DealNotice, DealView, MentionView


@dataclass(frozen=True, slots=True)
class Link:
    """One outlet that tells the deal. `url` is None when there is no web address to go to."""

    outlet: str
    url: str | None
    day: str


@dataclass(frozen=True, slots=True)
class Item:
    """One deal as the templates show it: words only. `quote` is in pieces, each with whether it is marked."""

    id: str
    headline: str
    kind: str
    updated: bool
    status: str
    changes: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    converted: str
    quote: tuple[tuple[str, bool], ...]
    quote_outlet: str
    links: tuple[Link, ...]

    def lines(self, colon: str) -> Iterator[str]:
        """What is told below the headline, a line each: status, changes, value in euros, facts."""
        if self.status:
            yield self.status
        yield from self.changes
        if self.converted:
            yield self.converted
        for label, value in self.facts:
            yield f"{label}{colon}{value}"


def item_of(notice: DealNotice, language: Language) -> Item:
    """The notice in words."""
    deal = notice.deal
    told = _quoted(deal)
    return Item(
        id=deal.id,
        headline=headline(deal, language),
        kind=WORDS[language].kinds[deal.kind],
        updated=notice.event == "updated",
        status=WORDS[language].statuses[deal.status],
        changes=tuple(change_words(change, language) for change in notice.changes),
        facts=_facts(deal, language),
        converted=_converted(deal, language),
        quote=_pieces(told) if told else (),
        quote_outlet=told.outlet if told else "",
        links=_links(deal, language),
    )


def _facts(deal: DealView, language: Language) -> tuple[tuple[str, str], ...]:
    """Labels and values, those that are known."""
    words = WORDS[language]
    leading = {name.casefold() for name in deal.lead}
    investors = [f"{name} ({words.lead})" if name.casefold() in leading else name for name in _leads_first(deal)]
    known = [
        (parties_label(deal.kind, len(investors), language), ", ".join(investors)),
        (words.round, round_words(deal.round, language) if deal.round else ""),
        (words.valuation, money(deal.valuation, language) if deal.valuation else ""),
        (words.date, period(deal.date, language) if deal.date else ""),
    ]
    return tuple((label, value) for label, value in known if value)


def _leads_first(deal: DealView) -> list[str]:
    """Leads, then the other investors; a lead missing among the investors is shown all the same."""
    seen: dict[str, str] = {}
    for name in (*deal.lead, *deal.investors):
        seen.setdefault(name.casefold(), name)
    return list(seen.values())


def _converted(deal: DealView, language: Language) -> str:
    """The value in euros with the day of the rate, for other currencies."""
    if deal.amount_eur is None or deal.amount is None or deal.amount.currency == "EUR" or deal.amount.high:
        return ""
    words = WORDS[language]
    amount = plain_money(_rounded(deal.amount_eur.value), "EUR", language)
    template = words.converted if deal.amount_eur.stated else words.last_known
    return template.format(amount=amount, day=day(deal.amount_eur.day, language))


def _rounded(value: Decimal) -> Decimal:
    """Three figures: a conversion is no more precise than the rate a deal was made at."""
    return value.quantize(Decimal(1).scaleb(max(value.adjusted() - 2, 0)))


def _quoted(deal: DealView) -> MentionView | None:
    """The telling to quote: one that gives the deal's own amount, whose sentence says most, the surest."""
    told = [mention for mention in deal.mentions if mention.quote]
    own = [m for m in told if m.amount and deal.amount and m.amount.value == deal.amount.value] or told

    def says(mention: MentionView) -> tuple[bool, int, float]:
        return (deal.company in mention.quote, len(mention.marks), mention.confidence)

    return max(own, key=says, default=None)


def _pieces(mention: MentionView) -> tuple[tuple[str, bool], ...]:
    bounds = sorted({0, len(mention.quote), *(edge for mark in mention.marks for edge in mark)})
    starts = {start for start, _ in mention.marks}
    shown = typeset(mention.quote)
    return tuple((mended(shown[start:end]), start in starts) for start, end in pairwise(bounds))


def _links(deal: DealView, language: Language) -> tuple[Link, ...]:
    """One link an article, web addresses only."""
    found: dict[str, Link] = {}
    for mention in deal.mentions:
        url = mention.url if mention.url and mention.url.startswith(("https://", "http://")) else None
        published = day(mention.published, language) if mention.published else ""
        found.setdefault(mention.article, Link(mention.outlet or mention.article, url, published))
    return tuple(found.values())
