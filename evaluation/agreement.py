"""When two tellings of a deal agree: names, amounts, dates, and which deal of one list is which of another."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from extractors.values import Amount, DealMention

# What may follow a name without changing who it is.
SUFFIXES = frozenset(
    ["ai", "ia", "ml", "inc", "sa", "sas", "sarl", "se", "nv", "ag", "plc", "ltd", "corp",
     "group", "groupe", "labs", "technologies", "technology", "partners", "company", "co", "io", "com", "fr"]
)  # fmt: skip
# Two amounts agree within half a per cent.
TOLERANCE = 0.005
_ARTICLES = frozenset(["le", "la", "les", "l", "the", "de", "du", "d"])


def same_name(a: str, b: str) -> bool:
    """True when two names mean one party: case, accents, articles, legal suffixes and a longer front set aside."""
    if not a or not b:
        return not a and not b
    x, y = _tokens(a), _tokens(b)
    if "".join(x) == "".join(y):
        return True
    short, long = sorted((x, y), key=len)
    if len(short) > 1 and long[-len(short) :] == short:  # "Vision Fund 2" is "SoftBank Vision Fund 2"
        return True
    return bool(short) and long[: len(short)] == short and set(long[len(short) :]) <= SUFFIXES


def same_amount(told: Amount | None, expected: Amount | None, converted: Amount | None = None) -> bool:
    """True within `TOLERANCE` of what is expected, of either end of its range, or of its stated conversion."""
    if told is None or expected is None:
        return told is None and expected is None
    value = float(told.value)
    for option in (expected, *([converted] if converted else [])):
        if told.currency != option.currency:
            continue
        for reference in (option.value, option.high):
            if reference and abs(value - float(reference)) <= TOLERANCE * abs(float(reference)):
                return True
    return False


def same_deal_amount(told: DealMention, expected: DealMention) -> bool:
    """`same_amount` for the amounts of two deals."""
    return same_amount(told.amount, expected.amount, expected.alt)


def same_date(told: str | None, expected: str | None) -> bool:
    """True when one is as precise a part of the other; whatever is told when nothing is expected."""
    if not expected:
        return True
    return told is not None and (told.startswith(expected) or expected.startswith(told))


def overlap(told: Sequence[str], expected: Sequence[str]) -> int:
    """How many names of one list stand in the other, each counted once."""
    left = list(expected)
    hits = 0
    for name in told:
        for other in left:
            if same_name(name, other):
                left.remove(other)
                hits += 1
                break
    return hits


def paired(told: Sequence[DealMention], expected: Sequence[DealMention]) -> list[tuple[int, int]]:
    """Which deal told is which expected, by index; the best fits first, each deal once."""
    fits = [(affinity(p, g), i, j) for i, p in enumerate(told) for j, g in enumerate(expected)]
    used_told: set[int] = set()
    used_expected: set[int] = set()
    out: list[tuple[int, int]] = []
    for fit, i, j in sorted(fits, reverse=True):
        if fit > 0 and i not in used_told and j not in used_expected:
            used_told.add(i)
            used_expected.add(j)
            out.append((i, j))
    return out


def affinity(told: DealMention, expected: DealMention) -> float:
    """How well two deals fit; 0 for two companies."""
    if not same_name(told.company, expected.company):
        return 0.0
    fit = 1.0
    fit += 4.0 * same_deal_amount(told, expected)
    fit += 1.0 * (told.kind == expected.kind)
    fit += 0.5 * (told.role == expected.role)
    fit += 0.5 * bool(overlap(told.investors, expected.investors))
    return fit + 0.25 * bool(expected.date) * same_date(told.date, expected.date)


def _tokens(name: str) -> list[str]:
    flat = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", flat)
    while words and words[0] in _ARTICLES:
        words = words[1:]
    return words
