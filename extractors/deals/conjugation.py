"""Every form of a French verb or verbal locution, from its infinitive, as the source of a regular expression.

"mettre la main sur" reads "a mis hier la main sur", "s'emparer de" reads "se sont emparés du". Forms of the third group
come from `config/lexicon/verbs.yaml`; the first two are made here. Text is matched folded (`folding.folded`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel, ConfigDict

from config.documents import PACKAGE_DIR, read_yaml, validated
from extractors.deals.folding import loose

# "met ainsi la main sur": what may stand between the verb and the rest of its locution.
_ADVERB = (
    r"(?:\s+(?:\w+ment|ainsi|aussi|donc|enfin|deja|bien|encore|hier|toutefois|cependant|ensuite|a\s+son\s+tour|"
    r"a\s+nouveau|d'abord|en\s+effet|desormais|lundi|mardi|mercredi|jeudi|vendredi))?"
)
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
    """Sources of the active finite forms, of the compound tenses behind an auxiliary, and of the bare participle.

    `finite` includes infinitive and present participle. `compound` is None for reflexives, whose compounds are
    among the finite forms. `words`: one word of each form, by which a text that may hold it is known.
    """

    finite: str
    compound: str | None
    participle: str
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
    tail = _tail(rest)
    finite = "|".join(sorted((loose(form) for form in {*forms, verb}), key=lambda s: (-len(s), s)))
    participle = f"(?:{loose(pp)})(?:e|s|es)?"
    if reflexive:
        own = rf"(?:s'|se\s+)(?:{finite}){tail}|{_REFLEXIVE_COMPOUND}{participle}{tail}"
        return Conjugated(own, None, participle + tail, frozenset({*forms, verb, *_agreed(pp)}))
    return Conjugated(
        f"(?:{finite}){tail}", participle + tail, participle + tail, frozenset({*forms, verb, *_agreed(pp)})
    )


def _tail(rest: str) -> str:
    if not rest:
        return ""
    words = rest.split(" ")
    last = _LAST.get(words[-1], loose(words[-1]))
    body = r"\s+".join([*(loose(word) for word in words[:-1]), last])
    return rf"{_ADVERB}\s+{body}"


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
