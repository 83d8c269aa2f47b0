"""The same address with another text: an article was updated, or comes a second time less whole. Both are kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlmodel import Session, select

from extractors.values import Reading
from storage.copies import link_copies
from storage.database import upsert
from storage.mentions import replace_mentions
from storage.sketches import text_hash
from storage.tables import ArticleRow, VersionRow

# How near a source is to what readers see now: a feed's teaser or an old snapshot never replaces the page.
_RANK = {"feed": 0, "archive": 1, "file": 1, "page": 2}
_READ_ANEW = ("title", "text", "language", "paywalled", "source", "state", "score", "reasons", "rule_version")


def keep_version(
    session: Session,
    article_id: int,
    offered: ArticleRow,
    reading: Reading,
    now: dt.datetime,
    aliases: Mapping[str, str] | None,
) -> set[str]:
    """Keep what `offered` says otherwise than the stored article of its address; a text once seen changes nothing.

    The later text is the article from now on, and its mentions count, unless it is less whole: a teaser beside the
    page, what a paywall leaves, less than half as long. The other text is kept as a version.

    Returns:
        The keys of the companies whose deals must be computed again.
    """
    stored = session.exec(select(ArticleRow).where(ArticleRow.id == article_id)).one()
    name = text_hash(offered.text)
    if name == text_hash(stored.text) or _is_known(session, article_id, name):
        return set()
    if not _takes_over(stored, offered):
        _keep(session, article_id, offered, now)
        return set()
    _keep(session, article_id, stored, stored.first_seen)
    for column in _READ_ANEW:
        setattr(stored, column, getattr(offered, column))
    stored.published = stored.published or offered.published
    session.add(stored)
    session.flush()
    link_copies(session, article_id, stored.text, now)
    return replace_mentions(session, article_id, reading, aliases)


def _is_known(session: Session, article_id: int, name: str) -> bool:
    known = select(VersionRow.id).where(VersionRow.article_id == article_id, VersionRow.text_hash == name)
    return session.exec(known).first() is not None


def _takes_over(stored: ArticleRow, offered: ArticleRow) -> bool:
    cut = offered.paywalled and not stored.paywalled
    shorter = len(offered.text) < len(stored.text) / 2
    return not cut and not shorter and _RANK[offered.source] >= _RANK[stored.source]


def _keep(session: Session, article_id: int, article: ArticleRow, seen_at: dt.datetime) -> None:
    version = upsert(session, VersionRow).values(
        article_id=article_id,
        text_hash=text_hash(article.text),
        title=article.title,
        text=article.text,
        published=article.published,
        source=article.source,
        seen_at=seen_at,
    )
    session.execute(version.on_conflict_do_nothing(index_elements=["article_id", "text_hash"]))
