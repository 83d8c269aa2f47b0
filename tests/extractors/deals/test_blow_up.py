"""No expression of rules, cues and verb classes takes more than linear time on what it likes best.

What reading a whole hostile article takes is measured in `spans/test_hostile.py` and `test_evidence.py`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import fields

import pytest

from extractors.deals.cues import Cue
from extractors.deals.knowledge import default_knowledge
from extractors.deals.lazy import LazyRegex
from extractors.deals.one_of import OneOf

KNOWLEDGE = default_knowledge()
NAME, AMOUNT = "\ue000", "\ue400"
# Sentences are cut at 1,500 characters, so that this is already more than any expression is asked to read.
LENGTH = 1_500
UNITS = {
    "digits": "1",
    "quotes": '" ',
    "letters": "a",
    "spaces": " ",
    "words": "le la de du ",
    "names": f"{NAME} ",
    "enumerated names": f"{NAME}, ",
    "nested commas": f"{NAME}, (le fonds {NAME}, de ",
    "verbs": f"{NAME} a leve de {AMOUNT} ",
    "passives": "a ete rachete par ",
    "rounds": "tour de table ",
}  # fmt: skip
TEXTS = {name: ((unit * LENGTH)[:LENGTH], (unit * 4 * LENGTH)[: 4 * LENGTH]) for name, unit in UNITS.items()}


def _of_rules() -> Iterator[tuple[str, LazyRegex]]:
    for rule in KNOWLEDGE.rules.all:
        for pattern in (*rule.patterns, *rule.unless, *rule.about, *rule.not_about):
            yield f"{rule.id}: {pattern.source}", pattern.regex


def _of_cues() -> Iterator[tuple[str, LazyRegex]]:
    cues = KNOWLEDGE.cues
    named = [
        *cues.status.items(),
        *cues.beside.items(),
        *cues.share.items(),
        *cues.named_round.items(),
        *((f.name, getattr(cues, f.name)) for f in fields(cues)),
    ]
    for name, cue in named:
        if isinstance(cue, Cue):
            for place in ("before", "after", "anywhere", "pseudo"):
                yield from (
                    (f"{name}.{place}: {regex.pattern[:80]}", regex) for regex in getattr(cue, place).expressions
                )
        elif isinstance(cue, OneOf):
            yield from ((f"{name}: {regex.pattern[:80]}", regex) for regex in cue.expressions)
        elif isinstance(cue, LazyRegex):
            yield name, cue


def _of_classes() -> Iterator[tuple[str, LazyRegex]]:
    for name, source in KNOWLEDGE.words.sources.items():
        yield name, LazyRegex(source)


def _seconds(regex: LazyRegex, text: str) -> float:
    start = time.process_time()
    regex.search(text)
    return time.process_time() - start


@pytest.mark.parametrize("expressions", [_of_rules, _of_cues, _of_classes], ids=["rules", "cues", "classes"])
def test_four_times_the_text_takes_no_more_than_a_few_times_as_long(expressions: object) -> None:
    """A quadratic one takes sixteen times; the fiftieth of a second forgives a busy machine, and three tries more."""
    for name, regex in expressions():  # type: ignore[operator]
        regex.compiled()
        for kind, (short, long) in TEXTS.items():
            for _ in range(3):
                one, four = _seconds(regex, short), _seconds(regex, long)
                if four < 10 * one + 0.02:
                    break
            else:
                pytest.fail(f"{name} on {kind}: {one:.4f} s, then {four:.4f} s")
            assert four < 1, (name, kind)
