"""A mail as one HTML file, for a browser: its chart inside instead of beside it."""

from __future__ import annotations

import base64

from alerts.mail import CHART, RenderedMail


def standalone_html(mail: RenderedMail) -> str:
    """The HTML part with its chart as a data address, since a browser has no parts to look it up in."""
    if mail.chart is None:
        return mail.html
    return mail.html.replace(f"cid:{CHART}", "data:image/png;base64," + base64.b64encode(mail.chart).decode())
