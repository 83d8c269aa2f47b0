"""Reading one date around its key word: month, weekday, year, season, "il y a un an"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from extractors.deals.date_values import DateSpan, count_of, shifted, valid_day
from extractors.deals.date_words import DateWords
from extractors.deals.normalise import letter_runs

_AHEAD = 60  # days: a day and month without year may lie so far ahead of publication ("les 25 et 26 novembre")
_A_YEAR = re.compile(r"[12](?:(?<=1)9|(?<=2)0)\d\d(?!\d)")
_DAY_BEFORE = re.compile(r"(?<![\d.,])([12]\d|3[01]|0?[1-9]|1er)\s{1,2}\Z")
_YEAR_AFTER = re.compile(r"\.?\s{1,2}((?:19|20)\d\d)(?!\d)")
_COUNT = (
    r"(?:(?:a\s+peine|environ|deja|presque|tout\s+juste|pres\s+de|a)\s+)?"
    r"(\d{1,2}|[a-z-]+)\s+(an|annee|moi|jour|semaine)s?"
)
_AGO = re.compile(rf"(?:il\s)?\s?y\s+a(?:vait)?\s+{_COUNT}(?![a-z])")
_NEXT_WORD = re.compile(r"\s{1,2}([a-z?\ufffd]{1,16})")
_ANY_WORD = re.compile(r"\s*[^\s.,;]{1,20}")
_PART_ENDS = ("debut", "fin", "mi-", "mi", "courant", "milieu", "de", "du", "d'")
_PART = re.compile(r"(?<![a-z])(?:debut|fin|mi|courant|milieu)[\s-]+(?:de\s+|du\s+|d')?\Z")
_LATER_YEAR = re.compile(r"(?:l')?annee\s+(suivante|precedente|d'apres|d'avant)(?![a-z])")
_START_OF_YEAR = re.compile(r"(?<![a-z])debut\s+(?:d'|de\s+l'|de\s+cette\s+)\Z")


@dataclass(frozen=True, slots=True)
class Reader:
    """A text being read for dates. `text` is normalised, `flat` also folded and in small letters."""

    text: str
    flat: str
    published: date | None
    words: DateWords

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
                if (word in _KEYS or word in _UNITS_OF_TIME) and not flat[start - 1 : start].isalpha():
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
        if word in _KEYS and (span := _KEYS[word](self, start, end, last)):
            return span
        return self._before_or_after(start, end, last) if word in _UNITS_OF_TIME else None

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
        if told is None and self._heading(start, end):
            told = int(last.value[:4]) if last and last.precision == "year" else self._latest_year(month)
        elif told is None and (word in self.words.short_months or not self._introduced(left, end)):
            return None
        if self._next_word(end) in self.words.next:
            return None
        told = told or self._latest_year(month)
        part = _PART.search(left) if left[-12:].strip().endswith(_PART_ENDS) else None
        start = start - (len(left) - part.start()) if part else start
        return None if told is None else DateSpan(start, end, f"{told}-{month:02}", "month")

    def _year_told_otherwise(self, month: int, end: int, last: DateSpan | None) -> tuple[int, int | None]:
        """ "mai de l'an dernier", "mars de la même année", "décembre suivant"."""
        following = self.flat[end : end + 32].split()
        if not following or following[0].strip(".,;") not in ("de", "la", "cette", "suivant"):
            return end, None
        for length in (5, 4, 3):
            if last and " ".join(following[:length]).strip(".,;") in self.words.same_year:
                return self._words_on(end, length), int(last.value[:4])
        if following[:2] == ["de", "l'an"] and following[2:3] and following[2].strip(".,;") in self.words.last:
            return self._words_on(end, 3), None if self.published is None else self.published.year - 1
        if following[0].strip(".,;") == "suivant" and last and last.precision != "year":
            return self._words_on(end, 1), int(last.value[:4]) + (month <= int(last.value[5:7]))
        return end, None

    def _words_on(self, end: int, count: int) -> int:
        """Where the next `count` words end, punctuation left out."""
        for _ in range(count):
            match = _ANY_WORD.match(self.flat, end)
            end = match.end() if match else end
        return end

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
        following = self.flat[end : end + 16].split()[:2]
        phrases = {" ".join(following).strip(".,;:"), (following or [""])[0].strip(".,;:")}
        earlier, later = phrases & self.words.earlier, phrases & self.words.later
        if not (earlier or later):
            return None
        if phrases & {"avant", "apres"} and re.match(
            r"\s+\w+\s+(?:la|le|l'|d|sa|son|ses|que)", self.flat[end : end + 14]
        ):
            return None  # "cinq ans après sa création"
        head = re.search(r"(?<![a-z\d])(\d{1,2}|[a-z]+)\s+\Z", self.flat[max(0, start - 16) : start])
        count = None if head is None else count_of(head.group(1))
        if head is None or count is None:
            return None
        origin, precision = (last.value, last.precision) if last else (self._publication(), "day")
        if origin is None:
            return None
        unit = self.flat[start:end].rstrip("s")
        begin = max(0, start - 16) + head.start()
        return shifted(begin, end, origin, precision, count if later else -count, unit)

    def _publication(self) -> str | None:
        return None if self.published is None else self.published.isoformat()

    def _latest_year(self, month: int) -> int | None:
        return None if self.published is None else self.published.year - (month > self.published.month)

    def _introduced(self, left: str, end: int) -> bool:
        return self._led(left, self.words.before_month) or self._next_word(end) in self.words.last

    def _heading(self, start: int, end: int) -> bool:
        """Alone on its line, as the months of a retrospective are."""
        return self.flat[max(0, start - 1) : start] in ("", "\n") and self.flat[end : end + 1] in ("", "\n")

    def _led(self, left: str, leads: frozenset[str]) -> bool:
        tail = left.replace("-", " ").split()[-2:] or [""]
        if left.endswith("'"):
            tail = [*tail[:-1], tail[-1]]
        return " ".join(tail) in leads or tail[-1] in leads or tail[-1].lstrip('(,"') in leads

    def _next_word(self, end: int) -> str:
        match = _NEXT_WORD.match(self.flat, end)
        return match.group(1) if match else ""

    def _end_of_next(self, end: int) -> int:
        match = _NEXT_WORD.match(self.flat, end)
        return match.end() if match else end


_KEYS = {
    "hier": Reader._yesterday,
    "jour": Reader._today,
    "matin": Reader._today,
    "soir": Reader._today,
    "semaine": Reader._week,
    "an": Reader._year_word,
    "annee": Reader._year_word,
    "anne": Reader._year_word,
    "mois": Reader._month_word,
    "il": Reader._ago,
}


_STEMS = ("hier", "jour", "matin", "soir", "semaine", "anne", "mois", " an", "'an", "il y")
_UNITS_OF_TIME = frozenset({"an", "ans", "annee", "annees", "mois", "semaine", "semaines", "jour", "jours"})
