"""Sums whose scale and currency are left out: "jusqu'à 10 milliards et Microsoft jusqu'à 5"."""

from __future__ import annotations

import re
from bisect import bisect_right
from decimal import Decimal

from extractors.deals.amounts import bound_of
from extractors.deals.money_atoms import Atom, find_atoms
from extractors.deals.money_words import money_words, value_of
from extractors.deals.normalise import normalise, plain
from extractors.values import Amount

_ALONE_AFTER = re.compile(
    r"\s*(?:\Z|[,;:.)!?\n]|(?:pour|a|au|chez|en|et|contre|de\s+son|sur|seulement|l'an|il\s+y|fin|debut|auparavant|apres|avant|dans|ensuite|autour|aupres|avec|grace|lors|des|voila|voici|deja|douze|d'un)(?![a-z]))"
)
_NOT_BEFORE = re.compile(
    r"(?:[a-z]-|n°\s?|serie\s|\ble\s|\bla\s|\bles\s|\bn\s|\bart\.?\s|-|[+/:]|\ba\s(?=.*:))\Z|%\s*\Z"
)
_NEAR = 160  # characters between a bare number and the amount whose scale it takes


def find_elided_amounts(text: str, amounts: list[Amount]) -> list[Amount]:
    """Bare numbers that may be money with scale and currency left out, read in the scale of a neighbour.

    "jusqu'à 10 milliards et Microsoft jusqu'à 5", "la fintech (318)". A guess: use it only where a rule asks for an
    amount and `find_amounts` has none. The neighbour is the last amount before in the same line, else the first after
    it. Numbers with a noun, a unit or a date behind them, years and ranks are not offered.
    """
    flat, words = plain(text), money_words()
    starts = [amount.start for amount in amounts]
    found: list[Amount] = []
    for atom in find_atoms(normalise(text), flat, words):
        index = bisect_right(starts, atom.start)
        inside = index and amounts[index - 1].end > atom.start
        if atom.scale or atom.currency or inside or atom.number >= 1000 or not _stands_alone(flat, atom):
            continue
        model = _model(flat, amounts, index, atom)
        if model is not None:
            scale = _scale_of(model.value)
            bound = bound_of(flat, words, atom.start, atom.end)
            found.append(
                Amount(atom.start, atom.end, value_of(atom.number, scale), model.currency, bound, inherited=True)
            )
    return found


def _stands_alone(flat: str, atom: Atom) -> bool:
    """No noun, unit or month behind, no article, letter or rank before."""
    left, right = flat[max(0, atom.start - 12) : atom.start], flat[atom.end : atom.end + 16]
    return _ALONE_AFTER.match(right) is not None and _NOT_BEFORE.search(left) is None


def _model(flat: str, amounts: list[Amount], index: int, atom: Atom) -> Amount | None:
    for at, gap in ((index - 1, (-1, 0)), (index, (0, 1))):
        if 0 <= at < len(amounts):
            amount = amounts[at]
            low, high = (amount.end, atom.start) if gap[0] else (atom.end, amount.start)
            if high - low < _NEAR and "\n" not in flat[low:high] and amount.value >= 10**6:
                return amount
    return None


def _scale_of(value: Decimal) -> int:
    return 10**9 if value >= 10**9 else 10**6
