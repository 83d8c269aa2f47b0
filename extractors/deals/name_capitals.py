"""Whether a capital makes a name, or only opens a sentence, tells a nationality, a place, a first name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from extractors.deals.name_chains import Token
from extractors.deals.name_context import described
from extractors.deals.name_words import NameWords

_DEMONYM = re.compile(r"(?:[a-z-]{2,}(?:ais|ois|ain|ien|een|and|ol|iste)(?:e|ne|s|es|nes)?)\Z")
_ARTICLE = re.compile(r"(?:\b(?:le|la|les|l'|un|une|du|des|au|aux|ce|cet|cette|ces|autre|d')\s*)\Z", re.IGNORECASE)
_COMMON_ENDING = re.compile(r"(?:ment|tion|sion|ite|isme|ee|ant|aient|eux|eur|ez|ons|iere)s?\Z")
_INFINITIVE = re.compile(
    r"[a-z]{2,}(?:er|ir|re)\s+(?:le|la|les|l'|un|une|des|du|de|d'|dans|en|sur|son|sa|ses|ces|ce|a|aux|au)\b"
)
_PARTICIPLE = re.compile(r"[a-z]{3,}(?:[eiu]e?s?|ons|ez)\Z")
# "Nourrie de 9 millions", "Issue d'un laboratoire", "Convaincu par Elaia"
_HANGS_ON = re.compile(r"\s+(?:par\s|de\s+(?:\d|plus\s|pres\s)|d'une?\s)")
# The same as printed where the text has its accents: "baptisée", "prenons", but not "nuage".
_PRINTED_PARTICIPLE = re.compile(r"[^\W\d_]{2,}(?:é|ée|és|ées|[iu](?:e|s|es)?|ons|ez)\Z", re.IGNORECASE)
# What stands before a capital that no beginning explains, and what closes the name that heads a line.
_INSIDE = re.compile(r"[a-z,] \Z")
_HEADS_LINE = re.compile(r" ?(?:[|(:]|- )")
_SERIES = re.compile(r"Seri?es? [A-K]\Z")
TICKER = re.compile(r"[A-Z]{2,5}\.[A-Z]{1,2}\Z")
_PLAIN_WORD = re.compile(r"[A-Za-z0-9]+")
_NEXT_WORD = re.compile(r" ([a-z']+)")
_OF = re.compile(r" d(?:'|[eu]s? )")
# The first of the two characters that an accented letter becomes when UTF-8 is misread.
_MISREAD = "\u00c3"
_BAPTISED = re.compile(r"\b(?:nomme|denomme|baptise|appele|intitule)e?s? \"?\Z")
ARTICLES = frozenset(["Le", "La", "Les", "The", "L"])


@dataclass(slots=True)
class Capitals:
    """A text whose capitalised words are judged. `printed` is normalised, `flat` also folded, with its capitals."""

    printed: str
    flat: str
    words: NameWords
    small_words: set[str] = field(default_factory=set)  # filled when first asked for

    def _nothing(self, word: str) -> bool:
        """The commonest case of `_stripped`: a lone word that is none but an opener or a common word."""
        if word in self.words.heads:
            return False
        small = word.lower()
        return small in self.words.openers or small in self.words.common

    def _chosen(self, tokens: tuple[Token, ...], opens: bool) -> bool:
        """Whether ordinary words have capitals that only a name can have given them: "chez Plume", "de Petit Loup".

        They stand inside a sentence, without an article, and a descriptor says so or the text has them twice.
        """
        if opens or not all(token.text[1:].islower() and len(token.text) > 2 for token in tokens):
            return False
        start, end = tokens[0].start, tokens[-1].end
        whole = self.flat[start:end]
        if _ARTICLE.search(self.flat, max(0, start - 7), start) or self.flat[start - 1 : start] in (
            "\n",
            '"',
            "-",
            "'",
        ):
            return False
        if any(self._capital_anyway(token) for token in tokens) or whole in self.words.heads:
            return False
        if self.flat[end : end + 1].isalnum() or self.flat[end : end + 2] in (" d", "'s"):
            return False
        return bool(described(self.flat, self.words, start, end)[0]) or self.flat.count(whole) > 1

    def _capital_anyway(self, token: Token) -> bool:
        small = token.text.lower()
        return (
            token.text in self.words.refused
            or token.text in self.words.first_names
            or small in self.words.openers
            or small in self.words.descriptors
            or self._demonym(token, False)
        )

    def _stripped(self, tokens: tuple[Token, ...], opens: bool) -> tuple[Token, ...]:
        before = self.flat[max(0, tokens[0].start - 5) : tokens[0].start].lower()
        if len(tokens) > 1 and tokens[0].text in ("IA", "AI") and before.endswith(("d'", "en ")):
            tokens, opens = tokens[1:], False  # "la start-up d'IA Orlune"
        elif len(tokens) > 1 and tokens[0].text == "IA" and before == "de l'" and tokens[1].text != "Act":
            tokens, opens = tokens[1:], False  # "la pépite de l'IA Orlune"
        while tokens:
            word = tokens[0].text
            small = word.lower()
            alone = len(tokens) == 1
            if not alone and word in self.words.heads and not (opens and small in ("fonds", "societe")):
                break
            if not alone and (self._of(tokens) or self._meant(tokens, opens)):
                break  # "Le Labo des Mots", "Petite Ourse"
            if word in ARTICLES and not alone and not opens:
                break
            followed = not alone and (small in self.words.descriptors or small in self.words.adjectives)
            if (
                small in self.words.descriptors
                and not opens
                and not word.isupper()
                and self.words.descriptors[small] != "person"
            ):
                followed = False
            opener = (self._opener(tokens[0]) or (alone and small in self.words.common)) and (
                alone or opens or len(word) > 1
            )
            if (opener and word not in self.words.heads) or followed or self._demonym(tokens[0], alone):
                tokens, opens = tokens[1:], False
                continue
            firm = not alone and tokens[1].text in self.words.endings  # "Ardoise Ventures"
            if opens and small in self.words.common and self._participle(tokens[0]) and not firm:
                tokens, opens = tokens[1:], False  # "Baptisée H", "Prenons CoreWeave"
                continue
            if not alone and opens and self._occurs_small(word) and not tokens[1].text.islower():
                tokens, opens = tokens[1:], False
                continue
            break
        while tokens and (
            tokens[-1].text in ARTICLES
            or TICKER.match(tokens[-1].text)
            or (len(tokens) > 1 and self.printed[tokens[-1].start] == _MISREAD)
        ):
            tokens = tokens[:-1]
        return tokens

    def _participle(self, token: Token) -> bool:
        """Whether a word has the form of a participle or of an order, by its accents where the text has any."""
        if _PARTICIPLE.match(token.text.lower()) is None:
            return False
        if self.printed == self.flat:
            return True
        return _PRINTED_PARTICIPLE.match(self.printed[token.start : token.end]) is not None

    def _meant(self, tokens: tuple[Token, ...], opens: bool) -> bool:
        """Whether a word of size or number opens a name: "de Petite Ourse", "Mille Toits | aide sociale"."""
        first, second = tokens[:2]
        if len(first.text) == 1:
            return second.text in self.words.endings  # "M Ventures"
        if first.text.lower() not in self.words.name_openers or not second.text[1:].islower():
            return False
        if second.text in self.words.places or second.text in self.words.first_names or self._demonym(second, False):
            return False
        whole = self.flat[first.start : tokens[-1].end]
        if _INSIDE.search(self.flat, max(0, first.start - 2), first.start):
            return _ARTICLE.search(self.flat, max(0, first.start - 7), first.start) is None
        return opens and (
            self.flat.count(whole) > 1
            or (self.flat.count(" " + whole.lower()) == 0 and _HEADS_LINE.match(self.flat, tokens[-1].end) is not None)
        )

    def _first_name(self, token: Token) -> bool:
        """ "Anne" and "Anne-Lise", but not "Jean-Lefebvre Capital"."""
        parts = token.text.split("-")
        return token.text in self.words.first_names or (
            len(parts) == 2 and parts[0] in self.words.first_names and parts[1] in self.words.first_names
        )

    def _opener(self, token: Token) -> bool:
        small = token.text.lower()
        return small in self.words.openers or (small.endswith(("-ci", "-la")) and small[:-3] in self.words.openers)

    def _demonym(self, token: Token, alone: bool) -> bool:
        small = token.text.lower()
        if small in self.words.adjectives:
            return True
        if len(small) < 5 or not token.text[1:].islower() or _DEMONYM.fullmatch(small) is None:
            return False
        return _ARTICLE.search(self.flat, max(0, token.start - 7), token.start) is not None

    def _refused(self, tokens: tuple[Token, ...]) -> bool:
        whole = " ".join(token.text for token in tokens)
        places = self.words.places
        if whole in self.words.refused or whole in places or whole.title() in places or _SERIES.match(whole):
            return True
        if _MISREAD in self.printed[tokens[0].start : tokens[-1].end]:  # UTF-8 misread: no capital at all
            return True
        if len(tokens) == 1:
            word = tokens[0].text
            return len(word) == 1 or word.rstrip("s") in self.words.refused or not any(c.isalpha() for c in word)
        if _BAPTISED.search(self.flat, max(0, tokens[0].start - 12), tokens[0].start):
            return False
        if self._acts(tokens):
            return False
        if tokens[0].text in self.words.heads and self._of(tokens):
            return False  # "Ville de Metz"
        if " & " in self.flat[tokens[0].start : tokens[-1].end] and not any(t.text in places for t in tokens):
            return all(t.text in self.words.refused for t in tokens)  # "Bulle & Code" is a firm
        return all(
            t.text in self.words.refused
            or t.text in self.words.places
            or t.text.lower() in self.words.common
            or self._opener(t)
            for t in tokens
        )

    def _acts(self, tokens: tuple[Token, ...]) -> bool:
        """Ordinary words of which each has its capital, and a verb behind: "Verger Sonore a levé"."""
        following = _NEXT_WORD.match(self.flat, tokens[-1].end)
        known = self.words.refused | self.words.adjectives
        return (
            following is not None
            and following[1].lower() in self.words.after_names
            and all(
                (t.text[1:].islower() or t.text[0].isdigit()) and t.text not in known and not self._opener(t)
                for t in tokens
            )
            and any(t.text not in self.words.places for t in tokens)
            and all(self.flat[a.end : b.start] == " " for a, b in pairwise(tokens))
        )

    def _of(self, tokens: tuple[Token, ...]) -> bool:
        """Whether the first two were joined by "de"."""
        return _OF.match(self.flat, tokens[0].end, tokens[1].start) is not None

    def _shouted(self, tokens: tuple[Token, ...]) -> bool:
        """A line all in capitals tells nothing about its words."""
        if not all(token.text.isupper() and len(token.text) > 1 for token in tokens):
            return False
        start = self.flat.rfind("\n", max(0, tokens[0].start - 300), tokens[0].start) + 1
        stop = self.flat.find("\n", tokens[-1].end, tokens[-1].end + 300)
        line = self.flat[max(start, tokens[0].start - 300) : stop if stop >= 0 else tokens[-1].end + 300]
        return line.isupper() and len(line.split()) > len(tokens)

    def _common(self, token: Token, inner: set[str]) -> bool:
        """Whether a lone capital that opens a sentence is an ordinary word."""
        word = token.text
        if word in inner or not word[1:].islower():
            return False
        if self._occurs_small(word) or _INFINITIVE.match(word.lower() + self.flat[token.end : token.end + 8]):
            return True
        if _PARTICIPLE.match(word.lower()) and _HANGS_ON.match(self.flat, token.end):
            return True
        following = re.match(r"\s*([\w'-]+|[,(:])", self.flat[token.end : token.end + 20])
        told = following.group(1) if following else ""
        at = following is not None and self.printed[token.end + following.start(1)] == "à"  # "Commencée à Liège"
        if not at and (told in self.words.after_names or told == "("):
            return False
        return _COMMON_ENDING.search(word.lower()) is not None

    def _occurs_small(self, word: str) -> bool:
        if not self.small_words:
            self.small_words = set(_PLAIN_WORD.findall(self.flat))
        return all(part in self.small_words for part in word.lower().split("-"))
