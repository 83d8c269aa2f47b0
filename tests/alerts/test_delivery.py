"""Handing over: real SMTP conversations on loopback, and files."""

from __future__ import annotations

import datetime as dt
import os
import socket
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from postoffice import Contexts, Inbox, smtp_server

from alerts.delivery import (
    DeliveryError,
    EmlMailer,
    PermanentDeliveryError,
    SmtpMailer,
    TemporaryDeliveryError,
    mailer_for,
)
from alerts.mail import RenderedMail
from alerts.message import build_message
from alerts.watchlist import load_watches
from config.errors import ConfigError
from config.settings import Settings

MOMENT = dt.datetime(2026, 3, 10, tzinfo=dt.UTC)


def message(message_id: str = "<1@veille-ia>", text: str = "Orme lève 20 M€\n.\nfin") -> EmailMessage:
    return build_message(
        RenderedMail("Orme lève 20 M€", "<p>Orme lève 20 M€</p>", text),
        sender="veille@example.org",
        recipients=["a@example.org", "b@example.org"],
        message_id=message_id,
        date=MOMENT,
    )


def mailer(port: int, **options: Any) -> SmtpMailer:
    return SmtpMailer(**{"host": "127.0.0.1", "port": port, "security": "none", "timeout": 5.0} | options)


def test_an_accepted_message_arrives_as_it_was() -> None:
    inbox = Inbox()
    sent = message()
    with smtp_server(inbox) as port:
        assert mailer(port).send(sent) == {}
    ((sender, recipients, content),) = inbox.kept
    assert (sender, recipients) == ("veille@example.org", ["a@example.org", "b@example.org"])
    arrived = message_from_bytes(content, policy=policy.default)
    assert (arrived["Subject"], arrived["Message-ID"]) == ("Orme lève 20 M€", "<1@veille-ia>")
    text = arrived.get_body(("plain",))
    assert text is not None
    assert text.get_content().splitlines() == ["Orme lève 20 M€", ".", "fin"]


@pytest.mark.parametrize(
    ("inbox", "expected", "says"),
    [
        (Inbox(data="451 greylisted, come back"), TemporaryDeliveryError, "451 greylisted"),
        (Inbox(data="554 spam"), PermanentDeliveryError, "554 spam"),
        (Inbox(data="disconnect"), TemporaryDeliveryError, "serveur de courrier 127.0.0.1"),
        (Inbox(rcpt={"*": "550 no such user"}), PermanentDeliveryError, "a@example.org refusé : 550.*VEILLE_MAIL_TO"),
        (Inbox(rcpt={"*": "450 mailbox busy"}), TemporaryDeliveryError, "450 mailbox busy"),
        (
            Inbox(rcpt={"a@example.org": "550 no such user", "b@example.org": "450 busy"}),
            TemporaryDeliveryError,
            "refusé",
        ),
    ],
)
def test_refusals(inbox: Inbox, expected: type[DeliveryError], says: str) -> None:
    with smtp_server(inbox) as port, pytest.raises(expected, match=says) as caught:
        mailer(port).send(message())
    assert caught.value.transient is (expected is TemporaryDeliveryError)
    assert inbox.kept == []


def test_one_refused_recipient_does_not_stop_the_others() -> None:
    inbox = Inbox(rcpt={"b@example.org": "550 no such user"})
    with smtp_server(inbox) as port:
        assert mailer(port).send(message()) == {"b@example.org": "550 no such user"}
    assert [recipients for _, recipients, _ in inbox.kept] == [["a@example.org"]]


def _authenticator(_server: object, _session: object, _envelope: object, _mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"veille", "mot de passé".encode()), handled=False)


def test_starttls_and_password(certificate: Contexts) -> None:
    server, client = certificate
    inbox = Inbox()
    options = {"tls_context": server, "require_starttls": True, "authenticator": _authenticator, "auth_required": True}
    with smtp_server(inbox, **options) as port:
        right = mailer(port, security="starttls", user="veille", password="mot de passé", tls=client)
        assert right.send(message()) == {}
        wrong = mailer(port, security="starttls", user="veille", password="autre", tls=client)
        with pytest.raises(TemporaryDeliveryError, match=r"535.*VEILLE_SMTP_PASSWORD") as caught:
            wrong.send(message())
        assert "autre" not in str(caught.value)
        with pytest.raises(TemporaryDeliveryError, match=r"530"):
            mailer(port, security="starttls", tls=client).send(message())
    assert len(inbox.kept) == 1


def test_tls_from_the_first_byte(certificate: Contexts) -> None:
    server, client = certificate
    inbox = Inbox()
    with smtp_server(inbox, client, ssl_context=server) as port:
        assert mailer(port, security="tls", tls=client).send(message()) == {}
        with pytest.raises(TemporaryDeliveryError, match="certificate"):
            mailer(port, security="tls").send(message())
    assert len(inbox.kept) == 1


def test_a_server_without_starttls_is_not_sent_a_password() -> None:
    inbox = Inbox()
    with smtp_server(inbox) as port, pytest.raises(TemporaryDeliveryError, match="VEILLE_SMTP_SECURITY"):
        mailer(port, security="starttls", user="veille", password="x").send(message())
    assert inbox.kept == []


def test_nobody_there_and_nobody_answering() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(TemporaryDeliveryError, match="timed out"):
            mailer(port, timeout=0.2).send(message())
    with pytest.raises(TemporaryDeliveryError, match=r"refused.*VEILLE_SMTP"):
        mailer(port).send(message())


def test_a_server_that_turns_away_at_the_door() -> None:
    def serve(door: socket.socket) -> None:
        connection, _ = door.accept()
        connection.sendall(b"554 go away\r\n")
        connection.close()

    with socket.create_server(("127.0.0.1", 0)) as door, ThreadPoolExecutor() as pool:
        answered = pool.submit(serve, door)
        with pytest.raises(TemporaryDeliveryError, match="554 go away"):
            mailer(door.getsockname()[1]).send(message())
        answered.result()


def test_files_hold_whole_messages_and_the_same_message_once(tmp_path: Path) -> None:
    files = EmlMailer(tmp_path / "new" / "outbox")
    files.send(message("<1@veille-ia>", "first"))
    files.send(message("<1@veille-ia>", "again"))
    files.send(message("<../../2 evil/@x>"))
    names = sorted(os.listdir(tmp_path / "new" / "outbox"))
    assert len(names) == 2
    assert "1_veille-ia.eml" in names
    parsed = message_from_bytes((tmp_path / "new/outbox/1_veille-ia.eml").read_bytes(), policy=policy.default)
    text = parsed.get_body(("plain",))
    assert text is not None
    assert text.get_content().strip() == "again"


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TemporaryDeliveryError, match=r"ne peut être écrit .*VEILLE_OUTBOX_DIR"):
        EmlMailer(tmp_path / "file").send(message())


def test_the_settings_choose() -> None:
    assert mailer_for(Settings(outbox_dir=Path("x"))) == EmlMailer(Path("x"))
    chosen = mailer_for(Settings(smtp_host="mail.example.org", mail_to=["a@b.example"], smtp_password="s"))  # type: ignore[arg-type]
    assert isinstance(chosen, SmtpMailer)
    assert (chosen.host, chosen.port, chosen.security, chosen.password) == ("mail.example.org", 587, "starttls", "s")
    assert "'s'" not in repr(chosen)
    with pytest.raises(ConfigError, match="VEILLE_MAIL_TO"):
        load_watches(Settings(_env_file=None, smtp_host="mail.example.org"))  # type: ignore[call-arg]
