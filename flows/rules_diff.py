"""Which deals of a corpus appear, change or vanish with the rules in force, against another configuration."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.settings import Settings
from evaluation.changes import Change, compare
from extractors.deals.extract import find_deals
from extractors.knowledge import Knowledge, load_knowledge
from extractors.language import detect_language
from extractors.values import Article, DealMention
from flows.config_places import config_place
from flows.extract import articles_under
from flows.other_rules import Reader, other_rules
from sources.documents import Unreadable
from storage.database import open_database
from storage.texts import stored_articles

# How many articles the other process is ahead: enough to keep both busy, few enough to hold.
_AHEAD = 4


@dataclass(frozen=True, slots=True)
class Compared:
    """One French article with its changes; none when both readings agree."""

    article: Article
    changes: list[Change]


@contextmanager
def corpus(settings: Settings, folder: Path | None) -> Iterator[Iterator[Article | Unreadable]]:
    """The articles of a folder, or those stored when there is none, one at a time."""
    if folder is not None:
        yield articles_under([folder])
        return
    database = open_database(settings.database)
    try:
        yield stored_articles(database)
    finally:
        database.dispose()


def compare_rules(
    articles: Iterable[Article | Unreadable], settings: Settings, against: str | None
) -> Iterator[Compared | Unreadable]:
    """Read every French article twice, and yield it with what changed, as they come.

    Args:
        against: a folder, a git revision, or None for the shipped rules alone.

    Raises:
        ConfigError: one of the two configurations does not load, or `against` names none.
    """
    knowledge = load_knowledge(settings.config_dir)
    with (
        config_place(against, settings.config_dir) as place,
        other_rules(place.package_dir, place.user_dir, against or "Veille IA") as read,
    ):
        yield from _compared(articles, knowledge, read)


def _compared(
    articles: Iterable[Article | Unreadable], knowledge: Knowledge, read: Reader
) -> Iterator[Compared | Unreadable]:
    waiting: deque[tuple[Article, Future[tuple[DealMention, ...]]]] = deque()
    for article in articles:
        if isinstance(article, Unreadable):
            yield article
        elif detect_language(f"{article.title}\n{article.text}", [article.language]) == "fr":
            waiting.append((article, read(article)))
            if len(waiting) > _AHEAD:
                yield _one(*waiting.popleft(), knowledge)
    while waiting:
        yield _one(*waiting.popleft(), knowledge)


def _one(article: Article, before: Future[tuple[DealMention, ...]], knowledge: Knowledge) -> Compared:
    return Compared(article, compare(before.result(), find_deals(article, knowledge.deals)))
