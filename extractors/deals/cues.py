"""Cues around a fact: hearsay, plans, denials, recall, cumulative totals; read from `config/lexicon/cues.yaml`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from config.documents import Document, config_files, read_yaml, validated
from extractors.deals.folding import loose
from extractors.deals.pattern import PatternError, compile_pattern
from extractors.deals.words import Words

_NEVER = re.compile(r"(?!)")


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

    recipient: list[str]
    large: list[str]
    determiners: list[str]
    pronouns: list[str]


class CueFile(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid")

    status: dict[str, CueText]
    hearsay_verb: str
    hearsay_pseudo: list[str]
    official: list[str]
    recall: CueText
    earlier: CueText
    cumulative: CueText
    not_its_date: CueText
    source: CueText
    part_of: CueText
    not_investors: CueText
    of_debt: CueText
    anaphors: AnaphorText


@dataclass(frozen=True, slots=True)
class Cue:
    """Compiled: `before` is tried on the text left of a fact, `after` on the text right of it."""

    before: re.Pattern[str]
    after: re.Pattern[str]
    anywhere: re.Pattern[str]
    pseudo: re.Pattern[str]

    def within(self, text: str) -> re.Match[str] | None:
        """The first cue anywhere in `text` that is no pseudo-cue."""
        if self.anywhere is _NEVER:
            return None
        false = [match.span() for match in self.pseudo.finditer(text)]
        for match in self.anywhere.finditer(text):
            if not any(start <= match.start() < end or match.start() <= start < match.end() for start, end in false):
                return match
        return None


@dataclass(frozen=True, slots=True)
class Cues:
    """All cues in force."""

    status: dict[str, Cue]
    hearsay_verb: re.Pattern[str]
    hearsay_pseudo: frozenset[str]
    official: re.Pattern[str]
    recall: Cue
    earlier: Cue
    cumulative: Cue
    not_its_date: Cue
    source: Cue
    part_of: Cue
    not_investors: Cue
    of_debt: Cue
    anaphor: re.Pattern[str]
    pronoun: re.Pattern[str]
    large: frozenset[str]

    @classmethod
    def load(cls, user_dir: Path | None, words: Words) -> Cues:
        """The shipped file, or the user's own in its place.

        Raises:
            ConfigError: file, line and the pattern at fault.
        """
        document = read_yaml(config_files("lexicon/cues.yaml", user_dir)[-1])
        text = validated(document, CueFile)
        nouns = text.anaphors.recipient + text.anaphors.large
        determiners = "|".join(
            loose(word) + ("" if word.endswith("'") else r"\s+") for word in text.anaphors.determiners
        )
        noun = "|".join(sorted((loose(n) for n in nouns), key=len, reverse=True))
        return cls(
            status={name: _cue(document, words, cue, "status", name) for name, cue in text.status.items()},
            hearsay_verb=re.compile(text.hearsay_verb),
            hearsay_pseudo=frozenset(text.hearsay_pseudo),
            official=_joined(document, words, text.official, "official"),
            recall=_cue(document, words, text.recall, "recall"),
            earlier=_cue(document, words, text.earlier, "earlier"),
            cumulative=_cue(document, words, text.cumulative, "cumulative"),
            not_its_date=_cue(document, words, text.not_its_date, "not_its_date"),
            source=_cue(document, words, text.source, "source"),
            part_of=_cue(document, words, text.part_of, "part_of"),
            of_debt=_cue(document, words, text.of_debt, "of_debt"),
            not_investors=_cue(document, words, text.not_investors, "not_investors"),
            anaphor=re.compile(rf"\b(?:{determiners})(?:(?:autre|petite|nouvelle|meme)\s+)?(?P<noun>{noun})(?!\w)"),
            pronoun=re.compile(r"\b(?:" + "|".join(loose(p) for p in text.anaphors.pronouns) + r")(?!\w)"),
            large=frozenset(re.sub(r"\W", "", n.lower()) for n in text.anaphors.large),
        )


def _cue(document: Document, words: Words, text: CueText, *keys: str) -> Cue:
    return Cue(
        before=_joined(document, words, text.before, *keys, "before", close=r"[^\w\ue000-\uf8ff]*$"),
        after=_joined(document, words, text.after, *keys, "after", open_=r"^[^\w\ue000-\uf8ff]*"),
        anywhere=_joined(document, words, text.anywhere, *keys, "anywhere"),
        pseudo=_joined(document, words, text.pseudo, *keys, "pseudo"),
    )


def _joined(
    document: Document, words: Words, sources: list[str], *keys: str, open_: str = "", close: str = ""
) -> re.Pattern[str]:
    if not sources:
        return _NEVER
    parts = []
    for number, source in enumerate(sources):
        try:
            compiled = compile_pattern(source, words).regex.pattern
        except PatternError as error:
            raise document.error(f"cue {source!r}: {error}", *keys, number) from error
        parts.append(re.sub(r"\(\?P<\w+>", "(?:", compiled))
    return re.compile(f"{open_}(?:{'|'.join(parts)}){close}")
