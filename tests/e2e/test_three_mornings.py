"""Three daily runs over the demonstration site: what is new, nothing new, one deal told again in dollars and one new."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from mornings import Mornings, mornings, plain_text

from demo.press import GONE
from demo.texts import later_articles
from flows.daily_run import run_daily, start_run
from storage.errors import AlreadyCaughtUp, RunInProgress, StorageError


@pytest.fixture
def press(tmp_path: Path, database_url: str) -> Iterator[Mornings]:
    with mornings(tmp_path, database_url) as found:
        yield found


@pytest.mark.parametrize("database_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True)
def test_three_mornings(press: Mornings) -> None:
    # The first morning: everything is new.
    first = press.run()
    outcomes = {feed.feed_id: (feed.outcome, feed.reason) for feed in first.report.feeds}
    assert sorted(outcome for outcome, _ in outcomes.values()).count("failed") == 2
    assert {reason for outcome, reason in outcomes.values() if outcome == "failed"} == {"timeout", "not_a_feed"}
    assert sum(feed.set_aside for feed in first.report.feeds) == 1
    assert first.report.entries_new == len(press.site.articles)
    assert first.report.not_french == 1
    assert first.report.from_feed == {"gone": 1}
    assert first.report.set_aside == {"no_link": 1}
    assert first.report.deals_new
    (mail,) = first.mails
    assert first.report.mails_sent == 1
    known = press.deals("Ecorobotix")
    assert known, "a deal of the demonstration texts"
    assert "Ecorobotix" in plain_text(mail)
    assert any(request.status == 410 and GONE in request.path for request in first.requests)

    # The second: nothing new, and the servers are only asked whether anything changed.
    second = press.run()
    assert second.report.entries_new == 0
    assert (second.report.deals_new, second.report.deals_updated, second.mails) == ((), (), [])
    feeds = [request for request in second.requests if request.path != "/robots.txt"]
    readable = [request for request in feeds if request.outlet not in ("panneau", "lenteur")]
    assert readable
    assert all(request.conditional and request.status == 304 for request in readable)
    assert {feed.outcome for feed in second.report.feeds} == {"not_modified", "failed"}

    # The third: a deal known in euros told again in dollars, and one that nobody knew.
    before = press.deals("XXII")
    for article in later_articles():
        press.site.publish(article)
    third = press.run()
    assert third.report.entries_new == 2
    (mail,) = third.mails
    assert "Ondelia" in str(mail["Subject"])
    assert "XXII" not in str(mail["Subject"])
    (ondelia,) = press.deals("Ondelia")
    assert ondelia.amount is not None
    assert (ondelia.amount.value, ondelia.amount.currency) == (Decimal(14_000_000), "EUR")
    assert third.report.deals_new == (ondelia.id,)
    after = press.deals("XXII")
    assert [deal.id for deal in after] == [deal.id for deal in before]
    (round_,) = (deal for deal in after if deal.amount and deal.amount.currency == "EUR")
    assert {mention.amount.currency for mention in round_.mentions if mention.amount} == {"EUR", "USD"}

    # A fourth changes nothing any more; two feeds have failed for three days now, which the operator is told, once.
    fourth = press.run()
    assert (fourth.report.entries_new, fourth.report.deals_new) == (0, ())
    (note,) = fourth.mails
    told = plain_text(note).replace("\u00a0", " ")
    assert "Le flux panneau échoue depuis toujours (not_a_feed" in told
    assert "Le flux lenteur échoue depuis toujours (timeout" in told
    assert press.run().mails == []


@pytest.mark.parametrize("database_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True)
def test_nothing_is_announced_twice(press: Mornings) -> None:
    told: list[str] = []
    for article in (None, *later_articles()):
        if article is not None:
            press.site.publish(article)
        for mail in press.run().mails:
            told += [line for line in plain_text(mail).splitlines() if line and not line.startswith((" ", "-"))]
    headlines = [line for line in told if "lève" in line or "rachète" in line]
    assert headlines
    assert len(headlines) == len(set(headlines))


def test_days_off_are_caught_up_once(press: Mornings) -> None:
    """A scheduler that wakes after four days fires the runs it missed, all at once: the first does the work."""
    missed = [datetime(2026, 11, day, 5, 30, tzinfo=UTC) for day in (20, 21, 22, 23)]
    with press.context() as ctx:
        report = run_daily(ctx, scheduled_for=missed[0])
        assert report.entries_new == len(press.site.articles)
        for moment in missed[1:]:
            with pytest.raises(AlreadyCaughtUp):
                run_daily(ctx, scheduled_for=moment)
    assert len(press.new_mails()) == 1


def test_an_interrupted_run_is_taken_up_as_a_killed_one_is(press: Mornings, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("flows.daily_run.resolve_deals", interrupt)
        with pytest.raises(KeyboardInterrupt):
            press.run()
    press.day += timedelta(days=1)
    taken_up = press.run()
    assert taken_up.report.run_id == 1
    assert taken_up.report.entries_new == len(press.site.articles)
    assert len(taken_up.mails) == 1


def test_a_second_run_at_once_leaves(press: Mornings) -> None:
    with press.context() as ctx:
        start_run(ctx)
        with pytest.raises(RunInProgress, match="en cours"):
            run_daily(ctx)


def test_a_database_that_cannot_be_written_is_told_in_one_line(press: Mornings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    press.settings = press.settings.model_copy(update={"database_url": f"sqlite:///{tmp_path / 'file' / 'veille.db'}"})
    with pytest.raises(StorageError) as caught:
        press.run()
    assert "\n" not in str(caught.value)
