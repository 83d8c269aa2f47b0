"""What feeds offered: their state, new entries as pending, and what had to be set aside."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Sequence

from sqlmodel import Session, col, select

from sources.polling import pause
from sources.schedule import before_failure, standing
from sources.values import Entry, Feed, FeedOutcome, FeedResult, Reason, SetAside, Validators
from storage.columns import storable
from storage.database import Database, upsert
from storage.runs import record_part
from storage.tables import MAX_URL_BYTES, EntryRow, FeedStateRow, PartRow, SetAsideRow
from storage.values import FeedCounts, FeedState, Run

_DETAIL = 300  # characters kept of what was wrong with an item: part of a unique index
_WINDOW = 5  # entries from which "all new" says that others may have been missed
_ANOTHER_DAY = dt.timedelta(hours=12)
_LOOKUP = 500  # URLs asked for in one query, below every driver's limit of parameters


def validators_of(db: Database, feed_id: str) -> Validators:
    """What to ask "changed since?" with; empty for a feed never fetched."""
    with db.reading() as session:
        row = session.get(FeedStateRow, feed_id)
        return Validators(row.etag, row.last_modified, row.body_hash) if row else Validators()


def record_feed(db: Database, run: Run, feed: Feed, result: FeedResult, now: dt.datetime) -> FeedCounts:
    """Write one visit of a feed in one transaction: state, new entries, set-aside items, the part `feed:ID`.

    A failed visit is recorded too and keeps the validators, so that the next one asks conditionally.
    Repeating it (after a crash) adds nothing and counts the first entries as known.
    """
    good, too_long = _storable_entries(result)
    with db.transaction() as session:
        new = _insert_entries(session, run, good, now)
        if _failed_before(session, run, feed, now):
            _take_back_failure(session, feed)
        _record_state(session, feed, result, now, new, missed=new == len(good) >= _WINDOW)
        aside = (*result.set_aside, *too_long)
        _insert_set_aside(session, aside, now)
        counts = FeedCounts(new=new, known=len(good) - new, set_aside=len(aside))
        record_part(
            session,
            run,
            f"feed:{feed.id}",
            now,
            state="failed" if result.outcome is FeedOutcome.FAILED else "done",
            outcome=result.outcome.value,
            reason=result.reason.value if result.reason else None,
            detail=result.detail,
            counts={"entries": len(good), "set_aside": counts.set_aside},
        )
        return counts


def known_urls(db: Database, canonical_urls: Iterable[str]) -> set[str]:
    """Those of `canonical_urls` that are stored already."""
    found: set[str] = set()
    wanted = list(canonical_urls)
    with db.reading() as session:
        for start in range(0, len(wanted), _LOOKUP):
            asked = {storable(url): url for url in wanted[start : start + _LOOKUP]}
            rows = session.exec(select(EntryRow.canonical_url).where(col(EntryRow.canonical_url).in_(asked)))
            found.update(asked[row] for row in rows)
    return found


def feed_states(db: Database) -> dict[str, FeedState]:
    """The state of every feed ever visited, by feed id."""
    with db.reading() as session:
        return {
            row.feed_id: FeedState(
                feed_id=row.feed_id,
                outcome=row.outcome,
                checked_at=row.checked_at,
                last_success_at=row.last_success_at,
                consecutive_failures=row.consecutive_failures,
                reason=row.reason,
                detail=row.detail,
                final_url=row.final_url,
                moved_permanently=row.moved_permanently,
            )
            for row in session.exec(select(FeedStateRow).order_by(FeedStateRow.feed_id))
        }


def _failed_before(session: Session, run: Run, feed: Feed, now: dt.datetime) -> bool:
    """Whether this run, before it was interrupted, failed with this feed: it asks again, and counts once a day."""
    part = session.get(PartRow, (run.id, f"feed:{feed.id}"))
    return part is not None and part.state == "failed" and now - part.finished_at < _ANOTHER_DAY


def _take_back_failure(session: Session, feed: Feed) -> None:
    row = session.get(FeedStateRow, feed.id)
    if row is not None and row.reason is not None and row.consecutive_failures:
        row.consecutive_failures -= 1
        row.trouble, row.not_found_times = before_failure(row.trouble, row.not_found_times, Reason(row.reason))


def _record_state(
    session: Session, feed: Feed, result: FeedResult, now: dt.datetime, new: int, *, missed: bool
) -> None:
    row = session.get(FeedStateRow, result.feed_id)
    if row is None:
        row = FeedStateRow(feed_id=result.feed_id, outcome="", checked_at=now)
        session.add(row)
    _follow_move(row, feed, result, now)
    # On a first visit everything is new.
    row.windows_missed += missed and row.last_success_at is not None
    after = standing(row.trouble, row.not_found_times, result, now, random.random())  # noqa: S311
    row.trouble, row.not_found_times = after.trouble, after.not_found_times
    row.next_check = after.next_check if after.trouble else now + _pause(row, result, now, brought=new > 0)
    row.disabled_at, row.disabled_url = (row.disabled_at or now, feed.url) if after.disabled else (None, None)
    row.outcome, row.checked_at = result.outcome.value, now
    row.reason, row.detail = (result.reason.value if result.reason else None), result.detail
    row.final_url, row.moved_permanently = result.final_url, result.moved_permanently
    if result.outcome is FeedOutcome.FAILED:
        row.consecutive_failures += 1
        return
    row.last_success_at, row.consecutive_failures = now, 0
    # A 304 need not repeat the validators; what it does not repeat stays true.
    fresh = result.outcome is FeedOutcome.FETCHED
    row.etag = result.validators.etag if fresh else result.validators.etag or row.etag
    row.last_modified = (
        result.validators.last_modified if fresh else result.validators.last_modified or row.last_modified
    )
    row.body_hash = result.validators.body_hash or row.body_hash


def _pause(row: FeedStateRow, result: FeedResult, now: dt.datetime, *, brought: bool) -> dt.timedelta:
    """How long a feed that answered well may be left alone; `row` is still that of the visit before."""
    rested = row.next_check is not None and row.outcome != FeedOutcome.FAILED.value
    before = row.next_check - row.checked_at if rested and row.next_check else None
    published = [entry.published for entry in result.entries if entry.published is not None]
    return pause(published, before, result.fresh_for, now, brought=brought)


def _follow_move(row: FeedStateRow, feed: Feed, result: FeedResult, now: dt.datetime) -> None:
    """Count the sightings of one permanent redirect that led to the feed, one a day; forget it when it fails."""
    failed = result.outcome is FeedOutcome.FAILED
    if feed.url == row.moved_to:  # asked there directly
        row.moved_times = 0 if failed else row.moved_times
    elif failed:
        return
    elif not result.moved_permanently or result.final_url is None:
        row.moved_from, row.moved_to, row.moved_times = None, None, 0
    elif (row.moved_from, row.moved_to) != (feed.url, result.final_url):
        row.moved_from, row.moved_to, row.moved_times = feed.url, result.final_url, 1
    elif now - row.checked_at >= _ANOTHER_DAY:
        row.moved_times += 1


def _storable_entries(result: FeedResult) -> tuple[list[Entry], list[SetAside]]:
    """Entries with an address of usable length, once per canonical URL; and the rest as set aside.

    In the order of their URLs, so that two feeds recorded at once never wait for each other in a circle.
    """
    good: dict[str, Entry] = {}
    too_long: list[SetAside] = []
    for entry in result.entries:
        if max(len(url.encode(errors="replace")) for url in (entry.url, entry.canonical_url)) > MAX_URL_BYTES:
            too_long.append(SetAside(result.feed_id, Reason.BAD_URL.value, f"adresse trop longue : {entry.url[:80]}…"))
        else:
            good.setdefault(storable(entry.canonical_url), entry)
    return [good[url] for url in sorted(good)], too_long


def _insert_entries(session: Session, run: Run, entries: Sequence[Entry], now: dt.datetime) -> int:
    """How many were new. All in one statement: SQLAlchemy compiles an INSERT that knows ON CONFLICT every time anew."""
    if not entries:
        return 0
    insert = upsert(session, EntryRow).on_conflict_do_nothing(index_elements=["canonical_url"])
    rows = [
        {
            "feed_id": entry.feed_id,
            "url": entry.url,
            "canonical_url": entry.canonical_url,
            "title": entry.title,
            "published": entry.published,
            "summary": entry.summary,
            "content_html": entry.content_html,
            "author": entry.author,
            "language": entry.language,
            "problems": list(entry.problems),
            "first_seen": now,
            "found_run_id": run.id,
            "state": "pending",
            "detail": "",
            "attempts": 0,
            "duplicate": False,
        }
        for entry in entries
    ]
    return len(session.execute(insert.returning(col(EntryRow.id)), rows).all())


def _insert_set_aside(session: Session, items: Sequence[SetAside], now: dt.datetime) -> None:
    for feed_id, reason, detail in sorted({(item.feed_id, item.reason, item.detail[:_DETAIL]) for item in items}):
        insert = upsert(session, SetAsideRow).values(
            feed_id=feed_id, reason=reason, detail=detail, first_seen=now, last_seen=now, times=1
        )
        times = SetAsideRow.__table__.c.times + 1  # type: ignore[attr-defined]
        session.execute(
            insert.on_conflict_do_update(
                index_elements=["feed_id", "reason", "detail"], set_={"last_seen": now, "times": times}
            )
        )
