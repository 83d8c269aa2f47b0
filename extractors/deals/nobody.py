"""What speaks for a sum being nobody's: a veto, words of other money near it, a larger sum just told."""

from __future__ import annotations

import re
from decimal import Decimal

from extractors.deals.grammar import words_after, words_before
from extractors.deals.points import Cues
from extractors.deals.scene import Scene, Told
from extractors.deals.sums import SumSentence, nouns_near

_SIZES = (
    ("tiny", Decimal(20_000)),
    ("small", Decimal(300_000)),
    ("modest", Decimal(10**6)),
    ("usual", Decimal(10**9)),
    ("large", Decimal(2 * 10**10)),
)
# "40 millions chacun"
_EACH = re.compile(r"\bchacune?\b")


def nobody_cues(scene: Scene, sentence: SumSentence, priced: bool, told: Told) -> Cues:
    """The cues of "nobody": the sum is no deal's, or a value, or a part of one told already.

    Args:
        priced: a rule takes the sum for the price of a purchase told apart.
    """
    claim, view = sentence.claim, sentence.view
    best = sentence.fit[0] if sentence.fit else None
    cues: Cues = {
        "nobody": 1.0,
        "nobody:score": max(best.score if best else -0.3, -0.5),
        f"nobody:as:{claim.role}": 1.0,
        f"nobody:{sentence.group}": 1.0,
        f"nobody:verb:{sentence.governor.verb if sentence.governor else 'none'}": 1.0,
    }
    cues[f"nobody:doer:{sentence.far}|{sentence.does}"] = 1.0
    cues[f"nobody:ruled:{sentence.how}"] = 1.0
    if best:
        cues[f"nobody:rule:{best.rule.id}"] = 1.0
    if best is None:
        cues["nobody:no_rule"] = 1.0
    if priced:
        cues["nobody:price"] = 1.0
    if not sentence.mentions:
        cues["nobody:named"] = 1.0
    if view.where == "title":
        cues["nobody:title"] = 1.0
    vetoes = [m for m in claim.rivals if m.rule.text.not_a_deal]
    if vetoes:
        cues["nobody:veto"] = vetoes[0].score
        cues[f"nobody:veto:{vetoes[0].rule.text.not_a_deal}"] = 1.0
    values = [m for m in claim.rivals if "valuation" in m.slots]
    if values:
        cues["nobody:valuation"] = max(values[0].score, 0.0)
    if scene.cast.topic is None:
        cues["nobody:no_topic"] = 1.0
    if scene.cast.strong:
        cues["nobody:strong"] = 1.0
    for name in nouns_near(scene, view, claim.position):
        cues[f"nobody:near:{name}"] = 1.0
    for name in scene.other_money(view, claim.position):
        cues[f"nobody:of:{name}"] = 1.0
    before, after = words_before(view, claim.position, 4), words_after(view, claim.position, 4)
    cues |= {f"nobody:before:{word}": 1.0 for word in before[:1]}
    cues |= {f"nobody:near:{word}": 1.0 for word in (*before[1:], *after[1:]) if len(word) > 2}
    cues |= {f"nobody:after:{word}": 1.0 for word in after[:1]}
    for name in scene.about:
        cues[f"nobody:about:{name}"] = 1.0
    if _EACH.search(view.text):
        cues["nobody:each"] = 1.0
    if sentence.clitic:
        cues["nobody:clitic"] = 1.0
    value = claim.amount.value
    cues[f"nobody:size:{_size(value)}"] = 1.0
    cues[f"nobody:{sentence.group}|size:{_size(value)}"] = 1.0
    if any(given == value for _, given in told.given):
        cues["nobody:same_sum"] = 1.0
    if value in told.left:
        cues["nobody:left_before"] = 1.0
    cues |= {f"nobody:{name}": 1.0 for name in _beside_last(sentence, told)}
    return cues


def _size(value: Decimal) -> str:
    """How large a sum is: nobody raises what a salary is, and few what a market is."""
    for name, limit in _SIZES:
        if value < limit:
            return name
    return "vast"


def _beside_last(sentence: SumSentence, told: Told) -> list[str]:
    """How a sum compares with the last one given: a smaller one next to it may be a part, a larger one a value."""
    if told.last is None:
        return ["first_sum"]
    value, view = told.last
    gap = sentence.view.number - view.number
    size = "less" if sentence.claim.amount.value < value else "more"
    if sentence.claim.amount.value > value * 5:
        size = "much_more"
    near = "here" if gap == 0 else "next" if gap <= 2 and sentence.view.paragraph == view.paragraph else "far"
    out = [f"{size}:{near}"]
    if sentence.first_free and sentence.verb in ("invest", "give", "join", "lead", "announce"):
        out.append(f"{size}:{near}:payer")
    return out
