"""Thirty daily runs over generated days: repeats, rumours, corrections, outages. The mails equal those the truth gives."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress
from decimal import Decimal
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from month import DAYS, FIRST, Facts, Line, Month, Reader, Told, generate
from newsroom import Newsroom, money, reading, telling
from postoffice import Inbox, smtp_server

from alerts import send as sending
from alerts.channels import MailChannel
from alerts.delivery import SmtpMailer
from alerts.send import Outlet, send_all
from alerts.timing import Rhythm
from alerts.watch import Watch
from storage import queueing
from storage.deliveries import list_deliveries
from storage.watches import Wanted, WatchRule

PARIS = ZoneInfo("Europe/Paris")
EIGHT = dt.time(8)
WATCHES = {
    "mail": (Wanted(), Rhythm()),
    "big": (Wanted(min_amount=Decimal(20_000_000)), Rhythm()),
    "sure": (Wanted(status=frozenset({"announced"})), Rhythm("daily", EIGHT)),
    "weekly": (Wanted(), Rhythm("weekly", EIGHT, 0)),
}


def moment(day: int, clock: dt.time) -> dt.datetime:
    return dt.datetime.combine(FIRST + dt.timedelta(days=day), clock, tzinfo=PARIS).astimezone(dt.UTC)


def readers() -> dict[str, Reader]:
    """The truth's readers: the run is at 6:30, `veille send` at 8:05; digests are due at 8."""
    return {
        "mail": Reader(lambda _: True, lambda _day, _when: True),
        "big": Reader(lambda facts: (facts.millions or 0) >= 20, lambda _day, _when: True),
        "sure": Reader(lambda facts: facts.status == "announced", lambda _day, when: when == "later"),
        "weekly": Reader(lambda _: True, lambda day, when: when == "later" and day % 7 == 0),
    }


def expected(month: Month) -> dict[str, list[tuple[int, frozenset[Line]]]]:
    found = readers()
    for day in range(DAYS):
        # A run reads all its articles before it tells: what was true for a day that nobody heard of is never told.
        latest = {told.company: told.facts for told in arriving(month, day) if told.news}
        for company, facts in latest.items():
            for reader in found.values():
                reader.hear(company, facts)
        for when in ("run", "later"):
            for reader in found.values():
                reader.post(day, when, day not in month.no_post)
    return {name: reader.got for name, reader in found.items()}


def arriving(month: Month, day: int) -> list[Told]:
    """The articles that a run of this day finds, in the order they were written."""
    if day in month.no_feeds:
        return []
    days = [day]
    while days[0] - 1 in month.no_feeds:
        days.insert(0, days[0] - 1)
    return [told for one in days for told in month.articles.get(one, [])]


class Simulation:
    def __init__(self, newsroom: Newsroom, month: Month, port: int, patch: pytest.MonkeyPatch) -> None:
        self.newsroom, self.month, self.patch, self.count = newsroom, month, patch, 0
        self.outlets = []
        for name, (wanted, rhythm) in WATCHES.items():
            watch = Watch(
                id=name,
                rule=WatchRule(name, wanted),
                rhythm=rhythm,
                sender="v@example.org",
                to=(f"{name}@example.org",),
            )
            self.outlets.append(Outlet(watch, MailChannel(watch, SmtpMailer("127.0.0.1", port, "none"))))

    def run(self, day: int) -> None:
        self.newsroom.now = moment(day, dt.time(6, 30))
        articles: dict[str, Any] = {}
        for told in arriving(self.month, day):
            self.count += 1
            articles[f"a{self.count:04d}"] = self.article(told)
        if articles:
            self.newsroom.publish(**articles)
        if day in self.month.killed:
            self.resolve_killed()
        self.resolve()
        self.send(moment(day, dt.time(6, 31)), cut_off=day in self.month.cut_off)
        self.send(moment(day, dt.time(8, 5)))

    def resolve(self) -> None:
        self.newsroom.resolve(watches=[outlet.watch.rule for outlet in self.outlets])

    def resolve_killed(self) -> None:
        """The run dies in its second company, in the middle of queueing."""
        real, calls = queueing.told, iter(range(1000))

        def dies(*args: Any) -> Any:
            if next(calls) == 2:
                raise KeyboardInterrupt
            return real(*args)

        with self.patch.context() as patched:
            patched.setattr(queueing, "told", dies)
            with suppress(KeyboardInterrupt):
                self.resolve()

    def send(self, now: dt.datetime, cut_off: bool = False) -> None:
        if cut_off:
            with self.patch.context() as patched:

                def dies(*_: Any) -> None:
                    raise KeyboardInterrupt

                patched.setattr(sending, "mark_sent", dies)
                with suppress(KeyboardInterrupt):
                    send_all(self.newsroom.db, self.outlets, now)
        send_all(self.newsroom.db, self.outlets, now)

    def article(self, told: Told) -> Any:
        lead = (told.facts.lead,) if told.facts.lead else ()
        mention = telling(
            told.company,
            None if told.facts.millions is None else money(told.facts.millions * 1e6),
            kind=told.facts.kind,
            status=told.facts.status,
            lead=lead,
            investors=lead,
            role=told.role,
            ai=told.ai,
            confidence=told.confidence,
        )
        return reading(mention, published=self.newsroom.now.date() - dt.timedelta(days=told.age))


