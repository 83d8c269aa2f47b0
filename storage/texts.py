"""The texts of stored articles, streamed, for reading them again."""

from __future__ import annotations

from collections.abc import Iterator

from sqlmodel import col, select

from extractors.values import Article
from storage.database import Database
from storage.tables import ArticleRow

_PAGE = 100


def stored_articles(db: Database, language: str = "fr") -> Iterator[Article]:
    """Every stored article in one language, oldest row first, from one consistent state.

    `id` is the file name it came from without ending, else its canonical URL.
    """
    last = 0
    with db.reading() as session:
        while True:
            query = (
                select(ArticleRow)
                .where(col(ArticleRow.id) > last, col(ArticleRow.language) == language)
                .order_by(col(ArticleRow.id))
                .limit(_PAGE)
            )
            rows = session.exec(query).all()
            for row in rows:
                yield article_of(row)
            if len(rows) < _PAGE:
                return
            last = rows[-1].id or last
            session.expunge_all()


def article_of(row: ArticleRow) -> Article:
    """A stored article as it was read the first time."""
    return Article(
        id=row.stem or row.canonical_url,
        title=row.title,
        text=row.text,
        published=row.published,
        outlet=row.outlet,
        url=row.url,
        author=row.author,
        language=row.language,
        paywalled=row.paywalled,
    )
