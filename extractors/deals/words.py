"""Classes of words that rules name (`<raise>`, `<round>`): read from `config/lexicon/cues-words.yaml`, inflected."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator

from config.documents import config_files, read_yaml, validated
from extractors.deals.conjugation import conjugated, either, participles, passives
from extractors.deals.conjugation import finite as finite_forms
from extractors.deals.folding import folded, loose, spellings
from extractors.deals.tree import tree

# Endings of the first and second groups, without accents (the text is matched without them). The empty participle
# ending is the one whose "é" was lost: "a lev 10 millions".
_ER = "e|ent|ait|aient|a|erent|era|eront|erait|eraient|er|ant|ons|ez"
_ER_LOST = "ra|ront|r"
_ER_PARTICIPLE = "e|ee|es|ees"
_ER_PARTICIPLE_LOST = "s|"
_ENDINGS = frozenset("|".join((_ER, _ER_LOST, _ER_PARTICIPLE, _ER_PARTICIPLE_LOST)).split("|"))
_IR = "it|issent|issait|issaient|irent|ira|iront|irait|iraient|ir|issant|issons|i|ie|is|ies"
_PASSIVE = (
    r"(?:est|sont|etait|etaient|ete|t|etre|fut|furent|sera|seront|serait|etant|se fait|se faire|se voit)\s+"
    r"(?:\w+ment\s+|aussi\s+|deja\s+|bien\s+)?"
)
# "s'est fait racheter", "se laisse tenter": as a passive, with an infinitive.
_CAUSED = (
    r"(?:s'est|se sont|s'etait|s'etaient|s'etre|se)\s+(?:(?:deja|ainsi|finalement|aussi|donc)\s+)?"
    r"(?:fait|faite|faits|faites|faire|fera|ferait|faisait|font|laisse|laisser|laissee|laissera|laisserait)\s+"
    r"(?:\w+ment\s+|ainsi\s+|aussi\s+)?"
)
# "a levé", "ont déjà réuni", "s'est offert": a participle is active only behind one of these.
_AUXILIARY = (
    r"(?:a|ont|avait|avaient|aurait|auraient|ayant|avoir|aura|auront|s'est|se sont|s'etait|ai|avons|eu)\s+"
    r"(?:(?!ete\b)\w[\w'-]*\s+){0,3}"
)
# How one of them begins.
_AUXILIARY_BEGINS = r"|a\s|ont|av[ao]|aur|aya|s'e|se s|ai\s|eu\s"
_PLURAL = "[sx]?"
_NOT_PASSIVE = "".join(f"(?<!{word} )" for word in ("ete", "est", "sont", "etre", "fut", "sera", "serait", "etait"))


class WordClass(BaseModel):
    """One class: how its members are written. At least one member is needed."""

    model_config = ConfigDict(extra="forbid")

    says: str
    er: list[str] = Field(default_factory=list)
    er_word: list[str] = Field(default_factory=list)
    ir: list[str] = Field(default_factory=list)
    verbs: list[str] = Field(default_factory=list)
    pp: list[str] = Field(default_factory=list)
    nouns: list[str] = Field(default_factory=list)
    infinitives: list[str] = Field(default_factory=list, description="verbs and locutions, conjugated here")

    @field_validator("infinitives")
    @classmethod
    def _conjugable(cls, written: list[str]) -> list[str]:
        for infinitive in written:
            conjugated(infinitive)
        return written


class _Classes(BaseModel):
    model_config = ConfigDict(extra="forbid")

    classes: dict[str, WordClass]


@dataclass(frozen=True, eq=False)
class Words:
    """Regex sources by class name: `raise` (any form), `raise.pp` (participle), `raise.passive` (passive).

    A passive is "est racheté", and "se fait racheter" and "se laisse racheter" too.

    `keys`: for each class words one of which stands in any text that holds a member: what wakes a rule. `needed`: the
    same with as few words as can be told, which spares expressions that cannot fit. Rules are woken by more, because
    the points of `config/points` were measured on what rules find with it.
    """

    sources: dict[str, str]
    keys: dict[str, frozenset[str]]
    needed: dict[str, frozenset[str]]

    @classmethod
    def load(cls, user_dir: Path | None) -> Words:
        """Shipped classes, with the user's members added to them.

        Raises:
            ConfigError: file and line of the first class at fault.
        """
        merged: dict[str, WordClass] = {}
        for path in config_files("lexicon/cues-words.yaml", user_dir):
            for name, word_class in validated(read_yaml(path), _Classes).classes.items():
                old = merged.get(name)
                merged[name] = word_class if old is None else _joined(old, word_class)
        sources: dict[str, str] = {}
        for name, word_class in merged.items():
            sources |= _sources(name, word_class)
        keys = {name: _keys(word_class, _forms) for name, word_class in merged.items()}
        return cls(sources, keys, {name: _keys(word_class, _telling) for name, word_class in merged.items()})


def _joined(old: WordClass, new: WordClass) -> WordClass:
    return WordClass(
        says=new.says,
        er=old.er + new.er,
        er_word=old.er_word + new.er_word,
        ir=old.ir + new.ir,
        verbs=old.verbs + new.verbs,
        pp=old.pp + new.pp,
        nouns=old.nouns + new.nouns,
        infinitives=old.infinitives + new.infinitives,
    )


def _sources(name: str, word_class: WordClass) -> dict[str, str]:
    er, ir = _alternatives(word_class.er), _alternatives(word_class.ir)
    er_word = _alternatives(word_class.er_word)
    written = _alternatives([*word_class.verbs, *(v[:-1] + "'" for v in word_class.verbs if v.endswith(" de"))])
    nouns = _alternatives([_plural(noun) for noun in word_class.nouns], raw=True)
    nouns = f"(?:{nouns}){_PLURAL}" if nouns else ""
    whole = [conjugated(infinitive) for infinitive in word_class.infinitives]
    own_participle = either(
        _with(er, f"{_ER_PARTICIPLE}|{_ER_PARTICIPLE_LOST}"),
        _with(er_word, _ER_PARTICIPLE),
        _with(ir, "i|ie|is|ies"),
        _with(_alternatives(word_class.pp), "e|s|es|"),
    )
    participle = either(participles(whole), own_participle)
    finite = either(
        written,
        finite_forms(whole, _AUXILIARY),
        _with(er, f"{_ER}|{_ER_LOST}"),
        _with(er_word, _ER),
        _with(ir, _IR),
    )
    active = either(finite, f"{_AUXILIARY}(?:{own_participle})" if own_participle else "")
    # The look-ahead at beginnings spares the regex engine most words of a text.
    own = _beginnings(word_class)
    first = f"(?={own}{_AUXILIARY_BEGINS if participle else ''})"
    out = {name: rf"\b{first}(?:{_NOT_PASSIVE if active else ''}(?:{either(active, nouns)}))(?!\w)"}
    if participle:
        out[f"{name}.pp"] = rf"\b(?={own})(?:{participle})(?!\w)"
        caused = either(_with(er, "er"), _with(ir, "ir"))
        passive = either(
            passives(whole, _PASSIVE, _CAUSED),
            f"{_PASSIVE}(?:{own_participle})" if own_participle else "",
            f"{_CAUSED}(?:{caused})" if caused else "",
        )
        out[f"{name}.passive"] = rf"\b(?:{passive})(?!\w)"
    return out


def _beginnings(word_class: WordClass) -> str:
    """The first letters of all forms of all members, as the source of a choice."""
    members = word_class.er + word_class.er_word + word_class.ir + word_class.verbs + word_class.pp + word_class.nouns
    members += [form for verb in word_class.infinitives for form in conjugated(verb).words]
    starts = {_beginning(form) for member in members for form in (*spellings(member), folded(member)) if form}
    starts |= {
        start
        for verb in word_class.infinitives
        if verb.startswith(("se ", "s'"))
        for start in (("s", "'"), ("s", r"e\s"))
    }
    by_letter: dict[str, set[str]] = {}
    for letter, rest in starts:
        by_letter.setdefault(letter, set()).add(rest)
    return "|".join(
        letter + ("" if "" in rests else f"(?:{'|'.join(sorted(rests))})")
        for letter, rests in sorted(by_letter.items())
    )


def _beginning(form: str) -> tuple[str, str]:
    """Its first letter, and up to two more as a source; the first blank stands for any number of them."""
    head, blank, _ = form[:3].partition(" ")
    return re.escape(head[:1]), re.escape(head[1:]) + (r"\s" if blank else "")


def _keys(word_class: WordClass, words_of: Callable[[str], Iterable[str]]) -> frozenset[str]:
    """Every form of a one-word member, the longest word of a locution; with accents gone, or gone with their letter.

    Args:
        words_of: what tells an infinitive.
    """
    forms = [stem + end for stem in word_class.er + word_class.er_word for end in _ENDINGS]
    forms += [stem + end for stem in word_class.ir for end in _IR.split("|")]
    forms += word_class.verbs
    forms += [form for verb in word_class.infinitives for form in words_of(verb)]
    forms += [part + end for part in word_class.pp for end in ("", "e", "s", "es")]
    forms += [noun + end for noun in word_class.nouns for end in ("", "s", "x")]
    forms += [" ".join(word + "s" for word in noun.split(" ")) for noun in word_class.nouns]
    return frozenset(key for form in forms for key in longest_words(form))


def _forms(infinitive: str) -> Iterable[str]:
    return conjugated(infinitive).words


def _telling(infinitive: str) -> Iterable[str]:
    """The word of a locution that never changes ("dévolu" of "jeter son dévolu sur"), else every form of the verb."""
    fixed = max(infinitive.removeprefix("se ").split(" ")[1:], key=len, default="")
    return [fixed] if len(fixed) > 3 else conjugated(infinitive).words


@cache
def longest_words(locution: str) -> frozenset[str]:
    """The longest word of a locution: without accents, and with some of its accented letters lost."""
    longest = max(re.findall(r"[^\W_]+", locution), key=len)
    return frozenset([folded(longest), *(form for form in spellings(longest) if len(form) > 1)])


def _with(stems: str, endings: str) -> str:
    return f"(?:{stems})(?:{endings})" if stems else ""


def _alternatives(members: list[str], raw: bool = False) -> str:
    sources = members if raw else [loose(member) for member in members]
    return tree(sorted(set(sources), key=lambda source: (-len(source), source)))


def _plural(noun: str) -> str:
    """The first word may take a plural (as may the last, behind it); those in -aux are written out in the file."""
    first, *others = noun.split(" ")
    return r"\s+".join([loose(first) + (_PLURAL if others else ""), *(loose(word) for word in others)])
