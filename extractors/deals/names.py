"""Names of organisations and people in French press text, known to the lexicon or not."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import lru_cache

from extractors.deals.name_bodies import find_bodies
from extractors.deals.name_capitals import ARTICLES, TICKER
from extractors.deals.name_chains import Chain, Token, find_chains, opens_sentence
from extractors.deals.name_context import Context, described
from extractors.deals.name_places import told_places
from extractors.deals.name_tails import Piece, Tails
from extractors.deals.name_told import told_names
from extractors.deals.name_words import name_words
from extractors.deals.normalise import fold, normalise
from extractors.deals.organisations import Known, Organisation, Organisations

_ROMAN = re.compile(r"[IVX]{1,4}")
# A web address that is a name, and figures with letters that are no unit, rank or hour.
_SMALL_NAME = re.compile(
    r"(?<![\w.@/:-])(?:(?P<site>[a-z][a-z0-9]*(?:[-&][a-z0-9]+)*\.(?:ai|io|brussels|world|vc|swiss|studio|bzh|health|bio|energy|care|tech|app|dev|cloud|earth|finance|fr|be|ch|eu))"
    r"|(?P<figured>\d{1,3}(?!milli|euro|dollar)[a-z]{4,}|[a-z]{1,8}\d[a-z]{2,}))(?![\w@/-]|\.[a-z])"
)
# Behind a first name these make a firm's name all the same.
_FIRM_ENDINGS = frozenset(["Capital", "Ventures", "Partners", "Invest", "Labs", "Technologies", "Robotics", "Systems"])


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
class _Judge(Tails):
    def named(self, piece: Piece) -> Name:
        """The piece with its type and descriptor."""
        name = " ".join(self.printed[piece.start : piece.end].split())
        descriptor, told, owner = described(self.flat, self.words, piece.start, piece.end)
        kind = (
            "person"
            if piece.person
            else piece.known.type
            if piece.known
            else self._ending(name) or told or piece.parent or "unknown"
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

    def pieces(self) -> list[Piece]:
        """Every known name, and every chain or part of one that stands for an unknown one."""
        chains = find_chains(self.flat, self.words)
        starts = [known.start for known in self.known]
        inner = {t.text for c in chains for t in c.tokens[1 if c.opens else 0 :]}
        found: list[Piece] = []
        used: set[int] = set()
        for chain in chains:
            index = bisect_left(starts, chain.start)
            if index and self.known[index - 1].end > chain.start:
                index -= 1
            inside = []
            while index < len(self.known) and self.known[index].start < chain.end:
                inside.append(self.known[index])
                used.add(index)
                index += 1
            found += (
                self._with_known(chain, inside, inner) if inside else self._unknown(chain.tokens, chain.opens, inner)
            )
        found += [Piece(k.start, k.end, k.organisation, False) for i, k in enumerate(self.known) if i not in used]
        return found

    def _with_known(self, chain: Chain, inside: list[Known], inner: set[str]) -> list[Piece]:
        tokens = chain.tokens
        whole = self._word_of_a_firm(chain, inside)
        if whole is not None:
            return [whole]
        while tokens and tokens[0].end <= inside[0].start and self._opener(tokens[0]):
            tokens = tokens[1:]
        if tokens and self._shouted(tokens):
            return [self._alone(known) for known in inside]
        inside = [known for known in inside if not self._part_of_more(tokens, known, chain.opens, inside)]
        if not inside:
            return self._unknown(tokens, chain.opens, inner)
        found: list[Piece] = []
        at = 0
        for number, known in enumerate(inside):
            before = tuple(t for t in tokens[at:] if t.end <= known.start)
            limit = inside[number + 1].start if number + 1 < len(inside) else chain.end + 1
            after = tuple(t for t in tokens if t.start >= known.end and t.end <= limit)
            at = next((i for i, t in enumerate(tokens) if t.start >= known.end), len(tokens))
            if before and before[0].text in self.words.first_names and " " not in known.organisation.name:
                found.append(Piece(before[0].start, known.end, None, True))
            elif after and after[0].text in self.words.first_names and len(after) > 1:
                found += [self._alone(known), *self._unknown(after, False, inner)]
            else:
                found.append(self._extended(known, after))
        return found

    def _word_of_a_firm(self, chain: Chain, inside: list[Known]) -> Piece | None:
        """A listed word that closes a name of ordinary words, and never stands without them: "Le Studio Bleu"."""
        known = inside[-1]
        before = [t for t in chain.tokens if t.end <= known.start]
        lone = len(inside) == 1 and known.organisation.ordinary and known.end == chain.end
        if not (lone and before and before[-1].end + 1 == known.start):
            return None
        first = before[-1]
        article = len(before) == 2 and before[0].text in ARTICLES and before[0].end + 1 == first.start
        if not article and len(before) > 1:
            return None
        written = self.flat[first.start : known.end]
        if not self._meant((first, chain.tokens[-1]), chain.opens):
            told = self.words.descriptors.get(first.text.lower())
            if told != "company" or first.text in self.words.heads or not first.text[1:].islower():
                return None
            word = re.escape(self.flat[known.start : known.end])
            asked = (rf"\b{word}\b", re.escape(written))
            alone, named = (sum(_times(told, text) for text in (self.flat, self.beside)) for told in asked)
            if not article or not 1 < alone == named:
                return None
        start = before[0].start if article else first.start
        return Piece(start, known.end, None, False, (), "company")

    def _part_of_more(self, tokens: tuple[Token, ...], known: Known, opens: bool, inside: list[Known]) -> bool:
        """Whether a name is only a word of a longer one: "Advent France Biotechnologie", "Supernova Tech Scale II"."""
        before = [t for t in tokens if t.end <= known.start and t.text not in ARTICLES]
        weak = known.organisation.ordinary or known.organisation.type == "state"
        if weak and before and before[0].text in self.words.heads and not opens:
            return True  # "Banque de développement du Canada"
        if before and (
            before[0].text.lower() in self.words.descriptors or (opens and before[0].text.lower() in self.words.common)
        ):
            before = before[1:]
        if weak:
            if any(t.start < known.start < t.end or t.start < known.end < t.end for t in tokens):
                return True  # "Hauts-de-France"
            return bool(before) or any(t.start >= known.end for t in tokens)
        alone = " " not in self.flat[known.start : known.end]
        return (
            alone
            and bool(before)
            and before[0].text not in self.words.first_names
            and not any(k.start <= before[0].start < k.end for k in inside)
            and not self._demonym(before[-1], False)
        )

    def _alone(self, known: Known) -> Piece:
        return Piece(known.start, known.end, known.organisation, known.organisation.type == "person")

    def _extended(self, known: Known, after: tuple[Token, ...]) -> Piece:
        """ "BNP Paribas Fortis", "Serena IV" are more than the name the lexicon has; products and agencies are not."""
        regional = self.regional_end(known)
        if regional:
            return Piece(known.start, regional, None, False, (), known.organisation.type)
        fits = known.organisation.type in ("company", "fund", "bank", "public", "school")
        while after and (after[-1].text in ARTICLES or TICKER.match(after[-1].text)):
            after = after[:-1]
        if not after or not fits or self.flat[known.end] not in " &":
            return self._alone(known)
        if _ROMAN.fullmatch(after[-1].text) is None and self._refused(after):
            return self._alone(known)
        if any(t.text in self.words.refused and t.text not in self.words.endings for t in after):
            return self._alone(known)
        return Piece(known.start, after[-1].end, None, False, (), known.organisation.type)

    def _unknown(self, tokens: tuple[Token, ...], opens: bool, inner: set[str]) -> list[Piece]:
        """Strip what carries a capital for other reasons; part firms from people."""
        ordinary = all(self._nothing(t.text) or t.text in self.words.places for t in tokens)
        if ordinary and tokens and tokens[-1].text not in self.words.places and self._chosen(tokens, opens):
            return [Piece(tokens[0].start, tokens[-1].end, None, False, tokens)]
        if len(tokens) == 1 and self._nothing(tokens[0].text):
            return []
        tokens = self._stripped(tokens, opens)
        if not tokens or self._shouted(tokens):
            return []
        if self._refused(tokens):
            return []
        first = next((i for i, t in enumerate(tokens) if self._first_name(t) and i + 1 < len(tokens)), None)
        if first is not None and self.flat[tokens[first].end : tokens[first + 1].start].strip() == "&":
            first = None  # "Ambre & Cie" is a firm
        if first == 0:
            firm = len(tokens) == 2 and tokens[1].text in _FIRM_ENDINGS  # "Thérèse Capital"
            return [Piece(tokens[0].start, tokens[-1].end, None, not firm, tokens)]
        if first is not None and tokens[0].text not in self.words.heads:
            return [
                *self._unknown(tokens[:first], opens, inner),
                Piece(tokens[first].start, tokens[-1].end, None, True, tokens),
            ]
        opens = opens and opens_sentence(self.flat, tokens[0].start)
        if len(tokens) == 1 and opens and self._common(tokens[0], inner):
            return []
        end = tokens[-1].end
        if len(tokens) == 1 and tokens[0].text in self.words.heads:
            end = self.head_end(end)
            if end == tokens[0].end:
                return []
        return [Piece(tokens[0].start, end, None, False, tokens)]

    def _ending(self, name: str) -> str:
        parts = fold(name).split()
        return self.words.endings.get(parts[-1], "") if len(parts) > 1 else ""


@lru_cache(maxsize=512)
def _times(expression: str, text: str) -> int:
    """How often an expression fits; kept, since a name is asked for wherever it stands."""
    return len(re.findall(expression, text))


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
