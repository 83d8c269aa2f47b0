"""The chart of a digest as a PNG, drawn without a browser or a network."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from alerts.digest import FEWEST_BARS, Bar
from alerts.headers import header_text

log = logging.getLogger("veille.alerts")

_WIDTH, _BAR, _SCALE = 300, 22, 2  # points; twice as many pixels, for telephones


def bar_chart(bars: Sequence[Bar]) -> bytes | None:
    """Horizontal bars, the largest first, each with its amount in words; None where there is too little to draw.

    A mail does not fail for want of its chart: what the drawing library says is logged, and the mail goes without.
    """
    if len(bars) < FEWEST_BARS:
        return None
    try:
        import vl_convert

        png: bytes = vl_convert.vegalite_to_png(_spec(bars), scale=_SCALE)
    except Exception:  # the library raises ValueError for all that can happen to it, and a missing one ImportError
        log.exception("the chart of a digest could not be drawn")
        return None
    return png


def _spec(bars: Sequence[Bar]) -> dict[str, object]:
    rows: list[dict[str, object]] = []
    labels: list[str] = []
    for bar in bars:
        name = header_text(bar.label)
        again = sum(label.partition("\u2008")[0] == name for label in labels)
        # Two deals of one company are two bars: a space that nobody sees tells their names apart.
        labels.append(name + "\u2008" * again)
        rows.append({"label": labels[-1], "millions": bar.millions, "words": bar.words, "firm": bar.firm})
    across = {
        "field": "millions",
        "type": "quantitative",
        "axis": None,
        # Room on the right for the amount in words.
        "scale": {"domain": [0, max(bar.millions for bar in bars) * 1.32]},
    }
    down = {
        "field": "label",
        "type": "ordinal",
        "sort": None,
        "axis": {
            "title": None,
            "domain": False,
            "ticks": False,
            "labelLimit": 190,
            "labelFontSize": 13,
            "labelColor": "#161b22",
            "labelPadding": 8,
        },
    }
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": "white",
        "padding": 12,
        "config": {"view": {"stroke": None}, "font": "DejaVu Sans, Liberation Sans, sans-serif"},
        "data": {"values": rows},
        "width": _WIDTH,
        "height": {"step": _BAR + 8},
        "layer": [
            {
                "mark": {"type": "bar", "height": _BAR, "cornerRadiusEnd": 3},
                "encoding": {
                    "x": across,
                    "y": down,
                    "color": {
                        "field": "firm",
                        "type": "nominal",
                        "scale": {"domain": [True, False], "range": ["#3b6fd8", "#e0a24a"]},
                        "legend": None,
                    },
                },
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 6, "fontSize": 13, "color": "#161b22"},
                "encoding": {"x": across, "y": down, "text": {"field": "words"}},
            },
        ],
    }
