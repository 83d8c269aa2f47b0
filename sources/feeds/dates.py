"""Dates as feeds write them: RFC 822, ISO 8601, and French in words or figures, zones told right, into UTC.

feedparser's own reading is not used: it takes CET for UTC, the 31st of February for the 3rd of March, `99` for the
year 9801, and knows no French.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

OLDEST = datetime(1995, 1, 1, tzinfo=UTC)  # before it there was no press on the web; the epoch is a program's default

_MONTHS = {
    **dict.fromkeys(["janvier", "janv", "january", "jan"], 1),
    **dict.fromkeys(["fevrier", "fevr", "fev", "february", "feb"], 2),
    **dict.fromkeys(["mars", "march", "mar"], 3),
    **dict.fromkeys(["avril", "avr", "april", "apr"], 4),
    **dict.fromkeys(["mai", "may"], 5),
    **dict.fromkeys(["juin", "june", "jun"], 6),
    **dict.fromkeys(["juillet", "juil", "july", "jul"], 7),
    **dict.fromkeys(["aout", "august", "aug"], 8),
    **dict.fromkeys(["septembre", "september", "sept", "sep"], 9),
    **dict.fromkeys(["octobre", "october", "oct"], 10),
    **dict.fromkeys(["novembre", "november", "nov"], 11),
    **dict.fromkeys(["decembre", "december", "dec"], 12),
}
_TIME = r"(?:[\s,]*(?:a|-|–|\|)?\s*(?P<hour>\d{1,2})\s?(?:h|:)\s?(?P<minute>\d{2})?(?::(?P<second>\d{2}))?(?:min)?)?"
_ZONE = r"\s*(?P<zone>[A-Za-z]{1,5}|[+-]\d{2}:?\d{2})?"
_IN_WORDS = re.compile(
    r"(?:le\s+)?(?:[a-z]{2,8}\.?,?\s+)?(?P<day>\d{1,2})(?:er)?[\s-]+(?P<month>[a-z]{3,9})\.?[\s-]+(?P<year>\d{4})"
    + _TIME
    + _ZONE
)
_IN_FIGURES = re.compile(
    r"(?:le\s+)?(?:[a-z]{2,8}\.?,?\s+)?(?P<day>\d{1,2})[/.](?P<month>\d{1,2})[/.](?P<year>\d{4}|\d{2})" + _TIME + _ZONE
)
_ISO = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
    r"(?:[tT\s]\s?(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?)?\s*"
    r"(?P<zone>[A-Za-z]{1,5}|[+-]\d{2}:?\d{2})?"
)
# Zones that Python's RFC 822 reader does not know, and takes for UTC. Offsets in hours.
_ZONES = {
    **dict.fromkeys(["z", "ut", "utc", "gmt", "wet"], 0),
    **dict.fromkeys(["cet", "met", "hnec", "west", "bst", "wat"], 1),
    **dict.fromkeys(["cest", "mest", "haec", "eet", "cat", "sast"], 2),
    **dict.fromkeys(["eest", "eat"], 3),
    **dict.fromkeys(["est", "hne"], -5),
    **dict.fromkeys(["edt", "hae"], -4),
    **dict.fromkeys(["cst"], -6),
    **dict.fromkeys(["cdt"], -5),
    **dict.fromkeys(["pst"], -8),
    **dict.fromkeys(["pdt"], -7),
}
_LOCAL = {
    "CA-QC": "America/Toronto",
    "MA": "Africa/Casablanca",
    "TN": "Africa/Tunis",
    "DZ": "Africa/Algiers",
    "SN": "Africa/Dakar",
    "CI": "Africa/Abidjan",
    "CM": "Africa/Douala",
    "AFRIQUE": "UTC",
}


def read_date(raw: str, country: str | None = None) -> datetime | None:
    """The moment that `raw` states, in UTC, or None when it states none that can exist.

    A day without a time is midnight UTC of that day. A time without a zone is local time in the feed's country
    (Paris, Brussels and Geneva share theirs, which is also the default).
    """
    text = " ".join(raw[:200].split())
    if not text:
        return None
    local: tzinfo = ZoneInfo(_LOCAL.get(country or "", "Europe/Paris"))
    plain = _without_accents(text).lower()
    try:
        for pattern in (_ISO, _IN_FIGURES, _IN_WORDS):
            found = pattern.fullmatch(plain)
            moment = _moment(found, local) if found else None
            if moment:
                return moment
        return _rfc822(text, plain, local)
    except (ValueError, OverflowError):
        return None


def settled(moment: datetime | None, now: datetime) -> tuple[datetime | None, str | None]:
    """The date to keep, and the problem with the one given: `bad_date` (none is kept), `future_date` (`now` is).

    A day of grace is left for zones and clocks.
    """
    if moment is None or moment < OLDEST:
        return None, "bad_date"
    if moment > now + timedelta(days=1):
        return now, "future_date"
    return moment, None


def _moment(found: re.Match[str], local: tzinfo) -> datetime | None:
    month = _MONTHS.get(found["month"]) if not found["month"].isdigit() else int(found["month"])
    if month is None:
        return None
    year = int(found["year"]) + (2000 if len(found["year"]) == 2 else 0)
    day = datetime(year, month, int(found["day"]), tzinfo=UTC)
    if found["hour"] is None:
        return day
    zone = _zone(found["zone"], local)
    clock = {name: int(found[name] or 0) for name in ("hour", "minute", "second")}
    return None if zone is None else day.replace(**clock, tzinfo=zone).astimezone(UTC)


def _zone(name: str | None, local: tzinfo) -> tzinfo | None:
    if name is None:
        return local
    if name[0] in "+-":
        return datetime.strptime(name.replace(":", ""), "%z").tzinfo
    hours = _ZONES.get(name)
    return None if hours is None else datetime.strptime(f"{hours:+03d}00", "%z").tzinfo


def _rfc822(text: str, plain: str, local: tzinfo) -> datetime | None:
    """As mails write it; zones that Python would silently take for UTC are replaced by their offset first."""
    head, _, last = text.rpartition(" ")
    hours = _ZONES.get(plain.rpartition(" ")[2])
    moment = parsedate_to_datetime(f"{head} {hours:+03d}00" if hours is not None else text)
    if moment.tzinfo is None:
        # "-0000" and unknown zone names end here too; only a time that ends the text has no zone at all.
        moment = moment.replace(tzinfo=local if re.fullmatch(r"[\d:]+", last) else UTC)
    return moment.astimezone(UTC)


def _without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
