"""The language of patterns: French words with typed slots, compiled to one bounded regex.

    <raise> ~ {amount}                 a class of words, a short gap, a slot
    {investor} entre au capital %de {company}
    (rachat|achat) %de {company} [par {investor}]

`{company!}` is the bare name, without describing words before it. `~` is a gap of at most 48 characters without
another amount, `~!` the same without names or colons, `~~` of at most 130 with anything but a semicolon. `%de`, `%a`,
`%det`, `%prep` read the preposition or the article with what it contracts with. `[…]` may be missing. `word*` reads any
ending, `,?` may be missing. `^` and `$` are the ends of the sentence. `\\(` is a parenthesis of the text, `\\%` its
per cent sign.
Every repetition is bounded, so matching takes linear time.
"""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass

from extractors.deals.abstraction import BASES, BLOCK, CLASSES, PARTY
from extractors.deals.folding import loose
from extractors.deals.lazy import LazyRegex
from extractors.deals.needs import Collector, Needs, all_met
from extractors.deals.words import Words

AMOUNT_SLOTS = ("amount", "alt", "valuation", "part")
PARTY_SLOTS = ("company", "investor", "investors", "lead", "party")
_KINDS = {**dict.fromkeys(AMOUNT_SLOTS, ("amount",)), **dict.fromkeys(PARTY_SLOTS, ("name", "anaphor"))}
SLOTS = (*AMOUNT_SLOTS, *PARTY_SLOTS, "round", "date")

_AMOUNT_RANGE = f"{chr(BASES['amount'])}-{chr(BASES['amount'] + BLOCK - 1)}"
_PARTY_RANGE = PARTY[1:-1]
_GAP = f"[^{_AMOUNT_RANGE};\n]{{0,48}}?"
# Marks and blanks: what may stand between the end of a sentence and the first word or span. Bounded, because what
# follows reads blanks too, and the two would share out a long run of them in every way.
NOTHING = r"[^\w\ue000-\uf8ff]{0,40}"
_BARE_GAP = f"[^{_AMOUNT_RANGE}{_PARTY_RANGE};:\n]{{0,48}}?"
_LONG_GAP = r"[^;\n]{0,130}?"
# Descriptors between a preposition and the name: "dans le concepteur britannique de puces Arm". One way only to read
# a blank between two words: with two ways, seven words are read in 128.
_DESCRIPTOR = r"(?:\"?\s*(?:[a-z0-9&+.]+(?:-[a-z0-9]+){0,3}(?:'|\s+|,\s)){0,7}?\"?\s*)"
_SHORTHAND = {
    "%de": r"(?:de\s+(?:la\s+|l')?|du\s+|d'|des\s+|de\s+l\s?)",
    "%a": r"(?:a\s*la\s+|a\s+l'|au\s+|aux\s+|a\s+)",
    "%det": r"(?:le\s+|la\s+|l'|les\s+|un\s+|une\s+|son\s+|sa\s+|ses\s+|ce\s+|cette\s+|leur\s+)?",
    "%prep": r"(?:dans|chez|au\s+capital\s+(?:de|d'|du)|au\s+sein\s+(?:de|d'|du)|a\s+destination\s+(?:de|d'|du))\s*",
}
# Behind these `?` says that they may be missing.
_MAY_BE_MISSING = ("mark", "punct", "slot", "cls", ")", "]")
_TOKEN = re.compile(
    r"\{(?P<slot>\w+)(?P<bare>!?)\}|<(?P<cls>[a-z_]+(?:\.[a-z]+)?)>|(?P<gap>~~|~!|~)|(?P<short>%\w+)|(?P<group>[\[\]()|^$])"
    r"|\\(?P<mark>[()\[\]%>])|(?P<maybe>\?)|(?P<punct>[,:;.!/\"•–-])|(?P<word>[^\W_]+(?:['’-][^\W_]+)*['’]?(?:\*|(?<=s)\?)?)|(?P<space>\s+)|(?P<bad>.)"
)


class PatternError(ValueError):
    """The pattern cannot be read; `str()` says why, for the rule author."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern that has been read and found sound; its expression is compiled when first used.

    slots: the names of its groups without their number.
    needs: words and kinds of span without which it cannot fit.
    """

    source: str
    regex: LazyRegex
    slots: tuple[str, ...]
    needs: Needs

    def may_fit(self, found: Set[str], text: str) -> bool:
        """False when it cannot fit; `found`: words of the text and marks of its spans, see `needs`."""
        return all_met(self.needs, found, text)


