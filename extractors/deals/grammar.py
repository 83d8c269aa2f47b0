"""What a name does in its sentence: the preposition it hangs on, the verb that governs it, the verb that follows it.

No parser: verbs are known by the classes of `lexicon/cues-words.yaml`, clauses by their marks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from config.documents import PACKAGE_DIR, read_yaml, validated
from extractors.deals.abstraction import View
from extractors.deals.folding import loose
from extractors.deals.lazy import LazyRegex
from extractors.deals.needs import words_of
from extractors.deals.parties import in_complement
from extractors.deals.words import Words

# How far left of a word its verb may stand, in characters of the abstracted sentence.
GOVERNS = 90
# A name this near behind a verb, with no preposition, is its object.
OBJECT_REACH = 45
OF_REACH = 25
_DET = r"(?:la\s+|l'|le\s+|les\s+|un\s+|une\s+|son\s+|sa\s+|leur\s+|ses\s+|ce\s+|cette\s+)?"
_GROUPS = {
    "par": "par",
    "aupres": "source",
    "avec": "source",
    "via": "source",
    "chez": "in",
    "dans": "in",
    "pour": "for",
    "a": "to",
    "au": "to",
    "aux": "to",
    "sur": "on",
    "de": "of",
    "d'": "of",
    "du": "of",
    "des": "of",
    "dont": "dont",
}
_NEAR = re.compile(
    r"(?:\b(par|aupres\s+(?:de|du|des)|aupres\s+d'|avec|chez|dans|pour|a|au|aux|sur|de|du|des|contre|selon|via|entre|dont|"
    rf"comme|apres|outre|sous|hors)\s+|\b(d')){_DET}\"?\Z"
)
_FAR = re.compile(
    r"(\bde\s+la\s+|\bde\s+l'|\bd'une?\s+|\bd'|\bdu\s+|\bdes\s+|\bchez\s+|\bpar\s+|\bavec\s+|\bdans\s+|\baupres\s+|"
    r"\bpour\s+|\ba\s+la\s+|\ba\s+l'|\bau\s+|\bsur\s+|\bcontre\s+|\bselon\s+|\bvia\s+)((?:[a-z0-9&.-]+(?:'|\s+)){1,6}\"?)\Z"
)
_INTO = re.compile(rf"(?:capital|tour\s+de\s+table|sein)\s+(?:de|d'|du)\s*{_DET}\"?\Z")
_BESIDE = re.compile(rf"(?:aux\s+cotes|de\s+la\s+part|participation|soutien|concours)\s+(?:de|d'|du)\s*{_DET}\"?\Z")
_HEADS = {
    "round": re.compile(
        r"(?:levee|tour|ronde|augmentation|financement|serie|caisses?|amorcage|recapitalisation|closing|capital)"
        r"(?:\s+de\s+fonds|\s+de\s+table|\s+de\s+capital|\s+de\s+financement)?(?:\s+[a-z]+)?\s*\Z"
    ),
    "buy": re.compile(
        r"(?:rachat|acquisition|achat|reprise|prise\s+de\s+controle|cession|vente|absorption|fusion|actions|titres)"
        r"(?:\s+[a-z]+)?\s*\Z"
    ),
    "cheque": re.compile(
        r"(?:investissement|cheque|ticket|mise|apport|engagement|pari|argent|pret|subvention|aide)s?(?:\s+[a-z]+)?\s*\Z"
    ),
    "belong": re.compile(
        r"(?:patron\w*|pdg|ceo|direct\w+|president\w*|fondat\w+|cofondat\w+|ancien\w*|filiale|branche|division|dirigeant\w*|"
        r"chercheur\w*|ingenieur\w*|cadre\w*|maison\s+mere|modele\w*|puces?|siege|equipe\w*)(?:\s+[a-z]+)?\s*\Z"
    ),
}
# What may stand between a subject and its verb.
_TO_VERB = re.compile(
    r"\"?\s*(?:\([^()]{0,90}\)\s*)?(?:,[^,;:]{1,130},\s*)?(?:qui\s+|,\s*)?(?:ne\s+|n')?"
    r"(?:(?:vient|viennent|venait|va|vont|compte|espere|souhaite|veut|doit|devrait|pourrait|entend|cherche|prevoit|"
    r"s'apprete|annonce|confirme|a\s+annonce|a\s+confirme|annoncait|dit)\s+(?:de\s+|d'|a\s+|avoir\s+|vouloir\s+)?"
    r"(?:ainsi\s+)?)?(?:[a-z]+ment\s+|lui\s+|y\s+|en\s+|leur\s+|deja\s+|aussi\s+|l')?"
)
# Of two readings of one verb form the more telling wins.
_VERBS = (
    "led",
    "acquired",
    "invested",
    "sold",
    "raised",
    "acquire",
    "raise",
    "bought",
    "lead",
    "join",
    "divest",
    "give",
    "invest",
    "sell",
    "announce",
)
_RANK = {name: rank for rank, name in enumerate(_VERBS)}
# Verbs and nouns that tell by themselves that a company changes hands or goes public.
_CONTROL_VERBS = ("acquired", "sold", "acquire", "bought", "divest", "sell")
_CONTROL_NOUNS = ("buyout", "ipo", "list_at")
_NOUNS = ("strict_round", "buyout", "debt", "grant", "fund", "plan", "ipo", "list_at")
_PASSIVES = {
    "acquired": ("acquire.passive", "acquire.pp"),
    "invested": ("invest.passive", "give.passive", "invest.pp", "give.pp"),
    "raised": ("raise.pp",),
    "led": ("lead.pp",),
    "sold": ("sell.passive", "sell.pp"),
}


@dataclass(frozen=True, slots=True)
class Hit:
    """A verb of a class, at `start:end` of a view's text."""

    start: int
    end: int
    verb: str


