"""The mail: notices in, subject and bodies out. Pure but for the chart's drawing library; nothing is sent here."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from alerts.chart import bar_chart
from alerts.digest import Digest, brief_line, digest_of
from alerts.formatting import Language, weekday
from alerts.headers import header_text
from alerts.headlines import headline, names
from alerts.items import item_of
from alerts.wording import WORDS
from storage.values import DealNotice, DealView

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES = Path(__file__).resolve().parent / "templates"
_NAME = 80  # characters shown of a name in the subject
CARDS = 25  # deals shown in full in HTML: Gmail cuts a mail at 102 KB; the others get a line, the text part has all
CHART = "montants@veille-ia"  # the Content-ID of the chart


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """What a mail program needs, before addresses and headers; `brief` for chats, `chart` a PNG that `html` shows."""

    subject: str
    html: str
    text: str
    brief: str = ""
    chart: bytes | None = None


def render_mail(
    items: Sequence[DealNotice],
    *,
    language: Language,
    timezone: str,
    day: dt.datetime,
    since: dt.datetime | None = None,
    watch: str = "",
) -> RenderedMail:
    """Render the notices, at least one, in the order given.

    Args:
        timezone: IANA name; the mail bears the date of `day` there.
        day: the moment of the mail, aware.
        since: of a digest, when the one before was due; the digest has totals and a chart.
        watch: the name of the watch, for the footer.
    """
    words = WORDS[language]
    digest = digest_of(items, since, day, language, timezone) if since is not None else None
    chart = bar_chart(digest.bars) if digest else None
    new = [notice for notice in items if notice.event == "new"]
    updated = [notice for notice in items if notice.event == "updated"]
    title = subject(items, language)
    if digest:
        title = header_text(f"{digest.title}{words.colon}{title}", 250)
    context: dict[str, Any] = {
        "words": words,
        "language": language,
        "subject": title,
        "date": weekday(day.astimezone(ZoneInfo(timezone)).date(), language),
        "new": [item_of(notice, language) for notice in new],
        "updated": [item_of(notice, language) for notice in updated],
        "cards": CARDS,
        "digest": digest,
        "chart": CHART if chart else None,
        "watch": watch,
    }
    return RenderedMail(
        subject=title,
        html=environment().get_template("mail.html.j2").render(context),
        text=environment().get_template("mail.txt.j2").render(context),
        brief=_brief(items, digest, language),
        chart=chart,
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


def _brief(items: Sequence[DealNotice], digest: Digest | None, language: Language) -> str:
    """A few lines a deal, for chats."""
    lines: list[str] = [*digest.totals] if digest else []
    for notice in items:
        item = item_of(notice, language)
        lines.append(f"• {brief_line(notice, language)}")
        lines += [f"  {line}" for line in (*item.changes, item.converted) if line]
        lines += [f"  {label}{WORDS[language].colon}{value}" for label, value in item.facts]
        lines += [f"  {link.url}" for link in item.links[:2] if link.url]
    return "\n".join(header_text(line, 400) if line[:1] != " " else "  " + header_text(line, 400) for line in lines)


@cache
def environment() -> Environment:
    """Templates: HTML escapes everything, a missing name is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape  # not before the end of a run

    found = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(["html.j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["wrapped"] = _wrapped
    return found


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
