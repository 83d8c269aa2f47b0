"""Which name is meant: subjects of verbs, lists of investors, names hidden in complements."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from extractors.deals.abstraction import PARTY, Anaphor, Span, View
from extractors.deals.markers import MarkerRegex
from extractors.deals.names import Name

# Words that put what follows into a complement, so that it is no subject.
_PREPOSITION = re.compile(
    r"\b(?:de|du|des|d'|chez|par|avec|selon|pour|contre|dans|sur|a|au|aux|en|aupres|outre|apres|face|hors|via|que|comme|"
    r"envers|sous|vers|entre|sans|ex|dont|devant|derriere|depuis|l)\s*(?:la\s+|l'|le\s+|les\s+|un\s+|une\s+)?$"
)
# "X, que soutient Y, a levé": behind its verb the subject of a relative clause is none of the main verb.
_RELATIVE_SUBJECT = re.compile(
    r"\b(?:que\s+|qu')(?:(?!(?:seule|meme|cette|une|toute|entre)\b)[a-z]{2,}(?<!m)(?:ent|[eitd])|"
    r"(?:a|ont|avait|avaient)\s+[a-z]{2,}(?:[eiu]|is)e?s?|vien(?:t|nent)\s+(?:de\s+|d')[a-z]{2,}(?:er|ir|re))"
    r"\s+(?:le\s+|la\s+|les\s+|l')?$"
)
# "Tandis que X lève": behind these "que" the subject of a clause stands, and no complement.
_CONJUNCTION = re.compile(
    r"\b(?:tandis|alors|pendant|bien|des|depuis|parce|a\s+mesure)\s+(?:que\s+|qu')(?:le\s+|la\s+|les\s+|l')?\Z"
)
_GENITIVE = re.compile(r"(?:\b(?:de|du|des|d'|de\s+la|de\s+l'|d)\s*)$")
_WORDS_BACK = re.compile(r"(?:[a-z0-9&-]+['\s]+){0,6}$")
_DETERMINER = re.compile(r"\b(?:le|la|l'|les|un|une|son|sa|ce|cette|leur|notre)\s*$")
_SEPARATOR = re.compile(
    r"\s*(?:\([^()]{0,80}\)\s*)?(?:(?:via|au\s+travers\s+de|a\s+travers|par\s+le\s+biais\s+de|pour)\s[^,;:()]{2,50}?)?(?:,\s*(?:et|puis|ainsi\s+que|de\s+meme\s+que|mais\s+aussi|mais\s+egalement|plus|ou)?\s*"
    r"|(?:et|ainsi\s+que|de\s+meme\s+que|puis|mais\s+aussi|mais\s+egalement|ou|plus|/|&|-)\s*|/\s*|;\s*|et\s+)"
)
_ITEM = re.compile(
    r"(?:(?:cote\s+\w+\s+|celui\s+|enfin\s+|egalement\s+|surtout\s+|notamment\s+|comme\s+)?)"
    r"(?:de\s+la\s+|de\s+l'|du\s+|des\s+|de\s+|d'|a\s+|par\s+)?(?:le\s+|la\s+|l'|les\s+|un\s+|une\s+|son\s+|sa\s+)?"
    r"(?P<words>(?:[a-z0-9&.+-]+[\s']+){0,8}?)\"?(?P<name>" + PARTY + r")"
)
_SKIP_APPOSITION = MarkerRegex(
    r"\s*,\s*(?:le\s+|la\s+|son\s+|sa\s+|leur\s+|l'|les\s+|un\s+|une\s+|ex-|<apposed>\s+|qui\s+)[^,;\n]{3,90}?(?=,|;|\bet\b|$)"
)


LONGEST_LIST = 60
# "A, filiale de B, au fonds C", "A s'adosse au groupe C": what hangs on one of these goes on no list that does not.
_AWAY = re.compile(r"\b(?:a|au|aux|par|chez|dans|sur|contre|vers)\b")
# "A rachète B et C a levé 10 millions": C begins a clause of its own.
_VERB_BEFORE = re.compile(r"\b(?:se|ne)\b|\b[sn]'")
_OWN_CLAUSE = MarkerRegex(
    r"\"?\s+(?:(?:se|lui|leur|y|en|ne)\s+|[sn]')?(?:a|avait|aura|aurait|est|etait|sera|serait|va|vient|doit|devrait|pourrait|veut|"
    r"<clause_verbs>)\b"
)
_NOT_IN_LIST = MarkerRegex(
    r"\b(?:tandis|alors|quand|lorsque|puisque|car|si)\b|\b(?:lorsq|puisq|q)u'|"
    r"\b(?:qui|que|dont|auquel|laquelle|lequel|joints?|pour|a|ont|est|sont|avait|entre|pendant|depuis|avec|cotes|"
    r"<joining_nouns>|<joining>e?s?)\b"
)


@dataclass(frozen=True, slots=True)
class Party:
    """A name in a sentence, or an anaphor that is still to be resolved. `position` is in the view's text."""

    view: int
    position: int
    span: Span[object]

    @property
    def name(self) -> Name | None:
        """The name, or None for an anaphor."""
        return self.span.value if isinstance(self.span.value, Name) else None

    @property
    def anaphor(self) -> Anaphor | None:
        """The anaphor, or None for a name."""
        return self.span.value if isinstance(self.span.value, Anaphor) else None


