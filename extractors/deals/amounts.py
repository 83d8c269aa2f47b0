"""Money in French press text: every form, with value, currency and bound."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from typing import NamedTuple

from extractors.deals.money_atoms import Atom, find_atoms
from extractors.deals.money_country import of_the_country
from extractors.deals.money_words import MoneyWords, money_words, value_of
from extractors.deals.normalise import normalise, plain
from extractors.deals.numerals import UNITS
from extractors.values import Amount, Bound

_RANGE_GAP = re.compile(r"\s{0,2}(?:a\W?|-|/|a\s+pres\s+de)?\s{1,2}(?:d')?|\s?-\s?")
_OR_GAP = re.compile(r"\s+(?:ou|voire)\s+")
_AND_GAP = re.compile(r"\s+et\s+(?:d')?")
_ENTRE = re.compile(r"(?:^|[^a-z])entre\s+\Z")
_DE = re.compile(r"(?:^|[^a-z])(?:de|d'|d|entre)\s*\Z")
_TIMES = re.compile(r"(?<![\w.,])(\d{1,2}|[a-z]+)\s?(?:fois|x|×)\s?\Z")
_BREAK = re.compile(r"[.!?;]\s|\n")
_PLAIN_DOLLAR = frozenset(["$", "de dollars", "dollars", "de dollar"])
_UNCOUNTED = re.compile(r"\bmilli(?:on|ard)s?\s+d(?:e\s+|['?\ufffd])([a-z]+)")
_LOOK_BACK = 48
# "De 3 à 60 millions" is a range; in "le fonds BioLux 7 à 530 millions" the 7 belongs to the name.
_WIDEST = 40
# "récolter 1,1 milliard de dollars à 19 milliards de valorisation": no range where each has its own scale and none is
# announced by "de" or "entre".
_WIDEST_BARE = 4
_REACH = 12  # how many amounts away a currency may be inherited from, so that the time stays linear


class _Draft(NamedTuple):
    """An amount before its currency is inherited; `aside` when it stands in parentheses as a conversion does."""

    start: int
    end: int
    value: Decimal
    high: Decimal | None
    currency: str | None
    bound: Bound
    sure: bool
    counted: bool
    aside: bool


class _Unsaid(NamedTuple):
    """The currency that goes without saying in a text; `restated`: of sums told again, the one told there."""

    home: str
    restated: dict[Decimal, str]


def find_amounts(text: str, outlet: str = "") -> list[Amount]:
    """The amounts of money in `text`, in order, never overlapping.

    The span covers number, scale and currency, not the word that sets the bound. `currency` may be inherited
    (`Amount.inherited`) from a neighbour in the same sentence, else from the sentences before it, else after. The bare
    dollar of an `outlet` of Quebec is the Canadian one.
    """
    flat, words = plain(text), money_words()
    atoms = find_atoms(normalise(text), flat, words)
    home = _home(flat, atoms, words, plain(outlet))
    if home:
        atoms = [a._replace(currency=home) if a.written in _PLAIN_DOLLAR else a for a in atoms]
    drafts = _drafts(flat, words, of_the_country(flat, atoms, words))
    if not drafts:
        return []
    places = _places(flat, drafts)
    weights = Counter(draft.currency for draft in drafts if draft.currency and not draft.aside)
    spoken, unsaid = None if weights else _spoken(flat, words), _unsaid(home, drafts)
    found = []
    for index, draft in enumerate(drafts):
        currency = draft.currency or _inherited(flat, words, drafts, places, index, weights, unsaid)
        currency = spoken if currency is None else currency
        if draft.counted or (not draft.sure and currency is None) or currency == "":
            continue
        inherited = draft.currency is None and currency is not None
        found.append(Amount(draft.start, draft.end, draft.value, currency, draft.bound, draft.high, inherited))
    return found


def _home(flat: str, atoms: list[Atom], words: MoneyWords, outlet: str) -> str | None:
    """The dollar of Quebec where a text counts in it: the outlet is of Quebec, or it writes "millions $" or "G$".

    Another money told beside it makes its plain dollar the American one, unless the text marks that one.
    """
    if outlet in words.american_outlets:
        return None
    at_home = outlet in words.quebec_outlets
    cue = any(cue in flat for cue in words.quebec_cues)
    if not (at_home or cue or any(atom.quebec for atom in atoms)):
        return None
    marked = any(atom.currency == "USD" and atom.written not in _PLAIN_DOLLAR for atom in atoms)
    if at_home and (marked or cue):
        return words.quebec_dollar
    elsewhere = {"EUR", *(code for held in words.regional.values() for code in held.codes)} - {words.quebec_dollar}
    return None if any(atom.currency in elsewhere for atom in atoms) else words.quebec_dollar


def _drafts(flat: str, words: MoneyWords, atoms: list[Atom]) -> list[_Draft]:
    """Join neighbours into ranges and sums; drop bare numbers that no neighbour makes money of."""
    drafts: list[_Draft] = []
    index = 0
    while index < len(atoms):
        atom = atoms[index]
        index += 1
        following = atoms[index] if index < len(atoms) else None
        pair = None if following is None else _pair(flat, words, atom, following)
        if pair:
            drafts += pair
            index += 1
        elif atom.scale or atom.currency:
            drafts.append(_single(flat, words, atom))
    return drafts


def _single(flat: str, words: MoneyWords, atom: Atom) -> _Draft:
    start, value = atom.start, value_of(atom.number, atom.scale or 1)
    left = flat[max(0, start - 12) : start].rstrip()
    times = _TIMES.search(flat[max(0, start - 12) : start]) if left.endswith(("fois", "x", "×")) else None
    if times is not None:
        factor = int(times.group(1)) if times.group(1).isdigit() else UNITS.get(times.group(1), 0)
        if 1 < factor <= 20:
            start, value = start - (min(start, 12) - times.start()), value * factor
    bound = bound_of(flat, words, start, atom.end)
    if atom.about and bound == "exact":
        bound = "about"
    return _Draft(start, atom.end, value, None, atom.currency, bound, atom.sure, atom.counted, _aside(flat, start))


def _pair(flat: str, words: MoneyWords, first: Atom, second: Atom) -> list[_Draft]:
    """Two atoms that are one range, one sum ("un million deux cent mille euros"), or share a scale; else nothing."""
    gap = flat[first.end : second.start]
    if len(gap) > 14 or not (second.scale or second.currency):
        return []
    left = flat[max(0, first.start - _LOOK_BACK) : first.start]
    scale = first.scale or second.scale or 1
    if not first.scale and second.scale >= 10**6 and first.number > second.number:
        scale = (
            1 if first.number >= 1000 else second.scale // 1000
        )  # "de 500 000 à 3 millions", "de 800 à 1,2 milliard"
    low, high = value_of(first.number, scale), value_of(second.number, second.scale or 1)
    if gap.isspace() and first.scale > high and not first.currency and second.currency:
        whole = _single(flat, words, second)._replace(start=first.start, value=low + high)
        return [whole._replace(bound=bound_of(flat, words, first.start, second.end))]
    if not _ranged(flat, first, second, gap, left) or low >= high:
        return []
    if not first.scale and not first.currency and high > low * _WIDEST and not _DE.search(left):
        return []
    if first.scale and second.scale and high > low * _WIDEST_BARE and not _DE.search(left):
        return []
    currency = second.currency or first.currency
    if first.currency and second.currency and first.currency != second.currency:
        return []
    shape = _single(flat, words, second)
    if not words.moving.isdisjoint(re.split(r"[\s(]+", left)[-6:]):
        return [
            shape._replace(start=first.start, end=first.end, value=low, currency=currency, bound="exact"),
            shape._replace(currency=currency, bound="exact"),
        ]
    return [shape._replace(start=first.start, value=low, high=high, currency=currency, bound="range")]


def _ranged(flat: str, first: Atom, second: Atom, gap: str, left: str) -> bool:
    if _AND_GAP.fullmatch(gap):
        return _ENTRE.search(left) is not None
    if _OR_GAP.fullmatch(gap):
        return not first.scale and not first.currency and second.scale > 0
    if _RANGE_GAP.fullmatch(gap) is None:
        return False
    if gap.isspace():  # the "à" was lost: "de 1,5 2 Md$"
        bare = not first.scale and not first.currency and second.scale > 0
        return bare and _DE.search(left) is not None and first.number < 1000
    return not first.currency or bool(first.scale) or _DE.search(left) is not None


def bound_of(flat: str, words: MoneyWords, start: int, end: int) -> Bound:
    """What the words around a sum say of it: "près de", "plus de", "jusqu'à", "environ"."""
    left = flat[max(0, start - _LOOK_BACK) : start].rstrip(" ")
    last = left[left.rfind(" ") + 1 :].rpartition("'")[2].lstrip('("-')
    if last in words.bound_ends and (bound := _bound_before(left[left.rfind("\n") + 1 :].split()[-6:], words)):
        return bound
    right = flat[end : end + 24].split(None, 3)[:3]
    if not right or right[0].strip(",.;:)") not in words.after_beginnings:
        return "exact"
    right = [word.strip(",.;:)") for word in right]
    return next((b for n in (3, 2, 1) if (b := words.after.get(" ".join(right[:n])))), "exact")


def _bound_before(tail: list[str], words: MoneyWords) -> Bound | None:
    """The bound that the last words tell, fillers left out ("au moins une somme de")."""
    while tail:
        phrase, found = "", None
        for word in reversed(tail[-4:]):
            phrase = word + phrase if word.endswith("'") else f"{word} {phrase}" if phrase else word
            whole = phrase.lstrip("(\"'-")
            bound = words.before.get(whole)
            if bound is None and "'" in whole:
                bound = words.before.get(whole.partition("'")[2])
            found = bound or found
        if found is not None:
            return found
        filler = next((n for n in (3, 2, 1) if " ".join(tail[-n:]) in words.fillers), 0)
        if not filler:
            return None
        tail = tail[:-filler]
    return None


def _aside(flat: str, start: int) -> bool:
    return "(" in flat[max(0, start - 12) : start]


def _inherited(
    flat: str,
    words: MoneyWords,
    drafts: list[_Draft],
    places: list[tuple[int, int]],
    index: int,
    weights: Counter[str],
    unsaid: _Unsaid | None,
) -> str | None:
    """The currency of the best neighbour: left in the sentence, right in the sentence, left before it, right after.

    A conversion in parentheses counts last. "" when the nearest neighbour counts things and this one is compared
    with it ("5 millions d'utilisateurs, contre 3 millions").
    """
    draft = drafts[index]
    before = drafts[index - 1] if index else None
    if before is not None and before.counted and places[index - 1] == places[index]:
        last = flat[max(0, draft.start - 12) : draft.start].split()[-1:]
        if last and last[0] in words.comparing:
            return ""
    first_told = {code: place for place, code in enumerate(weights)}  # what a text counts in it says first
    best: tuple[int, bool, int, int, bool, int, str] | None = None
    for other_index in range(max(0, index - _REACH), min(len(drafts), index + _REACH + 1)):
        other = drafts[other_index]
        if other.currency is None or other_index == index:
            continue
        here, there = places[index], places[other_index]
        level = 0 if here == there else 1 if here[0] == there[0] else 2
        aside = other.aside and not draft.aside
        rarity = -weights[other.currency] if level else 0
        stated = first_told.get(other.currency, 9) if level == 2 else 0
        key = (
            2 * level + aside,
            level == 2 and other_index > index,
            rarity,
            stated,
            other_index > index,
            abs(other_index - index),
            other.currency,
        )
        if best is None or key < best:
            best = key
    if unsaid and (best is None or best[0] > 1 or best[4]):
        # No currency told before it in its sentence: other dollars are marked, here or where the sum is told again.
        return unsaid.restated.get(draft.value, unsaid.home)
    if best is None:
        return max(weights, key=lambda code: (weights[code], code), default=None)
    return best[-1]


def _unsaid(home: str | None, drafts: list[_Draft]) -> _Unsaid | None:
    """An outlet's own currency, where the text counts in it: it is told once, or the first sums name none."""
    told = [draft.currency for draft in drafts]
    if home is None or not (home in told or told[:2] == [None, None]):
        return None
    return _Unsaid(home, {draft.value: draft.currency for draft in reversed(drafts) if draft.currency})


def _spoken(flat: str, words: MoneyWords) -> str | None:
    """The currency of what is no amount: "plusieurs centaines de millions de dollars"."""
    return next((code for match in _UNCOUNTED.finditer(flat) if (code := words.code(match.group(1)))), None)


def _places(flat: str, drafts: list[_Draft]) -> list[tuple[int, int]]:
    """The line and the sentence each amount stands in, counted over the gaps between amounts."""
    places: list[tuple[int, int]] = []
    line = sentence = end = 0
    for draft in drafts:
        gap = flat[end : draft.start]
        if "\n" in gap:
            line, sentence = line + 1, sentence + 1
        elif _BREAK.search(gap):
            sentence += 1
        places.append((line, sentence))
        end = draft.end
    return places
