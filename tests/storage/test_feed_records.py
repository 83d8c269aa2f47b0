"""Visits of feeds, and the entries that wait to be read."""

from __future__ import annotations

import datetime as dt

import pytest
from newsroom import FEED, NOW, Newsroom, entry, fetched
from sqlmodel import select

from sources.values import Entry, FeedOutcome, FeedResult, Reason, SetAside, Validators
from storage import feeds
from storage.entries import give_up_failed, load_entries, next_try, pending_entries, pending_ids
from storage.feeds import feed_states, known_urls, record_feed, validators_of
from storage.runs import parts_done
from storage.tables import SetAsideRow
from storage.values import EntryFailure, EntryOutcome, FeedCounts

A, B, C = (f"https://gazette.example/{name}" for name in "abc")
VALIDATORS = Validators('"v1"', "Tue, 10 Mar 2026 05:00:00 GMT", "hash1")


def _record(newsroom: Newsroom, result: FeedResult, now: dt.datetime = NOW) -> FeedCounts:
    return record_feed(newsroom.db, newsroom.run, FEED, result, now)


def _failed(reason: Reason = Reason.HTTP_5XX) -> FeedResult:
    return fetched(outcome=FeedOutcome.FAILED, reason=reason, detail="503 at the gate")


def test_new_entries_once_known_ones_counted(newsroom: Newsroom) -> None:
    assert _record(newsroom, fetched(entry(A), entry(B), entry(A))) == FeedCounts(new=2)
    assert _record(newsroom, fetched(entry(B), entry(C, canonical_url=C))) == FeedCounts(new=1, known=1)
    assert known_urls(newsroom.db, [A, B, C, "https://gazette.example/other"]) == {A, B, C}
    assert parts_done(newsroom.db, newsroom.run) == {"feed:gazette"}


def test_an_entry_comes_back_as_it_went_in(newsroom: Newsroom) -> None:
    full = Entry(
        feed_id=FEED.id,
        url=A + "?utm_source=x",
        canonical_url=A,
        title="Été à « Nîmes »",
        published=NOW,
        summary="court",
        content_html="<p>long</p>",
        author="C. Dubois",
        language="fr",
        problems=("relative_link",),
    )
    _record(newsroom, fetched(full))
    (pending,) = pending_entries(newsroom.db, NOW, limit=5)
    assert (pending.entry, pending.first_seen, pending.attempts, pending.reason) == (full, NOW, 0, None)


def test_failures_add_up_keep_the_validators_and_end_with_success(newsroom: Newsroom) -> None:
    later = [NOW + dt.timedelta(days=days) for days in range(4)]
    _record(newsroom, fetched(validators=VALIDATORS), later[0])
    _record(newsroom, _failed(), later[1])
    _record(newsroom, _failed(Reason.TIMEOUT), later[2])
    state = feed_states(newsroom.db)[FEED.id]
    assert (state.consecutive_failures, state.reason, state.last_success_at, state.checked_at) == (
        2,
        "timeout",
        later[0],
        later[2],
    )
    assert validators_of(newsroom.db, FEED.id) == VALIDATORS
    assert parts_done(newsroom.db, newsroom.run) == set()
    _record(newsroom, fetched(outcome=FeedOutcome.NOT_MODIFIED), later[3])
    state = feed_states(newsroom.db)[FEED.id]
    assert (state.consecutive_failures, state.reason, state.last_success_at) == (0, None, later[3])
    assert validators_of(newsroom.db, FEED.id) == VALIDATORS, "a 304 need not repeat them"


def test_a_feed_that_stops_sending_validators_is_asked_without(newsroom: Newsroom) -> None:
    _record(newsroom, fetched(validators=VALIDATORS))
    _record(newsroom, fetched(validators=Validators(body_hash="hash2")))
    assert validators_of(newsroom.db, FEED.id) == Validators(body_hash="hash2")
    assert validators_of(newsroom.db, "never-seen") == Validators()


