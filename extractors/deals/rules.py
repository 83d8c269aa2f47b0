"""The rules of `config/rules`: read, validated with file and line, compiled."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from config.documents import Document, config_files, read_yaml, validated
from extractors.deals.lazy import LazyRegex
from extractors.deals.needs import Needs, any_of, of_words
from extractors.deals.pattern import Pattern, PatternError, compile_pattern
from extractors.deals.triggers import TriggerIndex
from extractors.deals.words import Words
from extractors.values import Kind, Role, Status

# How the recipient or the investor is found when the pattern has no slot for it.
Source = Literal["subject", "antecedent", "near", "own", "topic", "named"]


class RuleSets(BaseModel):
    """What a match sets outright."""

    model_config = ConfigDict(extra="forbid")

    status: Status | None = None
    role: Role | None = None
    cumulative: bool | None = None


class RuleText(BaseModel):
    """One rule as the file has it."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(pattern=r"^[a-z_]+\.[a-z0-9_]+$")
    says: str = Field(min_length=8)
    kind: Kind | None = None
    part: bool = False
    not_a_deal: str | None = None
    trigger: list[str] = Field(min_length=1)
    patterns: list[str] = Field(min_length=1)
    company: list[Source] = Field(default_factory=list)
    investors: list[Source] = Field(default_factory=list)
    free: bool = Field(default=False, description="the name in {company} must not hang on a preposition")
    leads: bool = Field(default=False, description="who pays leads the round")
    settles: bool = Field(
        default=False,
        description="of what is no sum of a deal: what it takes is that, whatever else takes it; "
        "of a deal told without a sum: it is of the rule's kind",
    )
    sets: RuleSets = Field(default_factory=RuleSets)
    unless: list[str] = Field(default_factory=list)
    about: list[str] = Field(default_factory=list, description="one must stand in the sentence, the title or the lead")
    not_about: list[str] = Field(default_factory=list, description="none may be what the article is about")
    grade: float = Field(0.7, gt=0, le=1)
    examples: list[str] = Field(min_length=2)
    counter_examples: list[str] = Field(min_length=1)
    known_failures: list[str] = Field(default_factory=list)


class RuleFile(BaseModel):
    """One file of rules; `kind` is the default of its rules (null: told from the words around)."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind | None = None
    says: str
    rules: list[RuleText]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, ready to be matched. `kind` None: decided from the words around (funding or infrastructure)."""

    text: RuleText
    kind: Kind | None
    triggers: tuple[LazyRegex, ...]
    patterns: tuple[Pattern, ...]
    unless: tuple[Pattern, ...]
    about: tuple[Pattern, ...]
    not_about: tuple[Pattern, ...]
    file: Path
    # The words that one of its patterns needs, whichever it is: asked once in place of each pattern in turn.
    needs: Needs

    @property
    def id(self) -> str:
        """The id that mentions carry."""
        return self.text.id


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules in force, in the order of the files."""

    deals: tuple[Rule, ...]
    parts: tuple[Rule, ...]
    vetoes: tuple[Rule, ...]
    all: tuple[Rule, ...]
    index: TriggerIndex

    @classmethod
    def load(cls, user_dir: Path | None, words: Words) -> Rules:
        """Shipped rules with the user's own; a rule of the user's with the same id takes the shipped one's place.

        Raises:
            ConfigError: file, line and what is wrong with the first rule at fault.
        """
        found: dict[str, Rule] = {}
        for path in config_files("rules", user_dir):
            document = read_yaml(path)
            held = validated(document, RuleFile)
            seen: set[str] = set()
            for number, text in enumerate(held.rules):
                if text.id in seen:
                    raise document.error(f"rule {text.id}: the id stands twice in this file", "rules", number, "id")
                seen.add(text.id)
                found[text.id] = _compiled(document, number, text, held.kind, words)
        rules = list(found.values())
        deals = tuple(r for r in rules if not r.text.part and not r.text.not_a_deal)
        parts = tuple(r for r in rules if r.text.part)
        vetoes = tuple(r for r in rules if r.text.not_a_deal)
        everything = deals + parts + vetoes
        return cls(deals, parts, vetoes, everything, TriggerIndex(everything, words))


def _compiled(document: Document, number: int, text: RuleText, kind: Kind | None, words: Words) -> Rule:
    triggers = []
    for i, name in enumerate(text.trigger):
        try:
            triggers.append(compile_pattern(name, words).regex)
        except PatternError as error:
            raise document.error(f"rule {text.id}: trigger {name!r}: {error}", "rules", number, "trigger", i) from error
    compiled: dict[str, list[Pattern]] = {"patterns": [], "unless": [], "about": [], "not_about": []}
    for key, sources in (
        ("patterns", text.patterns),
        ("unless", text.unless),
        ("about", text.about),
        ("not_about", text.not_about),
    ):
        for i, source in enumerate(sources):
            try:
                compiled[key].append(compile_pattern(source, words))
            except PatternError as error:
                raise document.error(f"rule {text.id}: {key} {source!r}: {error}", "rules", number, key, i) from error
    for pattern in compiled["patterns"]:
        if not text.part and not text.not_a_deal and "company" not in pattern.slots and not text.company:
            raise document.error(
                f"rule {text.id}: pattern {pattern.source!r} has no {{company}}; say under `company` where to find it",
                "rules",
                number,
                "patterns",
            )
    return Rule(
        text,
        text.kind or kind,
        tuple(triggers),
        tuple(compiled["patterns"]),
        tuple(compiled["unless"]),
        tuple(compiled["about"]),
        tuple(compiled["not_about"]),
        document.path,
        any_of(of_words(pattern.needs) for pattern in compiled["patterns"]),
    )
