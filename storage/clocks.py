"""Moments to wait for that were set by a clock that was wrong: what is not believable is not waited for."""

from __future__ import annotations

import datetime as dt

# Nothing of ours is put off for longer: retries wait hours, leases minutes, digests a week at most.
LONGEST_WAIT = dt.timedelta(days=8)


def is_over(moment: dt.datetime | None, now: dt.datetime) -> bool:
    """True when there is nothing to wait for: the moment is past, or so far ahead that the clock jumped since."""
    return moment is None or moment <= now or moment > now + LONGEST_WAIT
