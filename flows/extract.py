"""The library use: documents on disk in, readings out, without a database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from extractors.article import article_from_html
from extractors.knowledge import Knowledge
from extractors.read import read_article
from extractors.values import Article, NoArticle, Reading
from sources.documents import HtmlDocument, TextDocument, Unreadable, read_documents
from terminal.reasons import in_french


def extract_paths(paths: Iterable[Path], knowledge: Knowledge, threshold: float) -> Iterator[Reading | Unreadable]:
    """Read every document under `paths`, in order, one at a time."""
    for article in articles_under(paths):
        yield article if isinstance(article, Unreadable) else read_article(article, knowledge, threshold=threshold)


def articles_under(paths: Iterable[Path]) -> Iterator[Article | Unreadable]:
    """The article of every document under `paths`, in order, one at a time."""
    for document in read_documents(paths):
        yield document if isinstance(document, Unreadable) else article_in(document)


def article_in(document: TextDocument | HtmlDocument) -> Article | Unreadable:
    """The article of one document, or why there is none."""
    if isinstance(document, TextDocument):
        return Article(
            id=document.id,
            title=document.title,
            text=document.text,
            published=document.published,
            outlet=document.outlet,
            url=document.url,
        )
    found = article_from_html(document.body, document.path.as_uri() if document.path.is_absolute() else document.id)
    if isinstance(found, NoArticle):
        return Unreadable(document.path, in_french(found.reason))
    return replace(found, id=document.id)