def compile_pattern(source: str, words: Words) -> Pattern:
    """Compile one pattern.

    Raises:
        PatternError: unknown slot or class, unbalanced groups, more than two long gaps, nothing but gaps.
    """
    out: list[str] = []
    slots: list[str] = []
    depth: list[str] = []
    needs = Collector()
    substance = False
    if source.count("~~") > 2:
        raise PatternError("at most two long gaps (~~)")
    glued = True
    last: str | None = None
    for token in _TOKEN.finditer(source):
        kind, value = token.lastgroup, token.group()
        kind = "slot" if kind == "bare" else kind
        if kind == "bad":
            raise PatternError(f"unexpected {value!r}")
        if kind == "space":
            if not glued:
                out.append(r"\s+" if _between_words(source, token) else r"\s*")
            last = kind
            continue
        glued = False
        if kind == "slot":
            out.append(_slot(token, slots, words, leading=not substance))
            needs.kinds(*_KINDS.get(token["slot"], (token["slot"],)))
            substance = True
        elif kind == "cls":
            if token["cls"] not in words.sources:
                raise PatternError(f"unknown class of words <{token['cls']}>")
            out.append(f"(?:{words.sources[token['cls']]})")
            needs.words(words.needed[token["cls"].partition(".")[0]])
            substance = True
        elif kind == "gap":
            needs.other()
            out.append({"~~": _LONG_GAP, "~!": _BARE_GAP}.get(value, _GAP))
        elif kind == "short":
            if value not in _SHORTHAND:
                raise PatternError(f"unknown shorthand {value}")
            out.append(_SHORTHAND[value])
            needs.other()
            glued = True
        elif kind == "group":
            out.append(_group(value, depth))
            needs.group(value)
            glued = value in "[(|^"
        elif kind == "mark":
            out.append(re.escape(token["mark"]))
            needs.other()
        elif kind == "maybe":
            if last not in _MAY_BE_MISSING:
                raise PatternError("? follows a mark, a slot, a class or what stands in parentheses")
            out.append("?")
            needs.maybe()
        elif kind == "punct":
            out.append("[-–]" if value in "-–" else re.escape(value))
            needs.other()
        else:
            out.append(_word(value))
            needs.literal(value)
            substance = True
        last = value if kind == "group" else kind
    if depth:
        raise PatternError(f"{depth[-1]} is never closed")
    if not substance:
        raise PatternError("a pattern needs a word, a class or a slot")
    return Pattern(source, LazyRegex("".join(out)), tuple(slots), needs.needs())


def _between_words(source: str, token: re.Match[str]) -> bool:
    """True when white space is needed there: a word or a class on both sides."""
    before, after = source[token.start() - 1], source[token.end() : token.end() + 1]
    return (before.isalnum() or before in ">*") and (after.isalnum() or after == "<")


def _slot(token: re.Match[str], slots: list[str], words: Words, leading: bool) -> str:
    """The source of a slot. Words before the span are read only where something stands left of them."""
    name = token["slot"]
    if name not in SLOTS:
        raise PatternError(f"unknown slot {{{name}}}; expected one of {', '.join(SLOTS)}")
    group = f"{name}_{len(slots)}"
    slots.append(name)
    if name in AMOUNT_SLOTS:
        bound = "" if leading else rf"(?:(?:{words.sources['bound']})\s*){{0,4}}"
        return f"{bound}(?P<{group}>{CLASSES['amount']})"
    if name in PARTY_SLOTS:
        described = not leading and not token["bare"]
        return f"(?P<{group}>{_DESCRIPTOR if described else ''}{PARTY})"
    return f"(?P<{group}>{CLASSES[name]})"


def _group(value: str, depth: list[str]) -> str:
    if value in "[(":
        depth.append(value)
        return "(?:"
    if value in "])":
        if not depth or depth.pop() != {"]": "[", ")": "("}[value]:
            raise PatternError(f"{value} closes nothing")
        return ")?" if value == "]" else ")"
    return {"|": "|", "^": f"^{NOTHING}", "$": f"{NOTHING}$"}[value]


def _word(value: str) -> str:
    value = value.replace("’", "'")
    if value.endswith("s?"):
        return r"\b" + loose(value[:-2]) + r"s?\b"
    if value.endswith("*"):
        return r"\b" + loose(value[:-1]) + r"\w*"
    return r"\b" + loose(value) + ("" if value.endswith("'") else r"\b")
