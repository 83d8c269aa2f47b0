"""From the outbox to the wire: everything once, whatever fails or dies in between."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from newsroom import NOW, Newsroom, money, reading, telling
from sqlmodel import select

from alerts.channels import MailChannel
from alerts.delivery import EmlMailer, Mailer, PermanentDeliveryError, TemporaryDeliveryError
from alerts.send import MAX_ATTEMPTS, Outlet, retry_at, send_pending
from alerts.watch import Watch
from alerts.watchlist import load_watches
from config.settings import Settings
from storage.database import open_database
from storage.deal_tables import DeliveryRow

WATCH = Watch(sender="veille@example.org", to=("a@example.org",))


def outlet(mailer: Mailer, watch: Watch = WATCH) -> Outlet:
    return Outlet(watch, MailChannel(watch, mailer))


class Recorder:
    """A mailer that keeps messages and fails as told, one entry of `fails` an attempt."""

    def __init__(self, *fails: Exception | None) -> None:
        self.fails, self.sent = list(fails), []  # type: ignore[var-annotated]

    def send(self, message: EmailMessage, to: Sequence[str] | None = None) -> dict[str, str]:
        failure = self.fails.pop(0) if self.fails else None
        if failure is not None:
            raise failure
        self.sent.append(message)
        return {}


def _state(newsroom: Newsroom) -> list[str]:
    with newsroom.db.reading() as session:
        return list(session.exec(select(DeliveryRow.state).order_by(DeliveryRow.id)))


def test_what_is_new_is_sent_once(newsroom: Newsroom) -> None:
    newsroom.tell(a=reading(telling("Orme", money(20e6))), b=reading(telling("Frêne", money(5e6))))
    recorder = Recorder()
    first = send_pending(newsroom.db, outlet(recorder), NOW)
    assert (len(first.sent), first.failed, first.errors) == (1, [], [])
    assert send_pending(newsroom.db, outlet(recorder), NOW).sent == []
    (message,) = recorder.sent
    assert message["Subject"].replace("\u00a0", " ") == "Orme lève 20 M€ · 1 autre opération IA"
    assert (message["Message-ID"], message["To"]) == (first.sent[0], "a@example.org")


def test_a_temporary_failure_is_tried_again_later_with_the_same_id(newsroom: Newsroom) -> None:
    newsroom.tell(a=reading(telling("Orme", money(20e6))))
    recorder = Recorder(TemporaryDeliveryError("451 later"))
    failed = send_pending(newsroom.db, outlet(recorder), NOW)
    assert (failed.sent, len(failed.failed), failed.errors) == ([], 1, ["mail : 451 later"])
    assert send_pending(newsroom.db, outlet(recorder), NOW + dt.timedelta(minutes=4)).sent == []
    again = send_pending(newsroom.db, outlet(recorder), NOW + dt.timedelta(minutes=5))
    assert again.sent == failed.failed


def test_a_message_refused_for_good_does_not_hold_up_the_next(newsroom: Newsroom) -> None:
    newsroom.tell(a=reading(telling("Orme", money(20e6))))
    recorder = Recorder(PermanentDeliveryError("554 spam"))
    assert len(send_pending(newsroom.db, outlet(recorder), NOW).dead) == 1
    newsroom.tell(b=reading(telling("Frêne", money(5e6))))
    assert len(send_pending(newsroom.db, outlet(recorder), NOW).sent) == 1
    assert _state(newsroom) == ["dead", "sent"]


def test_after_many_failures_it_is_given_up(newsroom: Newsroom) -> None:
    newsroom.tell(a=reading(telling("Orme", money(20e6))))
    recorder = Recorder(*[TemporaryDeliveryError("451")] * MAX_ATTEMPTS)
    moment = NOW
    for attempt in range(1, MAX_ATTEMPTS + 1):
        assert _state(newsroom) in ([], ["pending"])
        send_pending(newsroom.db, outlet(recorder), moment)
        moment = retry_at(attempt, moment) or moment
    assert _state(newsroom) == ["dead"]
    assert dt.timedelta(days=1) < moment - NOW < dt.timedelta(days=3)


def test_waits_double_up_to_six_hours() -> None:
    waits = [moment - NOW for attempts in range(1, MAX_ATTEMPTS) if (moment := retry_at(attempts, NOW))]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (dt.timedelta(minutes=5), dt.timedelta(hours=6))
    assert retry_at(MAX_ATTEMPTS, NOW) is None


def test_dying_between_sending_and_marking_repeats_the_same_message(
    newsroom: Newsroom, database_url: str, tmp_path: Path
) -> None:
    """Another process sends and dies at once, as by a power cut; the next one sends the same file again."""
    newsroom.tell(a=reading(telling("Orme", money(20e6))))
    script = textwrap.dedent("""
        import datetime as dt, os, sys
        from pathlib import Path
        from alerts import send
        from alerts.channels import MailChannel
        from alerts.delivery import EmlMailer
        from alerts.watch import Watch
        from storage.database import open_database
        send.mark_sent = lambda *_: os._exit(9)
        now = dt.datetime.fromisoformat(sys.argv[3])
        watch = Watch(sender="veille@example.org", to=("a@example.org",))
        outlet = send.Outlet(watch, MailChannel(watch, EmlMailer(Path(sys.argv[2]))))
        send.send_pending(open_database(sys.argv[1]), outlet, now)
    """)
    outbox = tmp_path / "outbox"
    died = subprocess.run([sys.executable, "-c", script, database_url, str(outbox), NOW.isoformat()], check=False)
    assert died.returncode == 9
    (file,) = outbox.iterdir()
    first = file.read_bytes()
    after = open_database(database_url)
    again = send_pending(after, outlet(EmlMailer(outbox)), NOW + dt.timedelta(seconds=1))
    after.dispose()
    assert [path.name for path in outbox.iterdir()] == [file.name]
    ids = {message_from_bytes(content, policy=policy.default)["Message-ID"] for content in (first, file.read_bytes())}
    assert ids == set(again.sent)
    assert _state(newsroom) == ["sent"]


def test_hostile_articles_cannot_break_out_of_the_mail(newsroom: Newsroom, tmp_path: Path) -> None:
    evil = "Orme\r\nBcc: all@example.org\r\n\r\n<script>"
    newsroom.tell(a=reading(telling(evil, money(20e6), investors=(evil,), lead=(evil,)), title=evil, outlet=evil))
    send_pending(newsroom.db, outlet(EmlMailer(tmp_path)), NOW)
    (name,) = [name for name in os.listdir(tmp_path) if name.endswith(".eml")]
    message = message_from_bytes((tmp_path / name).read_bytes(), policy=policy.default)
    assert "Bcc" not in message
    html = message.get_body(("html",))
    assert html is not None
    assert "<script>" not in html.get_content()


@pytest.mark.parametrize(("language", "said"), [("fr", "lève"), ("en", "raises")])
def test_the_default_watch_follows_the_settings(newsroom: Newsroom, language: str, said: str) -> None:
    newsroom.tell(a=reading(telling("Orme", money(20e6))))
    settings = Settings(
        _env_file=None, mail_from="V <v@example.org>", mail_to="x@example.org, y@example.org", language=language
    )  # type: ignore[call-arg, arg-type]
    (watch,) = load_watches(settings)
    recorder = Recorder()
    send_pending(newsroom.db, outlet(recorder, watch), NOW)
    (message,) = recorder.sent
    assert (message["From"], message["To"]) == ("V <v@example.org>", "x@example.org, y@example.org")
    assert message["List-Id"] == "Veille IA <deals.veille-ia>"
    assert message["List-Unsubscribe"].startswith("<mailto:v@example.org?subject=")
    assert said in message["Subject"]
