"""Who does what in a sentence: each party that is the subject of a finite verb, with where that verb stands.

No parser: a subject hangs on no preposition and stands next to its verb, with nothing between them but clitics,
adverbs, a relative pronoun, or one stretch between commas or parentheses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from extractors.deals.abstraction import CLASSES, PARTY
from extractors.deals.grammar import Hit
from extractors.deals.parties import in_complement

# A stretch between two commas longer than this is no aside any more.
_ASIDE = 170
_PARTY = re.compile(PARTY)
_ANAPHOR = re.compile(CLASSES["anaphor"])
_OPEN = re.compile(r"\"?\s*(?:\([^()]{0,90}\)\s*)?")
# "La société lyonnaise vient", "l'éditeur de logiciels a levé": what may follow a word that takes up a name.
_TAIL = re.compile(
    r"\s+(?:(?:d'|de\s+l'|en\s+|de\s+(?:la\s+)?|du\s+|des\s+)[a-z-]{2,}(?:\s+[a-z-]{3,}(?:elle|els?|ives?|ifs?|iques?|ales?|ees?|aires?))?"
    r"|[a-z-]{4,}(?:aises?|ais|oises?|ois|ien|iennes?|ains?|aines?|ands?|andes?|eens?|eennes?|iques?|elle|els?|ees?|ives?|ifs?|aires?|euses?|ale))\b(?!')"
)
_RELATIVE = re.compile(r",?\s*(?:qui|lequel|laquelle)\s+")
_COMMA = re.compile(r",\s*")
_CLITICS = re.compile(
    r"(?:(?:ne|se|me|lui|leur|y|en|le|la|les|aussi|egalement|deja|donc|alors|ainsi|[a-z]+ment)\s+|(?:n|s|l|m)'|y\s)*"
)
_AUXILIARY = (
    r"(?:a(?=\s+(?:[a-z']+\s+){0,3}?[a-z]*(?:e|i|u|is|it|ert|int|us)\b)|ont|avait|avaient|aura|auront|aurait|auraient|est|sont|etait|etaient|sera|seront|serait|seraient|fut|furent|va|vont|"
    r"vient|viennent|veut|veulent|peut|peuvent|doit|doivent|fait|font|dit|met|mettent|tient|prend|obtient|recoit|promet)\b"
)
# Third persons of the past and the future; the present is told by its place alone.
_FINITE = re.compile(
    rf"{_AUXILIARY}|[a-z]{{2,}}(?:aient|ait|era|eront|erait|eraient|erent|irent|issent|ira|iront|[dv]ra|[dv]ront)\b"
)
# What stands next to a name and is no verb: prepositions, conjunctions, adverbs, participles and adjectives.
_NO_VERB = re.compile(
    r"(?:et|ou|ni|mais|puis|de|des|du|d|a|au|aux|en|dans|par|pour|sur|sous|avec|sans|chez|entre|contre|vers|selon|via|que|qu|qui|"
    r"dont|comme|si|soit|lui|elle|elles|eux|apres|avant|depuis|pendant|lors|hier|jadis|bien|ainsi|aussi|encore|toujours|deja|non|"
    r"pas|plus|moins|tres|trop|le|la|les|l|un|une|son|sa|ses|leur|leurs|ce|cette|ces|ne|se|y|autour|aupres|outre|face|grace|"
    r"[a-z]+ment|[a-z]+(?:ees?|es|ante?s?|ique|aise?s?|ois|oise?s?|ien|ienne?s?|ains?|aines?|ands?|ande?s?|il|al|aux|if|ive))\b"
)
# Behind a verb in the present comes its object or an adverbial, and not "de", which follows a noun.
_OBJECT = re.compile(
    r"\s+(?:[\ue000-\uf8ff]|l'|d'|(?:a|au|aux|en|dans|sur|pour|par|avec|chez|ses|son|sa|un|une|le|la|les|des|plus|pres|"
    r"ainsi|aussi|deja|desormais|enfin|jusqu'\w+|environ|quelque|deux|trois|\d+)\b)"
)
_REFLEXIVE = re.compile(r"(?:ne\s+|n')?(?:se\s|s'|lui\s+|leur\s+|y\s+|en\s+)")
_BREAK = re.compile(r"[;:]")
_JOINS = re.compile(r"\b(?:et|ou|mais|puis|qui|que|dont)\b")
_WORD = re.compile(r"[a-z]+")
_BETWEEN = re.compile(r"[a-z' ]{0,40}")


@dataclass(frozen=True, slots=True)
class Head:
    """A party, by its position in a view's text, and where the verb begins whose subject it is.

    by: "next" (nothing but clitics between them), "relative" (its "qui"), "aside" (a stretch between commas) or
    "apposed" (itself between commas: "sa filiale, X, a été vendue").
    """

    party: int
    verb: int
    by: str


@lru_cache(maxsize=4096)
def heads(text: str) -> tuple[Head, ...]:
    """The subjects of a view's text with their verbs, in the order of the verbs.

    Kept: every rule that fits asks it of the same sentence.
    """
    found: list[Head] = []
    for match in _PARTY.finditer(text):
        if not in_complement(text, match.start()):
            found += _of_party(text, match.start())
    found.sort(key=lambda head: (head.verb, -head.party))
    # Of two that claim one verb the nearer has it.
    kept: list[Head] = []
    for head in found:
        if kept and kept[-1].verb == head.verb:
            continue
        kept.append(head)
    return tuple(kept)


def _of_party(text: str, position: int) -> list[Head]:
    begin = position + 1
    if _ANAPHOR.match(text, position) and (tail := _TAIL.match(text, begin)):
        begin = tail.end()
    opened = _OPEN.match(text, begin)
    at = opened.end() if opened else begin
    relative = _RELATIVE.match(text, at)
    out = []
    if relative:
        out.append(Head(position, _verb_at(text, relative.end()) or relative.end(), "relative"))
    elif (verb := _verb_at(text, at)) is not None:
        return [Head(position, verb, "next")]
    comma = _COMMA.match(text, at)
    if not comma:
        return out
    end = comma.end()
    if text[:position].endswith(", ") and (verb := _verb_at(text, end)) is not None:
        return [*out, Head(position, verb, "apposed")]
    while (end := text.find(",", end)) >= 0 and end - at <= _ASIDE:
        if _BREAK.search(text, at, end):
            break
        verb = _verb_at(text, _COMMA.match(text, end).end())  # type: ignore[union-attr]
        if verb is not None:
            out.append(Head(position, verb, "aside"))
            break
        end += 1
    return out


def _verb_at(text: str, at: int) -> int | None:
    """Where a verb begins at `at`, clitics passed over; a present tense is one by what comes behind it."""
    clitics = _CLITICS.match(text, at)
    begin = clitics.end() if clitics else at
    if _FINITE.match(text, begin):
        return begin
    if begin > at and _REFLEXIVE.match(text, at) and _WORD.match(text, begin):
        return begin
    word = _WORD.match(text, begin)
    if not word or _NO_VERB.fullmatch(word.group()) or word.group()[-1] not in "etd":
        return None
    return begin if _OBJECT.match(text, word.end()) else None


def head_of(text: str, verb: int) -> Head | None:
    """Who is the subject of the verb at or just behind which `verb` stands ("a levé": of "a" or of "levé")."""
    for head in reversed(heads(text)):
        if head.verb <= verb and _BETWEEN.fullmatch(text, head.verb, verb) and not _JOINS.search(text, head.verb, verb):
            return head
    return None


def act(hits: list[Hit], verb: int) -> str:
    """The class of the verb that begins at `verb`, auxiliaries and adverbs passed over; "other" for one of no class."""
    return next((hit.verb for hit in hits if hit.end > verb and hit.start < verb + 24), "other")
