"""What early refusal loses: every page that it refuses is read in full, by two processes, and what is found counted."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from pathlib import Path

from extractors.article import article_from_html
from extractors.early import load_gate
from extractors.read import read_article
from extractors.values import Article
from sources.archives.values import Capture, Part, Window
from sources.archives.warc import WarcSource

_ALL = Window()


def losses(warc: Path, processes: int = 2) -> Counter[str]:
    """Of a WARC: `refused` pages, and among them `relevant` articles, `ai_deals` and `other_deals`."""
    told: Counter[str] = Counter()
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        parts = [(str(warc), part) for part in WarcSource(warc).plan(_ALL)]
        for counts in pool.imap_unordered(_lost_of, parts):
            told.update(counts)
    return told


def _lost_of(job: tuple[str, Part]) -> Counter[str]:
    gate, told = load_gate(), Counter[str]()
    for item in WarcSource(Path(job[0])).read(job[1], _ALL):
        if not isinstance(item, Capture) or gate.refuse_page(item.body, item.content_type) is None:
            continue
        told["refused"] += 1
        article = article_from_html(item.body, item.url, item.content_type)
        if isinstance(article, Article):
            reading = read_article(article)
            told["relevant"] += reading.relevance.relevant
            told["ai_deals"] += sum(deal.ai for deal in reading.deals)
            told["other_deals"] += sum(not deal.ai for deal in reading.deals)
    return told
