"""A dashboard over a database with deals in it, called in this process, served to a browser, or behind its door."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from newsroom import Newsroom, money, reading, telling

from config.settings import Settings, load_settings
from sources.values import Feed, FeedOutcome, FeedResult, Reason
from storage.database import Database
from storage.feeds import record_feed
from storage.reports import run_report
from storage.runs import finish_run
from web.app import make_app

TOKEN = "jeton-de-claire-0123456789"
HOSTILE = '<script>alert(1)</script>" onload=\'x\' {{7*7}} =HYPERLINK("http://evil")'
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def fill(newsroom: Newsroom) -> Database:
    """Four deals, one told twice, one with a hostile name, one converted; a feed that fails, and a finished run."""
    newsroom.tell(
        a=reading(telling("Orme", money(20e6), investors=("Fonds Élan", "Bpifrance"), lead=("Fonds Élan",), round="seed"),
                  title="Orme lève vingt millions"),
        b=reading(telling("Orme", money(21e6), investors=("Bpifrance",), round="seed"), title=HOSTILE, outlet="L’Écho"),
        c=reading(telling("Tilleul", money(1.5e9, "USD"), kind="acquisition", status="rumoured", investors=("Orme",))),
        d=reading(telling(f"=cmd {HOSTILE}", money(350_000), kind="grant"), url="https://gazette.example/d"),
        e=reading(telling("Frêne", None, kind="debt")),
    )  # fmt: skip

    failed = FeedResult("panne", FeedOutcome.FAILED, reason=Reason.TIMEOUT, detail="trop lent")
    record_feed(newsroom.db, newsroom.run, Feed("panne", "Panne", "https://panne.example/"), failed, newsroom.now)
    finish_run(newsroom.db, newsroom.run, run_report(newsroom.db, newsroom.run), newsroom.now)
    return newsroom.db


@pytest.fixture
def filled(newsroom: Newsroom) -> Database:
    """As `fill` leaves it."""
    return fill(newsroom)


def settings(**more: object) -> Settings:
    """Of a dashboard where claire may sign in."""
    return load_settings(**{"_env_file": None, "web_tokens": f"claire:{TOKEN}"} | more)


def client_of(app: FastAPI, address: str = "127.0.0.1") -> TestClient:
    """Somebody on this machine."""
    return TestClient(app, base_url="http://127.0.0.1", client=(address, 50000), follow_redirects=False)


@pytest.fixture
def client(filled: Database) -> TestClient:
    """Somebody who looks."""
    return client_of(make_app(filled, settings()))


@pytest.fixture
def claire(client: TestClient) -> TestClient:
    """Somebody signed in."""
    answer = client.post("/signin", data={"token": TOKEN})
    assert answer.status_code == 303
    return client


@contextmanager
def served(db: Database, **more: object) -> Iterator[str]:
    """The address of a real server on loopback."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(make_app(db, settings(**more)), log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def csrf_of(answer: httpx.Response) -> str:
    """The token in the forms of a page."""
    return answer.text.split('name="csrf" value="')[1].split('"')[0]


DealId = Callable[[str], str]


@pytest.fixture
def deal_id(client: TestClient) -> DealId:
    """The id of a company's deal."""

    def find(company: str) -> str:
        found = client.get("/api/v1/deals", params={"company": company}).json()["deals"]
        return str(found[0]["id"])

    return find
