"""What deals are read with: words, rules, cues and names, loaded once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from extractors.deals.aiterms import AiTerms
from extractors.deals.cues import Cues
from extractors.deals.grammar import Grammar
from extractors.deals.judge import Judge
from extractors.deals.organisations import Organisations
from extractors.deals.pockets import Pockets
from extractors.deals.records import Records
from extractors.deals.rules import Rules
from extractors.deals.words import Words


@dataclass(frozen=True, slots=True)
class DealKnowledge:
    """All an analyst can edit about deals, compiled. Immutable; share one for all articles."""

    words: Words
    rules: Rules
    cues: Cues
    organisations: Organisations
    ai_terms: AiTerms
    judge: Judge
    grammar: Grammar
    pockets: Pockets
    records: Records

    @classmethod
    def load(cls, user_dir: Path | None = None) -> DealKnowledge:
        """The shipped files with those of `user_dir` (`VEILLE_CONFIG_DIR`) on top.

        Raises:
            ConfigError: file, line and what is wrong.
        """
        words = Words.load(user_dir)
        return cls(
            words,
            Rules.load(user_dir, words),
            Cues.load(user_dir, words),
            Organisations.load(user_dir),
            AiTerms.load(user_dir),
            Judge.load(user_dir),
            Grammar(words),
            Pockets.of(words),
            Records.of(words),
        )

    def with_organisations(self, organisations: Organisations) -> DealKnowledge:
        """The same with other names (the tests empty the lexicon this way)."""
        return replace(self, organisations=organisations)


@lru_cache(maxsize=1)
def default_knowledge() -> DealKnowledge:
    """The shipped knowledge, loaded at first use."""
    return DealKnowledge.load(None)
