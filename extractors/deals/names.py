"""Names of organisations and people in French press text, known to the lexicon or not."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from extractors.deals.name_bodies import find_bodies
from extractors.deals.name_context import Context, described
from extractors.deals.name_pieces import Pieces
from extractors.deals.name_places import told_places
from extractors.deals.name_tails import Piece
from extractors.deals.name_told import told_names
from extractors.deals.name_words import name_words
from extractors.deals.normalise import fold, normalise
from extractors.deals.organisations import Organisation, Organisations

# A web address that is a name, and figures with letters that are no unit, rank or hour.
_SMALL_NAME = re.compile(
    r"(?<![\w.@/:-])(?:(?P<site>[a-z][a-z0-9]*(?:[-&][a-z0-9]+)*\.(?:ai|io|brussels|world|vc|swiss|studio|bzh|health|bio|energy|care|tech|app|dev|cloud|earth|finance|fr|be|ch|eu))"
    r"|(?P<figured>\d{1,3}(?!milli|euro|dollar)[a-z]{4,}|[a-z]{1,8}\d[a-z]{2,}))(?![\w@/-]|\.[a-z])"
)


@dataclass(frozen=True, slots=True)
class Name:
    """`text[start:end]` is the name, descriptors and quotes left out.

    name: as written (plain apostrophes, one line); the lexicon's own spelling is `known.name`.
    type: company, fund, bank, public, treasury ("l'État"), state, person, outlet, regulator, school, club or unknown.
    known: the lexicon's entry, or None.
    descriptor: the common noun in front or behind that tells what it is ("start-up", "fonds"), plain form, or "".
    owner: it tells whose somebody or something is ("patron de Google", "branche d'Épopée Gestion").
    """

    start: int
    end: int
    name: str
    type: str
    known: Organisation | None = None
    descriptor: str = ""
    owner: bool = False


def find_names(text: str, organisations: Organisations, beside: str = "") -> list[Name]:
    """Names in order, never overlapping. What `beside` (the title's text, the text's title) gives away is known too.

    Places, nationalities, months, products and terms of the trade are left out, states and press outlets are not.
    """
    printed = normalise(text)
    known, title_or_text = organisations.find(text), fold(normalise(beside))
    judge = _Judge(printed, fold(printed), name_words(), known=known, beside=title_or_text)
    found = [judge.named(judge.numbered(piece)) for piece in judge.pieces()] + judge.given_away()
    bodies = [
        Name(body.start, body.end, " ".join(printed[body.start : body.end].split()), body.type)
        for body in find_bodies(judge.flat, judge.words)
        if not (judge.of_a_state(body) or judge.named_alone(body))
    ]
    return _with_people(_without_places(judge.flat, _apart(found + bodies + judge.written_small(found))))


def find_enumerations(text: str, names: list[Name]) -> list[tuple[Name, ...]]:
    """Runs of two names or more that form one list: "A, B et C", "A (X), B ainsi que le fonds C". Any length.

    Names in parentheses and owners ("B, filiale de C") are passed over.
    """
    context = Context(normalise(text), name_words())
    runs: list[list[Name]] = []
    for name in names:
        if name.owner or context.in_parentheses(name.start):
            continue
        if runs and context.linked(runs[-1][-1].end, name.start):
            runs[-1].append(name)
        else:
            runs.append([name])
    return [tuple(run) for run in runs if len(run) > 1]


@dataclass(slots=True)
class _Judge(Pieces):
    def named(self, piece: Piece) -> Name:
        """The piece with its type and descriptor."""
        name = " ".join(self.printed[piece.start : piece.end].split())
        descriptor, told, owner = described(self.flat, self.words, piece.start, piece.end)
        ending = self._ending(name)
        kind = (
            "person"
            if piece.person and (piece.known or not ending)
            else piece.known.type
            if piece.known
            else ending or told or piece.parent or "unknown"
        )
        return Name(piece.start, piece.end, name, kind, piece.known, descriptor, owner)

    def given_away(self) -> list[Name]:
        """Names made of ordinary words, wherever they stand."""
        told = sorted(told_names(f"{self.beside}\n{self.flat}", self.words), key=len, reverse=True)
        if not told:
            return []
        any_of = re.compile(rf"(?<![\w'-])(?:{'|'.join(map(re.escape, told))})(?![\w-])")
        lexicon = [(known.start, known.end) for known in self.known]
        return [
            self.named(Piece(match.start(), match.end(), None, False))
            for match in any_of.finditer(self.flat)
            if not any(low < match.end() and match.start() < high for low, high in lexicon)
        ]

    def written_small(self, found: list[Name]) -> list[Name]:
        """Names without a capital that their form gives away: "noor.health", "4cast" where the text has it twice."""
        taken = [(name.start, name.end) for name in found]
        out = []
        for match in _SMALL_NAME.finditer(self.flat):
            start, end = match.span()
            sure = match["site"] is not None or self.flat.count(match.group()) > 1
            if sure and not any(low < end and start < high for low, high in taken):
                out.append(self.named(Piece(start, end, None, False)))
        return out

    def _ending(self, name: str) -> str:
        parts = fold(name).split()
        return self.words.endings.get(parts[-1], "") if len(parts) > 1 else ""


def _apart(names: list[Name]) -> list[Name]:
    """In order, and where two overlap only the one that begins first, or is longer."""
    kept: list[Name] = []
    for name in sorted(names, key=lambda name: (name.start, -name.end)):
        if not kept or name.start >= kept[-1].end:
            kept.append(name)
    return kept


def _without_places(flat: str, names: list[Name]) -> list[Name]:
    """Without the unknown names that the text uses as places."""
    unknown = [n for n in names if n.known is None and n.type == "unknown"]
    places = told_places(flat, [(n.start, n.end) for n in unknown])
    firms = {flat[n.start : n.end] for n in names if n.descriptor}
    places -= firms
    return [n for n in names if n.known or n.type != "unknown" or flat[n.start : n.end] not in places]


def _with_people(names: list[Name]) -> list[Name]:
    """A lone surname is the person's that the text names in full elsewhere."""
    surnames = {n.name.split()[-1] for n in names if n.type == "person" and " " in n.name}
    return [replace(n, type="person") if n.type == "unknown" and n.name in surnames else n for n in names]
