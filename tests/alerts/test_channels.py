"""Webhook, chats and feed file: over real HTTP on loopback, and read back by a feed parser."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import feedparser
import pytest
from newsroom import NOW, Newsroom, money, reading, telling

from alerts.atom import AtomChannel
from alerts.chat import AppriseChannel, brief
from alerts.send import Outlet, send_pending
from alerts.watch import Watch
from alerts.webhook import WebhookChannel, signature
from storage.deliveries import list_deliveries

HOSTILE = '<script>alert(1)</script>"]]><img src=x>\r\nBcc: all@example.org\0\u202e [lien](https://evil.example) & Cie'


@contextmanager
def http_server(*answers: int) -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    """A server that answers with these codes in turn, the last one for ever; yields its address and what it got."""
    got: list[tuple[dict[str, str], bytes]] = []
    left = list(answers or (200,))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(left.pop(0) if len(left) > 1 else left[0])
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing to say."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", got
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def tell(newsroom: Newsroom, company: str = "Orme", **fields: Any) -> None:
    newsroom.batches += 1
    newsroom.tell(**{f"a{newsroom.batches}": reading(telling(company, money(20e6), **fields))})


def test_a_webhook_gets_signed_json_once(newsroom: Newsroom) -> None:
    tell(newsroom, lead=("Alpha",), investors=("Alpha",))
    with http_server(503, 200) as (url, got):
        hook = Outlet(Watch(channel="webhook"), WebhookChannel({"env:HOOK": url + "/T0KEN"}, b"key"))
        failed = send_pending(newsroom.db, hook, NOW)
        assert failed.errors == ["mail : env:HOOK : HTTP 503"]
        assert len(send_pending(newsroom.db, hook, NOW + dt.timedelta(minutes=5)).sent) == 1
        assert send_pending(newsroom.db, hook, NOW + dt.timedelta(hours=1)).sent == []
    (first, body), (second, again) = got
    assert body == again, "a repeat is the same to the letter"
    assert first["idempotency-key"] == second["idempotency-key"]
    stamp = second["x-veille-timestamp"]
    expected = hmac.new(b"key", stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert second["x-veille-signature"] == f"sha256={expected}" == signature(b"key", stamp, body)
    message = json.loads(body)
    (deal,) = message["deals"]
    assert (message["watch"], deal["event"], deal["company"], deal["lead"]) == ("mail", "new", "Orme", ["Alpha"])
    assert deal["amount"] == {"value": 20_000_000, "currency": "EUR", "bound": "exact"}
    assert deal["amount_eur"]["value"] == "20000000"
    assert deal["quotes"][0]["text"] == "On apprend que Orme a signé."


def test_one_hook_of_two_is_served_once_though_the_other_fails(newsroom: Newsroom) -> None:
    tell(newsroom)
    with http_server(200) as (good, got_good), http_server(404, 200) as (bad, got_bad):
        hook = Outlet(Watch(channel="webhook"), WebhookChannel({"env:A": good, "env:B": bad}, b"key"))
        assert len(send_pending(newsroom.db, hook, NOW).failed) == 1
        assert len(send_pending(newsroom.db, hook, NOW + dt.timedelta(minutes=5)).sent) == 1
    assert (len(got_good), len(got_bad)) == (1, 2)


@pytest.mark.parametrize(("code", "state"), [(400, "dead"), (301, "pending"), (401, "pending"), (500, "pending")])
def test_what_a_webhook_refuses(newsroom: Newsroom, code: int, state: str) -> None:
    tell(newsroom)
    with http_server(code) as (url, got):
        send_pending(newsroom.db, Outlet(Watch(), WebhookChannel({"env:A": url}, b"key")), NOW)
    assert [line.state for line in list_deliveries(newsroom.db)] == [state]
    assert len(got) == 1, "a redirect is not followed"


def test_a_webhook_that_nobody_answers_is_tried_later(newsroom: Newsroom) -> None:
    tell(newsroom)
    channel = WebhookChannel({"env:A": "http://127.0.0.1:9/T0KEN"}, b"key")
    result = send_pending(newsroom.db, Outlet(Watch(), channel), NOW)
    assert len(result.failed) == 1
    assert "T0KEN" not in result.errors[0]


def test_apprise_speaks_and_keeps_its_secrets(newsroom: Newsroom) -> None:
    tell(newsroom, lead=("Alpha",), investors=("Alpha",))
    with http_server(500, 200) as (url, got):
        chat = AppriseChannel({"env:CHAT": url.replace("http://", "json://") + "/S3CRETTOKEN"})
        chat.check("chat")
        failed = send_pending(newsroom.db, Outlet(Watch(), chat), NOW)
        assert len(failed.failed) == 1
        assert "S3CRETTOKEN" not in failed.errors[0]
        assert len(send_pending(newsroom.db, Outlet(Watch(), chat), NOW + dt.timedelta(minutes=5)).sent) == 1
    sent = json.loads(got[-1][1])
    assert sent["title"].replace("\u00a0", " ") == "Orme lève 20 M€ (Alpha)"
    assert "https://gazette.example/a1" in sent["message"]
    assert "chef de file" in sent["message"]


def test_a_long_message_is_cut_between_lines() -> None:
    cut = brief("\n".join(f"ligne {n}" for n in range(1000)))
    assert len(cut) <= 1802
    assert cut.endswith("\n…")
    assert cut.splitlines()[-2].startswith("ligne ")


def test_the_feed_is_read_by_feed_readers(newsroom: Newsroom, tmp_path: Path) -> None:
    file = tmp_path / "flux" / "deals.atom"
    feed = Outlet(Watch(channel="atom", name="Tout & rien", file=file), AtomChannel(file))
    tell(newsroom, status="rumoured")
    tell(newsroom, "Frêne")
    send_pending(newsroom.db, feed, NOW)
    before = feedparser.parse(file.read_bytes())
    assert (before.bozo, before.feed.title, len(before.entries)) == (False, "Tout & rien", 2)
    newsroom.now += dt.timedelta(days=1)
    tell(newsroom)
    send_pending(newsroom.db, feed, newsroom.now)
    after = feedparser.parse(file.read_bytes())
    assert len(after.entries) == 2, "a change is the same entry, told anew"
    changed = after.entries[0]
    assert changed.title.replace("\u00a0", " ") == "Orme lève 20 M€"
    assert changed.id in {entry.id for entry in before.entries}
    assert changed.updated > changed.published
    assert changed.link == "https://gazette.example/a1"
    assert "Orme" in changed.content[0].value
    assert [path.name for path in file.parent.iterdir()] == ["deals.atom"]


def test_nothing_hostile_gets_into_feed_hook_or_chat(newsroom: Newsroom, tmp_path: Path) -> None:
    file = tmp_path / "deals.atom"
    newsroom.tell(
        a=reading(
            telling(HOSTILE, money(20e6), investors=(HOSTILE,), lead=(HOSTILE,)),
            title=HOSTILE,
            outlet=HOSTILE,
        )
    )
    from storage.watches import WatchRule

    newsroom.publish(b=reading(telling("Orme" + HOSTILE, money(9e6)), title=HOSTILE, outlet=HOSTILE))
    newsroom.resolve(watches=[WatchRule(name) for name in ("mail", "hook", "chat")])
    send_pending(newsroom.db, Outlet(Watch(channel="atom", name=HOSTILE, file=file), AtomChannel(file)), NOW)
    found = feedparser.parse(file.read_bytes(), sanitize_html=False)
    assert found.bozo is False
    assert len(found.entries) == 2
    for entry in found.entries:
        assert "<script" not in entry.content[0].value
        assert "<img" not in entry.content[0].value
    with http_server(200) as (url, got):
        send_pending(newsroom.db, Outlet(Watch(id="hook"), WebhookChannel({"env:A": url}, b"key")), NOW)
        chat = AppriseChannel({"env:CHAT": url.replace("http://", "json://")})
        send_pending(newsroom.db, Outlet(Watch(id="chat"), chat), NOW)
    hook, said = (json.loads(body) for _, body in got)
    assert hook["deals"][0]["company"].startswith("Orme")
    assert "\n" not in hook["subject"]
    assert "\0" not in said["message"] + said["title"]


def test_a_feed_that_cannot_be_written_is_told(newsroom: Newsroom, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    file = tmp_path / "file" / "deals.atom"
    tell(newsroom)
    result = send_pending(newsroom.db, Outlet(Watch(channel="atom", file=file), AtomChannel(file)), NOW)
    assert "ne peut être écrit" in result.errors[0]
