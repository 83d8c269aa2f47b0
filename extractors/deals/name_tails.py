"""What belongs to a name behind its capitals: a number, the small words of a bank, the region of its house."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from extractors.deals.name_bodies import Body
from extractors.deals.name_capitals import Capitals
from extractors.deals.name_chains import Token
from extractors.deals.organisations import Known, Organisation

_ADJECTIVE = r"[a-z]{3,}(?:enne|ale|al|ique|onne|aine|ain|ais|aise|ois|oise|ien|een|if|ive|il|ile|aire)s?"
# "Banque européenne d'investissement", "Caisse de dépôt et placement du Québec", "Région wallonne"
_OF_NOUN = r" (?:d'|(?:de|du|des|pour) (?:la |l'|le |les )?)[a-z]{4,}(?: et [a-z]{4,})?"
_HEAD_TAIL = re.compile(
    rf"(?: {_ADJECTIVE}(?![a-z]))?(?:{_OF_NOUN}(?: {_ADJECTIVE}(?![a-z]))?){{0,3}}"
    r"(?: (?:de |d'|du |des )[A-Z][A-Za-z-]+)?"
)
_NUMBER_TAIL = re.compile(
    r" (?P<number>\d{1,3}|\d[A-Z])(?![\w%€$£+]|[.,]\d| ?(?:[mM]illi|[MG]\b|M[€$d]|Md|k€|%|€|\$|£))"
)
# "Crédit Agricole de Lorraine", "Crédit Agricole Toulouse 31", "Caisse d'Épargne Grand Est Europe"
_OF_REGION = re.compile(
    r" (?:(?:de la |de l'|des |du |de |d')(?P<of>[A-Z][A-Za-z-]+)|(?P<plain>[A-Z][A-Za-z-]+))"
    r"(?: (?:de |d')?[A-Z][A-Za-z-]+(?:-[a-z]+)*| \d\d(?!\d| ?(?:[mM]|%|€)))*"
)
_NEXT_WORD = re.compile(r" ([a-z']+)")
_FIGURED = re.compile(r"[A-Z][A-Za-z]+ \d{1,3}(?:,\d+)?\b")
# What closes a name with its number: "Helvia 9, qui…", "Helvia 9 (Lyon)", "Helvia 9 : 3 M€".
_CLOSES = re.compile(r" ?(?:[,;(:|)]|\.(?:\s|\Z)|\Z)")


class Piece(NamedTuple):
    """What a chain was cut into."""

    start: int
    end: int
    known: Organisation | None
    person: bool
    tokens: tuple[Token, ...] = ()
    parent: str = ""  # type of the known name that this one extends


@dataclass(slots=True)
class Tails(Capitals):
    """A text whose names are made whole. `known`: those of the lexicon; `beside`: its title or its text, folded."""

    known: list[Known] = field(default_factory=list)
    beside: str = ""

    def of_a_state(self, body: Body) -> bool:
        """Whether a body is a state's, which is the party then: "le gouvernement du Canada"."""
        states = (known for known in self.known if known.organisation.type == "state")
        return any(body.start < known.end and known.start < body.end for known in states)

    def named_alone(self, body: Body) -> bool:
        """Whether the text has the name without its noun too, as a firm's: "la fondation Kyutai", then "Kyutai"."""
        noun, _, name = self.flat[body.start : body.end].partition(" ")
        return noun == "fondation" and self.flat.count(name) > self.flat.count(f"{noun} {name}")

    def numbered(self, piece: Piece) -> Piece:
        """The piece with the number that belongs to it: "Ferrovia 3D", "Helvia 9" where the text writes so again."""
        tail = None if piece.person or piece.known else _NUMBER_TAIL.match(self.flat, piece.end)
        if tail is None:
            return piece
        if tail["number"].isdigit():
            whole = self.flat[piece.start : tail.end()]
            following = _NEXT_WORD.match(self.flat, tail.end())
            verb = following is not None and following[1].lower() in self.words.after_names
            closed = _CLOSES.match(self.flat, tail.end()) is not None and self._always(piece, whole)
            if not verb and not closed and self.flat.count(whole) + self.beside.count(whole) < 2:
                return piece
        return piece._replace(end=tail.end())

    def _always(self, piece: Piece, whole: str) -> bool:
        """Whether the text never writes the name without its number, and no other name of the line has one."""
        name = self.flat[piece.start : piece.end]
        start, stop = self.flat.rfind("\n", 0, piece.start) + 1, self.flat.find("\n", piece.end)
        if len(_FIGURED.findall(self.flat, start, stop if stop >= 0 else len(self.flat))) > 1:
            return False  # "Orbalia 173, Foovea 486": sums
        words = piece.tokens
        common = all(t.text in self.words.refused for t in words) or (
            len(words) == 1 and words[0].text.lower() in self.words.common
        )
        return not common and self.flat.count(name) == self.flat.count(whole)

    def regional_end(self, known: Known) -> int:
        """Where "Crédit Agricole de Lorraine" or "Banque Populaire Grand Ouest" ends; 0 for any other name."""
        if known.organisation.name not in self.words.regional:
            return 0
        match = _OF_REGION.match(self.flat, known.end)
        if match is None:
            return 0
        first = match["of"] or match["plain"]
        told = first in self.words.places or first in self.words.regions
        return match.end() if told else 0

    def head_end(self, end: int) -> int:
        """Where a name ends whose first word stops at `end`: "Banque" of "Banque européenne d'investissement"."""
        tail = _HEAD_TAIL.match(self.flat, end)
        return tail.end() if tail is not None else end
