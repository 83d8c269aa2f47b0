"""From the outbox through real mail servers: nothing lost, and twice only where SMTP itself cannot tell."""

from __future__ import annotations

import datetime as dt
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from newsroom import NOW, Newsroom, money, reading, telling
from postoffice import Contexts, Inbox, smtp_server

from alerts.channels import MailChannel
from alerts.delivery import SmtpMailer, TemporaryDeliveryError
from alerts.send import Outlet, send_pending
from alerts.watch import Watch
from storage.deliveries import list_deliveries

WATCH = Watch(sender="veille@example.org", to=("a@example.org", "b@example.org"))


def outlet(port: int, **options: Any) -> Outlet:
    return Outlet(
        WATCH, MailChannel(WATCH, SmtpMailer("127.0.0.1", port, **{"security": "none", "timeout": 3.0} | options))
    )


def tell(newsroom: Newsroom, name: str = "Orme") -> None:
    newsroom.tell(**{name.lower(): reading(telling(name, money(20e6)))})


def until_quiet(newsroom: Newsroom, to: Outlet, tries: int = 8) -> int:
    """Send again and again, each time when the next try is due; returns how often."""
    now = NOW
    for attempt in range(1, tries + 1):
        send_pending(newsroom.db, to, now)
        if not list_deliveries(newsroom.db, state="pending"):
            return attempt
        now += dt.timedelta(hours=7)
    raise AssertionError("still not sent")


@pytest.mark.parametrize(
    ("script", "arrivals"),
    [
        (["451 greylisted, come back in five minutes"] * 2, 1),
        (["452 disk full", "421 shutting down"], 1),
        (["disconnect"], 1),
        (["taken and gone"], 2),  # the server has it, and we cannot know: the one window that SMTP leaves open
        (["taken and gone", "451 greylisted"], 2),
    ],
)
def test_whatever_the_server_does_it_arrives(newsroom: Newsroom, script: list[str], arrivals: int) -> None:
    inbox = Inbox()
    inbox.script = list(script)
    tell(newsroom)
    with smtp_server(inbox) as port:
        assert until_quiet(newsroom, outlet(port)) == len(script) + 1
    assert len(inbox.kept) == arrivals
    assert len({content for _, _, content in inbox.kept}) == 1, "word for word the same"
    assert {tuple(to) for _, to, _ in inbox.kept} == {("a@example.org", "b@example.org")}


def test_a_refusal_for_good_is_given_up_and_seen(newsroom: Newsroom) -> None:
    inbox = Inbox(data="554 5.7.1 looks like spam")
    tell(newsroom)
    with smtp_server(inbox) as port:
        result = send_pending(newsroom.db, outlet(port), NOW)
        assert len(result.dead) == 1
        (line,) = list_deliveries(newsroom.db, state="dead")
        assert "554 5.7.1 looks like spam" in line.error
        inbox.data = "250 OK"
        tell(newsroom, "Frêne")
        assert len(send_pending(newsroom.db, outlet(port), NOW).sent) == 1


def _authenticator(_server: object, _session: object, _envelope: object, _mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"veille", b"right"), handled=False)


def test_a_wrong_password_is_mended_and_nothing_is_lost(newsroom: Newsroom, certificate: Contexts) -> None:
    server, client = certificate
    inbox = Inbox()
    tell(newsroom)
    options = {"tls_context": server, "require_starttls": True, "authenticator": _authenticator, "auth_required": True}
    with smtp_server(inbox, **options) as port:
        wrong = outlet(port, security="starttls", user="veille", password="wrong", tls=client)
        result = send_pending(newsroom.db, wrong, NOW)
        assert "535" in result.errors[0]
        assert "wrong" not in result.errors[0]
        right = outlet(port, security="starttls", user="veille", password="right", tls=client)
        assert until_quiet(newsroom, right) == 2
    assert len(inbox.kept) == 1


def test_tls_from_the_first_byte(newsroom: Newsroom, certificate: Contexts) -> None:
    server, client = certificate
    inbox = Inbox()
    tell(newsroom)
    with smtp_server(inbox, client, ssl_context=server) as port:
        assert until_quiet(newsroom, outlet(port, security="tls", tls=client)) == 1
    assert len(inbox.kept) == 1


