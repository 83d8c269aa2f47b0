"""An article cut into views: title and sentences, with their amounts, dates, rounds, names and anaphors put in."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import lru_cache

from extractors.deals.abstraction import Anaphor, Span, View, abstract, without_overlap
from extractors.deals.amounts import find_amounts
from extractors.deals.cues import Cues
from extractors.deals.dates import find_dates
from extractors.deals.elided import find_elided_amounts
from extractors.deals.folding import folded
from extractors.deals.knowledge import DealKnowledge
from extractors.deals.markers import MarkerRegex
from extractors.deals.name_context import REACH
from extractors.deals.names import Name, find_names
from extractors.deals.normalise import letter_runs, normalise
from extractors.deals.rounds import find_rounds
from extractors.deals.sentences import split_sentences
from extractors.deals.wrapped import unwrapped
from extractors.values import Amount, Article, Where

# A longer sentence is cut here: rules look at windows far shorter than this, and no view may grow without bound.
MAX_SENTENCE = 1500


@dataclass(slots=True)
class Passage:
    """Title or text, normalised, with its spans."""

    where: Where
    text: str
    flat: str
    views: list[View] = field(default_factory=list)


def passages(article: Article, knowledge: DealKnowledge) -> tuple[Passage, Passage]:
    """Title and text. Names known in one are not carried to the other here; see `discourse`."""
    whole = unwrapped(normalise(article.text))
    told = _with_elided(whole, article.outlet)
    whole = knowledge.records.joined(whole, told)
    headline = _in_currency_of(find_amounts(normalise(article.title), article.outlet), told)
    title = _passage("title", article.title, headline, article, knowledge, 0)
    text = _passage("text", whole, told, article, knowledge, len(title.views))
    return title, text


# The text is folded for its amounts and again for its sentences.
_flat = lru_cache(maxsize=2)(folded)


def _with_elided(text: str, outlet: str) -> list[Amount]:
    """Amounts, and the bare numbers that "en" or "pour la seconde" makes amounts: "il en avait obtenu 45 fin 2021"."""
    told = find_amounts(text, outlet)
    if not told:
        return told
    flat = _flat(text)
    if not (_TAKING_UP.search(flat) or _OF_THE_SORT.search(flat) or ("pour" in flat and _FOR_THE_OTHER.search(flat))):
        return told
    elided = [
        amount
        for amount in find_elided_amounts(text, told)
        if _TAKES_UP.search(flat, max(0, amount.start - 32), amount.start)
        or (_WHICH.search(flat, max(0, amount.start - 8), amount.start) and _IN_YEAR.match(flat, amount.end))
        or _FOR_THE_OTHER.match(flat, amount.end)
        or _OF_THE_SORT.match(flat, amount.end)
    ]
    return sorted(told + elided, key=lambda amount: amount.start)


# Currencies of one name.
_TWINS = ({"USD", "CAD"}, {"TND", "DZD"}, {"XOF", "XAF"}, {"SEK", "NOK", "DKK", "CZK"})


def _in_currency_of(headline: list[Amount], told: list[Amount]) -> list[Amount]:
    """A title's amount without currency takes that of the same value in the text, else the commonest there."""
    headline = [replace(a, currency=home) if (home := _at_home(a, told)) else a for a in headline]
    by_value = {a.value: a.currency for a in reversed(told) if a.currency}
    counted = Counter(a.currency for a in told if a.currency)
    commonest = counted.most_common(1)[0][0] if counted else None
    return [
        a if a.currency else replace(a, currency=by_value.get(a.value, commonest), inherited=True) for a in headline
    ]


def _at_home(amount: Amount, told: list[Amount]) -> str | None:
    """A title's dollar, dinar or franc is the one the text counts the same sum in."""
    currencies = {a.currency for a in told if a.value == amount.value}
    twin = next(iter(currencies)) if len(currencies) == 1 else None
    return twin if any({amount.currency, twin} <= twins for twins in _TWINS) else None


def _passage(
    where: Where, raw: str, amounts: list[Amount], article: Article, knowledge: DealKnowledge, number: int
) -> Passage:
    text = normalise(raw)
    flat = _flat(text)
    passage = Passage(where, text, flat)
    spans: list[Span[object]] = []
    spans += [Span("amount", a.start, a.end, a) for a in amounts]
    spans += [Span("date", d.start, d.end, d) for d in find_dates(text, article.published)]
    spans += [Span("round", r.start, r.end, r) for r in find_rounds(text)]
    names = find_names(text, knowledge.organisations, article.text if where == "title" else article.title)
    spans += [Span("name", n.start, n.end, n) for n in names]
    spans += _anaphors(flat, names, knowledge.cues)
    spans = without_overlap(spans)
    paragraph, last_end, at = 0, 0, 0
    for sentence in split_sentences(text):
        breaks = text.count("\n", last_end, sentence.start)
        paragraph += breaks
        first = bool(breaks) or last_end == 0
        for start in range(sentence.start, sentence.end, MAX_SENTENCE):
            end = min(sentence.end, start + MAX_SENTENCE)
            while at < len(spans) and spans[at].start < start:
                at += 1
            held = []
            i = at
            while i < len(spans) and spans[i].end <= end:
                held.append(spans[i])
                i += 1
            passage.views.append(
                abstract(
                    number + len(passage.views),
                    where,
                    flat,
                    start,
                    end,
                    held,
                    paragraph,
                    first and start == sentence.start,
                )
            )
        last_end = sentence.end
    return passage