def lines(message: EmailMessage) -> frozenset[Line]:
    """What a reader finds in the text part."""
    text = message.get_body(("plain",)).get_content().replace("\u00a0", " ")  # type: ignore[union-attr]
    found: dict[str, tuple[str, set[str]]] = {}
    event, company = "new", ""
    for line in text.splitlines():
        if line == "DU NOUVEAU SUR UNE OPÉRATION DÉJÀ ANNONCÉE":
            event = "updated"
        named = re.search(r"Orme\d{3}", line)
        if named and not line.startswith((" ", "-")):
            company = named[0]
            assert company not in found, "a deal stands in a message once"
            found[company] = (event, set())
        for says, what in (
            ("Confirmée", "status"),
            ("Annulée :", "status"),
            ("Montant", "amount"),
            ("Chef de", "lead"),
        ):
            if line.startswith(f"  → {says}"):
                found[company][1].add(what)
    return frozenset(Line(name, event, frozenset(changed)) for name, (event, changed) in found.items())


@pytest.mark.parametrize("database_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True)
@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 7))])
def test_the_mails_of_a_month_are_those_that_the_truth_gives(
    newsroom: Newsroom, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    month = generate(seed)
    inbox = Inbox()
    got: dict[str, list[tuple[int, frozenset[Line]]]] = {name: [] for name in WATCHES}
    seen: dict[str, bytes] = {}
    repeated = 0
    with smtp_server(inbox) as port:
        simulation = Simulation(newsroom, month, port, monkeypatch)
        for outlet in simulation.outlets:  # the watches are known from before the month
            sending.send_pending(newsroom.db, outlet, moment(-1, dt.time(12)))
        for day in range(DAYS):
            inbox.data = "451 closed today" if day in month.no_post else "250 OK"
            simulation.run(day)
            for (_, recipients, content), message in zip(inbox.kept, inbox.messages, strict=True):
                if message["Message-ID"] in seen:
                    repeated += 1
                    assert seen[message["Message-ID"]] == content, "a repeat is the same to the letter"
                    continue
                seen[message["Message-ID"]] = content
                got[recipients[0].partition("@")[0]].append((day, lines(message)))
            inbox.kept.clear()
    truth = expected(month)
    for name in WATCHES:
        assert got[name] == truth[name], name
    # The month was worth it: all that can happen happened.
    events = {line.event for watch in truth.values() for _, found in watch for line in found}
    assert events == {"new", "updated"}
    assert sum(len(found) for _, found in truth["mail"]) > 50
    assert len(truth["weekly"]) == 5
    assert repeated >= 2, "senders were cut off after the server's OK"
    assert {line.state for line in list_deliveries(newsroom.db, most=1000)} <= {"sent", "empty", "pending"}


def test_the_truth_itself() -> None:
    """A reader of the truth by hand, so that it is not the code that is compared with itself."""
    reader = Reader(lambda facts: (facts.millions or 0) >= 20, lambda _day, _when: True)
    reader.hear("a", Facts("rumoured", 30))
    reader.hear("b", Facts(millions=5))
    reader.post(0, "run", works=False)
    reader.hear("a", Facts("announced", 20))
    reader.hear("b", Facts(millions=50))
    reader.post(1, "run", works=True)
    assert reader.got == [
        (1, frozenset({Line("a", "new", frozenset())})),
        (1, frozenset({Line("a", "updated", frozenset({"status", "amount"})), Line("b", "new", frozenset())})),
    ]
