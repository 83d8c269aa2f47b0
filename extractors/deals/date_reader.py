"""Reading one date around its key word: month, weekday, year, season, "il y a un an"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from extractors.deals.date_relative import KEYS, UNITS_OF_TIME, Relative
from extractors.deals.date_values import DateSpan, valid_day
from extractors.deals.normalise import letter_runs

_AHEAD = 60  # days: a day and month without year may lie so far ahead of publication ("les 25 et 26 novembre")
_A_YEAR = re.compile(r"[12](?:(?<=1)9|(?<=2)0)\d\d(?!\d)")
_DAY_BEFORE = re.compile(r"(?<![\d.,])([12]\d|3[01]|0?[1-9]|1er)\s{1,2}\Z")
_YEAR_AFTER = re.compile(r"\.?\s{1,2}((?:19|20)\d\d)(?!\d)")
_PART_ENDS = ("debut", "fin", "mi-", "mi", "courant", "milieu", "de", "du", "d'")
_PART = re.compile(r"(?<![a-z])(?:debut|fin|mi|courant|milieu)[\s-]+(?:de\s+|du\s+|d')?\Z")


@dataclass(frozen=True, slots=True)
class Reader(Relative):
    """A text being read for dates: months, weekdays, years and seasons here, the others by `Relative`."""

    def key_words(self) -> list[tuple[int, str]]:
        """Where a word stands that may belong to a date. Some sixty `str.find` are four times a scan of all words."""
        flat = self.flat
        found = [
            (m.start(), m.group()) for m in _A_YEAR.finditer(flat) if not flat[m.start() - 1 : m.start()].isdigit()
        ]
        runs = letter_runs(flat)
        for word in [word for run, words in self.words.by_run.items() if run in runs for word in words]:
            at = flat.find(word)
            while at >= 0:
                end = at + len(word)
                if not (flat[at - 1 : at].isalpha() or flat[end : end + 1].isalpha()):
                    found.append((at, word))
                at = flat.find(word, end)
        for stem in _STEMS:
            at = flat.find(stem)
            while at >= 0:
                start = at + (stem[0] in " '")
                end = at + len(stem)
                while flat[end : end + 1].isalpha():
                    end += 1
                word = "il" if stem == "il y" else flat[start:end]
                if (word in KEYS or word in UNITS_OF_TIME) and not flat[start - 1 : start].isalpha():
                    found.append((start, word))
                at = flat.find(stem, end)
        found.sort()
        return found

    def read(self, word: str, start: int, end: int, last: DateSpan | None) -> DateSpan | None:
        """The date whose key word stands at start..end, if it is one."""
        words = self.words
        if word in words.months:
            return self._month(word, start, end, last)
        if word[0].isdigit():
            return self._year(word, start, end)
        if word in words.weekdays:
            return self._weekday(words.weekdays[word], start, end)
        if word in words.seasons:
            return self._season(words.seasons[word], start, end, last)
        return self.relative(word, start, end, last)

    def _month(self, word: str, start: int, end: int, last: DateSpan | None) -> DateSpan | None:
        month = self.words.months[word]
        left = self.flat[max(0, start - 24) : start]
        day = _DAY_BEFORE.search(left[-5:])
        year = _YEAR_AFTER.match(self.flat, end)
        told = None if year is None else int(year.group(1))
        if told is None:
            end, told = self._year_told_otherwise(month, end, last)
        else:
            end = year.end() if year else end
        if day is not None:
            return self._day(start - len(left[-5:]) + day.start(), end, told, month, int(day.group(1).rstrip("er")))
        if told is None and word not in self.words.short_months and self._heading(start, end):
            told = int(last.value[:4]) if last and last.precision == "year" else self._latest_year(month)
        elif told is None and (word in self.words.short_months or not self._introduced(left, end)):
            return None
        if self._next_word(end) in self.words.next:
            return None
        told = told or self._latest_year(month)
        part = _PART.search(left) if left[-12:].strip().endswith(_PART_ENDS) else None
        start = start - (len(left) - part.start()) if part else start
        return None if told is None else DateSpan(start, end, f"{told}-{month:02}", "month")

    def _day(self, start: int, end: int, year: int | None, month: int, day: int) -> DateSpan | None:
        if year is None:
            if self.published is None:
                return None
            for candidate in (self.published.year + 1, self.published.year, self.published.year - 1):
                value = valid_day(candidate, month, day)
                if value and value <= self.published + timedelta(days=_AHEAD):
                    return DateSpan(start, end, value.isoformat(), "day")
            return None
        value = valid_day(year, month, day)
        return None if value is None else DateSpan(start, end, value.isoformat(), "day")

    def _year(self, word: str, start: int, end: int) -> DateSpan | None:
        if not "1950" <= word <= "2049":
            return None
        left = self.flat[max(0, start - 28) : start].rstrip(" -\n")
        tail = left.replace("-", " ").split()[-4:]
        phrases = [" ".join(tail[-length:]) for length in range(1, len(tail) + 1)]
        phrases += [phrase.partition("'")[2] for phrase in phrases if "'" in phrase]
        if any(phrase in self.words.not_before_year for phrase in phrases):
            return None
        if re.match(r"\s*-?\s*(?:premier|second|1er)\s+(?:semestre|trimestre)", self.flat[end : end + 24]):
            return DateSpan(start, end, word, "year")
        if left[-1:] not in "(," and not any(phrase in self.words.before_year for phrase in phrases):
            return None
        after = self.flat[end : end + 12].lstrip()
        if after[:1] in ("%", "€", "$") or (left[-1:] in ("(", ",") and after[:1] not in (")", ",", ";", ".")):
            return None
        if re.match(r"(?:milli|euro|dollar|salari|personn|client|m[€$]|md|k€)", after):
            return None
        part = _PART.search(self.flat, max(0, start - 10), start)
        return DateSpan(part.start() if part else start, end, word, "year")

    def _weekday(self, weekday: int, start: int, end: int) -> DateSpan | None:
        if self.published is None or self._next_word(end) in self.words.next:
            return None
        before = self.text[max(0, start - 16) : start]
        previous = before.split()[-1:] or [""]
        named = self.text[start].isupper() and previous[0][:1].isupper() and previous[0][-1].isalpha()
        if named or previous[0].lower() in ("du", "au", "chaque", "tous", "le"):
            return None  # the newspaper "La Tribune Dimanche", "du lundi au vendredi", "le mardi"
        if re.match(r"\s{1,2}(?:\d{1,2}|1er)(?!\d)\s{1,2}[a-z]", self.flat[end : end + 8]):
            return None  # "mardi 13 juin": the month tells it
        back = (self.published.weekday() - weekday) % 7
        if self._next_word(end) in self.words.last and back == 0:
            back = 7
        return DateSpan(start, end, (self.published - timedelta(days=back)).isoformat(), "day")

    def _season(self, month: int, start: int, end: int, last: DateSpan | None) -> DateSpan | None:
        left = self.flat[max(0, start - 12) : start]
        if re.search(r"(?:\bau\s+|l'|\bd'|\ble\s+|\bce\s+|\bcet\s+|\bdu\s+)\Z", left) is None:
            return None
        year = _YEAR_AFTER.match(self.flat, end)
        if year is not None:
            return DateSpan(start, year.end(), year.group(1), "year")
        _, told = self._year_told_otherwise(month, end, last)
        if told is not None:
            return DateSpan(start, end, str(told), "year")
        if self.published is None or self._next_word(end) in self.words.next or month == 12:
            return None
        year_of = self.published.year - (self.published.month < month)
        if (
            self._next_word(end) in self.words.last
            and self.published.year == year_of
            and self.published.month < month + 3
        ):
            year_of -= 1
        return DateSpan(start, end, str(year_of), "year")


_STEMS = ("hier", "jour", "matin", "soir", "semaine", "anne", "mois", " an", "'an", "il y")