# How far from a sum a word that tells what it is of may stand.
OTHER_REACH = 60


class _OtherMoney(BaseModel):
    model_config = ConfigDict(extra="forbid")
    classes: dict[str, list[str]]


def _any(told: list[str]) -> LazyRegex:
    parts = [loose(word.rstrip("*")) + (r"\w*" if word.endswith("*") else r"\b") for word in told]
    return LazyRegex(r"\b(?:" + "|".join(sorted(parts, key=len, reverse=True)) + ")")


_PLACEHOLDERS = {"name": "NAME", "amount": "SUM", "date": "DATE", "round": "ROUND", "anaphor": "IT"}
_TOKEN = re.compile(r"[a-z0-9%&]+'?|[(),:;.\"]|[\ue000-\uf8ff]")


def words_before(view: View, position: int, count: int) -> list[str]:
    """The last words and marks left of `position`, nearest first; spans by their kind ("NAME", "SUM", "DATE")."""
    found = _TOKEN.findall(view.text, max(0, position - 20 * count), position)
    return [_word(view, token) for token in reversed(found[-count:])]


def words_after(view: View, position: int, count: int) -> list[str]:
    """The first words and marks right of the span at `position`, nearest first."""
    found = _TOKEN.findall(view.text, position + 1, position + 1 + 20 * count)
    return [_word(view, token) for token in found[:count]]


def word_cues(view: View, position: int, before: int) -> dict[str, float]:
    """The words next to a party as cues: `before` of them on its left, one on its right."""
    return {
        **{f"word_before:{word}": 1.0 for word in words_before(view, position, before)},
        **{f"word_after:{word}": 1.0 for word in words_after(view, position, 1)},
    }


def _word(view: View, token: str) -> str:
    span = view.spans.get(token)
    return _PLACEHOLDERS[span.kind] if span is not None else token


