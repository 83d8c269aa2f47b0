"""Everything there is to read in one article: language, relevance, deals. The library's front door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extractors.deals.extract import find_deals
from extractors.knowledge import Knowledge, load_knowledge
from extractors.language import detect_language
from extractors.mending import mended
from extractors.relevance import judge_relevance, weigh_deals
from extractors.values import Article, Reading, Relevance

DEFAULT_THRESHOLD = 1.0


def read_article(
    article: Article,
    knowledge: Knowledge | None = None,
    *,
    threshold: float = DEFAULT_THRESHOLD,
    declared: Sequence[str | None] = (),
) -> Reading:
    """Read one article.

    Deals are looked for in every French article, relevant or not: the deal gate is cheap, and a general round-up may
    hold the one deal that matters. What was found then counts for relevance too.

    Args:
        knowledge: rules and lexicons; the shipped ones when None.
        threshold: relevance from which an article is relevant.
        declared: languages that feed and page declare, most trusted first.
    """
    knowledge = knowledge or load_knowledge()
    meant = mended(article).article
    language = detect_language(f"{meant.title}\n{meant.text}", [article.language, *declared])
    if language != "fr":
        return Reading(replace(article, language=language), language, Relevance(0.0, False))
    deals = find_deals(article, knowledge.deals)
    relevance = weigh_deals(judge_relevance(meant, knowledge.relevance, threshold), deals, threshold)
    return Reading(replace(article, language=language), language, relevance, deals)
