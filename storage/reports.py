"""The report of a run, counted from the tables: what the database holds is what was done."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from storage.database import Database
from storage.deal_tables import DealRow, DeliveryRow
from storage.tables import ArticleRow, EntryRow, PartRow, SetAsideRow
from storage.values import FeedLine, LostPage, Run, RunReport

# Reasons for which a page was had, but no text in it (`extractors.values.NoArticle`).
TEXT_REASONS = frozenset({"no_text", "too_short", "bad_html", "not_html"})
# Pages named one by one: enough to see what is wrong, few enough to be read; the others are counted.
MOST_LOST = 50
_WAITING = DeliveryRow.state == "pending"


def run_report(db: Database, run: Run) -> RunReport:
    """What `run` has done so far. Deals counted are those that are news about AI."""
    with db.reading() as session:
        articles = _articles(session, run)
        reasons = _reasons(session, run, col(EntryRow.state) != "done")
        feeds = _feeds(session, run)
        mails = _mails(session, run)
        return RunReport(
            run_id=run.id,
            kind=run.kind,
            started_at=run.started_at,
            feeds=feeds,
            entries_new=sum(line.new for line in feeds),
            entries_known=sum(line.known for line in feeds),
            relevant=articles.get("relevant", 0),
            not_relevant=articles.get("not_relevant", 0),
            not_french=articles.get("not_french", 0),
            duplicates=_count(session, EntryRow.handled_run_id == run.id, col(EntryRow.duplicate).is_(True)),
            no_text={reason: n for reason, n in reasons.items() if reason in TEXT_REASONS},
            page_failed={reason: n for reason, n in reasons.items() if reason not in TEXT_REASONS},
            lost=_lost(session, run),
            from_feed=_reasons(session, run, EntryRow.state == "done"),
            mended=_mended(session, run),
            set_aside=_set_aside(session, run),
            paywalled=_paywalled(session, run),
            entries_pending=_count(session, EntryRow.state == "pending"),
            entries_to_retry=_count(session, EntryRow.state == "failed"),
            deals_new=_deals(session, DealRow.created_run_id == run.id),
            deals_updated=_deals(
                session,
                DealRow.changed_run_id == run.id,
                col(DealRow.created_run_id).is_distinct_from(run.id),
            ),
            mails_sent=mails["sent"],
            mails_pending=mails["pending"],
            mails_failed=mails["dead"],
            mails_next_try=session.exec(select(func.min(DeliveryRow.next_try)).where(_WAITING)).one(),
        )


def report_json(report: RunReport) -> dict[str, Any]:
    """The report as plain JSON values."""
    return {
        "run": report.run_id,
        "kind": report.kind,
        "started_at": report.started_at.isoformat(),
        "feeds": [
            {
                "feed": line.feed_id,
                "outcome": line.outcome,
                "reason": line.reason,
                "detail": line.detail,
                "new": line.new,
                "known": line.known,
                "set_aside": line.set_aside,
            }
            for line in report.feeds
        ],
        "entries": {
            "new": report.entries_new,
            "known": report.entries_known,
            "pending": report.entries_pending,
            "to_retry": report.entries_to_retry,
            "mended": dict(report.mended),
            "set_aside": dict(report.set_aside),
        },
        "articles": {
            "relevant": report.relevant,
            "not_relevant": report.not_relevant,
            "not_french": report.not_french,
            "duplicates": report.duplicates,
            "no_text": dict(report.no_text),
            "page_failed": dict(report.page_failed),
            "from_feed": dict(report.from_feed),
            "paywalled": report.paywalled,
        },
        "lost": [asdict(page) for page in report.lost],
        "feeds_silent": list(report.feeds_silent),
        "deals": {"new": list(report.deals_new), "updated": list(report.deals_updated)},
        "mails": {"sent": report.mails_sent, "pending": report.mails_pending, "failed": report.mails_failed},
    }


def _feeds(session: Session, run: Run) -> tuple[FeedLine, ...]:
    counted = select(EntryRow.feed_id, func.count()).where(EntryRow.found_run_id == run.id).group_by(EntryRow.feed_id)
    new = dict(session.exec(counted).all())
    parts = select(PartRow).where(PartRow.run_id == run.id, col(PartRow.source).startswith("feed:", autoescape=True))
    lines: list[FeedLine] = []
    for part in session.exec(parts.order_by(PartRow.source)):
        feed_id = part.source.removeprefix("feed:")
        found = new.get(feed_id, 0)
        lines.append(
            FeedLine(
                feed_id=feed_id,
                outcome=part.outcome,
                reason=part.reason,
                detail=part.detail,
                new=found,
                # A visit repeated after a crash finds its own entries again: those are not known from before.
                known=max(int(part.counts.get("entries", 0)) - found, 0),
                set_aside=int(part.counts.get("set_aside", 0)),
            )
        )
    return tuple(lines)


def _articles(session: Session, run: Run) -> dict[str, int]:
    counted = select(ArticleRow.state, func.count()).where(ArticleRow.run_id == run.id).group_by(ArticleRow.state)
    return dict(session.exec(counted).all())


def _reasons(session: Session, run: Run, *conditions: Any) -> dict[str, int]:
    counted = (
        select(EntryRow.reason, func.count())
        .where(EntryRow.handled_run_id == run.id, col(EntryRow.reason).is_not(None), *conditions)
        .group_by(col(EntryRow.reason))
        .order_by(col(EntryRow.reason))
    )
    return {reason: n for reason, n in session.exec(counted) if reason is not None}


def _lost(session: Session, run: Run) -> tuple[LostPage, ...]:
    query = (
        select(EntryRow)
        .where(EntryRow.handled_run_id == run.id, EntryRow.state != "done", col(EntryRow.reason).is_not(None))
        .order_by(EntryRow.feed_id, col(EntryRow.id))
        .limit(MOST_LOST)
    )
    return tuple(
        LostPage(row.feed_id, row.url, row.reason or "", row.detail, again=row.state == "failed")
        for row in session.exec(query)
    )


def _mended(session: Session, run: Run) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for problems in session.exec(select(EntryRow.problems).where(EntryRow.found_run_id == run.id)):
        counts.update(problems)
    return dict(sorted(counts.items()))


def _set_aside(session: Session, run: Run) -> dict[str, int]:
    seen = select(SetAsideRow.reason, func.count()).where(col(SetAsideRow.last_seen) >= run.started_at)
    return dict(session.exec(seen.group_by(SetAsideRow.reason).order_by(SetAsideRow.reason)).all())


def _paywalled(session: Session, run: Run) -> int:
    counted = select(func.count()).select_from(ArticleRow)
    return session.exec(counted.where(ArticleRow.run_id == run.id, col(ArticleRow.paywalled).is_(True))).one()


def _deals(session: Session, *conditions: Any) -> tuple[str, ...]:
    news = (DealRow.role == "news", col(DealRow.ai).is_(True), col(DealRow.cumulative).is_(False))
    live = (col(DealRow.mention_count) > 0, col(DealRow.redirect_to).is_(None), col(DealRow.rejected).is_(False))
    query = select(DealRow.id).where(*conditions, *news, *live).order_by(col(DealRow.day).desc(), DealRow.id)
    return tuple(session.exec(query))


def _mails(session: Session, run: Run) -> dict[str, int]:
    """Sent and given up since the run began, and what still waits."""

    def count(*conditions: Any) -> int:
        return session.exec(select(func.count()).select_from(DeliveryRow).where(*conditions)).one()

    return {
        "sent": count(DeliveryRow.state == "sent", col(DeliveryRow.sent_at) >= run.started_at),
        "pending": count(_WAITING),
        "dead": count(DeliveryRow.state == "dead", DeliveryRow.created_at >= run.started_at),
    }


def _count(session: Session, *conditions: Any) -> int:
    return session.exec(select(func.count()).select_from(EntryRow).where(*conditions)).one()
