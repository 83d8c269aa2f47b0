"""The words of the pages in French and English (`words/*.yaml`), and figures as their readers write them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml
from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent

from alerts.formatting import Language, day, money, period, plain_money
from alerts.headlines import headline
from alerts.wording import parties_label, round_words
from extractors.values import Amount
from storage.companies import company_key
from storage.corrections import decoded
from storage.decisions import Decision
from storage.values import DealView

__all__ = ["Language", "Speech", "headline", "speech"]

_FOLDER = Path(__file__).parent / "words"


class Speech:
    """Everything a template says in one language. `speech["key"]` is a fixed text."""

    def __init__(self, language: Language, texts: Mapping[str, Any]) -> None:
        self.language, self._texts = language, texts

    def __getitem__(self, key: str) -> Any:
        return self._texts[key]

    def __getattr__(self, key: str) -> Any:
        """For templates: `t.filter` is `t["filter"]`."""
        try:
            return self._texts[key]
        except KeyError:
            raise AttributeError(key) from None

    @property
    def colon(self) -> str:
        """As the language spaces it."""
        return "\u00a0: " if self.language == "fr" else ": "

    def pairs(self, group: str, names: Iterable[str]) -> list[tuple[str, str]]:
        """Names with their words, for a list to choose from."""
        return [(name, self.of(group, name)) for name in names]

    def round_pairs(self, names: Iterable[str]) -> list[tuple[str, str]]:
        """Rounds with their words."""
        return [(name, self.round(name)) for name in names]

    def kind_name(self, name: str) -> str:
        """`levée de fonds`."""
        return self.of("kinds", name)

    def country_name(self, code: str) -> str:
        """`France`, for FR."""
        if code in self._texts["regions"]:
            return self.of("regions", code)
        return str(Locale(self.language).territories.get(code, code))

    def country_pairs(self, codes: Iterable[str]) -> list[tuple[str, str]]:
        """Countries with their names, in the order of the language."""
        return sorted(((code, self.country_name(code)) for code in codes), key=lambda pair: company_key(pair[1]))

    @lru_cache(maxsize=20_000)  # noqa: B019 - there are two of us, for ever
    def percent(self, value: float) -> str:
        """`92 %`."""
        return format_percent(value, locale=self.language).replace("\u202f", "\u00a0")

    @lru_cache(maxsize=20_000)  # noqa: B019 - there are two of us, for ever
    def decimal(self, value: float) -> str:
        """`3,25`."""
        return format_decimal(value, format="#,##0.00", locale=self.language)

    def decided(self, decision: Decision) -> str:
        """What was decided, and by whom it was taken back."""
        details = decision.details
        if decision.verb == "merge":
            what = ", ".join(details["ids"])
        elif decision.verb == "split":
            what = ", ".join(details["marks"])
        elif decision.verb == "correct":
            fields = decoded(details["fields"])
            what = ", ".join(f"{self.of('fields', name)} {self.value(name, value)}" for name, value in fields.items())
        else:
            what = str(details.get("text", ""))
        undone = ""
        if decision.undone_at is not None:
            told = self["undone"].format(who=decision.undone_by, day=self.day(decision.undone_at.date()))
            undone = f" ({told})"
        return (f"{self.colon}{what}" if what else "") + undone

    @lru_cache(maxsize=20_000)  # noqa: B019 - there are two of us, for ever
    def of(self, group: str, name: str | None) -> str:
        """One word of a group; what has no word as it is."""
        return str(self._texts[group].get(name, name or ""))

    @lru_cache(maxsize=20_000)  # noqa: B019 - there are two of us, for ever
    def money(self, amount: Amount | None) -> str:
        """`environ 600 M€`; nothing without an amount."""
        return "" if amount is None else money(amount, self.language)

    @lru_cache(maxsize=20_000)  # noqa: B019 - there are two of us, for ever
    def euros(self, value: float | Decimal | None) -> str:
        """A sum in euros."""
        return "" if value is None else plain_money(Decimal(str(value)), "EUR", self.language)

    @lru_cache(maxsize=20_000)  # noqa: B019 - there are two of us, for ever
    def number(self, value: float) -> str:
        """`12 345`, with the thin spaces of CLDR made no-break ones that every font has."""
        return format_decimal(value, locale=self.language, decimal_quantization=False).replace("\u202f", "\u00a0")

    def counted(self, key: str, n: int) -> str:
        """`1 opération`, `1 234 opérations`."""
        one, several = self._texts["counts"][key]
        single = n < 2 if self.language == "fr" else n == 1
        return f"{self.number(n)}\u00a0{one if single else several}"

    @lru_cache(maxsize=20_000)  # noqa: B019 - there are two of us, for ever
    def day(self, value: dt.date | None) -> str:
        """`11 juin 2026`."""
        return "" if value is None else day(value, self.language).replace(" ", "\u00a0", 1)

    @lru_cache(maxsize=20_000)  # noqa: B019 - there are two of us, for ever
    def short_day(self, value: dt.date | None) -> str:
        """`11/06/2026`, for tables."""
        pattern = "dd/MM/y" if self.language == "fr" else "d MMM y"
        return "" if value is None else format_date(value, pattern, locale=self.language).replace(" ", "\u00a0")

    @lru_cache(maxsize=20_000)  # noqa: B019 - there are two of us, for ever
    def month_name(self, value: str) -> str:
        """`2026-06` → `juin 2026`."""
        return period(value, self.language)

    def short_month(self, value: str) -> str:
        """`2026-06` → `juin 26`, below a chart."""
        month = format_date(dt.date(int(value[:4]), int(value[5:]), 1), "MMM yy", locale=self.language)
        return month.replace(" ", "\u00a0")

    @lru_cache(maxsize=20_000)  # noqa: B019 - there are two of us, for ever
    def period(self, value: str | None) -> str:
        """A date as precise as it is."""
        return "" if value is None else period(value, self.language)

    def moment(self, value: dt.datetime | None, zone: dt.tzinfo) -> str:
        """`11 juin 2026, 07:30`."""
        if value is None:
            return ""
        pattern = "d MMM y, HH:mm"
        return format_datetime(value.astimezone(zone), pattern, locale=self.language).replace(" ", "\u00a0")

    @lru_cache(maxsize=20_000)  # noqa: B019 - there are two of us, for ever
    def round(self, name: str | None) -> str:
        """`série B`."""
        return "" if not name else round_words(name, self.language)

    def headline(self, deal: DealView) -> str:
        """The deal in one line."""
        return headline(deal, self.language)

    def parties(self, deal: DealView) -> str:
        """What those who pay are called in this deal."""
        return parties_label(deal.kind, len(deal.investors), self.language)

    def value(self, field: str, value: object) -> str:
        """A field's value as its readers write it."""
        if isinstance(value, bool):
            return str(self._texts["yes"] if value else self._texts["no"])
        if value is None or value in ("", (), []):
            return str(self._texts["nothing"])
        if isinstance(value, Amount):
            return self.money(value)
        if isinstance(value, tuple | list):
            return ", ".join(str(name) for name in value)
        if field in ("kind", "status"):
            return self.of({"kind": "kinds", "status": "statuses"}[field], str(value))
        if field == "round":
            return self.round(str(value))
        return self.period(str(value)) if field == "date" else str(value)


@cache
def speech(language: Language) -> Speech:
    """The words of one language."""
    return Speech(language, yaml.safe_load((_FOLDER / f"{language}.yaml").read_text("utf-8")))
