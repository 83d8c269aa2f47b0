"""Each watch in its own time: rhythms, quiet hours, a ceiling a day, recipients one by one, follow-ups in their thread."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from newsroom import FEED, NOW, Newsroom, money, reading, telling

from alerts.channels import MailChannel
from alerts.delivery import TemporaryDeliveryError
from alerts.outlets import operator_outlet
from alerts.send import MAX_ATTEMPTS, Outlet, SendResult, send_pending
from alerts.timing import QuietHours, Rhythm
from alerts.watch import OPERATOR, Watch
from config.settings import Settings
from flows.alerting import note_silence, report_health
from sources.values import FeedOutcome, FeedResult, Reason
from storage.deliveries import NoSuchDelivery, count_dead, drop_delivery, list_deliveries, retry_delivery
from storage.feeds import record_feed
from storage.reports import run_report
from storage.runs import begin_run, finish_run
from storage.values import RunReport

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
PARIS = ZoneInfo("Europe/Paris")


class Post:
    """A mailer that keeps (message, envelope) and refuses whom it is told to."""

    def __init__(self, refuse: dict[str, str] | None = None) -> None:
        self.refuse, self.kept = refuse or {}, []  # type: ignore[var-annotated]

    def send(self, message: EmailMessage, to: Sequence[str] | None = None) -> dict[str, str]:
        wanted = list(to or ())
        refused = {who: self.refuse[who] for who in wanted if who in self.refuse}
        if len(refused) == len(wanted):
            raise TemporaryDeliveryError("451 nobody")
        self.kept.append((message, [who for who in wanted if who not in refused]))
        return refused

    @property
    def subjects(self) -> list[str]:
        return [message["Subject"].replace("\u00a0", " ") for message, _ in self.kept]


def outlet(post: Post, **fields: Any) -> Outlet:
    watch = Watch(**{"sender": "veille@example.org", "to": ("a@example.org",)} | fields)
    return Outlet(watch, MailChannel(watch, post))


def send(newsroom: Newsroom, to: Outlet, now: dt.datetime) -> SendResult:
    return send_pending(newsroom.db, to, now)


def publish(newsroom: Newsroom, name: str, amount: float = 5e6, **fields: Any) -> None:
    newsroom.batches += 1
    newsroom.tell(
        **{
            f"{name.lower()}{newsroom.batches}": reading(
                telling(name, money(amount), **fields), published=newsroom.now.date()
            )
        }
    )


def local(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=PARIS).astimezone(dt.UTC)


def test_a_daily_digest_comes_once_a_day_at_its_hour(newsroom: Newsroom) -> None:
    post = Post()
    daily = outlet(post, rhythm=Rhythm("daily", dt.time(8)))
    publish(newsroom, "Orme")
    assert send(newsroom, daily, local("2026-03-10T06:30")).sent == []
    assert len(send(newsroom, daily, local("2026-03-10T08:00")).sent) == 1
    publish(newsroom, "Frêne")
    for late in ("2026-03-10T08:10", "2026-03-10T23:59", "2026-03-11T07:59"):
        assert send(newsroom, daily, local(late)).sent == []
    assert len(send(newsroom, daily, local("2026-03-11T09:30")).sent) == 1, "late, but it comes"
    assert send(newsroom, daily, local("2026-03-12T08:00")).sent == []
    publish(newsroom, "Tilleul")
    assert send(newsroom, daily, local("2026-03-12T10:00")).sent == [], "the slot of that day is over"
    assert len(post.kept) == 2


def test_a_weekly_digest_has_totals_and_a_chart_inside(newsroom: Newsroom) -> None:
    post = Post()
    weekly = outlet(post, rhythm=Rhythm("weekly", dt.time(8), 0))
    send(newsroom, weekly, local("2026-03-10T06:30"))  # a Tuesday
    publish(newsroom, "Orme", 40e6)
    publish(newsroom, "Frêne", 12e6)
    publish(newsroom, "Houx", 90e6, status="rumoured")
    for day in range(10, 16):
        assert send(newsroom, weekly, local(f"2026-03-{day}T12:00")).sent == []
    assert len(send(newsroom, weekly, local("2026-03-16T08:05")).sent) == 1
    ((message, _),) = post.kept
    assert post.subjects == ["La semaine de l’IA : Houx lèverait 90 M€ · 2 autres opérations IA"]
    text = message.get_body(("plain",)).get_content().replace("\u00a0", " ")
    assert "2 opérations annoncées pour 52 M€" in text
    assert "1 rumeur ou projet, 90 M€" in text
    assert "du 10 mars 2026 au 16 mars 2026" in text
    html = message.get_body(("html",)).get_content()
    (image,) = [part for part in message.walk() if part.get_content_type() == "image/png"]
    assert image["Content-ID"] == "<montants@veille-ia>"
    assert 'src="cid:montants@veille-ia"' in html
    assert image.get_content().startswith(b"\x89PNG")
    assert "http" not in html.partition("<img")[2].partition(">")[0]


def test_in_quiet_hours_nothing_leaves_and_afterwards_everything_does(newsroom: Newsroom) -> None:
    post = Post()
    night = outlet(post, quiet=QuietHours(dt.time(20), dt.time(7)))
    publish(newsroom, "Orme")
    result = send(newsroom, night, local("2026-03-10T06:59"))
    assert (result.sent, result.quiet) == ([], ["mail"])
    assert len(send(newsroom, night, local("2026-03-10T07:00")).sent) == 1


def test_over_the_ceiling_the_rest_waits_for_the_next_day(newsroom: Newsroom) -> None:
    post = Post()
    two = outlet(post, most_per_day=2)
    for hour, name in enumerate(("Orme", "Frêne", "Houx", "Tilleul")):
        publish(newsroom, name)
        send(newsroom, two, local(f"2026-03-10T{10 + hour}:00"))
    assert post.subjects == ["Orme lève 5 M€", "Frêne lève 5 M€"]
    send(newsroom, two, local("2026-03-10T23:59"))
    assert len(post.kept) == 2
    send(newsroom, two, local("2026-03-11T00:01"))
    assert post.subjects[2:] == ["Houx lève 5 M€ · 1 autre opération IA"]


def test_each_recipient_is_served_once(newsroom: Newsroom) -> None:
    """One address is full for now, one does not exist; the third has the mail and must not get it again."""
    post = Post({"full@example.org": "452 mailbox full", "gone@example.org": "550 no such user"})
    three = outlet(post, to=("a@example.org", "Full <full@example.org>", "gone@example.org"))
    publish(newsroom, "Orme")
    first = send(newsroom, three, NOW)
    assert (first.sent, len(first.failed)) == ([], 1)
    assert [error.split(" : ")[1] for error in first.errors] == ["full@example.org refusé", "gone@example.org refusé"]
    publish(newsroom, "Frêne")
    second = send(newsroom, three, NOW + dt.timedelta(minutes=1))
    assert len(second.failed) == 1, "news does not wait for one full mailbox"
    post.refuse.clear()
    last = send(newsroom, three, NOW + HOUR)
    assert len(last.sent) == 2
    assert [to for _, to in post.kept] == [
        ["a@example.org"],
        ["a@example.org"],
        ["full@example.org"],
        ["full@example.org"],
    ]
    ids = [message["Message-ID"] for message, _ in post.kept]
    assert (ids[0], ids[1]) == (ids[2], ids[3])
    assert ids[0] != ids[1]


def test_every_attempt_says_the_same(newsroom: Newsroom) -> None:
    post = Post({"a@example.org": "451 later"})
    to = outlet(post)
    publish(newsroom, "Orme", status="rumoured")
    send(newsroom, to, local("2026-03-10T23:58"))
    post.refuse.clear()
    newsroom.now += DAY
    publish(newsroom, "Orme", 9e6)
    send(newsroom, to, local("2026-03-11T09:00"))
    assert post.subjects == ["Orme lèverait 5 M€", "Orme lève 9 M€ – mise à jour"]
    message, follow_up = (message for message, _ in post.kept)
    assert follow_up["In-Reply-To"] == message["Message-ID"]
    assert "mardi 10 mars 2026" in message.get_body(("plain",)).get_content()
    assert "Tue, 10 Mar 2026 22:58:00" in message["Date"]


def test_a_follow_up_belongs_to_the_thread_of_what_it_follows(newsroom: Newsroom) -> None:
    post = Post()
    to = outlet(post)
    publish(newsroom, "Orme", status="rumoured")
    send(newsroom, to, NOW)
    newsroom.now += DAY
    publish(newsroom, "Orme", 6e6)
    send(newsroom, to, NOW + DAY)
    newsroom.now += DAY
    publish(newsroom, "Orme", 6e6, status="cancelled")
    publish(newsroom, "Frêne")
    send(newsroom, to, NOW + 2 * DAY)
    first, second, third = (message for message, _ in post.kept)
    assert "In-Reply-To" not in first
    assert second["In-Reply-To"] == second["References"] == first["Message-ID"]
    assert "In-Reply-To" not in third, "it has news of its own"


def test_what_is_given_up_can_be_looked_at_tried_again_and_dropped(newsroom: Newsroom) -> None:
    post = Post({"a@example.org": "451 later"})
    to = outlet(post)
    publish(newsroom, "Orme")
    now = NOW
    for _ in range(MAX_ATTEMPTS):
        send(newsroom, to, now)
        now += 7 * HOUR
    (line,) = list_deliveries(newsroom.db, state="dead")
    assert (line.tells, line.attempts, line.error, count_dead(newsroom.db)) == (("Orme",), 12, "451 nobody", 1)
    retry_delivery(newsroom.db, line.id)
    post.refuse.clear()
    assert len(send(newsroom, to, now).sent) == 1
    with pytest.raises(NoSuchDelivery, match="déjà parti"):
        retry_delivery(newsroom.db, line.id)
    with pytest.raises(NoSuchDelivery, match="aucun message 99"):
        drop_delivery(newsroom.db, 99)
    publish(newsroom, "Frêne")
    post.refuse = {"a@example.org": "451 later"}
    send(newsroom, to, now)
    drop_delivery(newsroom.db, list_deliveries(newsroom.db, state="pending")[0].id)
    post.refuse.clear()
    assert send(newsroom, to, now + DAY).sent == []


def test_a_message_that_cannot_be_made_does_not_silence_the_others(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = Post()
    broken, sound = outlet(post, id="broken", rule=_rule("broken")), outlet(post, id="mail")
    newsroom.publish(a=reading(telling("Orme", money(5e6))))
    newsroom.resolve(watches=(broken.watch.rule, sound.watch.rule))
    from alerts import send as sending

    real = sending.render_mail

    def fails_for_the_first(*args: Any, watch: str, **options: Any) -> Any:
        if watch == "broken":
            raise ValueError("a title that nobody foresaw")
        return real(*args, watch=watch, **options)

    monkeypatch.setattr(sending, "render_mail", fails_for_the_first)
    broken = replace(broken, watch=replace(broken.watch, name="broken"))
    result = sending.send_all(newsroom.db, (broken, sound), NOW)
    assert (len(result.sent), len(result.failed)) == (1, 1)
    assert "ValueError : a title that nobody foresaw" in result.errors[0]


def _rule(name: str) -> Any:
    from storage.watches import WatchRule

    return WatchRule(name)


def test_a_day_without_news_is_said_once_where_that_is_wanted(newsroom: Newsroom) -> None:
    post = Post()
    told, untold = outlet(post, when_nothing=True), outlet(post, id="other")
    record_feed(
        newsroom.db, newsroom.run, FEED, FeedResult(FEED.id, FeedOutcome.FAILED, reason=Reason.TIMEOUT), newsroom.now
    )
    for _ in range(2):
        report = run_report(newsroom.db, newsroom.run)
        note_silence(newsroom.db, [told.watch, untold.watch], report, newsroom.now)
        for one in (told, untold):
            send(newsroom, one, newsroom.now)
    assert post.subjects == ["Veille IA : rien de nouveau ce mardi 10 mars 2026, 1 flux en échec"]
    newsroom.now += DAY
    publish(newsroom, "Orme")
    note_silence(newsroom.db, [told.watch], report, newsroom.now)
    send(newsroom, told, newsroom.now)
    assert post.subjects[1:] == ["Orme lève 5 M€"]


def _health(newsroom: Newsroom, post: Post, now: dt.datetime, tmp_path: Path) -> None:
    settings = Settings(_env_file=None, outbox_dir=tmp_path, operator_to=["op@example.org"])  # type: ignore[call-arg]
    report_health(newsroom.db, settings, [FEED.id], now)
    to = replace(operator_outlet(settings), channel=MailChannel(operator_outlet(settings).watch, post))
    send_pending(newsroom.db, to, now)


def _text(post: Post) -> str:
    text: str = post.kept[-1][0].get_body(("plain",)).get_content()
    return " ".join(text.replace("\u00a0", " ").split())


def test_a_feed_that_fails_for_days_is_told_to_the_operator_once(newsroom: Newsroom, tmp_path: Path) -> None:
    post = Post()
    good = FeedResult(FEED.id, FeedOutcome.FETCHED)
    bad = FeedResult(FEED.id, FeedOutcome.FAILED, reason=Reason.TIMEOUT, detail="after 30 s")
    record_feed(newsroom.db, newsroom.run, FEED, good, NOW)
    for day in range(1, 8):
        record_feed(newsroom.db, newsroom.run, FEED, bad, NOW + day * DAY)
        _run_done(newsroom, NOW + day * DAY, 50)
        _health(newsroom, post, NOW + day * DAY, tmp_path)
        assert len(post.kept) == (day >= 3), day
    assert "Le flux gazette échoue depuis le 10 mars 2026 (timeout – after 30 s)." in _text(post)
    assert post.kept[0][1] == ["op@example.org"]
    # It recovers and fails again: another failure, another mail.
    record_feed(newsroom.db, newsroom.run, FEED, good, NOW + 8 * DAY)
    for day in range(9, 14):
        record_feed(newsroom.db, newsroom.run, FEED, bad, NOW + day * DAY)
        _run_done(newsroom, NOW + day * DAY, 50)
        _health(newsroom, post, NOW + day * DAY, tmp_path)
    assert len(post.kept) == 2


def test_a_feed_that_never_worked_is_told_after_days_not_after_tries(newsroom: Newsroom, tmp_path: Path) -> None:
    post = Post()
    bad = FeedResult(FEED.id, FeedOutcome.FAILED, reason=Reason.NOT_A_FEED)
    for attempt in range(5):  # one run, killed and taken up
        record_feed(newsroom.db, newsroom.run, FEED, bad, NOW + attempt * HOUR)
    _health(newsroom, post, NOW + 6 * HOUR, tmp_path)
    assert post.kept == []
    for day in range(1, 4):
        _run_done(newsroom, NOW + day * DAY, 50)
        record_feed(newsroom.db, newsroom.run, FEED, bad, NOW + day * DAY)
    _health(newsroom, post, NOW + 3 * DAY + 2 * HOUR, tmp_path)
    assert "Le flux gazette échoue depuis toujours (not_a_feed)." in _text(post)


def _run_done(newsroom: Newsroom, when: dt.datetime, articles: int) -> None:
    finish_run(newsroom.db, newsroom.run, RunReport(newsroom.run.id, "daily", newsroom.run.started_at), when)
    newsroom.run = begin_run(newsroom.db, "daily", when, owner=newsroom.run.owner, lease_seconds=600)
    finish_run(newsroom.db, newsroom.run, RunReport(newsroom.run.id, "daily", when, entries_new=articles), when)
    newsroom.run = begin_run(newsroom.db, "daily", when, owner=newsroom.run.owner, lease_seconds=600)


def test_a_drop_of_volume_is_told_but_not_a_weekend(newsroom: Newsroom, tmp_path: Path) -> None:
    post = Post()
    day = 0
    for _ in range(4):
        for articles in (100, 110, 90, 105, 95, 20, 15):  # two lean days a week are nothing unusual
            _run_done(newsroom, NOW + day * DAY, articles)
            _health(newsroom, post, NOW + day * DAY, tmp_path)
            day += 1
    assert post.kept == []
    for articles in (100, 5, 3, 4, 2, 3):
        _run_done(newsroom, NOW + day * DAY, articles)
        _health(newsroom, post, NOW + day * DAY, tmp_path)
        day += 1
    assert len(post.kept) == 1
    assert "Très peu d’articles nouveaux depuis le 8 avril 2026 : 12" in _text(post)


def test_no_run_for_days_and_a_lost_mail_are_told(newsroom: Newsroom, tmp_path: Path) -> None:
    post = Post()
    _health(newsroom, post, NOW + 30 * HOUR, tmp_path)
    assert post.kept == []
    _health(newsroom, post, NOW + 40 * HOUR, tmp_path)
    assert "Aucun passage depuis le 10 mars 2026." in _text(post)
    publish(newsroom, "Orme")
    lost = Post({"a@example.org": "451"})
    now = NOW
    for _ in range(MAX_ATTEMPTS):
        send(newsroom, outlet(lost), now)
        now += 7 * HOUR
    _health(newsroom, post, now, tmp_path)
    assert "a été abandonné (451 nobody)" in _text(post)
    before = len(post.kept)
    _health(newsroom, post, now + HOUR, tmp_path)
    assert len(post.kept) == before
    assert list_deliveries(newsroom.db, channel=OPERATOR, state="pending") == []
