"""Reading pages into outcomes: the pure work of a run, spread over processes when there is enough of it.

Text extraction is the costly part of a run and holds the interpreter lock, so threads do not help; a pool of
`Settings.workers` processes does. A handful of plain pages is read in the calling thread: workers take seconds to
start.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

from config.settings import Settings
from extractors.knowledge import load_knowledge
from extractors.plainness import looks_plain
from extractors.read import read_article
from extractors.values import Article, NoArticle, Reading
from flows.loaded import load
from flows.local_day import local_day
from sources.confined import Confined, JobFailed, TooCostly
from sources.errors import UrlError
from sources.urls import canonical_url
from sources.values import Feed, Page, PageFailure, Reason
from storage.values import ArticleSource, EntryFailure, EntryOutcome, PendingEntry

log = logging.getLogger("veille.run")

# Starting a pool costs about as much as reading this many pages in place (2 s against 60 ms a page, measured).
POOL_FROM = 30
# Longest that reading one page may take: a thousand times what an ordinary one does on an idle machine.
PAGE_SECONDS = 30.0
# A summary shorter than this says no more than the title does.
_LEAST_SUMMARY = 80


@dataclass(frozen=True, slots=True)
class ReadJob:
    """One entry with what the web gave for it. `page` is None when the feed's own content was enough."""

    pending: PendingEntry
    feed: Feed
    page: Page | PageFailure | None
    last_try: bool = False


@dataclass(frozen=True, slots=True)
class ReadRules:
    """The settings that reading depends on; small, because it travels to other processes."""

    config_dir: Path | None
    threshold: float
    timezone: str


class ArticleReader:
    """Reads jobs in place, or in processes of their own once `expect` announced enough of them.

    A page that does not look plain is never read in place: it could hold the whole run up, or fill its memory.
    """

    def __init__(self, rules: ReadRules, workers: int, seconds: float = PAGE_SECONDS) -> None:
        self._rules, self._workers = rules, workers
        self._confined = Confined(
            workers, seconds, load, (rules.config_dir,), forked_from=("flows.forked", "flows.reader")
        )
        self._apart = False
        self._coming, self._counting = 0, Lock()
        # Threads that read in place only take the interpreter from each other, and from those that fetch.
        self._in_place = Lock()

    def expect(self, jobs: int) -> None:
        """Say how many jobs are coming, so that workers are started when it pays."""
        with self._counting:
            if self._apart or self._workers == 1 or jobs < POOL_FROM:
                return
            self._apart = True
        self._confined.start()

    def expect_more(self, jobs: int) -> None:
        """Say that so many jobs are coming besides those told of so: workers start while the rest is found."""
        with self._counting:
            self._coming += jobs
        self.expect(self._coming)

    def read(self, job: ReadJob) -> EntryOutcome:
        """The outcome of one job. A page that costs too much is given up for what the feed says of it.

        A page that our own code fails on costs that page alone: it is kept with the reason, and read again by later
        runs, which may know better.
        """
        try:
            return self._read(job)
        except TooCostly as error:
            log.warning("page %s: %s", job.pending.entry.url, error)
            bare = replace(job.pending, entry=replace(job.pending.entry, content_html=None))
            lost = PageFailure(job.pending.entry.url, Reason.TOO_COSTLY, str(error))
            return read_job(replace(job, pending=bare, page=lost), self._rules)
        except Exception as error:
            log.exception("defect while reading %s", job.pending.entry.url)
            told = (str(error) if isinstance(error, JobFailed) else f"{type(error).__name__}: {error}")[:300]
            reason = EntryFailure("defect", told, transient=not job.last_try)
            return EntryOutcome(
                job.pending.id, job.pending.entry.canonical_url, failure=reason, feed_id=job.pending.entry.feed_id
            )

    def full_text(self, pending: PendingEntry) -> Article | None:
        """As the function of this name, within the limits."""
        if looks_plain((pending.entry.content_html or "").encode(errors="replace")):
            return full_text(pending)
        try:
            return self._confined.call(full_text, pending, patient=True)
        except (TooCostly, JobFailed) as error:
            log.warning("feed content of %s: %s", pending.entry.url, error)
            return None

    def close(self) -> None:
        """End the workers."""
        self._confined.close()

    def _read(self, job: ReadJob) -> EntryOutcome:
        body = job.page.body if isinstance(job.page, Page) else b""
        content = (job.pending.entry.content_html or "").encode(errors="replace")
        plain = looks_plain(body) and looks_plain(content)
        if self._apart or not plain:
            return self._confined.call(read_job, job, self._rules, patient=not plain)
        with self._in_place:
            return read_job(job, self._rules)


