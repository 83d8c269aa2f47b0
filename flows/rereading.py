"""Reading many stored articles again, here or in several confined processes: the same result in the same order."""

from __future__ import annotations

import logging
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from config.settings import Settings
from extractors.knowledge import load_knowledge
from extractors.read import read_article
from extractors.values import Article, Reading
from flows.archive_readers import JudgingRules, judging_rules, new_readers
from sources.confined import Confined, JobFailed, TooCostly

log = logging.getLogger("veille.reprocess")

Articles = Sequence[tuple[int, Article]]
# None where reading failed, which costs that article alone.
Readings = list[tuple[int, Reading | None]]
ReadAll = Callable[[Iterable[Articles]], Iterator[Readings]]


@contextmanager
def rereader(settings: Settings, workers: int) -> Iterator[ReadAll]:
    """What turns batches of articles into batches of readings, with so many processes; with one, in this process."""
    rules = judging_rules(settings)
    if workers == 1:
        yield lambda batches: (_told(read_batch(batch, rules)) for batch in batches)
        return
    confined = new_readers(settings, workers)
    confined.start()
    with ThreadPoolExecutor(workers, thread_name_prefix="reread") as pool:
        try:
            yield lambda batches: _in_order(pool, batches, lambda batch: _apart(confined, batch, rules), workers)
        finally:
            confined.close()


def read_batch(articles: Articles, rules: JudgingRules) -> list[tuple[int, Reading | str]]:
    """What today's rules read; where our own code fails, its traceback."""
    knowledge = load_knowledge(rules.config_dir)
    found: list[tuple[int, Reading | str]] = []
    for article_id, article in articles:
        try:
            found.append((article_id, read_article(article, knowledge, threshold=rules.threshold)))
        except Exception:  # noqa: BLE001 - told in the log by whoever asked
            found.append((article_id, f"{article.id}\n{traceback.format_exc()}"))
    return found


def _in_order(
    pool: ThreadPoolExecutor, batches: Iterable[Articles], read: Callable[[Articles], Readings], workers: int
) -> Iterator[Readings]:
    """The readings of each batch in their order, a few batches being read ahead."""
    ahead: deque[Future[Readings]] = deque()
    for batch in batches:
        ahead.append(pool.submit(read, batch))
        if len(ahead) > workers + 1:
            yield ahead.popleft().result()
    while ahead:
        yield ahead.popleft().result()


def _apart(confined: Confined, batch: Articles, rules: JudgingRules) -> Readings:
    try:
        return _told(confined.call(read_batch, batch, rules))
    except (TooCostly, JobFailed) as error:
        if len(batch) > 1:
            return [found for one in batch for found in _apart(confined, [one], rules)]
        log.error("article %s: %s", batch[0][1].id, error)
        return [(batch[0][0], None)]


def _told(found: list[tuple[int, Reading | str]]) -> Readings:
    for _, reading in found:
        if isinstance(reading, str):
            log.error("defect while reading again %s", reading)
    return [(article_id, None if isinstance(reading, str) else reading) for article_id, reading in found]