def test_what_is_set_aside_is_kept_once_and_counted(newsroom: Newsroom) -> None:
    aside = SetAside(FEED.id, "no_link", "item 3 « Sans lien »")
    long_link = "https://gazette.example/" + "é" * 1500
    for _ in range(2):
        counts = _record(newsroom, fetched(entry(long_link), set_aside=(aside, aside)))
        assert counts == FeedCounts(set_aside=3)
    with newsroom.db.reading() as session:
        kept = {(row.reason, row.times) for row in session.exec(select(SetAsideRow))}
    assert kept == {("no_link", 2), ("bad_url", 2)}


def test_a_crash_while_recording_leaves_nothing(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(feeds, "record_part", _crash)
        with pytest.raises(RuntimeError):
            _record(newsroom, fetched(entry(A), validators=VALIDATORS))
    assert validators_of(newsroom.db, FEED.id) == Validators(), "else the next visit would get a 304 and lose the entry"
    assert newsroom.ids() == []
    assert _record(newsroom, fetched(entry(A), validators=VALIDATORS)).new == 1


def test_strange_characters_do_not_stop_a_feed(newsroom: Newsroom) -> None:
    odd = entry(A + "\0\ud800", title="a\0b", summary="\udfff")
    assert _record(newsroom, fetched(odd)).new == 1
    assert _record(newsroom, fetched(odd)).known == 1
    assert known_urls(newsroom.db, [odd.canonical_url]) == {odd.canonical_url}


def test_latest_published_first_undated_last(newsroom: Newsroom) -> None:
    old = NOW - dt.timedelta(days=3)
    _record(newsroom, fetched(entry(A, published=old), entry(B, published=None), entry(C)))
    assert [pending.entry.url for pending in pending_entries(newsroom.db, NOW, limit=9)] == [C, A, B]
    first, *rest = pending_ids(newsroom.db, NOW, 9)
    assert pending_ids(newsroom.db, NOW, 1) == [first]
    assert pending_ids(newsroom.db, NOW, 9, exclude=[first]) == rest
    assert [one.id for one in load_entries(newsroom.db, [*reversed(rest), 999])] == list(reversed(rest))


def _fail(newsroom: Newsroom, now: dt.datetime, transient: bool = True) -> None:
    from storage.articles import store_batch

    (entry_id,) = pending_ids(newsroom.db, now, 9)
    outcome = EntryOutcome(entry_id, A, failure=EntryFailure("http_5xx", "503", transient=transient))
    store_batch(newsroom.db, newsroom.run, "pages:0", [outcome], now)


def test_a_transient_failure_comes_back_later_and_later_then_never(newsroom: Newsroom) -> None:
    _record(newsroom, fetched(entry(A)))
    moment = NOW
    for attempts in (1, 2, 3):
        _fail(newsroom, moment)
        due = next_try(attempts, moment)
        assert pending_ids(newsroom.db, due - dt.timedelta(seconds=1), 9) == []
        (again,) = pending_entries(newsroom.db, due, limit=9)
        assert (again.attempts, again.reason) == (attempts, "http_5xx")
        moment = due
    since = NOW + dt.timedelta(days=1)
    assert pending_ids(newsroom.db, moment, 9, retry_since=since) == []
    assert pending_ids(newsroom.db, moment, 9, retry_since=NOW) != []
    assert (give_up_failed(newsroom.db, NOW), give_up_failed(newsroom.db, since)) == (0, 1)
    assert pending_ids(newsroom.db, moment, 9) == []


def test_a_permanent_failure_does_not_come_back(newsroom: Newsroom) -> None:
    _record(newsroom, fetched(entry(A)))
    _fail(newsroom, NOW, transient=False)
    assert pending_ids(newsroom.db, NOW + dt.timedelta(days=30), 9) == []


def test_waits_grow_to_half_a_day() -> None:
    waits = [next_try(attempts, NOW) - NOW for attempts in range(1, 30)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (dt.timedelta(minutes=1), dt.timedelta(hours=12))


def _crash(*_args: object, **_more: object) -> None:
    raise RuntimeError("killed here")