@contextmanager
def open_reader(settings: Settings) -> Iterator[ArticleReader]:
    """An `ArticleReader` for these settings."""
    rules = ReadRules(settings.config_dir, settings.relevance_threshold, settings.timezone)
    reader = ArticleReader(rules, settings.workers, settings.page_seconds)
    try:
        yield reader
    finally:
        reader.close()


def read_job(job: ReadJob, rules: ReadRules) -> EntryOutcome:
    """Turn one entry and its page into an article with its reading, or into the reason why there is none."""
    entry = job.pending.entry
    article, source, lost = _article(job)
    if isinstance(article, EntryFailure):
        return EntryOutcome(job.pending.id, entry.canonical_url, failure=article, feed_id=entry.feed_id)
    published = local_day(entry.published, rules.timezone) if entry.published else article.published
    canonical = _canonical(article.url) or entry.canonical_url
    whole = Article(
        id=canonical,
        title=entry.title or article.title,
        text=article.text,
        published=published,
        outlet=job.feed.name,
        url=article.url or entry.url,
        author=entry.author or article.author,
        language=article.language,
        paywalled=article.paywalled,
    )
    reading: Reading = read_article(
        whole,
        load_knowledge(rules.config_dir),
        threshold=rules.threshold,
        declared=(entry.language, job.feed.language),
    )
    return EntryOutcome(
        job.pending.id,
        canonical,
        reading=reading,
        feed_id=entry.feed_id,
        source=source,
        instead_of=lost,
    )


def _article(job: ReadJob) -> tuple[Article | EntryFailure, ArticleSource, EntryFailure | None]:
    """The best text there is, where it is from, and why the page is not it.

    The page's text; else the feed's own; else, when no page will come, the feed's summary.
    """
    from extractors.article import article_from_html  # trafilatura: a run has begun long before it is needed

    page, entry = job.page, job.pending.entry
    from_page: Article | NoArticle | None = None
    if isinstance(page, Page):
        from_page = article_from_html(page.body, page.final_url, page.content_type, job.feed.name)
    from_feed = full_text(job.pending)
    if isinstance(from_page, Article):
        if from_page.paywalled and from_feed and len(from_feed.text) > len(from_page.text):
            return from_feed, "feed", EntryFailure("paywall", "le flux en dit plus que la page")
        return from_page, "page", None
    lost: EntryFailure | None = None
    if isinstance(page, PageFailure):
        lost = EntryFailure(page.reason.value, page.detail, transient=page.reason.transient and not job.last_try)
    elif from_page is not None:
        lost = EntryFailure(from_page.reason, from_page.detail)
    if from_feed:
        return from_feed, "feed", lost
    if lost is not None and lost.transient:
        return lost, "page", None
    if len(entry.summary) >= _LEAST_SUMMARY:
        return Article(id=entry.url, title=entry.title, text=entry.summary, url=entry.url), "feed", lost
    return lost or EntryFailure("no_text", "le flux ne porte pas de texte"), "page", None


def full_text(pending: PendingEntry) -> Article | None:
    """The article in the feed's own content, when the feed carries one."""
    entry = pending.entry
    if not entry.content_html:
        return None
    from extractors.article import article_from_fragment

    found = article_from_fragment(entry.content_html, entry.url, entry.title)
    return found if isinstance(found, Article) else None


def _canonical(url: str | None) -> str | None:
    try:
        return canonical_url(url) if url else None
    except UrlError:
        return None
