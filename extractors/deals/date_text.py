"""A text being read for dates: what stands around a key word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from extractors.deals.date_values import DateSpan
from extractors.deals.date_words import DateWords

_NEXT_WORD = re.compile(r"\s{1,2}([a-z?\ufffd]{1,16})")
_ANY_WORD = re.compile(r"\s*[^\s.,;]{1,20}")
_OPENS = re.compile(r"(?:\A|[.!?;\n]\s{0,2}(?:[-•]\s)?)\Z")
_COLON = re.compile(r"\s?:")
_IN_BRACKETS = re.compile(r"\((?:[^()]*,\s)?\Z")


@dataclass(frozen=True, slots=True)
class DateText:
    """`text` is normalised, `flat` also folded and in small letters."""

    text: str
    flat: str
    published: date | None
    words: DateWords

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

    def _publication(self) -> str | None:
        return None if self.published is None else self.published.isoformat()

    def _latest_year(self, month: int) -> int | None:
        return None if self.published is None else self.published.year - (month > self.published.month)

    def _introduced(self, left: str, end: int) -> bool:
        return self._led(left, self.words.before_month) or self._next_word(end) in self.words.last

    def _heading(self, start: int, end: int) -> bool:
        """Alone on its line, as the months of a retrospective are, before a colon ("Avril : 3 M€"), or in brackets."""
        before, after = self.flat[max(0, start - 30) : start], self.flat[end : end + 3]
        if before[-1:] in ("", "\n") and after[:1] in ("", "\n"):
            return True
        if _OPENS.search(before) and _COLON.match(after):
            return True
        return _IN_BRACKETS.search(before) is not None and after[:1] in (",", ")")

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
