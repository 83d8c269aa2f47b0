"""What becomes of one item of an archive: refused early, without an article, outside the window, irrelevant, or kept.

Runs in whichever process reads the item; what it told travels back as plain values.
"""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from extractors.early import EarlyGate, load_gate
from extractors.knowledge import load_knowledge
from extractors.plainness import looks_plain
from extractors.read import read_article
from extractors.values import Article, NoArticle, Reading
from flows.archive_readers import JudgingRules
from sources.archives.values import Capture, Item, Miss, Story, Window
from sources.errors import UrlError
from sources.urls import canonical_url

# Of what gave nothing so many are told one by one, for each part; the others are counted.
TOLD_MISSES = 20
# As a page's text (`extractors.article.MOST_TEXT`): press articles end long before, and time grows with length.
MOST_TEXT = 200_000


@dataclass(frozen=True, slots=True)
class Kept:
    """An article that is worth storing, known by its canonical address; `stem` is a local file's name."""

    canonical_url: str
    reading: Reading
    stem: str | None = None


@dataclass(slots=True)
class Told:
    """What came of some items: counts by fate, the first misses, the articles to keep, defects of ours with traceback.

    `again` counts those that may be had another time.
    """

    counts: Counter[str] = field(default_factory=Counter)
    misses: list[dict[str, str]] = field(default_factory=list)
    found: list[Kept] = field(default_factory=list)
    defects: list[tuple[str, str]] = field(default_factory=list)
    again: int = 0

    def miss(self, miss: Miss) -> None:
        """Count an item that gave nothing."""
        self.counts["items"] += 1
        self.counts[f"lost:{miss.reason}"] += 1
        self.again += miss.transient
        if len(self.misses) < TOLD_MISSES:
            self.misses.append({"where": miss.where, "reason": miss.reason, "detail": miss.detail})

    def add(self, more: Told) -> None:
        """Add what came of other items, read after these."""
        self.counts.update(more.counts)
        self.misses += more.misses[: TOLD_MISSES - len(self.misses)]
        self.found += more.found
        self.defects += more.defects
        self.again += more.again


def judge_all(items: Iterable[Item], window: Window, rules: JudgingRules) -> Told:
    """What comes of some items."""
    told = Told()
    for item in items:
        judge(item, window, rules, told)
    return told


def judge(item: Item, window: Window, rules: JudgingRules, told: Told) -> None:
    """Add to `told` what becomes of an item: kept when it is French and about AI, or tells a deal.

    Raises:
        MemoryError: it needs more than this process may have.
    """
    if isinstance(item, Miss):
        told.miss(item)
        return
    told.counts["items"] += 1
    try:
        kept = _kept(item, window, rules)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a page that our own code fails on costs that page alone; whoever stores logs it
        told.counts["lost:defect"] += 1
        told.defects.append((item.url, traceback.format_exc()))
        return
    if isinstance(kept, str):
        told.counts[kept] += 1
        return
    told.counts["relevant" if kept.reading.relevance.relevant else "deals_elsewhere"] += 1
    told.found.append(kept)


def is_plain(item: Item) -> bool:
    """Whether nothing about an item's shape would make a parser crawl."""
    if isinstance(item, Capture):
        return looks_plain(item.body)
    return isinstance(item, Miss) or looks_plain((item.html or item.text).encode(errors="replace"))


def _kept(item: Capture | Story, window: Window, rules: JudgingRules) -> Kept | str:
    """The article to keep, or what the item is counted as."""
    refusal = _refused(load_gate(rules.config_dir), item)
    if refusal:
        return f"refused:{refusal}"
    article = _article(item)
    if isinstance(article, NoArticle):
        return f"lost:{article.reason}"
    if not window.holds(article.published):
        return "outside"
    reading = read_article(article, load_knowledge(rules.config_dir), threshold=rules.threshold)
    if reading.language != "fr":
        return "not_french"
    if not reading.relevance.relevant and not reading.deals:
        return "not_relevant"
    return Kept(article.id, reading, item.stem)


def _refused(gate: EarlyGate, item: Capture | Story) -> str | None:
    if isinstance(item, Capture):
        return gate.refuse_page(item.body, item.content_type)
    if item.html:
        return gate.refuse_page(f"{item.title} {item.html}".encode(errors="replace"))
    return gate.refuse_text(f"{item.title}\n{item.text}")


def _article(item: Capture | Story) -> Article | NoArticle:
    """The article, known by its canonical address; undated pages count as of the day of their capture."""
    from extractors.article import article_from_fragment, article_from_html  # trafilatura: seconds to import

    if isinstance(item, Capture):
        found = article_from_html(item.body, item.url, item.content_type)
        if isinstance(found, NoArticle):
            return found
        published = found.published or item.day
        return replace(
            found, id=_known_by(found.url or item.url), published=published, url=_link(found.url or item.url)
        )
    if item.html:
        from_html = article_from_fragment(item.html, item.url, item.title, item.outlet)
        if isinstance(from_html, NoArticle):
            return from_html
        text = from_html.text
    else:
        text = item.text[:MOST_TEXT]
    return Article(
        id=_known_by(item.url),
        title=item.title,
        text=text,
        published=item.published,
        outlet=item.outlet,
        url=_link(item.link or item.url),
        author=item.author,
    )


def _known_by(url: str) -> str:
    try:
        return canonical_url(url)
    except UrlError:
        return url  # a local file


def _link(url: str) -> str | None:
    return url if url.startswith(("http://", "https://")) else None
