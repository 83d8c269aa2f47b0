"""Dates told by their distance from another: "hier", "l'an dernier", "deux ans plus tôt"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from extractors.deals.date_text import DateText
from extractors.deals.date_values import DateSpan, count_of, shifted
from extractors.deals.markers import MarkerRegex

_COUNT = (
    r"(?:(?:a\s+peine|environ|deja|presque|tout\s+juste|pres\s+de|a)\s+)?"
    r"(\d{1,2}|[a-z-]+)\s+(an|annee|moi|jour|semaine)s?"
)
_AGO = re.compile(rf"(?:il\s)?\s?y\s+a(?:vait)?\s+{_COUNT}(?![a-z])")
_LATER_YEAR = re.compile(r"(?:l')?annee\s+(suivante|precedente|d'apres|d'avant)(?![a-z])")
_START_OF_YEAR = re.compile(r"(?<![a-z])debut\s+(?:d'|de\s+l'|de\s+cette\s+)\Z")
# "huit mois après un tour", "deux ans après avoir levé": what follows happened so long ago.
_SINCE = MarkerRegex(
    r"\s{1,2}(?:seulement\s|a\s+peine\s|exactement\s)?apres\s+(?:avoir|s'etre|etre|une?|les?|la|l'|son|sa|ses|leur|ce|cette)(?![a-z])"
    r"(?!\s*<beginnings>)"
)
# How many days "ces dernières semaines" reach back.
_LATELY = 45
UNITS_OF_TIME = frozenset({"an", "ans", "annee", "annees", "mois", "semaine", "semaines", "jour", "jours"})


@dataclass(frozen=True, slots=True)
class Relative(DateText):
    """Reads them around their key word."""

    def relative(self, word: str, start: int, end: int, last: DateSpan | None) -> DateSpan | None:
        """The date whose key word stands at start..end, if it is one; `last` is the date told before."""
        if word in KEYS and (span := KEYS[word](self, start, end, last)):
            return span
        return self._before_or_after(start, end, last) if word in UNITS_OF_TIME else None

    def _yesterday(self, start: int, end: int, _: DateSpan | None) -> DateSpan | None:
        if self.published is None:
            return None
        before = re.search(r"avant[\s-]\Z", self.flat[max(0, start - 6) : start])
        value = self.published - timedelta(days=2 if before else 1)
        return DateSpan(start - (6 if before else 0), end, value.isoformat(), "day")

    def _today(self, start: int, end: int, _: DateSpan | None) -> DateSpan | None:
        before = re.search(r"(?<![a-z])(?<!a )ce\s\Z", self.flat[max(0, start - 6) : start])
        if self.published is None or before is None:
            return None
        return DateSpan(start - 3, end, self.published.isoformat(), "day")

    def _week(self, start: int, end: int, _: DateSpan | None) -> DateSpan | None:
        if self.published is None:
            return None
        this = re.search(r"(?<![a-z])cette\s\Z", self.flat[max(0, start - 7) : start]) is not None
        past = self._next_word(end) in self.words.last
        if not (this or past):
            return None
        monday = self.published - timedelta(days=self.published.weekday() + (7 if past else 0))
        friday = min(monday + timedelta(days=4), self.published)
        value = f"{monday:%Y-%m}" if monday.month == friday.month else str(monday.year)
        if monday.year != friday.year:
            return None
        return DateSpan(start, end, value, "month" if len(value) == 7 else "year")

    def _lately(self, start: int, end: int, _: DateSpan | None) -> DateSpan | None:
        """ "ces dernières semaines": in the year of publication, unless that began within them."""
        left = self.flat[max(0, start - 18) : start]
        told = re.search(r"(?<![a-z])ces\s+(?:tout(?:e?s)?\s+)?derni(?:ers|eres)\s+\Z", left)
        if self.published is None or told is None:
            return None
        if (self.published - timedelta(days=_LATELY)).year != self.published.year:
            return None
        return DateSpan(start - len(left) + told.start(), end, str(self.published.year), "year")

    def _month_word(self, start: int, end: int, last: DateSpan | None) -> DateSpan | None:
        """ "le mois dernier", "ce mois-ci", "le même mois"."""
        if self.published is None:
            return None
        before = self.flat[max(0, start - 8) : start].split()[-1:]
        if before == ["meme"] and last is not None and last.precision != "year":
            return DateSpan(start, end, last.value[:7], "month")
        if self._next_word(end) in self.words.last and before == ["le"]:
            first = self.published.replace(day=1) - timedelta(days=1)
            return DateSpan(start, end, f"{first:%Y-%m}", "month")
        if before == ["ce"]:
            return DateSpan(start, end, f"{self.published:%Y-%m}", "month")
        return None

    def _year_word(self, start: int, end: int, last: DateSpan | None) -> DateSpan | None:
        """ "l'an dernier", "l'année passée", "cette année", "en début d'année", "l'année suivante"."""
        left = self.flat[max(0, start - 24) : start]
        beginning = _START_OF_YEAR.search(left)
        relative = _LATER_YEAR.match(self.flat, start)
        if relative is not None and last is not None:
            step = 1 if relative.group(1) in ("suivante", "d'apres") else -1
            return DateSpan(start, relative.end(), str(int(last.value[:4]) + step), "year")
        if self.published is None:
            return None
        if self._next_word(end) in self.words.last and re.search(r"(?:l'|l\s?|de\s)\Z", left):
            return DateSpan(start, self._end_of_next(end), str(self.published.year - 1), "year")
        if beginning is not None:
            return DateSpan(start - (len(left) - beginning.start()), end, str(self.published.year), "year")
        if re.search(r"(?<!fin de )(?<![a-z])cette\s\Z", left) and "fin" not in left.split()[-4:]:
            return DateSpan(start, end, str(self.published.year), "year")
        return None

    def _ago(self, start: int, _end: int, last: DateSpan | None) -> DateSpan | None:
        """ "il y a treize mois"; the key word is "il" or a lone "y"."""
        match = _AGO.match(self.flat, start)
        count = None if match is None else count_of(match.group(1))
        if match is None or count is None or self.published is None:
            return None
        return shifted(start, match.end(), self.published.isoformat(), "day", -count, match.group(2))

    def _before_or_after(self, start: int, end: int, last: DateSpan | None) -> DateSpan | None:
        """ "deux ans plus tôt", counted from the date told before, else from publication."""
        if _SINCE.match(self.flat, end):
            return self._since(start, end, last)
        following = self.flat[end : end + 16].split()[:2]
        phrases = {" ".join(following).strip(".,;:"), (following or [""])[0].strip(".,;:")}
        earlier, later = phrases & self.words.earlier, phrases & self.words.later
        if not (earlier or later):
            return None
        if phrases & {"avant", "apres"} and re.match(
            r"\s+\w+\s+(?:la|le|l'|d|sa|son|ses|que)", self.flat[end : end + 14]
        ):
            return None  # "cinq ans après sa création"
        begin, count = self._count_before(start)
        unit = self.flat[start:end].rstrip("s")
        coarse = last is not None and last.precision == "year" and not unit.startswith("an")
        origin, precision = (last.value, last.precision) if last and not coarse else (self._publication(), "day")
        if origin is None or count is None:
            return None
        return shifted(begin, end, origin, precision, count if later else -count, unit)

    def _since(self, start: int, end: int, last: DateSpan | None) -> DateSpan | None:
        """ "huit mois après un tour": when that was, seen from the date beside it, else from publication."""
        begin, count = self._count_before(start)
        beside = last is not None and not re.search(r"[.\n;]", self.flat[last.end : begin])
        origin, precision = (last.value, last.precision) if last and beside else (self._publication(), "day")
        if origin is None or count is None:
            return None
        return shifted(begin, end, origin, precision, -count, self.flat[start:end].rstrip("s"))

    def _count_before(self, start: int) -> tuple[int, int | None]:
        """Where the number before a unit of time begins, and what it is."""
        head = re.search(r"(?<![a-z\d-])(\d{1,2}|[a-z-]+)\s+\Z", self.flat[max(0, start - 16) : start])
        return (max(0, start - 16) + head.start(), count_of(head.group(1))) if head else (start, None)


KEYS = {
    "hier": Relative._yesterday,
    "jour": Relative._today,
    "matin": Relative._today,
    "soir": Relative._today,
    "semaine": Relative._week,
    "semaines": Relative._lately,
    "jours": Relative._lately,
    "an": Relative._year_word,
    "annee": Relative._year_word,
    "anne": Relative._year_word,
    "mois": Relative._month_word,
    "il": Relative._ago,
}