def test_a_slow_server_gets_its_time(newsroom: Newsroom) -> None:
    inbox = Inbox()
    inbox.wait = 1.0
    tell(newsroom)
    with smtp_server(inbox) as port:
        assert until_quiet(newsroom, outlet(port)) == 1
    assert len(inbox.kept) == 1


def test_a_server_that_says_one_letter_at_a_time_is_left_after_the_deadline() -> None:
    def drip(door: socket.socket) -> None:
        connection, _ = door.accept()
        try:
            for letter in b"220 " + b"a" * 1000:
                connection.sendall(bytes([letter]))
                time.sleep(0.05)
        except OSError:
            return  # it hung up, as it should
        finally:
            connection.close()

    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = threading.Thread(target=drip, args=(door,))
        thread.start()
        began = time.monotonic()
        mailer = SmtpMailer("127.0.0.1", door.getsockname()[1], "none", timeout=5, deadline=0.5)
        message = _message()
        with pytest.raises(TemporaryDeliveryError):
            mailer.send(message)
        assert time.monotonic() - began < 2
        thread.join(5)


def _message() -> Any:
    from alerts.mail import RenderedMail
    from alerts.message import build_message

    mail = RenderedMail("Orme", "<p>Orme</p>", "Orme")
    return build_message(mail, sender="v@example.org", recipients=["a@example.org"], message_id="<1@x>", date=NOW)


SENDER = textwrap.dedent("""
    import datetime as dt, sys
    from alerts.channels import MailChannel
    from alerts.delivery import SmtpMailer
    from alerts.send import Outlet, send_pending
    from alerts.watch import Watch
    from storage.database import open_database
    url, port, now = sys.argv[1], int(sys.argv[2]), dt.datetime.fromisoformat(sys.argv[3])
    outlets = []
    for name in ("mail", "chat", "third"):
        watch = Watch(id=name, sender="veille@example.org", to=("a@example.org",))
        outlets.append(Outlet(watch, MailChannel(watch, SmtpMailer("127.0.0.1", port, "none"))))
    db = open_database(url)
    print("ready", flush=True)
    sys.stdin.readline()
    for outlet in outlets:
        send_pending(db, outlet, now)
""")


def test_two_senders_at_once_send_each_message_once(newsroom: Newsroom, database_url: str) -> None:
    """Three processes start at the same moment, over a server slow enough that they meet."""
    from storage.watches import WatchRule

    newsroom.publish(**{f"a{n}": reading(telling(f"Orme {n}", money(20e6))) for n in range(3)})
    newsroom.resolve(watches=[WatchRule(name) for name in ("mail", "chat", "third")])
    inbox = Inbox()
    inbox.wait = 0.2
    with smtp_server(inbox) as port:
        command = [sys.executable, "-c", SENDER, database_url, str(port), NOW.isoformat()]
        senders = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path.cwd())
            for _ in range(3)
        ]
        for sender in senders:
            assert sender.stdout is not None
            assert sender.stdout.readline() == "ready\n"
        for sender in senders:
            assert sender.stdin is not None
            sender.stdin.write("go\n")
            sender.stdin.flush()
        assert [sender.wait(30) for sender in senders] == [0, 0, 0]
        for sender in senders:
            sender.stdin.close()  # type: ignore[union-attr]
            sender.stdout.close()  # type: ignore[union-attr]
    times = Counter(message["Message-ID"] for message in inbox.messages)
    assert sorted(times.values()) == [1, 1, 1]
    assert {line.state for line in list_deliveries(newsroom.db)} == {"sent"}


def test_two_threads_of_one_process_send_each_message_once(newsroom: Newsroom) -> None:
    inbox = Inbox()
    inbox.wait = 0.2
    tell(newsroom)
    with smtp_server(inbox) as port:
        to = outlet(port)
        threads = [threading.Thread(target=send_pending, args=(newsroom.db, replace(to), NOW)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
    assert len(inbox.kept) == 1