# "Le premier apportera 5 milliards", "14 M€ pour la première": what follows is no noun ("le premier tour").
_BY_ORDER = MarkerRegex(
    r"\b(l[ea]\s+(premiere?|seconde?))(?=\s*(?:[,.;)\n]|\Z)|\s+(?:\d|et\b|a\b|[nls]'|(?:avait|aura|en|y|lui|ne|se|est|etait|"
    r"<ordinal_acts>|\w{2,}ra)\b))"
)


def _anaphors(flat: str, names: list[Name], cues: Cues) -> list[Span[object]]:
    """Definite nouns that stand for a party, but not where they introduce a name ("la start-up parisienne Nuvéa")."""
    starts, ends = [name.start for name in names], [name.end for name in names]
    found: list[Span[object]] = []
    runs = letter_runs(flat)
    for match in () if cues.anaphor_runs.isdisjoint(runs) else cues.anaphor.finditer(flat):
        following = bisect_left(starts, match.end())
        introduces = following < len(starts) and (
            bool(_TO_NAME.fullmatch(flat, match.end(), starts[following]))
            or bool(
                _TO_APPOSED.fullmatch(flat, match.end(), starts[following]) and _APPOSED.match(flat, ends[following])
            )
            or _describes(flat, match, names[following])
        )
        before = bisect_right(ends, match.start()) - 1
        explains = before >= 0 and bool(_APPOSED.fullmatch(flat, ends[before], match.start()))
        explains = explains and _ACTS.match(flat, match.end()) is None
        if not introduces and not explains:
            noun = re.sub(r"\W", "", match["noun"])
            found.append(Span("anaphor", match.start(), match.end(), Anaphor(match.group(), noun in cues.large, False)))
    if not cues.pronoun_runs.isdisjoint(runs):
        found += [
            Span("anaphor", match.start(), match.end(), Anaphor(match.group(), False, True))
            for match in cues.pronoun.finditer(flat)
        ]
    if "premi" in flat or "second" in flat:
        found += [
            Span("anaphor", match.start(1), match.end(1), Anaphor(match[1], False, False, 2 - (match[2][0] == "p")))
            for match in _BY_ORDER.finditer(flat)
        ]
    return found


def _describes(flat: str, noun: re.Match[str], name: Name) -> bool:
    """Whether a noun is what a name is described by, a complement between them: "la biotech d'IA Owkin"."""
    if not name.descriptor or name.start - noun.end() > REACH or not noun.group().endswith(name.descriptor):
        return False
    return _MARKS.search(flat, noun.end(), name.start) is None


_MARKS = re.compile(r"[,;:.!?()\n]")
# "En avait levé 2", "en cherche 30"; "9 pour la seconde".
_TAKING_UP = MarkerRegex(
    # What begins with letters is looked for several times faster than what begins with their boundary.
    r"en(?<!\wen)\s+(?:(?:a|ont|avait|avaient|avons|aurait)\s+(?:(?:deja|finalement|ensuite|encore|aussi|bien|donc)\s+)?\w+|"
    r"<taking_up>|(?:etait|est)\s+vu\s+\w+)\s+"
)
_TAKES_UP = MarkerRegex(_TAKING_UP.pattern + r"\Z")
# "Collecté 400 millions, dont 73 en 2021"
_WHICH = re.compile(r"\b(?:dont|puis)\s+\Z")
_IN_YEAR = re.compile(r"\s+(?:en|a\s+l'(?:ete|automne)|au\s+printemps)\s+(?:[a-z]+\s+)?(?:19|20)\d\d\b")
_FOR_THE_OTHER = re.compile(r"\s+pour\s+(?:la|le|l')\s?(?:second|autre|dernier|deuxieme)")
# "14 millions : 7 en capital et 7 en dette"
_OF_THE_SORT = MarkerRegex(r"\s+en\s+<sorts_of_money>\b")
# What may stand between a noun and the name it introduces, and between a name and the noun that explains it.
_QUALIFIED = r"(?:\s+(?!(?:de|du|des|que|qui|et|a|au|en|est|avec|par|dans|chez|pour|avait|sont|ont)\b)[a-z-]+){0,2}"
_TO_NAME = re.compile(_QUALIFIED + r"\s+\"?")
_APPOSED = re.compile(r"\"?\s*,\s*")
# "Soutenue par Partech, l'entreprise a levé": a noun with a verb of its own explains no name before it.
_ACTS = MarkerRegex(
    r"\s+(?:(?:ne|se|lui|leur|y|en)\s+|[ns]')?(?:a|avait|aura|aurait|est|etait|sera|serait|<acts>)\b|"
    # "Issue de Kyutai, cette société de voix artificielle avait levé"; of "a" nobody can say there that it is no "à".
    r"(?:\s+(?:d'|l')?(?!(?:qui|que|dont|ou|et)\b)[a-z-]+){1,5}?\s+(?:(?:ne|se|lui|leur|y|en)\s+|[ns]')?(?:avait|aura|aurait|etait|sera|serait|vient|<acts>)\b"
)
# "Le pionnier, CoreWeave, avait"
_TO_APPOSED = re.compile(_QUALIFIED + r"\s*,\s*\"?")
