"""Charts as SVG, drawn on the server from Vega-Lite by vl-convert, in the colours of the light or the dark theme."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import vl_convert

from storage.trends import Figure
from web.words import Speech

Theme = Literal["light", "dark"]
Chart = Literal["months", "kinds", "rounds"]
Size = Literal["wide", "narrow"]

_INK = {"light": "#2b2f36", "dark": "#e6e6e3"}
_LINES = {"light": "#dcdcd6", "dark": "#3a3f47"}
_BARS = {"light": "#1f6f5c", "dark": "#5ec4a8"}
_MONTHS = 36  # the last three years; the table behind has them all
_FEWEST_MONTHS = 12
_BARS_SHOWN = 10
_FEW = 6
_WIDTHS: dict[Size, tuple[int, int]] = {
    "wide": (480, 680),
    "narrow": (190, 270),
}  # pixels, without labels: lying, upright


def draw(chart: Chart, figures: Sequence[Figure], words: Speech, theme: Theme, size: Size = "wide") -> bytes:
    """One chart. Without figures, empty axes. `narrow` for telephones, with letters that can be read there."""
    if chart == "months":
        spec = _upright([_row(one.name, one.euros / 1e6) for one in _without_gaps(figures)], words["millions"])
    elif chart == "kinds":
        told = [_row(words.of("kinds", one.name), one.euros / 1e6) for one in figures[:_BARS_SHOWN]]
        spec = _lying(told, words["millions"])
    else:
        most = sorted(figures, key=lambda one: (-one.count, one.name))[:_BARS_SHOWN]
        spec = _lying([_row(words.round(one.name), one.count) for one in most], words["count"])
    spec |= {"width": _WIDTHS[size][chart == "months"]}
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


def _row(name: str, value: float) -> dict[str, Any]:
    return {"name": name, "value": round(value, 3)}


def _upright(values: list[dict[str, Any]], title: str) -> dict[str, Any]:
    return {
        "data": {"values": values},
        "height": 220,
        "mark": {"type": "bar", "cornerRadiusEnd": 2},
        "encoding": {
            "x": {
                "field": "name",
                "type": "ordinal",
                "axis": {"title": None, "labelAngle": -45, "labelOverlap": True, "domain": False, "ticks": False},
            },
            "y": {"field": "value", "type": "quantitative", "axis": {"title": title, "tickCount": 5, "domain": False}},
        },
    }


def _lying(values: list[dict[str, Any]], title: str) -> dict[str, Any]:
    most = max((one["value"] for one in values), default=0)
    # A few deals are counted one by one: half a deal is none.
    ticks = {"values": list(range(int(most) + 1)), "format": "d"} if most <= _FEW else {"tickCount": 5}
    return {
        "data": {"values": values},
        "height": {"step": 26},
        "mark": {"type": "bar", "cornerRadiusEnd": 2},
        "encoding": {
            "y": {
                "field": "name",
                "type": "nominal",
                "sort": None,
                "axis": {"title": None, "domain": False, "ticks": False, "labelLimit": 220},
            },
            "x": {
                "field": "value",
                "type": "quantitative",
                "axis": {"title": title, "domain": False} | ticks,
            },
        },
    }


def _config(theme: Theme) -> dict[str, Any]:
    ink = _INK[theme]
    axis = {"labelColor": ink, "titleColor": ink, "gridColor": _LINES[theme], "labelFontSize": 13, "titleFontSize": 13}
    return {"bar": {"color": _BARS[theme]}, "axis": axis | {"titleFontWeight": "normal"}, "view": {"stroke": None}}


def _locale(words: Speech) -> dict[str, Any]:
    """Figures on the axes as the language groups them."""
    if words.language == "en":
        return {}
    return {"format_locale": {"decimal": ",", "thousands": "\u00a0", "grouping": [3], "currency": ["", "\u00a0€"]}}
