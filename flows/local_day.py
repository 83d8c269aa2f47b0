"""The day a moment falls on where the reader lives."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo


def local_day(moment: datetime, timezone: str) -> date:
    """The calendar day of an aware `moment` in `timezone` (an IANA name)."""
    return moment.astimezone(ZoneInfo(timezone)).date()
