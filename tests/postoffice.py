"""A real mail server on loopback that answers as it is told, with TLS where that is wanted."""

from __future__ import annotations

import asyncio
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

Contexts = tuple[ssl.SSLContext, ssl.SSLContext]


class Inbox:
    """A handler that keeps what it accepts and answers as it is told."""

    def __init__(self, *, rcpt: dict[str, str] | None = None, data: str = "250 OK") -> None:
        self.rcpt, self.data, self.kept = rcpt or {}, data, []  # type: ignore[var-annotated]
        self.script: list[str] = []  # answers to the next messages, before `data` holds again
        self.wait = 0.0  # seconds before each answer to a message

    async def handle_RCPT(self, _s: SMTP, _p: Session, envelope: Envelope, address: str, _o: list[str]) -> str:
        answer = self.rcpt.get(address, self.rcpt.get("*", "250 OK"))
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        answer = self.script.pop(0) if self.script else self.data
        if answer == "disconnect":  # before taking it
            server.transport.abort()
            return "421 gone"
        await asyncio.sleep(self.wait)
        if answer.startswith(("250", "taken")):
            self.kept.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        if answer == "taken and gone":  # it has the message, but its answer never arrives
            server.transport.abort()
            return "421 gone"
        return answer

    @property
    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(content, policy=policy.default) for _, _, content in self.kept]


class _Server(Controller):
    """aiosmtpd's controller knocks at its own door to see that it is up, but forgets which port it was given."""

    client_tls: ssl.SSLContext | None = None

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        if self.client_tls is None:
            super()._trigger_server()
            return
        with socket.create_connection(("127.0.0.1", self.port), 5) as raw:
            self.client_tls.wrap_socket(raw, server_hostname="127.0.0.1").recv(1024)


@contextmanager
def smtp_server(handler: Inbox, client_tls: ssl.SSLContext | None = None, **options: Any) -> Iterator[int]:
    controller = _Server(handler, hostname="127.0.0.1", port=0, **options)
    controller.client_tls = client_tls
    controller.start()
    yield controller.port
    controller.stop()


def certificate_in(folder: Path) -> Contexts:
    """TLS contexts of a server for 127.0.0.1 and of a client that trusts it."""
    cert, key = folder / "cert.pem", folder / "key.pem"
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    )
    subprocess.run([*command.split(), "-keyout", str(key), "-out", str(cert)], check=True, capture_output=True)
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(cert, key)
    return server, ssl.create_default_context(cafile=str(cert))