def parties(view: View) -> list[Party]:
    """Names and anaphors of a sentence, in order."""
    found = view.of("name") + view.of("anaphor")
    return [Party(view.number, position, span) for position, span in sorted(found, key=lambda item: item[0])]


def party_at(view: View, position: int) -> Party | None:
    """The party whose character stands at `position`."""
    span = view.spans.get(view.text[position])
    return Party(view.number, position, span) if span is not None and span.kind in ("name", "anaphor") else None


@lru_cache(maxsize=4096)
def in_complement(text: str, position: int) -> bool:
    """True when what stands at `position` hangs on a preposition: "de X", "du fonds X", "chez l'éditeur X".

    Kept: every rule that fits asks it of the same names of a sentence.
    """
    left = text[max(0, position - 60) : position].rstrip('"« ')
    left = left + " " if left and not left.endswith("'") else left
    joined = _JOINED.search(text, max(0, position - 12), position)
    if joined:
        return in_complement(text, joined.start())
    if _CONJUNCTION.search(left):
        return False
    inserted = text[position + 1 : position + 2] == "," and _RELATIVE_SUBJECT.search(left)
    if inserted or _PREPOSITION.search(left):
        return True
    back = _WORDS_BACK.search(left)
    start = back.start() if back else len(left)
    words = re.findall(r"[a-z0-9&-]+'?", left[start:])
    for i in range(len(words) - 1, -1, -1):
        word = words[i]
        if word in ("le", "la", "l'", "les", "un", "une", "son", "sa", "ce", "cette"):
            return (i > 0 and words[i - 1] in _HEAVY) or (i > 0 and words[i - 1] in ("de", "a", "d'"))
        if word in _HEAVY:
            return True
    return False


_JOINED = re.compile(PARTY + r"\s+(?:et|ou|ni)\s+(?:le\s+|la\s+|l')?$")
_HEAVY = {
    "du",
    "des",
    "au",
    "aux",
    "chez",
    "par",
    "avec",
    "selon",
    "contre",
    "dans",
    "sur",
    "aupres",
    "outre",
    "via",
    "pour",
}


def is_genitive(view: View, position: int) -> bool:
    """True when the name hangs on a noun by "de": "l'ancien patron de X", "filiale de X"."""
    left = view.text[max(0, position - 40) : position]
    match = _GENITIVE.search(left)
    if not match:
        return False
    before = left[: match.start()].rstrip()
    return bool(before) and (before[-1].isalpha() and not re.search(r"\b(?:aupres|autour|hors|et|ou)$", before))


def read_list(view: View, position: int) -> list[Party]:
    """The enumeration that begins at or just before the party at `position`, read to the right.

    Appositions ("l'ancien patron de Google") are passed over; a name that hangs on a noun by "de" is no item.
    """
    text = view.text
    found: list[Party] = []
    first = party_at(view, position)
    if first is None:
        return []
    found.append(first)
    at = position + 1
    while len(found) < LONGEST_LIST:
        apposition = _SKIP_APPOSITION.match(text, at)
        if apposition and not _heads_list(apposition.group()):
            at = apposition.end()
        separator = _SEPARATOR.match(text, at)
        if not separator:
            break
        item = _ITEM.match(text, separator.end())
        if not item:
            break
        party = party_at(view, item.start("name"))
        if party is None:
            break
        if _NOT_IN_LIST.search(item["words"]) or _own_clause(text, position, separator, party.position):
            break
        away = _AWAY.search(text, separator.end(), party.position) and not in_complement(text, position)
        if away or (item["words"] and is_genitive(view, party.position)):
            at = item.end()
            continue
        found.append(party)
        at = item.end()
    return found


def _own_clause(text: str, first: int, separator: re.Match[str], position: int) -> bool:
    """True for a name behind a comma or "et" that has a verb of its own: "A rachète B et C a levé 10 millions"."""
    if in_complement(text, first):
        return False
    if _VERB_BEFORE.search(text, separator.end(), position):
        return True
    return not re.search(r"\bou\b", separator.group()) and _OWN_CLAUSE.match(text, position + 1) is not None


def read_list_back(view: View, position: int, known: list[Party]) -> list[Party]:
    """The enumeration that ends with the party at `position`: "A, B et C participent"."""
    chain = [p for p in known if p.position <= position]
    best: list[Party] = [p for p in chain if p.position == position]
    for party in reversed(chain[-LONGEST_LIST:-1]):
        run = read_list(view, party.position)
        if not any(p.position == position for p in run):
            break
        best = [p for p in run if p.position <= position]
    return best


def _heads_list(apposition: str) -> bool:
    """True when the stretch holds a name that is no genitive: it is an item ("le fonds Elaia"), no apposition."""
    match = re.search(r"(?P<prep>\b(?:de|du|des|a|au|par|chez|pour)\s+(?:la\s+|l')?|\bd')?\"?" + PARTY, apposition)
    return bool(match) and not match["prep"]  # type: ignore[index]
