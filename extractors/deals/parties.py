"""Which name is meant: subjects of verbs, lists of investors, names hidden in complements."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from extractors.deals.abstraction import PARTY, Anaphor, Span, View
from extractors.deals.names import Name

# Words that put what follows into a complement, so that it is no subject.
_PREPOSITION = re.compile(
    r"\b(?:de|du|des|d'|chez|par|avec|selon|pour|contre|dans|sur|a|au|aux|en|aupres|outre|apres|face|hors|via|que|comme|"
    r"envers|sous|vers|entre|sans|ex|dont|devant|derriere|depuis|l)\s*(?:la\s+|l'|le\s+|les\s+|un\s+|une\s+)?$"
)
_GENITIVE = re.compile(r"(?:\b(?:de|du|des|d'|de\s+la|de\s+l'|d)\s*)$")
_WORDS_BACK = re.compile(r"(?:[a-z0-9&-]+['\s]+){0,6}$")
_DETERMINER = re.compile(r"\b(?:le|la|l'|les|un|une|son|sa|ce|cette|leur|notre)\s*$")
_AFTER_VERB = re.compile(r"\b(?:qui|lequel|laquelle)\s+(?:\w+\s+){0,3}$")
# Nothing, or one apposition, stands between a name and its "qui": "dans X, valorisée 60 millions, qui".
_STRAIGHT = re.compile(r"\"?\s*(?:,[^,;:]{1,80}(?=,))?,?\s*")
_SEPARATOR = re.compile(
    r"\s*(?:\([^()]{0,80}\)\s*)?(?:(?:via|au\s+travers\s+de|a\s+travers|par\s+le\s+biais\s+de|pour)\s[^,;:()]{2,50}?)?(?:,\s*(?:et|puis|ainsi\s+que|de\s+meme\s+que|mais\s+aussi|mais\s+egalement|plus|ou)?\s*"
    r"|(?:et|ainsi\s+que|de\s+meme\s+que|puis|mais\s+aussi|mais\s+egalement|ou|plus|/|&|-)\s*|/\s*|;\s*|et\s+)"
)
_ITEM = re.compile(
    r"(?:(?:cote\s+\w+\s+|celui\s+|enfin\s+|egalement\s+|surtout\s+|notamment\s+|comme\s+)?)"
    r"(?:de\s+la\s+|de\s+l'|du\s+|des\s+|de\s+|d'|a\s+|par\s+)?(?:le\s+|la\s+|l'|les\s+|un\s+|une\s+|son\s+|sa\s+)?"
    r"(?P<words>(?:[a-z0-9&.+-]+[\s']+){0,8}?)\"?(?P<name>" + PARTY + r")"
)
_SKIP_APPOSITION = re.compile(
    r"\s*,\s*(?:le\s+|la\s+|son\s+|sa\s+|leur\s+|l'|les\s+|un\s+|une\s+|ex-|ancien\w*\s+|filiale\s+|vehicule\s+|"
    r"fonds\s+|branche\s+|fondateur\s+|qui\s+)[^,;\n]{3,90}?(?=,|;|\bet\b|$)"
)


# A relative clause or an apposition between commas: "X, qui compte A et B parmi ses clients, lève".
_ASIDE = re.compile(
    r",\s*(?:qui|que|qu'|dont|ou|auquel|laquelle|lequel|a\s+qui|avec|soutenue?s?|filiale|fondee?s?|creee?s?|dirigee?s?|cofondee?s?|"
    r"aux\s+cotes|apres|specialiste|editeur|rival|concurrente?s?|connue?s?)\b[^;:]{1,180},(?=[^,]*$)"
)


# "X, Y en prime, boucle son tour": Y is no subject.
_BESIDE = re.compile(r",\s*" + PARTY + r"\s+en\s+\w+\s*,")


# What stands between a subject and its object: words without a mark, and none that opens a clause or joins names.
_ONLY_WORDS = re.compile(r"\s+[a-z][a-z0-9' -]{2,70}")
_NEW_CLAUSE = re.compile(
    r"\b(?:et|ou|ni|qui|que|qu'|dont|mais|quand|lorsque|lorsqu'|puis|tandis|alors|car|comme|si|pour|via|avec|apres|avant|ou|la\s+ou)\b|[\"-]\s"
)

LONGEST_LIST = 60
_NOT_IN_LIST = re.compile(
    r"\b(?:qui|que|dont|auquel|laquelle|lequel|joints?|pour|a|ont|est|sont|avait|entre|pendant|depuis|avec|cotes|participation|soutien|concours|"
    r"(?:rejoint|suivi|accompagne|epaule|seconde|appuye|complete|souscrit|abonde|finance|soutenu|imite)e?s?)\b"
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
    if _PREPOSITION.search(left):
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


def subject(view: View, position: int, known: list[Party]) -> Party | None:
    """The party that is the subject of the verb at `position`: the nearest to its left outside complements.

    "qui" takes the nearest party before it. Parentheses and other clauses (after ";" or ":") are left out.
    """
    from extractors.deals.clauses import head_of

    head = head_of(view.text, position)
    if head is not None:
        for p in known:
            if p.position == head.party:
                return p
    text = view.text[:position]
    aside = [m.span() for m in (*_ASIDE.finditer(text), *_BESIDE.finditer(text))]
    floor = max(text.rfind(";"), text.rfind(" : "), text.rfind(": ") if view.where == "text" else -1)
    relative = _AFTER_VERB.search(text)
    candidates = [p for p in known if floor < p.position < position and not _in_parentheses(text, p.position)]
    if not candidates:
        return None
    if relative:
        before = [p for p in candidates if p.position < relative.start()]
        if before:
            last = before[-1]
            if _STRAIGHT.fullmatch(text, last.position + 1, relative.start()) and last.name and not last.name.owner:
                return last
            free = [p for p in before if not in_complement(view.text, p.position)]
            return (free or before)[-1]
    second: Party | None = None
    free = [p for p in candidates if not in_complement(view.text, p.position)]
    for party in reversed(free):
        if _is_object(view.text, party, free):
            continue
        if not any(start < party.position < end for start, end in aside):
            return party
        second = second or party
    return second


def _is_object(text: str, party: Party, free: list[Party]) -> bool:
    """True for "Bécancour" in "Hydronuage choisit Bécancour": only words stand between it and the name before it."""
    before = [p for p in free if p.position < party.position]
    if not before:
        return False
    between = text[before[-1].position + 1 : party.position]
    return bool(_ONLY_WORDS.fullmatch(between)) and not _NEW_CLAUSE.search(between)


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
        if _NOT_IN_LIST.search(item["words"]):
            break
        if item["words"] and is_genitive(view, party.position):
            at = item.end()
            continue
        found.append(party)
        at = item.end()
    return found


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


def _in_parentheses(text: str, position: int) -> bool:
    if "(" not in text:
        return False
    opened = text.rfind("(", 0, position)
    return opened >= 0 and text.find(")", opened, position) < 0 and text.find(")", position) >= 0
