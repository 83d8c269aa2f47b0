"""The mail: notices in, subject and two bodies out. Pure; nothing is sent here."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from alerts.formatting import Language, day, money, period, plain_money, weekday
from alerts.headers import header_text
from alerts.wording import WORDS, change_words, headline, names, parties_label, round_words
from storage.values import DealNotice, DealView, MentionView

_TEMPLATES = Path(__file__).resolve().parent / "templates"
_NAME = 80  # characters shown of a name in the subject


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """What a mail program needs, before addresses and headers."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """One outlet that tells the deal. `url` is None when there is no web address to go to."""

    outlet: str
    url: str | None
    day: str


@dataclass(frozen=True, slots=True)
class Item:
    """One deal as the templates show it: words only. `quote` is in pieces, each with whether it is marked."""

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


def render_mail(items: Sequence[DealNotice], *, language: Language, timezone: str, day: dt.datetime) -> RenderedMail:
    """Render the notices, at least one, in the order given.

    Args:
        timezone: IANA name; the mail bears the date of `day` there.
        day: the moment of the mail, aware.
    """
    local_day = day.astimezone(ZoneInfo(timezone)).date()
    context = {
        "words": WORDS[language],
        "language": language,
        "subject": subject(items, language),
        "date": weekday(local_day, language),
        "new": [_item(notice, language) for notice in items if notice.event == "new"],
        "updated": [_item(notice, language) for notice in items if notice.event == "updated"],
    }
    return RenderedMail(
        subject=subject(items, language),
        html=_environment().get_template("mail.html.j2").render(context),
        text=_environment().get_template("mail.txt.j2").render(context),
    )


def subject(items: Sequence[DealNotice], language: Language) -> str:
    """The first notice as a headline, with who leads, and how many others there are; one safe header line."""
    first, others = items[0], len(items) - 1
    text = header_text(headline(_shortened(first.deal), language), 120)
    backers = first.deal.lead or first.deal.investors
    if backers and first.deal.kind != "acquisition":
        text += f" ({header_text(names(backers, language), _NAME)})"
    if first.event == "updated":
        text += f" – {WORDS[language].revised}"
    if others:
        text += " · " + WORDS[language].others[others > 1].format(n=others)
    return header_text(text, 250)


def _shortened(deal: DealView) -> DealView:
    investors = tuple(header_text(name, _NAME) for name in deal.investors)
    lead = tuple(header_text(name, _NAME) for name in deal.lead)
    return replace(deal, company=header_text(deal.company, _NAME), investors=investors, lead=lead)


def _item(notice: DealNotice, language: Language) -> Item:
    deal = notice.deal
    told = _quoted(deal)
    return Item(
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
    """The telling to quote: one that gives the deal's own amount, the surest, the earliest."""
    told = [mention for mention in deal.mentions if mention.quote]
    own = [m for m in told if m.amount and deal.amount and m.amount.value == deal.amount.value] or told
    return max(own, key=lambda mention: mention.confidence, default=None)


def _pieces(mention: MentionView) -> tuple[tuple[str, bool], ...]:
    bounds = sorted({0, len(mention.quote), *(edge for mark in mention.marks for edge in mark)})
    starts = {start for start, _ in mention.marks}
    return tuple((mention.quote[start:end], start in starts) for start, end in pairwise(bounds))


def _links(deal: DealView, language: Language) -> tuple[Link, ...]:
    """One link an article, web addresses only."""
    found: dict[str, Link] = {}
    for mention in deal.mentions:
        url = mention.url if mention.url and mention.url.startswith(("https://", "http://")) else None
        published = day(mention.published, language) if mention.published else ""
        found.setdefault(mention.article, Link(mention.outlet or mention.article, url, published))
    return tuple(found.values())


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(["html.j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["wrapped"] = _wrapped
    return environment


def _wrapped(text: str, indent: str = "  ") -> str:
    """Lines of at most 76 characters; words that are longer (addresses) are left whole."""
    return textwrap.fill(
        " ".join(text.split(" ")),
        width=76,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
