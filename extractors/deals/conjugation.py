"""Every form of a French verb or verbal locution, from its infinitive, as the source of a regular expression.

"mettre la main sur" reads "a mis hier la main sur", "s'emparer de" reads "se sont emparés du". Forms of the third group
come from `config/lexicon/verbs.yaml`; the first two are made here. Text is matched folded (`folding.folded`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import takewhile

from pydantic import BaseModel, ConfigDict

from config.documents import PACKAGE_DIR, read_yaml, validated
from extractors.deals.abstraction import CLASSES
from extractors.deals.folding import loose, loose_letters
from extractors.deals.tree import tree

_DATE = rf"(?:(?:en|au|le|des|fin|debut|mi-?|l'|cet|cette|ce)\s*)?{CLASSES['date']}(?:\s+derni(?:er|ere))?"
# "met ainsi la main sur", "met en mai la main sur": what may stand between the verb and the rest of its locution.
_ADVERB = (
    r"(?:\s+(?:\w+ment|ainsi|aussi|donc|enfin|deja|bien|encore|hier|toutefois|cependant|ensuite|a\s+son\s+tour|"
    r"a\s+nouveau|d'abord|en\s+effet|desormais|lundi|mardi|mercredi|jeudi|vendredi|"
    rf"cette\s+(?:semaine|annee)|{_DATE}))?"
)
# "met la main en mai sur": a date may stand before the preposition that ends a locution (and no adverb: each locution
# has its own copy of what may, and these expressions are what the first article waits for).
_ENDS_IN = frozenset(["sur", "de", "à", "dans"])
_LONG_TAIL = 3
# "s'empare donc de" and "s'est à son tour emparé de"
_REFLEXIVE_COMPOUND = (
    r"(?:s'est|se\s+sont|s'etait|s'etaient|s'etant|s'etre|se\s+serait|se\s+seraient|se\s+sera)\s+"
    r"(?:(?!ete\b)\w+\s+){0,3}"
)
_LAST = {"de": r"(?:de|d'|du|des)", "à": r"(?:a|au|aux)"}
_ER = ["e", "ent", "ons", "ait", "aient", "a", "èrent", "era", "eront", "erait", "eraient", "er", "ant"]
_IR = [
    "it",
    "issent",
    "issons",
    "issait",
    "issaient",
    "irent",
    "ira",
    "iront",
    "irait",
    "iraient",
    "ir",
    "isse",
    "issant",
]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")
    forms: list[str]
    pp: str


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    models: dict[str, _Model]


@dataclass(frozen=True, slots=True)
class Conjugated:
    """A verb with what belongs to it, in sources of regular expressions.

    `infinitive`: without the pronoun. `stem` and `endings`: what finite forms, infinitive and present participle begin
    with, and how each goes on. `participle`: masculine singular. `tail`: the rest of the locution. `words`: one word of
    each form, by which a text that may hold it is known.
    """

    reflexive: bool
    infinitive: str
    stem: str
    endings: tuple[str, ...]
    participle: str
    tail: str
    words: frozenset[str]


@cache
def conjugated(locution: str) -> Conjugated:
    """All forms of an infinitive with what belongs to it: "lever", "s'offrir", "mettre la main sur".

    Raises:
        ValueError: the first word is no infinitive.
    """
    reflexive = re.match(r"(?:se\s+|s')", locution)
    plain = locution[reflexive.end() :] if reflexive else locution
    verb, _, rest = plain.partition(" ")
    forms, pp = _forms(verb)
    letters = [loose_letters(form) for form in {*forms, verb}]
    shared = sum(1 for _ in takewhile(lambda at: len(set(at)) == 1, zip(*letters, strict=False)))
    endings = {"".join(form[shared:]) for form in letters}
    return Conjugated(
        reflexive is not None,
        loose(verb),
        "".join(letters[0][:shared]),
        tuple(sorted(endings, key=_longest_first)),
        loose(pp),
        _tail(rest),
        frozenset({*forms, verb, *_agreed(pp)}),
    )


def finite(verbs: Sequence[Conjugated], auxiliary: str) -> str:
    """The source that reads every finite form, infinitive and present participle, and the compounds.

    Verbs that go on in the same way share what they have in common: the expression is compiled by every process that
    reads, and tried at every word that begins like one of them.

    Args:
        auxiliary: what stands before the participle of a verb that is no reflexive.
    """
    own = [verb for verb in verbs if verb.reflexive]

    def active(some: Sequence[Conjugated]) -> str:
        return either(_simple(some), _behind(auxiliary, _agreeing(some)))

    return either(
        _with_tails([verb for verb in verbs if not verb.reflexive], active),
        _behind(r"(?:s'|se\s+)", _with_tails(own, _simple)),
        _behind(_REFLEXIVE_COMPOUND, _with_tails(own, _agreeing)),
    )


def participles(verbs: Sequence[Conjugated]) -> str:
    """The source that reads the participles of all but reflexives, whose compounds are among their finite forms."""
    return _with_tails([verb for verb in verbs if not verb.reflexive], _agreeing)


def passives(verbs: Sequence[Conjugated], passive: str, caused: str) -> str:
    """The source that reads the passives of all but reflexives.

    Args:
        passive: what stands before a participle; caused: before an infinitive, as "se faire".
    """

    def body(some: Sequence[Conjugated]) -> str:
        return either(_behind(passive, _agreeing(some)), _behind(caused, _infinitive(some)))

    return _with_tails([verb for verb in verbs if not verb.reflexive], body)


def _with_tails(verbs: Sequence[Conjugated], body_of: Callable[[Sequence[Conjugated]], str]) -> str:
    """Bodies of verbs with the same rest, then rests of the same bodies; in the order that they come in."""
    by_tail: dict[str, list[Conjugated]] = {}
    for verb in verbs:
        by_tail.setdefault(verb.tail, []).append(verb)
    by_body: dict[str, list[str]] = {}
    for tail, some in by_tail.items():
        by_body.setdefault(body_of(some), []).append(tail)
    return either(*(f"(?:{body}){_followed_by(tails)}" for body, tails in by_body.items()))


def _followed_by(tails: Sequence[str]) -> str:
    rests = sorted((tail for tail in tails if tail), key=_longest_first)
    if not rests:
        return ""
    written = rf"{_ADVERB}\s+(?:{tree(rests)})"
    return written if "" not in tails else f"(?:{written})?"


def _simple(verbs: Sequence[Conjugated]) -> str:
    by_endings: dict[tuple[str, ...], list[str]] = {}
    for verb in verbs:
        by_endings.setdefault(verb.endings, []).append(verb.stem)
    return either(*(f"(?:{tree(stems)})(?:{tree(ends)})" for ends, stems in by_endings.items()))


def _infinitive(verbs: Sequence[Conjugated]) -> str:
    return tree(verb.infinitive for verb in verbs)


def _agreeing(verbs: Sequence[Conjugated]) -> str:
    return f"(?:{tree(verb.participle for verb in verbs)})(?:es?|s)?"


def _behind(head: str, sources: str) -> str:
    return f"{head}(?:{sources})" if sources else ""


def either(*sources: str) -> str:
    """A choice between sources, without those that are empty."""
    return "|".join(source for source in sources if source)


def _longest_first(source: str) -> tuple[int, str]:
    return -len(source), source


def _tail(rest: str) -> str:
    if not rest:
        return ""
    words = rest.split(" ")
    last = _LAST.get(words[-1], loose(words[-1]))
    between = rf"(?:\s+{_DATE})?" if len(words) >= _LONG_TAIL and words[-1] in _ENDS_IN else ""
    return r"\s+".join(loose(word) for word in words[:-1]) + rf"{between}\s+{last}" if words[1:] else last


def _agreed(pp: str) -> set[str]:
    return {pp, pp + "e", pp + "s", pp + "es"}


def _forms(verb: str) -> tuple[set[str], str]:
    models = _models()
    suffix = max((name for name in models if verb.endswith(name)), key=len, default="")
    if suffix:
        stem = verb[: -len(suffix)]
        return {stem + form for form in models[suffix].forms}, stem + models[suffix].pp
    if verb.endswith("er"):
        return _first_group(verb[:-2]), verb[:-2] + "é"
    if verb.endswith("ir"):
        return {verb[:-2] + end for end in _IR}, verb[:-2] + "i"
    raise ValueError(f"{verb!r} is no infinitive that can be conjugated: add its model to lexicon/verbs.yaml")


def _first_group(stem: str) -> set[str]:
    """Stems that change before a mute e or an a: lever → lève, céder → cède, jeter → jette, placer → plaçait."""
    forms = {stem + end for end in _ER}
    mute = ("e", "ent", "era", "eront", "erait", "eraient")
    match = re.search(r"[eé]([bcdfglmnprstv]|qu|gn|ch|gl|tr)\Z", stem)
    if match:
        forms |= {stem[: match.start()] + "è" + match.group(1) + end for end in mute}
        if match.group(1) in "lt" and stem[match.start()] == "e":
            forms |= {stem + match.group(1) + end for end in mute}
    if stem.endswith("c"):
        forms |= {stem[:-1] + "ç" + end for end in ("ait", "aient", "a", "ons", "ant")}
    if stem.endswith("g"):
        forms |= {stem + "e" + end for end in ("ait", "aient", "a", "ons", "ant")}
    if stem.endswith(("oy", "uy", "ay")):
        forms |= {stem[:-1] + "i" + end for end in mute}
    return forms


@cache
def _models() -> dict[str, _Model]:
    return validated(read_yaml(PACKAGE_DIR / "lexicon" / "verbs.yaml"), _File).models