class Grammar:
    """The verb classes, read once for all articles."""

    def __init__(self, words: Words) -> None:
        self._verbs = {
            name: LazyRegex("|".join(f"(?:{words.sources[part]})" for part in _PASSIVES.get(name, (name,))))
            for name in _VERBS
        }

        other = validated(read_yaml(PACKAGE_DIR / "lexicon" / "other_money.yaml"), _OtherMoney)
        self._other = {name: _any(told) for name, told in other.classes.items()}
        # Where none of its words stands, a class need not be looked for.
        self._verb_words = {
            name: frozenset().union(*(words.needed[part.partition(".")[0]] for part in _PASSIVES.get(name, (name,))))
            for name in _VERBS
        }
        self._noun_words = {name: words.needed[name] for name in _NOUNS}
        self._nouns = {name: LazyRegex(words.sources[name]) for name in _NOUNS}

    def changes_hands(self, text: str) -> bool:
        """Whether a verb or noun of the text may tell that a company is bought, sold or listed."""
        words = words_of(text)
        verbs = (self._verbs[name] for name in _CONTROL_VERBS if not self._verb_words[name].isdisjoint(words))
        nouns = (self._nouns[name] for name in _CONTROL_NOUNS if not self._noun_words[name].isdisjoint(words))
        return any(pattern.search(text) for pattern in (*verbs, *nouns))

    def nouns(self, text: str) -> list[str]:
        """Classes of deal nouns that stand in the text."""
        words = words_of(text)
        asked = [name for name, own in self._noun_words.items() if not own.isdisjoint(words)]
        return [name for name in asked if self._nouns[name].search(text)]

    def other_money(self, text: str, position: int) -> list[str]:
        """What a sum may be of that is no deal: classes of `other_money.yaml` in its clause, and which is nearest."""
        low = max(text.rfind(mark, 0, position) for mark in ";:.(") + 1
        low = max(low, position - OTHER_REACH)
        high = position + OTHER_REACH
        found: dict[str, int] = {}
        for name, pattern in self._other.items():
            for match in pattern.finditer(text, low, high):
                apart = position - match.end() if match.end() <= position else match.start() - position
                found[name] = min(found.get(name, high), apart)
        near = [name for name, apart in found.items() if apart <= OTHER_REACH // 2]
        nearest = min(found, key=lambda name: found[name], default="")
        return [*found, *(f"close:{name}" for name in near), *([f"nearest:{nearest}"] if nearest else [])]

    def hits(self, text: str) -> list[Hit]:
        """Verbs of the text in order, each once."""
        words = words_of(text)
        asked = [name for name, own in self._verb_words.items() if not own.isdisjoint(words)]
        found = [Hit(m.start(), m.end(), name) for name in asked for m in self._verbs[name].finditer(text)]
        found.sort(key=lambda hit: (hit.start, _RANK[hit.verb], -hit.end))
        kept: list[Hit] = []
        for hit in found:
            if kept and hit.start < kept[-1].end:
                last = kept[-1]
                if _RANK[hit.verb] < _RANK[last.verb]:
                    kept[-1] = Hit(min(hit.start, last.start), max(hit.end, last.end), hit.verb)
            else:
                kept.append(hit)
        return kept


def preposition(text: str, position: int) -> tuple[str, int]:
    """The group of prepositions that what stands at `position` hangs on, and where the preposition stands.

    Groups: par, source (auprès de, avec), in, for, to, on, of, dont, against (any other); "free" for none.
    """
    left = text[max(0, position - 70) : position]
    if "c" in left and (_INTO.search(left) or _BESIDE.search(left)):
        return ("in" if _INTO.search(left) else "source"), position
    floor = position - len(left)
    near = _NEAR.search(left)
    if near:
        return _group(near[1] or near[2]), floor + near.start()
    if in_complement(text, position):
        far = _FAR.search(left)
        return (_group(far[1]), floor + far.start()) if far else ("of", position)
    return "free", position


def _group(written: str) -> str:
    word = written.split(maxsplit=1)[0]
    return _GROUPS.get("d'" if word.startswith("d'") else word, "against")


def governor(text: str, hits: list[Hit], position: int, reach: int = GOVERNS) -> Hit | None:
    """The last verb left of `position` in its clause."""
    floor = max(text.rfind(";", 0, position), text.rfind(":", 0, position)) + 1
    best = None
    for hit in hits:
        if floor <= hit.start and hit.end <= position and position - hit.end <= reach:
            best = hit
    return best


def function(text: str, hits: list[Hit], position: int, owner: bool) -> tuple[str, str]:
    """Preposition group, and that with what governs it: ("of", "of+round") in "la levée de X", ("free", "free+acquire")
    in "rachète X", ("par", "par+led") in "mené par X".
    """
    prep, at = preposition(text, position)
    verb = governor(text, hits, at)
    if prep == "of":
        head = text[max(0, at - 40) : at]
        name = next((name for name, noun in _HEADS.items() if noun.search(head)), "belong" if owner else "")
        if not name and verb and at - verb.end < OF_REACH:
            name = verb.verb
    elif prep == "free":
        name = verb.verb if verb and at - verb.end < OBJECT_REACH else ""
    else:
        name = verb.verb if verb else ""
    return prep, f"{prep}+{name}" if name else prep


def next_verb(text: str, hits: list[Hit], position: int) -> str:
    """The class of the verb that what stands at `position` is the subject of, as far as the words next to it tell."""
    glue = _TO_VERB.match(text, position + 1)
    for start in dict.fromkeys((glue.end() if glue else position + 1, position + 1)):
        while start < len(text) and text[start] in ' ,"':
            start += 1
        for hit in hits:
            if start - 12 <= hit.start <= start + 4 and hit.end > start:
                return hit.verb
    return ""
