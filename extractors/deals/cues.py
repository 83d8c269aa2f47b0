"""Cues around a fact: hearsay, plans, denials, recall, cumulative totals; read from `config/lexicon/cues.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from config.documents import Document, config_files, read_yaml, validated
from extractors.deals.abstraction import CLASSES
from extractors.deals.folding import loose, spellings
from extractors.deals.lazy import LazyRegex
from extractors.deals.needs import of_words
from extractors.deals.normalise import longest_run
from extractors.deals.one_of import Asked, OneOf
from extractors.deals.pattern import NOTHING, PatternError, compile_pattern
from extractors.deals.words import Words
from extractors.values import Status

_SUM = re.compile(CLASSES["amount"])
# Of a sum told beside a round: what says that it is one investor's share of it, and what that it is not.
ShareCue = Literal["puts_in", "told_of", "of_a_round", "on_top", "told_next", "paid_out", "entered_for", "had"]
# Of a round named in a sentence of its own: what says that it is that of the deal told before, and what another's.
NamedRoundCue = Literal["this", "taken_up", "presented", "another"]


class CueText(BaseModel):
    """Where the cue may stand: left of the fact, right of it, or anywhere in its sentence."""

    model_config = ConfigDict(extra="forbid")

    before: list[str] = Field(default_factory=list)
    after: list[str] = Field(default_factory=list)
    anywhere: list[str] = Field(default_factory=list)
    pseudo: list[str] = Field(default_factory=list)


class AnaphorText(BaseModel):
    """Nouns that take up a company ("la jeune pousse") or an investor ("le groupe"), and pronouns."""

    model_config = ConfigDict(extra="forbid")

    recipient: list[str] = Field(default_factory=list)
    large: list[str] = Field(default_factory=list)
    determiners: list[str] = Field(default_factory=list)
    pronouns: list[str] = Field(default_factory=list)


class CueFile(BaseModel):
    """One file of cues. The shipped one has everything; a user's own has what it adds."""

    model_config = ConfigDict(extra="forbid")

    status: dict[Status, CueText] = Field(default_factory=dict)
    hearsay_verb: str | None = Field(default=None, description="the user's takes the place of ours")
    hearsay_pseudo: list[str] = Field(default_factory=list)
    official: list[str] = Field(default_factory=list)
    recall: CueText = Field(default_factory=CueText)
    just_now: CueText = Field(default_factory=CueText)
    earlier: CueText = Field(default_factory=CueText)
    cumulative: CueText = Field(default_factory=CueText)
    not_its_date: CueText = Field(default_factory=CueText)
    source: CueText = Field(default_factory=CueText)
    place: CueText = Field(default_factory=CueText)
    beside: dict[str, CueText] = Field(default_factory=dict)
    other_subject: CueText = Field(default_factory=CueText)
    part_of: CueText = Field(default_factory=CueText)
    not_investors: CueText = Field(default_factory=CueText)
    undisclosed: CueText = Field(default_factory=CueText)
    of_debt: CueText = Field(default_factory=CueText)
    share: dict[ShareCue, CueText] = Field(default_factory=dict)
    named_round: dict[NamedRoundCue, CueText] = Field(default_factory=dict)
    anaphors: AnaphorText = Field(default_factory=AnaphorText)


@dataclass(frozen=True, slots=True, eq=False)
class Cue:
    """`before` is tried on the text left of a fact, `after` on the text right of it."""

    before: OneOf
    after: OneOf
    anywhere: OneOf
    pseudo: OneOf

    def within(self, text: str) -> bool:
        """Whether a cue stands anywhere in `text` that is no pseudo-cue."""
        return _within(self, text)

    def about(self, text: str, place: int) -> bool:
        """The same, but a cue that names a sum speaks only of the first that it names, which must stand at `place`."""
        named = (_SUM.search(text, match.start(), match.end()) for match in self.real(text))
        return any(first is None or first.start() == place for first in named)

    def real(self, text: str) -> Iterator[re.Match[str]]:
        """The cues anywhere in `text` that no pseudo-cue overlaps."""
        false: list[tuple[int, int]] | None = None
        for match in self.anywhere.finditer(text):
            if false is None:
                false = [pseudo.span() for pseudo in self.pseudo.finditer(text)]
            if not any(start < match.end() and match.start() < end for start, end in false):
                yield match


@lru_cache(maxsize=2048)
def _within(cue: Cue, text: str) -> bool:
    """Kept, for what is asked of the same sentences again and again."""
    return any(True for _ in cue.real(text))


