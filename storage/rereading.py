"""Reading stored articles again: which ones today's rules have not read, and what they say now in place of before."""

from __future__ import annotations

import datetime as dt
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlmodel import and_, col, or_, select

from extractors.values import Article, Reading
from storage.columns import storable
from storage.copies import link_copies
from storage.database import Database
from storage.mentions import article_state, mark_companies, replace_mentions
from storage.runs import record_part
from storage.tables import ArticleRow
from storage.texts import article_of
from storage.values import Run


@dataclass(frozen=True, slots=True)
class Reread:
    """What `store_reread` found: articles that say the same, articles that say something else."""

    unchanged: int = 0
    changed: int = 0


def stale_articles(db: Database, rule_version: str, threshold: float, since: dt.date | None) -> array[int]:
    """The ids of the articles that other rules read or that another threshold judged otherwise, eight bytes each.

    Undated ones are among them whatever `since` says.
    """
    state, score = col(ArticleRow.state), col(ArticleRow.score)
    judged_otherwise = or_(
        and_(state == "relevant", score < threshold), and_(state == "not_relevant", score >= threshold)
    )
    query = select(ArticleRow.id).where(
        or_(col(ArticleRow.rule_version) != rule_version, judged_otherwise),
        col(ArticleRow.text) != "",  # texts let go by `storage.retention`
    )
    if since is not None:
        query = query.where(or_(col(ArticleRow.published) >= since, col(ArticleRow.published).is_(None)))
    with db.reading() as session:
        return array("q", sorted(found for found in session.exec(query.execution_options(yield_per=10_000)) if found))


def load_articles(db: Database, ids: Sequence[int]) -> list[tuple[int, Article]]:
    """Articles by id, as they were read the first time."""
    with db.reading() as session:
        rows = session.exec(select(ArticleRow).where(col(ArticleRow.id).in_(list(ids))).order_by(col(ArticleRow.id)))
        return [(row.id or 0, article_of(row)) for row in rows]


def store_reread(
    db: Database,
    run: Run,
    part: str,
    readings: Sequence[tuple[int, Reading]],
    now: dt.datetime,
    *,
    aliases: Mapping[str, str] | None = None,
) -> Reread:
    """Write what a batch of articles says now, in one transaction with its part of the ledger.

    An article that says the same costs its own row only. One whose text was updated meanwhile is left for next time.
    """
    changed = 0
    with db.transaction() as session:
        companies: set[str] = set()
        for article_id, reading in readings:
            row = session.exec(select(ArticleRow).where(ArticleRow.id == article_id).with_for_update()).one()
            if row.text != storable(reading.article.text):
                continue
            keys = replace_mentions(session, article_id, reading, aliases)
            link_copies(session, article_id, row.text, now)
            changed += bool(keys)
            companies |= keys
            row.state, row.language = article_state(reading), reading.language
            row.score, row.rule_version = reading.relevance.score, run.rule_version
            row.reasons = [asdict(reason) for reason in reading.relevance.reasons]
        mark_companies(session, companies, now)
        counts = Reread(len(readings) - changed, changed)
        record_part(session, run, part, now, counts=asdict(counts))
    return counts
