"""Deals as another configuration reads them, in a process of its own: much of ours is read at import, once.

Only `config.documents` may be imported here at the top: the child must be able to move the folder before any lexicon
is read from it.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from config import documents
from config.errors import ConfigError

if TYPE_CHECKING:
    from extractors.values import Article, DealMention

Reader = Callable[["Article"], "Future[tuple[DealMention, ...]]"]


@contextmanager
def other_rules(package_dir: Path, user_dir: Path | None, named: str) -> Iterator[Reader]:
    """A reader of deals by the configuration of these folders.

    Args:
        named: what to call it in an error.

    Raises:
        ConfigError: it does not load with the present program; names file and line.
    """
    pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
    try:
        try:
            pool.submit(_move, package_dir, user_dir).result()
        except ConfigError as error:
            raise ConfigError(f"les règles de {named} ne se lisent pas avec ce programme : {error}") from error
        yield lambda article: pool.submit(_read, article, user_dir)
    finally:
        pool.shutdown(cancel_futures=True)


def _move(package_dir: Path, user_dir: Path | None) -> None:
    documents.PACKAGE_DIR = package_dir
    from extractors.knowledge import load_knowledge

    load_knowledge(user_dir)


def _read(article: Article, user_dir: Path | None) -> tuple[DealMention, ...]:
    from extractors.deals.extract import find_deals
    from extractors.knowledge import load_knowledge

    return find_deals(article, load_knowledge(user_dir).deals)
