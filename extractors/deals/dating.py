"""Dates that stand apart from their deal: the day of the announcement, the period of a round-up."""

from __future__ import annotations

from datetime import date

from extractors.deals.abstraction import Span, View
from extractors.deals.cast import Cast
from extractors.deals.circumstances import date_near
from extractors.deals.cues import Cues
from extractors.deals.dates import DateSpan
from extractors.deals.drafts import Draft, main_deal

# The announcement's day stands in the first sentences and lies at most so many days back.
DATE_REACH = 7
FRESH_DAYS = 10


def date_news(merged: list[Draft], views: list[View], cast: Cast, published: date | None) -> None:
    """Undated news of the topic takes the day its announcement is dated, told in the first sentences."""
    main = main_deal(merged, cast)
    if main is None or main.when is not None or published is None:
        return
    for view in views[:DATE_REACH]:
        for _, span in view.of("date"):
            value = span.value
            if isinstance(value, DateSpan) and value.precision == "day":
                days = (published - date.fromisoformat(value.value)).days
                if 0 <= days <= FRESH_DAYS:
                    main.when = (view, _dated(span))
                    return


def date_neighbours(merged: list[Draft], views: list[View], cues: Cues, published: date | None) -> None:
    """Undated deals take the date of the sentence before or behind, in their paragraph, that tells no deal of its own.

    "Le précédent tour datait de 2018. Il avait été de 11 millions."
    """
    telling = {view.number for draft in merged for view in draft.views}
    by_number = {view.number: view for view in views}
    for draft in merged:
        own = draft.views[0]
        if draft.when is not None or own.where == "title":
            continue
        for number, at_end in ((own.number - 1, True), (own.number + 1, False)):
            view = by_number.get(number)
            if view is None or number in telling or view.paragraph != own.paragraph or view.where != own.where:
                continue
            place = len(view.text) if at_end else 0
            span = date_near(view, place, place, published, cues)
            if span is not None and len(view.of("date")) == 1 and span.value.precision != "day":
                draft.when = (view, span)
                break


def date_items(items: list[Draft], views: list[View], published: date | None) -> None:
    """Undated items of a round-up take the period its title or first sentences tell."""
    told = [
        (view, _dated(span))
        for view in views[:DATE_REACH]
        for _, span in view.of("date")
        if isinstance(span.value, DateSpan) and _dates_items(view, span.value, published)
    ]
    told = [(v, s) for v, s in told if published and s.value.value <= published.isoformat()[: len(s.value.value)]]
    for draft in items:
        if draft.when is None and told:
            draft.when = told[0]


def _dates_items(view: View, told: DateSpan, published: date | None) -> bool:
    """Whether a date is the period of a round-up: a day, what the title tells, or this month ("cette semaine")."""
    return (
        told.precision == "day"
        or view.where == "title"
        or bool(published and told.value == published.isoformat()[: len("2024-05")])
    )


def _dated(span: Span[object]) -> Span[DateSpan]:
    """The same span, known to hold a date."""
    assert isinstance(span.value, DateSpan)
    return Span(span.kind, span.start, span.end, span.value)
