"""Rules against one sentence: every match, and what each amount of the sentence is."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass, field
from typing import Literal

from extractors.deals.abstraction import Span, View
from extractors.deals.needs import ALL_KINDS, mark, words_of
from extractors.deals.pattern import AMOUNT_SLOTS, Pattern
from extractors.deals.rules import Rule, Rules
from extractors.deals.triggers import Ready
from extractors.values import Amount

AmountRole = Literal["deal", "valuation", "converted", "not_a_deal", "unclaimed"]

# How much a match loses for each character between its words and the amount: near cues beat far ones.
DISTANCE = 0.004
# A subject that comes back in so many sentences is one of the article's.
RECURS = 2
# No sentence of the press has so many facts of one rule; a page of noise has.
MOST_MATCHES = 40
# Below this, in any currency, a sum is a price in a shop, a rate of exchange, a fee: never a deal of the corpus.
LEAST = 10_000
# "Cédée pour un euro symbolique": the one price that is less.
_SYMBOLIC = re.compile(r"\s+(?:de\s+)?symboliques?\b")
# "La filiale de X", and "à X" straight behind a verb; but "les actions de X" are X's own.
_DESCRIBES = re.compile(
    r"(?:(?<!actions)(?<!parts)(?<!titres)(?<!capital)(?<!totalite)(?<!majorite)(?<!vote)(?<=[a-z0-9]{3})\"?\s+"
    r"(?:de\s+(?:la\s+|l')?|du\s+|des\s+|d'|chez\s+|par\s+|a\s+)|^\s*(?:a|au|aux|chez)\s+)\"?$"
)
_RESTATES = re.compile(r"\s*(?:\(|,?\s*(?:soit|ou|l'equivalent)\b|,\s*environ|,\s*pres)")
# "33,7 milliards de couronnes en Suède (3,2 milliards de dollars)": nothing but the sum stands between the brackets.
_BRACKETED = re.compile(
    r"(?:\s+[a-z'\ue000-\ue3ff-]+){1,4}\s*\(\s*(?:soit|environ|pres\s+de|quelque|plus\s+de)?\s*(?:de\s+)?\Z"
)
# "400 millions de dollars en Suisse, soit 330 millions de francs"
_PLACED = re.compile(r"\A\s+(?:en|au|aux|sur)\s+[a-z\ue000-\ue3ff -]{1,24}?(?=\s*,?\s*soit\b)")
_CONVERSION = re.compile(
    r"\s*(?:[(\[,]\s*)?(?:soit|ou|c'est-a-dire|environ|pres\s+de|quelque|de|a|d')?\s*(?:[a-z'-]+\s+){0,5}?$"
)


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """A rule that fits. `slots` maps a slot to the positions of its spans in the view's text."""

    rule: Rule
    pattern: Pattern
    view: View
    start: int
    end: int
    slots: dict[str, int]
    opens: dict[str, int]
    score: float

    def described(self, slot: str) -> bool:
        """True when the name in the slot only describes somebody else: "l'ancien patron de X", "filiale de X"."""
        return bool(_DESCRIBES.search(self.view.text[self.opens[slot] : self.slots[slot]]))


@dataclass(slots=True)
class Claim:
    """What an amount is, and by which match."""

    position: int
    span: Span[object]
    amount: Amount
    role: AmountRole
    match: Match | None = None
    rivals: list[Match] = field(default_factory=list)

    def fitting(self) -> list[Match]:
        """Matches by which the amount would be a deal's, the best first."""
        fit = [m for m in self.rivals if m.slots.get("amount") == self.position and not m.rule.text.not_a_deal]
        return sorted(fit, key=lambda m: -m.score)


@dataclass(slots=True)
class Matches:
    """All that the rules say of one sentence."""

    view: View
    deals: list[Match]
    parts: list[Match]
    vetoes: list[Match]
    claims: list[Claim]


def tells_deals(found: list[Matches]) -> bool:
    """Whether a rule takes a sum of the article for a deal's: else none is weighed."""
    return any(claim.fitting() for matches in found for claim in matches.claims)


class Subject:
    """What the article is about: title and first sentences, and what comes back in it. Asked by a rule's `about`.

    Args:
        views: the whole article.
        lead: how many sentences count as its beginning.
    """

    def __init__(self, views: list[View], lead: int) -> None:
        self._lead = _with_words("\n".join(view.text for view in views[:lead]))
        self._texts = [_with_words(view.text) for view in views[lead:] if view.of("amount")]
        self._known: dict[str, bool] = {}

    def holds(self, pattern: Pattern) -> bool:
        """True when the pattern fits the beginning, or two sentences with money further down."""
        known = self._known.get(pattern.source)
        if known is None:
            known = _fits(pattern, *self._lead) or sum(_fits(pattern, *told) for told in self._texts) >= RECURS
            self._known[pattern.source] = known
        return known


def _with_words(text: str) -> tuple[str, Set[str]]:
    return text, words_of(text) | ALL_KINDS


def _fits(pattern: Pattern, text: str, found: Set[str]) -> bool:
    return pattern.may_fit(found, text) and pattern.regex.search(text) is not None


