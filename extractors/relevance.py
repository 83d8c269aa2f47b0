"""Is an article about money in artificial intelligence? An explained score: every term that counted, and its points.

The score is the lesser of what speaks for AI and what speaks for money (an article needs both), plus a bonus where
title or lead say both in one sentence, less what speaks against. Terms and weights: `config/lexicon/relevance.yaml`.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from config.documents import config_files, read_yaml, validated
from extractors.terms import Hit, TermIndex
from extractors.values import Article, Contribution, DealMention, Relevance

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n")
# Beyond this many repetitions a term says nothing new; keeps a page that repeats one word from winning by it.
_MOST_COUNT = 12


class Weighted(BaseModel):
    """Terms that share a weight."""

    model_config = ConfigDict(extra="forbid")
    points: float = Field(gt=0, le=5)
    terms: list[str] = Field(min_length=1)


class Group(BaseModel):
    """A family of terms and the most it may give."""

    model_config = ConfigDict(extra="forbid")
    most: float = Field(gt=0)
    terms: list[Weighted]


class RelevanceFile(BaseModel):
    """The shape of `relevance.yaml`."""

    model_config = ConfigDict(extra="forbid")
    lead_characters: int = Field(ge=0)
    later: float = Field(ge=0, le=1)
    together: float = Field(ge=0)
    groups: dict[str, Group]
    against: Group


class RelevanceLexicon:
    """The lexicon made ready for matching.

    Args:
        file: the validated YAML.
        ai_names: names of AI organisations; each counts as an AI term.
    """

    def __init__(self, file: RelevanceFile, ai_names: tuple[str, ...] = ()) -> None:
        self.file = file
        families = {**file.groups, "against": file.against}
        terms = [
            (term, (group, term.rstrip("*"), weighted.points))
            for group, family in families.items()
            for weighted in family.terms
            for term in weighted.terms
        ]
        names = [(name, ("ai", name, _NAME_POINTS)) for name in ai_names]
        # Names first: of two entries for the same words the first one stands.
        self.index: TermIndex[tuple[str, str, float]] = TermIndex([*names, *terms])
        self._terms = {group: tuple(t for w in family.terms for t in w.terms) for group, family in families.items()}
        self._terms["ai"] = (*self._terms.get("ai", ()), *ai_names)
        self.most = {group: family.most for group, family in families.items()}

    def terms(self, group: str) -> tuple[str, ...]:
        """All terms of a group as the lexicon writes them; `ai` with the names of AI organisations."""
        return self._terms[group]


# A known AI company says as much as "intelligence artificielle" does: an article on its money is one about AI.
_NAME_POINTS = 0.9


def load_relevance_lexicon(user_dir: Path | None = None, ai_names: tuple[str, ...] = ()) -> RelevanceLexicon:
    """The user's own `lexicon/relevance.yaml` where there is one, else ours.

    Raises:
        ConfigError: names file and line of what is wrong.
    """
    path = config_files("lexicon/relevance.yaml", user_dir)[-1]
    return RelevanceLexicon(validated(read_yaml(path), RelevanceFile), ai_names)


def judge_relevance(article: Article, lexicon: RelevanceLexicon, threshold: float) -> Relevance:
    """The explained score of `article`, by its words alone.

    Args:
        threshold: the score from which it is relevant (`Settings.relevance_threshold`).
    """
    text = f"{article.title}\n{article.text}"
    hits = list(lexicon.index.find(text))
    reasons = _contributions(hits, lexicon, len(article.title) + 1 + lexicon.file.lead_characters)
    sums: defaultdict[str, float] = defaultdict(float)
    for reason in reasons:
        sums[reason.group] += reason.points
    bounded = {group: min(most, abs(sums[group])) for group, most in lexicon.most.items()}
    score = min(bounded["ai"], bounded["money"])
    together = lexicon.file.together * _said_together(text, hits, article, lexicon)
    if together:
        reasons.append(Contribution("IA et argent dans une même phrase", "together", 1, round(together, 3)))
    score = round(max(0.0, score + together - bounded["against"]), 3)  # judged as it is shown and stored
    reasons.sort(key=lambda reason: (-abs(reason.points), reason.term))
    return Relevance(score, score >= threshold, tuple(reasons))


def _contributions(
    hits: list[Hit[tuple[str, str, float]]], lexicon: RelevanceLexicon, lead_end: int
) -> list[Contribution]:
    places: defaultdict[tuple[str, str, float], list[int]] = defaultdict(list)
    for hit in hits:
        places[hit.value].append(hit.start)
    reasons = []
    for (group, term, points), starts in places.items():
        first = 1.0 if min(starts) < lead_end else lexicon.file.later
        repeated = lexicon.file.later * math.log2(min(len(starts), _MOST_COUNT))
        worth = points * (first + repeated) * (-1 if group == "against" else 1)
        reasons.append(Contribution(term, group, len(starts), round(worth, 3)))
    return reasons


def _said_together(
    text: str, hits: list[Hit[tuple[str, str, float]]], article: Article, lexicon: RelevanceLexicon
) -> bool:
    end_of_lead = len(article.title) + 1 + lexicon.file.lead_characters
    bounds = [0, *(found.end() for found in _SENTENCE_END.finditer(text, 0, end_of_lead)), end_of_lead]
    for start, end in itertools.pairwise(bounds):
        groups = {hit.value[0] for hit in hits if start <= hit.start < end}
        if {"ai", "money"} <= groups:
            return True
    return False


# A deal outweighs vocabulary: the guide calls a round-up relevant for one AI deal reported as news, and an article
# whose news deals are all outside AI not relevant, however often it says the word.
_DEAL_POINTS = 1.0


def weigh_deals(relevance: Relevance, deals: Sequence[DealMention], threshold: float) -> Relevance:
    """`relevance` with what the deals found say for or against: the news ones, AI or not."""
    news = [deal for deal in deals if deal.role == "news"]
    about_ai = [deal for deal in news if deal.ai]
    if not news:
        return relevance
    if about_ai:
        reason = Contribution("opération dans l'IA", "deals", len(about_ai), _DEAL_POINTS)
    else:
        reason = Contribution("opérations hors de l'IA", "deals", len(news), -_DEAL_POINTS)
    score = max(0.0, round(relevance.score + reason.points, 3))
    return Relevance(score, score >= threshold, (reason, *relevance.reasons))
