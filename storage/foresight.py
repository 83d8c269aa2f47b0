"""What reading again would change in the deals: tried company by company in transactions that are taken back.

What was read is kept in a temporary file meanwhile, so that memory does not grow with the archive.
"""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import TracebackType

from sqlmodel import Session, col, select

from extractors.values import Reading
from storage.database import Database
from storage.deal_tables import DealRow
from storage.deals import resolve_company
from storage.mentions import companies_concerned, mark_companies, replace_mentions
from storage.news import AlertRules
from storage.queries import deal_views
from storage.values import DealView


@dataclass(frozen=True, slots=True)
class DealChange:
    """One deal before and after; it would appear without the former and vanish without the latter."""

    id: str
    before: DealView | None
    after: DealView | None


class Foresight:
    """Collects readings, then tells what they would change. A context manager: its file goes with it."""

    def __init__(self, db: Database, rules: AlertRules, aliases: Mapping[str, str] | None = None) -> None:
        self._db, self._rules, self._aliases = db, rules, aliases
        self.articles = 0  # that say something else now

    def __enter__(self) -> Foresight:
        self._spool = sqlite3.connect("")  # SQLite's own temporary file, on disk once it grows
        self._spool.execute("CREATE TABLE reading (article INTEGER PRIMARY KEY, content BLOB)")
        self._spool.execute("CREATE TABLE about (company TEXT, article INTEGER, PRIMARY KEY (company, article))")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._spool.close()

    def consider(self, article_id: int, reading: Reading) -> None:
        """Keep a reading in mind if it says something else than the stored one."""
        with self._db.reading() as session:
            companies = companies_concerned(session, article_id, reading, self._aliases)
        if companies:
            self.articles += 1
            self._spool.execute("INSERT INTO reading VALUES (?, ?)", (article_id, pickle.dumps(reading)))
            self._spool.executemany("INSERT INTO about VALUES (?, ?)", [(key, article_id) for key in companies])

    def changes(self) -> list[DealChange]:
        """Every deal that would appear, change or vanish, in a stable order."""
        before: dict[str, DealView] = {}
        after: dict[str, DealView] = {}
        for (company,) in self._spool.execute("SELECT DISTINCT company FROM about ORDER BY company"):
            with self._db.transaction() as session:
                was = _shown(session, company)
                for article_id, reading in self._readings(company):
                    replace_mentions(session, article_id, reading, self._aliases)
                mark_companies(session, {company}, self._rules.now)
                resolve_company(session, company, None, self._rules, watches=())
                session.flush()
                now = _shown(session, company)
                session.rollback()
            before |= {deal_id: view for deal_id, view in was.items() if not _same(now.get(deal_id), view)}
            after |= {deal_id: view for deal_id, view in now.items() if not _same(was.get(deal_id), view)}
        # A deal whose company is read under another name vanishes in one block and appears in the other.
        found = [DealChange(deal_id, before.get(deal_id), after.get(deal_id)) for deal_id in before | after]
        return sorted(found, key=lambda change: (_name(change), change.id))

    def _readings(self, company: str) -> Iterator[tuple[int, Reading]]:
        query = "SELECT article, content FROM reading WHERE article IN (SELECT article FROM about WHERE company = ?)"
        for article_id, content in self._spool.execute(query, (company,)):
            yield article_id, pickle.loads(content)  # noqa: S301 - nobody but us wrote it


def _shown(session: Session, company: str) -> dict[str, DealView]:
    session.expire_all()
    live = (col(DealRow.mention_count) > 0, col(DealRow.redirect_to).is_(None), col(DealRow.rejected).is_(False))
    return deal_views(session, session.exec(select(DealRow.id).where(DealRow.company_key == company, *live)).all())


def _same(one: DealView | None, two: DealView) -> bool:
    """Whether a reader would see no difference but in where the words stand."""
    if one is None or replace(one, mentions=()) != replace(two, mentions=()):
        return False
    return sorted(mention.article for mention in one.mentions) == sorted(mention.article for mention in two.mentions)


def _name(change: DealChange) -> str:
    deal = change.after or change.before
    return deal.company.casefold() if deal else ""