def match_view(view: View, rules: Rules, about: Subject) -> Matches:
    """Run every rule whose trigger stands in the sentence, then decide what each amount is.

    Args:
        about: the whole article, where a rule's `about` may be met too.
    """
    conversions = _without_conversions(view) if len(view.spans) > 1 else []
    kinds = frozenset([span.kind for span in view.spans.values()])
    deals: list[Match] = []
    parts: list[Match] = []
    vetoes: list[Match] = []
    met, awake = rules.index.awake(view.text, words_of(view.text), kinds)
    for ready in awake:
        text = ready.rule.text
        group = vetoes if text.not_a_deal else parts if text.part else deals
        group += _matches(ready, view, met, about)
    claims = [Claim(position, span, amount, "converted") for position, span, amount in conversions]
    for position, span in view.of("amount"):
        amount = span.value
        assert isinstance(amount, Amount)
        if amount.value < LEAST and not _SYMBOLIC.match(view.text, position + 1):
            claims.append(Claim(position, span, amount, "not_a_deal"))
        else:
            claims.append(_claim(position, span, amount, deals, parts, vetoes))
    if len(claims) > 1:
        claims.sort(key=lambda claim: claim.position)
    return Matches(view, deals, parts, vetoes, claims)


def _without_conversions(view: View) -> list[tuple[int, Span[object], Amount]]:
    """Blank out amounts that restate the one before in another currency: "500 M$ (408 millions d'euros)".

    Rules then read the sentence as if the conversion were not there.
    """
    found: list[tuple[int, Span[object], Amount]] = []
    previous: tuple[int, Amount] | None = None
    for position, span in view.of("amount"):
        amount = span.value
        assert isinstance(amount, Amount)
        if previous and _converts(view, previous, position, amount):
            end = position + 1 + (view.text[position + 1 : position + 2] == ")")
            start = previous[0] + 1
            view.text = view.text[:start] + " " * (end - start) + view.text[end:]
            found.append((position, span, amount))
        else:
            previous = (position, amount)
    return found


def _claim(
    position: int, span: Span[object], amount: Amount, deals: list[Match], parts: list[Match], vetoes: list[Match]
) -> Claim:
    def of(matches: list[Match], slot: str) -> list[Match]:
        return sorted((m for m in matches if m.slots.get(slot) == position), key=lambda m: -m.score)

    deal, price = of(deals, "amount"), of(parts, "amount")
    value, veto = of(parts, "valuation"), of(vetoes, "amount")
    best = max((m[0].score for m in (deal, value, veto) if m), default=None)
    rivals = deal + price + value + veto
    if best is None:
        return Claim(position, span, amount, "deal" if price else "unclaimed", price[0] if price else None, rivals)
    if value and value[0].score == best:
        return Claim(position, span, amount, "valuation", value[0], rivals)
    if veto and veto[0].score == best:
        return Claim(position, span, amount, "not_a_deal", veto[0], rivals)
    return Claim(position, span, amount, "deal", deal[0], rivals)


def _matches(ready: Ready, view: View, met: int, about: Subject) -> list[Match]:
    text, rule = view.text, ready.rule
    patterns = [pattern for needs, pattern in ready.patterns if not needs & ~met]
    if not patterns:
        return []
    if rule.not_about and any(about.holds(p) for p in rule.not_about):
        return []
    if rule.about and not any(about.holds(p) for p in rule.about):
        words = words_of(text) | {mark(span.kind) for span in view.spans.values()}
        if not any(_fits(p, text, words) for p in rule.about):
            return []
    for needs, pattern in ready.unless:
        if not needs & ~met and pattern.regex.search(text):
            return []
    found: list[Match] = []
    for pattern in patterns:
        at = 0
        while match := pattern.regex.search(text, at):
            slots: dict[str, int] = {}
            opens: dict[str, int] = {}
            for group, value in match.groupdict().items():
                if value:
                    slot = group.rsplit("_", 1)[0]
                    slots[slot], opens[slot] = match.end(group) - 1, match.start(group)
            amount = next((slots[s] for s in AMOUNT_SLOTS if s in slots), None)
            length = match.end() - match.start()
            distance = DISTANCE / 2 if rule.text.not_a_deal else DISTANCE
            score = rule.text.grade - distance * (length if amount is not None else 0)
            found.append(Match(rule, pattern, view, match.start(), match.end(), slots, opens, score))
            at = match.start() + 1 if amount is None else max(match.start() + 1, amount)
            if len(found) > MOST_MATCHES:
                return found
    return found


def _converts(view: View, previous: tuple[int, Amount], position: int, amount: Amount) -> bool:
    start, first = previous
    if amount.currency == first.currency or position - start > 45:
        return False
    between = _PLACED.sub("", view.text[start + 1 : position])
    if _BRACKETED.match(between) and view.text[position + 1 : position + 2] == ")" and not first.inherited:
        return not amount.inherited
    return bool(_RESTATES.match(between)) and bool(_CONVERSION.match(between.lstrip(" (,")))
