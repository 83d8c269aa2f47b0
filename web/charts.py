"""Charts as SVG, drawn on the server from Vega-Lite by vl-convert, in the colours of the light or the dark theme."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import vl_convert

from storage.trends import Figure
from web.words import Speech

Theme = Literal["light", "dark"]
Chart = Literal["months", "counts", "kinds", "rounds", "countries"]
Size = Literal["wide", "narrow"]

_INK = {"light": "#2b2f36", "dark": "#e6e6e3"}
_LINES = {"light": "#dcdcd6", "dark": "#3a3f47"}
_BARS = {"light": "#1f6f5c", "dark": "#5ec4a8"}
_MONTHS = 36  # the last three years; the table behind has them all
_FEWEST_MONTHS = 12
_BARS_SHOWN = 10
_FEW = 6
_WIDTHS: dict[Size, tuple[int, int]] = {
    "wide": (400, 500),
    "narrow": (180, 290),
}  # pixels, without labels: lying, upright
_ABOVE = {"titleAngle": 0, "titleAlign": "left", "titleAnchor": "start", "titleX": 0, "titleY": -14}
_BILLION = 1e9
_FONT = "system-ui, -apple-system, Segoe UI, Roboto, DejaVu Sans, sans-serif"


def draw(chart: Chart, figures: Sequence[Figure], words: Speech, theme: Theme, size: Size = "wide") -> bytes:
    """One chart. Without figures, empty axes. `narrow` for telephones, with letters that can be read there."""
    upright = chart in ("months", "counts")
    if upright:
        shown = _without_gaps(figures)
        told = [_row(words.short_month(one.name), one.count if chart == "counts" else one.euros) for one in shown]
    elif chart == "rounds":
        most = sorted(figures, key=lambda one: (-one.count, one.name))[:_BARS_SHOWN]
        told = [_row(words.round(one.name), one.count) for one in most]
    else:
        name_of = words.kind_name if chart == "kinds" else words.country_name
        told = [_row(name_of(one.name), one.euros) for one in figures[:_BARS_SHOWN]]
    title = "\u00a0" if chart == "counts" else words["count"] if chart == "rounds" else _in_units(told, words)
    spec = (_upright if upright else _lying)(told, title)
    spec |= {"width": _WIDTHS[size][upright]}
    drawn = vl_convert.vegalite_to_svg(spec | {"background": None, "config": _config(theme)}, **_locale(words))
    return str(drawn).encode()


def _without_gaps(figures: Sequence[Figure]) -> list[Figure]:
    """The last months, a year at least; those without deals too."""
    if not figures:
        return []
    known = {figure.name: figure for figure in figures}
    first, last = (12 * int(one.name[:4]) + int(one.name[5:]) - 1 for one in (figures[0], figures[-1]))
    shown = range(max(min(first, last - _FEWEST_MONTHS + 1), last - _MONTHS + 1), last + 1)
    names = [f"{month // 12}-{month % 12 + 1:02}" for month in shown]
    return [known.get(name, Figure(name, 0, 0.0)) for name in names]


def _in_units(rows: list[dict[str, Any]], words: Speech) -> str:
    """Euros as millions, or as billions where the longest bar has some; the unit's name."""
    large = max((one["value"] for one in rows), default=0) >= _BILLION
    for one in rows:
        one["value"] = round(one["value"] / (_BILLION if large else _BILLION / 1000), 6)
    return str(words["billions" if large else "millions"])


def _row(name: str, value: float) -> dict[str, Any]:
    return {"name": name, "value": value}


def _upright(values: list[dict[str, Any]], title: str) -> dict[str, Any]:
    return {
        "data": {"values": values},
        "height": 220,
        "mark": "bar",
        "encoding": {
            "x": {
                "field": "name",
                "type": "ordinal",
                "sort": None,
                "axis": {
                    "title": None,
                    "labelAngle": 0,
                    "labelOverlap": "greedy",
                    "labelSeparation": 12,
                    "labelPadding": 6,
                },
            },
            "y": {"field": "value", "type": "quantitative", "axis": _measure(values, title) | _ABOVE},
        },
    }


def _lying(values: list[dict[str, Any]], title: str) -> dict[str, Any]:
    return {
        "data": {"values": values},
        "height": {"step": 26},
        "mark": "bar",
        "encoding": {
            "y": {
                "field": "name",
                "type": "nominal",
                "sort": None,
                "axis": {"title": None, "labelLimit": 220, "labelPadding": 8},
            },
            "x": {
                "field": "value",
                "type": "quantitative",
                "axis": _measure(values, title) | {"titleAlign": "right", "titleX": {"expr": "width"}},
            },
        },
    }


def _measure(values: list[dict[str, Any]], title: str) -> dict[str, Any]:
    """A few deals are counted one by one: half a deal is none."""
    most = max((one["value"] for one in values), default=0)
    whole = all(float(one["value"]).is_integer() for one in values)
    ticks = {"values": list(range(int(most) + 1)), "format": "d"} if whole and most <= _FEW else {"tickCount": 5}
    return {"title": title} | ticks


def _config(theme: Theme) -> dict[str, Any]:
    ink = _INK[theme]
    axis: dict[str, Any] = {
        "labelColor": ink,
        "titleColor": ink,
        "gridColor": _LINES[theme],
        "domain": False,
        "ticks": False,
    }
    axis |= {"labelFontSize": 12, "titleFontSize": 12} | {"titleFontWeight": "normal"}
    axis |= {"labelFont": _FONT, "titleFont": _FONT}
    bar = {"color": _BARS[theme], "cornerRadiusEnd": 2}
    return {"bar": bar, "axis": axis, "view": {"stroke": None}}


def _locale(words: Speech) -> dict[str, Any]:
    """Figures on the axes as the language groups them."""
    if words.language == "en":
        return {}
    return {"format_locale": {"decimal": ",", "thousands": "\u00a0", "grouping": [3], "currency": ["", "\u00a0€"]}}
