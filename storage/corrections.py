"""What somebody writes in the place of a field: read as the press writes it, kept as JSON, put over the rules' choice."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, get_args

from extractors.values import KINDS, STATUSES, Amount, Role
from storage.encoding import amount_in, amount_out
from storage.errors import DecisionError
from storage.facts import DealFacts

_NOTHING = ("", "-", "rien", "aucun", "aucune", "none", "null")
_YES, _NO = ("oui", "yes", "vrai", "true", "1"), ("non", "no", "faux", "false", "0")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_NAMED_ROUND = re.compile(r"pre-seed|seed|bridge|growth|series-[a-k]")


def read_corrections(assignments: Sequence[str]) -> dict[str, Any]:
    """`montant=12,5 M€`, `date=2026-03`… as fields and their values in JSON.

    Raises:
        DecisionError: names the field or the value that is not understood, and what would be.
    """
    found: dict[str, Any] = {}
    for written in assignments:
        name, equals, value = written.partition("=")
        field = _NAMES.get(name.strip().casefold())
        if not equals or field is None:
            raise DecisionError(f"« {written} » : écrivez CHAMP=VALEUR, avec un de ces champs : {', '.join(FIELDS)}")
        found[field] = FIELDS[field](field, value.strip())
    if not found:
        raise DecisionError("rien à corriger : écrivez CHAMP=VALEUR, par exemple amount='12,5 M€'")
    return found


def corrected(facts: DealFacts, fields: Mapping[str, Any]) -> DealFacts:
    """The deal with these fields in the place of its own; who leads is always among who invests."""
    values = {name: _DECODE.get(name, _as_it_is)(value) for name, value in fields.items()}
    if "amount" in values:
        values["alt"] = None  # a conversion of the figure that was wrong
    changed = replace(facts, **values)
    if "investors" in fields and "lead" not in fields:
        return replace(changed, lead=tuple(name for name in changed.lead if name in changed.investors))
    missing = tuple(name for name in changed.lead if name not in changed.investors)
    return replace(changed, investors=(*missing, *changed.investors))


def _money(field: str, value: str) -> dict[str, Any] | None:
    if value.casefold() in _NOTHING:
        return None
    from extractors.deals.amounts import find_amounts  # the words of money: only those who correct wait for them

    found = find_amounts(value)
    if len(found) != 1 or found[0].currency is None:
        raise _refused(field, value, "une somme et sa devise, comme « 12,5 M€ » ou « environ 40 millions de dollars »")
    return amount_out(found[0])


def _word(field: str, value: str) -> str:
    if not value:
        raise _refused(field, value, "un nom")
    return value


def _names(_field: str, value: str) -> list[str]:
    if value.casefold() in _NOTHING:
        return []
    return list(dict.fromkeys(name.strip() for name in re.split(r"[;,]", value) if name.strip()))


def _round(field: str, value: str) -> str | None:
    folded = value.casefold()
    if folded in _NOTHING:
        return None
    if _NAMED_ROUND.fullmatch(folded):
        return folded
    from extractors.deals.rounds import find_rounds

    found = find_rounds(value)
    if len(found) != 1:
        raise _refused(field, value, "pre-seed, seed, series-a … series-k, bridge, growth, ou « série B »")
    return found[0].value


def _day(field: str, value: str) -> str | None:
    if value.casefold() in _NOTHING:
        return None
    read = _DATE.fullmatch(value)
    year, month, day = (int(part or 1) for part in read.groups()) if read else (0, 0, 0)
    if (
        not dt.MINYEAR < year < dt.MAXYEAR
        or not 1 <= month <= 12
        or not 1 <= day <= calendar.monthrange(year, month)[1]
    ):
        raise _refused(field, value, "2026, 2026-03 ou 2026-03-11")
    return value


def _yes_or_no(field: str, value: str) -> bool:
    if value.casefold() in (*_YES, *_NO):
        return value.casefold() in _YES
    raise _refused(field, value, "oui ou non")


def _one_of(*allowed: str) -> Callable[[str, str], str]:
    def read(field: str, value: str) -> str:
        if value not in allowed:
            raise _refused(field, value, ", ".join(allowed))
        return value

    return read


def _refused(field: str, value: str, expected: str) -> DecisionError:
    return DecisionError(f"{field} : « {value} » n'est pas compris ; écrivez {expected}")


def _amount(value: Mapping[str, Any] | None) -> Amount | None:
    return amount_in(value)


def _as_it_is(value: Any) -> Any:
    return value


FIELDS: dict[str, Callable[[str, str], Any]] = {
    "company": _word,
    "kind": _one_of(*KINDS),
    "amount": _money,
    "valuation": _money,
    "round": _round,
    "status": _one_of(*STATUSES),
    "role": _one_of(*get_args(Role)),
    "date": _day,
    "investors": _names,
    "lead": _names,
    "ai": _yes_or_no,
    "cumulative": _yes_or_no,
}
# As a French reader calls them.
_NAMES: dict[str, str] = {name: name for name in FIELDS} | {
    "entreprise": "company", "nature": "kind", "montant": "amount", "valorisation": "valuation", "tour": "round",
    "statut": "status", "investisseurs": "investors", "chef": "lead", "ia": "ai", "cumul": "cumulative",
}  # fmt: skip
_DECODE: dict[str, Callable[[Any], Any]] = {
    "amount": _amount, "valuation": _amount, "investors": tuple, "lead": tuple,
}  # fmt: skip