@dataclass(frozen=True, slots=True)
class Cues:
    """All cues in force. `beside`: in what quality a name is told beside the company that the text is about."""

    status: dict[str, Cue]
    hearsay_verb: LazyRegex
    hearsay_pseudo: frozenset[str]
    official: OneOf
    recall: Cue
    just_now: Cue
    earlier: Cue
    cumulative: Cue
    not_its_date: Cue
    source: Cue
    place: Cue
    beside: dict[str, Cue]
    other_subject: Cue
    part_of: Cue
    not_investors: Cue
    undisclosed: Cue
    of_debt: Cue
    share: dict[str, Cue]
    named_round: dict[str, Cue]
    anaphor: LazyRegex
    pronoun: LazyRegex
    large: frozenset[str]
    # Of each noun and pronoun its longest run of letters: where none stands, none need be looked for.
    anaphor_runs: frozenset[str]
    pronoun_runs: frozenset[str]

    @classmethod
    def load(cls, user_dir: Path | None, words: Words) -> Cues:
        """The shipped file, and what the user's own adds to it.

        Raises:
            ConfigError: file, line and the pattern at fault.
        """
        documents = [read_yaml(path) for path in config_files("lexicon/cues.yaml", user_dir)]
        files = [(document, validated(document, CueFile)) for document in documents]
        anaphors = [text.anaphors for _, text in files]
        large = [noun for held in anaphors for noun in held.large]
        nouns = [noun for held in anaphors for noun in held.recipient] + large
        determiners = "|".join(
            loose(word) + ("" if word.endswith("'") else r"\s+") for held in anaphors for word in held.determiners
        )
        noun = "|".join(sorted((loose(n) for n in nouns), key=len, reverse=True))
        pronouns = "|".join(loose(p) for held in anaphors for p in held.pronouns)

        asked = Asked()

        def cue(name: str) -> Cue:
            return _cue([(document, getattr(text, name)) for document, text in files], words, asked, name)

        def group(name: str) -> dict[str, Cue]:
            held = [(document, getattr(text, name)) for document, text in files]
            return {
                key: _cue([(document, told[key]) for document, told in held if key in told], words, asked, name, key)
                for key in dict.fromkeys(key for _, told in held for key in told)
            }

        return cls(
            status=group("status"),
            hearsay_verb=_own_regex(files, "hearsay_verb"),
            hearsay_pseudo=frozenset(word for _, text in files for word in text.hearsay_pseudo),
            official=_one_of([(document, text.official) for document, text in files], words, asked, "official"),
            recall=cue("recall"),
            just_now=cue("just_now"),
            earlier=cue("earlier"),
            cumulative=cue("cumulative"),
            not_its_date=cue("not_its_date"),
            source=cue("source"),
            place=cue("place"),
            beside=group("beside"),
            other_subject=cue("other_subject"),
            part_of=cue("part_of"),
            undisclosed=cue("undisclosed"),
            of_debt=cue("of_debt"),
            not_investors=cue("not_investors"),
            share=group("share"),
            named_round=group("named_round"),
            anaphor=LazyRegex(rf"\b(?:{determiners})(?:(?:autre|petite|nouvelle|meme)\s+)?(?P<noun>{noun})(?!\w)"),
            pronoun=LazyRegex(rf"\b(?:{pronouns})(?!\w)"),
            large=frozenset(re.sub(r"\W", "", n.lower()) for n in large),
            anaphor_runs=frozenset(longest_run(form) for told in nouns for form in spellings(told)),
            pronoun_runs=frozenset(
                longest_run(form) for a in anaphors for told in a.pronouns for form in spellings(told)
            ),
        )


def _cue(texts: list[tuple[Document, CueText]], words: Words, asked: Asked, *keys: str) -> Cue:
    def one_of(place: str, open_: str = "", close: str = "") -> OneOf:
        told = [(document, getattr(text, place)) for document, text in texts]
        return _one_of(told, words, asked, *keys, place, open_=open_, close=close)

    return Cue(
        before=one_of("before", close=f"{NOTHING}$"),
        after=one_of("after", open_=f"^{NOTHING}"),
        anywhere=one_of("anywhere"),
        pseudo=one_of("pseudo"),
    )


def _one_of(
    sources: list[tuple[Document, list[str]]], words: Words, asked: Asked, *keys: str, open_: str = "", close: str = ""
) -> OneOf:
    parts = []
    for document, told in sources:
        for number, source in enumerate(told):
            try:
                compiled = compile_pattern(source, words)
            except PatternError as error:
                raise document.error(f"cue {source!r}: {error}", *keys, number) from error
            # A gap takes the marks in front as well: with both, a run of blanks is shared out in every way.
            lead = "^" if open_ and source.startswith("~") else open_
            whole = f"{lead}(?:{compiled.regex.pattern}){close}" if lead or close else compiled.regex.pattern
            parts.append((of_words(compiled.needs), LazyRegex(whole)))
    return OneOf(parts, asked)


def _own_regex(files: list[tuple[Document, CueFile]], key: str) -> LazyRegex:
    """A regular expression of which the last file that has one decides."""
    document, source = next((d, s) for d, t in reversed(files) if (s := getattr(t, key)))
    try:
        regex = LazyRegex(source)
        regex.compiled()
        return regex
    except re.error as error:
        raise document.error(f"{key}: not a regular expression: {error}", key) from error
