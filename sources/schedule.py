"""When to come back to a feed that fails, and when to stop asking: pure rules, the clock and the dice given.

Weights are Media Cloud's: a failure that heals by itself counts half, a name or network that does not answer a quarter.
Nothing is dropped for ever: a feed that was switched off for its answers is asked once a month.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from sources.values import FeedOutcome, FeedResult, Reason

# Below this much trouble a feed is asked at every run; from here on the pause doubles, up to a week.
PATIENT_UNTIL = 3.0
LONGEST_REST = timedelta(days=7)
# Runs are daily: a pause of "a day" must be over when the next one begins, be it an hour early.
_EARLY = timedelta(hours=2)
_JITTER = 0.2
NOT_FOUND_LIMIT = 7  # visits in a row that find no feed at the address
DISABLED_REST = timedelta(days=30)
# Sightings of one permanent redirect before its target is asked directly; several days, as runs are daily.
MOVED_AFTER = 3

_SOFT = {Reason.HTTP_4XX: 0.5, Reason.THROTTLED: 0.5, Reason.HTTP_5XX: 0.5, Reason.CHALLENGE: 0.5}
_NETWORK = {Reason.UNREACHABLE: 0.25, Reason.TIMEOUT: 0.25}
_HARD = 1.0


@dataclass(frozen=True, slots=True)
class Standing:
    """How a feed stands after a visit. `next_check` None: at the next run."""

    trouble: float
    not_found_times: int
    disabled: bool
    next_check: datetime | None


def standing(trouble: float, not_found_times: int, result: FeedResult, now: datetime, dice: float) -> Standing:
    """What follows from one more visit.

    Args:
        trouble: what the failures before it added up to; 0.0 after a success.
        not_found_times: visits before it, in a row, that were answered 404.
        dice: a random number from 0 to 1, so that many installations do not come back together.
    """
    if result.outcome is not FeedOutcome.FAILED or result.reason is None:
        return Standing(0.0, 0, False, None)
    trouble += _weight(result.reason)
    not_found_times = not_found_times + 1 if result.status == 404 else 0
    if result.reason is Reason.GONE or not_found_times >= NOT_FOUND_LIMIT:
        return Standing(trouble, not_found_times, True, now + DISABLED_REST)
    rest = timedelta(seconds=result.retry_after or 0.0)
    if trouble >= PATIENT_UNTIL:
        # The exponent is bounded before it is used: a feed may fail for years.
        doubled = timedelta(days=1) * 2 ** min(trouble - PATIENT_UNTIL, 10.0)
        rest = max(rest, min(doubled, LONGEST_REST) * (1 - _JITTER * dice) - _EARLY)
    return Standing(trouble, not_found_times, False, now + rest if rest else None)


def before_failure(trouble: float, not_found_times: int, reason: Reason) -> tuple[float, int]:
    """Trouble and 404s as they were before a failure for `reason`: one run counts one, however often it is taken up."""
    return max(0.0, trouble - _weight(reason)), max(0, not_found_times - 1)


def is_due(next_check: datetime | None, now: datetime) -> bool:
    """True when the pause is over, or so far off that the clock must have jumped since it was set."""
    return next_check is None or next_check <= now or next_check > now + DISABLED_REST + timedelta(days=1)


def gone_silent(moments: list[datetime], now: datetime) -> bool:
    """True when a feed that used to publish has not for much longer than it ever paused.

    Args:
        moments: when its articles of the last months appeared, in any order. Fewer than eight tell no habit.
    """
    if len(moments) < _HABIT:
        return False
    ordered = sorted(moments)
    longest = max(later - earlier for earlier, later in pairwise(ordered))
    return now - ordered[-1] > max(2 * longest, _QUIET_DAYS)


def _weight(reason: Reason) -> float:
    return (_SOFT | _NETWORK).get(reason, _HARD)


_HABIT = 8
_QUIET_DAYS = timedelta(days=4)  # a long weekend is no silence
