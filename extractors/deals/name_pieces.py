"""Chains of capitals cut into names: what the lexicon knows of them, and what is left of the rest."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

from extractors.deals.name_capitals import ARTICLES, TICKER
from extractors.deals.name_chains import Chain, Token, find_chains, opens_sentence
from extractors.deals.name_tails import Piece, Tails
from extractors.deals.organisations import Known

_ROMAN = re.compile(r"[IVX]{1,4}")
# Behind a first name these make a firm's name all the same.
_FIRM_ENDINGS = frozenset(["Capital", "Ventures", "Partners", "Invest", "Labs", "Technologies", "Robotics", "Systems"])


@dataclass(slots=True)
class Pieces(Tails):
    """A text whose chains of capitals are cut where one name ends and the next begins."""

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


@lru_cache(maxsize=512)
def _times(expression: str, text: str) -> int:
    """How often an expression fits; kept, since a name is asked for wherever it stands."""
    return len(re.findall(expression, text))
