"""What analysts know, read from YAML once: names, relevance terms, rules and cues of deals."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from config.documents import config_files
from extractors.deals.knowledge import DealKnowledge
from extractors.relevance import RelevanceLexicon, load_relevance_lexicon


@dataclass(frozen=True)
class Knowledge:
    """Everything `read_article` needs.

    Attributes:
        relevance: the terms of AI and of money, names of AI organisations among them.
        deals: rules, cues and names.
        version: a short hash of every YAML file that went in; stored beside what was read with it.
    """

    relevance: RelevanceLexicon
    deals: DealKnowledge
    version: str


@lru_cache(maxsize=4)
def load_knowledge(user_dir: Path | None = None) -> Knowledge:
    """Load and validate all lexicons and rules, ours and then the user's own.

    Raises:
        ConfigError: names file and line of what is wrong.
    """
    deals = DealKnowledge.load(user_dir)
    names = tuple(
        written for entry in deals.organisations.entries if entry.ai for written in (entry.name, *entry.aliases)
    )
    return Knowledge(load_relevance_lexicon(user_dir, names), deals, _version(user_dir))


def _version(user_dir: Path | None) -> str:
    digest = hashlib.sha256()
    for folder in ("lexicon", "rules", "points"):
        for file in config_files(folder, user_dir):
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]
