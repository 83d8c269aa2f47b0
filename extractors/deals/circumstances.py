"""When, how sure, and whether it is news: read from the cues around a fact."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from extractors.deals.abstraction import Span, View
from extractors.deals.cues import Cues
from extractors.deals.dates import DateSpan
from extractors.values import Role, Status

# A deal dated further back than this is recalled, not reported. A month covers weekly and monthly round-ups.
NEWS_DAYS = 45
# How far left of a fact, in its clause, a conditional of hearsay still governs it.
HEDGE_REACH = 90
# A word of totals ("depuis sa création") further from the amount speaks of another one.
TOTAL_REACH = 60
# "huit mois après un tour de 3 millions, X lève": the date is that of what stands between it and the comma.
SINCE = re.compile(r"\s+(?:seulement\s+|a\s+peine\s+|exactement\s+)?apres\b(?!\s*[,;.])")
_CLAUSE = re.compile(r"[;:]")


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the sentence says around a fact; None where it says nothing."""

    status: Status | None
    role: Role | None
    cumulative: bool
    date: Span[DateSpan] | None
    official: bool
    fresh: bool
    earlier: bool
    older: bool  # than the deal that its own sentence goes on to tell
    just_now: bool


def circumstances(view: View, start: int, end: int, published: date | None, cues: Cues) -> Circumstances:
    """Read the cues of the sentence around `view.text[start:end]`."""
    found = date_near(view, start, end, published, cues)
    told = found.value.value if found else None
    older = cues.recall.before.search(view.text[:start]) is not None
    recalled = older or cues.recall.within(view.text)
    old = bool(told and published and days_before(told, published) > NEWS_DAYS)
    place, low = _sum_in(view, start, end), max(0, start - TOTAL_REACH)
    before_sum = view.text[:place]
    just_now = cues.just_now.before.search(before_sum) is not None
    if just_now:
        recalled, older = False, False
        if old:  # the date of what the sentence recalls beside it
            found, told, old = None, None, False
    return Circumstances(
        status=_status(view, start, end, cues),
        role="background" if recalled or old else None,
        cumulative=cues.cumulative.before.search(before_sum) is not None
        or cues.cumulative.about(view.text[low : end + TOTAL_REACH], place - low),
        date=found,
        fresh=bool(told and published and len(told) > 4 and not old),
        earlier=cues.earlier.within(view.text),
        older=older,
        just_now=just_now,
        official=cues.official.search(view.text) is not None,
    )


def _sum_in(view: View, start: int, end: int) -> int:
    """Where the last sum between two places stands; the first place when there is none."""
    return max((at for at, _ in view.of("amount") if start <= at <= end), default=start)


def _status(view: View, start: int, end: int, cues: Cues) -> Status | None:
    text = view.text
    left = text[:end]
    if cues.status["cancelled"].within(text):
        return "cancelled"
    clause = max((m.end() for m in _CLAUSE.finditer(text, 0, start)), default=0)
    window = text[max(clause, start - HEDGE_REACH) : end + 10]
    for match in cues.hearsay_verb.finditer(window):
        if match.group() not in cues.hearsay_pseudo:
            return "rumoured"
    if cues.status["rumoured"].within(text):
        return "rumoured"
    if cues.status["planned"].within(text) or cues.status["planned"].before.search(left[:start]):
        return "planned"
    return None


def date_near(view: View, start: int, end: int, published: date | None, cues: Cues) -> Span[DateSpan] | None:
    """The nearest date of the sentence that may be that of what stands at `start:end`."""
    best: tuple[float, Span[DateSpan]] | None = None
    for position, span in view.of("date"):
        value = span.value
        assert isinstance(value, DateSpan)
        if published and value.value[:4].isdigit() and value.value > published.isoformat()[: len(value.value)]:
            continue
        left = view.text[max(0, position - 40) : position]
        if cues.not_its_date.before.search(left):
            continue
        if SINCE.match(view.text, position + 1) and not position < start < _end_of_phrase(view.text, position):
            continue
        far = start - position if position < start else position - end if position > end else 0
        weight = far + (0 if value.precision == "day" else 15)
        if best is None or weight < best[0]:
            best = (weight, span)  # type: ignore[assignment]
    return best[1] if best else None


def _end_of_phrase(text: str, position: int) -> int:
    """Where the first comma behind a place stands, else the end."""
    comma = text.find(",", position)
    return comma if comma >= 0 else len(text)


def days_before(told: str, published: date) -> int:
    """Days from the end of the told period to publication; negative when it still runs."""
    year, month, day = ([int(part) for part in told.split("-")] + [0, 0])[:3]
    if not month:
        return (published - date(year, 12, 31)).days
    if not day:
        following = date(year + month // 12, month % 12 + 1, 1)
        return (published - following).days
    return (published - date(year, month, day)).days
