"""Money in French press text: every form, with value, currency and bound."""

from __future__ import annotations

from extractors.values import Amount


def find_amounts(text: str) -> list[Amount]:
    """The amounts of money in `text`, in order, never overlapping.

    The span covers number, scale and currency, not the word that sets the bound. `currency` may be inherited
    (`Amount.inherited`) from a neighbour in the same sentence, else from the sentences before it.
    """
    raise NotImplementedError


def find_elided_amounts(text: str, amounts: list[Amount]) -> list[Amount]:
    """Bare numbers that may be money with scale and currency left out, read in the scale of a neighbour.

    "jusqu'à 10 milliards et Microsoft jusqu'à 5", "la fintech (318)". A guess: use it only where a rule asks
    for an amount and `find_amounts` has none. Years, percentages, counts with a noun are not offered.
    """
    raise NotImplementedError
