"""The mail: a subject that tells the news, and two bodies that tell the same."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from email import message_from_bytes, policy
from typing import Any

import lxml.html
import pytest
from newsroom import money

from alerts.headlines import headline
from alerts.mail import RenderedMail, render_mail, subject
from alerts.message import build_message
from config.errors import ConfigError
from extractors.values import KINDS, STATUSES
from storage.values import Change, Converted, DealNotice, DealView, MentionView

MOMENT = dt.datetime(2026, 3, 10, 23, 30, tzinfo=dt.UTC)  # already the 11th in Paris
DAY = dt.date(2026, 3, 9)


def mention(
    outlet: str = "La Gazette du Calcul", url: str | None = "https://gazette.example/orme", **fields: Any
) -> MentionView:
    base: dict[str, Any] = {
        "article": url or "orme",
        "url": url,
        "outlet": outlet,
        "title": "Affaires",
        "published": DAY,
        "amount": None,
        "alt": None,
        "status": "announced",
        "role": "news",
        "confidence": 0.9,
        "quote": "Orme lève 20 M€.",
        "marks": ((0, 4), (10, 15)),
    }
    return MentionView(**base | fields)


def deal(**fields: Any) -> DealView:
    base: dict[str, Any] = {
        "id": "abc",
        "kind": "funding",
        "company": "Orme",
        "investors": (),
        "lead": (),
        "amount": money(20e6),
        "alt": None,
        "amount_eur": None,
        "valuation": None,
        "round": None,
        "status": "announced",
        "role": "news",
        "cumulative": False,
        "date": None,
        "ai": True,
        "confidence": 0.9,
        "first_published": DAY,
        "mentions": (mention(),),
    }
    return DealView(**base | fields)


def notice(*changes: Change, **fields: Any) -> DealNotice:
    return DealNotice("updated" if changes else "new", deal(**fields), changes)


def render(*notices: DealNotice, language: Any = "fr") -> RenderedMail:
    return render_mail(notices, language=language, timezone="Europe/Paris", day=MOMENT)


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


HEADLINES = [
    ({}, "Orme lève 20 M€", "Orme raises €20M"),
    ({"status": "rumoured"}, "Orme lèverait 20 M€", "Orme said to raise €20M"),
    ({"status": "planned", "amount": None}, "Orme veut lever des fonds", "Orme seeks money"),
    (
        {"status": "cancelled", "amount": money(20e6, bound="about")},
        "Orme : levée d’environ 20 M€ annulée",
        "Orme: about €20M round called off",
    ),
    ({"kind": "acquisition", "company": "Element", "amount": None}, "Rachat d’Element", "Element bought"),
    (
        {"kind": "acquisition", "investors": ("Alpha", "Bêta")},
        "Alpha et Bêta rachètent Orme pour 20 M€",
        "Alpha and Bêta buy Orme for €20M",
    ),
    (
        {"kind": "acquisition", "investors": ("Alpha",), "status": "rumoured"},
        "Alpha rachèterait Orme pour 20 M€",
        "Alpha said to buy Orme for €20M",
    ),
    (
        {"kind": "fund", "amount": money(40e6, "EUR", "range", 50e6)},
        "Orme : un fonds de 40 à 50 M€",
        "Orme: a fund of €40M–€50M",
    ),
    ({"kind": "debt"}, "Orme emprunte 20 M€", "Orme borrows €20M"),
    ({"kind": "ipo", "amount": None}, "Orme entre en Bourse", "Orme goes public"),
    (
        {"kind": "infrastructure", "amount": money(20e9, bound="at_most")},
        "Orme engage jusqu’à 20 Md€ dans l’infrastructure",
        "Orme commits up to €20B to infrastructure",
    ),
]


@pytest.mark.parametrize(("fields", "french", "english"), HEADLINES)
def test_headlines(fields: dict[str, Any], french: str, english: str) -> None:
    assert (_plain(headline(deal(**fields), "fr")), _plain(headline(deal(**fields), "en"))) == (french, english)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_and_status_renders_with_and_without_amount(kind: str, language: str) -> None:
    notices = [
        notice(kind=kind, status=status, amount=amount, investors=investors)
        for status in STATUSES
        for amount in (None, money(20e6, bound="at_least"))
        for investors in ((), ("Alpha",))
    ]
    mail = render(*notices, language=language)
    assert "{" not in mail.text + mail.subject
    assert "de de" not in _plain(mail.text)


SUBJECTS = [
    ([notice(lead=("Alpha",), investors=("Alpha", "Bêta"))], "Orme lève 20 M€ (Alpha)"),
    ([notice(investors=("Alpha", "Bêta", "Gamma"))], "Orme lève 20 M€ (Alpha, Bêta…)"),
    ([notice(), notice()], "Orme lève 20 M€ · 1 autre opération IA"),
    ([notice()] * 4, "Orme lève 20 M€ · 3 autres opérations IA"),
    ([notice(Change("status", "rumoured", "announced"))], "Orme lève 20 M€ – mise à jour"),
    (
        [notice(kind="acquisition", investors=("Alpha",))],
        "Alpha rachète Orme pour 20 M€",
    ),
]


@pytest.mark.parametrize(("notices", "expected"), SUBJECTS)
def test_subjects(notices: list[DealNotice], expected: str) -> None:
    assert _plain(subject(notices, "fr")) == expected


@pytest.mark.parametrize(
    ("kind", "investors", "label"),
    [
        ("funding", ("Alpha",), "Investisseur :"),
        ("funding", ("Alpha", "Bêta"), "Investisseurs :"),
        ("acquisition", ("Alpha",), "Acquéreur :"),
        ("acquisition", ("Alpha", "Bêta"), "Acquéreurs :"),
        ("debt", ("Alpha",), "Prêteur :"),
    ],
)
def test_one_investor_is_not_called_several(kind: str, investors: tuple[str, ...], label: str) -> None:
    assert label in _plain(render(notice(kind=kind, investors=investors)).text)


def test_the_mail_says_everything_in_both_bodies() -> None:
    usd = deal(
        amount=money(58e6, "USD", "about"),
        amount_eur=Converted(Decimal("49871234.56"), "EUR", dt.date(2026, 3, 9), stated=True),
        investors=("Alpha", "Bêta"),
        lead=("Bêta",),
        round="series-b",
        valuation=money("1.2e9", bound="at_least"),
        date="2026-03",
        status="rumoured",
        mentions=(mention(), mention("Le Fil", "https://fil.example/x?a=1&b=2"), mention("Archives", None)),
    )
    mail = render(DealNotice("new", usd), notice(Change("amount", money(10e6), money(20e6)), company="Frêne"))
    body = lxml.html.fromstring(mail.html)
    for text in (_plain(mail.text), _plain(body.text_content())):
        flat = " ".join(text.split())
        for said in (
            "mercredi 11 mars 2026",
            "Orme lèverait environ 58 M$",
            "selon des sources",
            "soit environ 49,9 M€ au taux BCE du 9 mars 2026",
            "Investisseurs : Bêta (chef de file), Alpha",
            "Tour : série B",
            "Valorisation : au moins 1,2 Md€",
            "Date : mars 2026",
            "Le Fil, 9 mars 2026",
            "Archives, 9 mars 2026",
            "Frêne lève 20 M€",
            "Montant revu : 20 M€, au lieu de 10 M€.",
        ):
            assert said in flat
    assert "« *Orme* lève *20 M€*. »" in _plain(mail.text)
    assert [mark.text_content() for mark in body.iter("mark")][:2] == ["Orme", "20\u00a0M€"]
    hrefs = [link.get("href") for link in body.iter("a")]
    assert hrefs[:2] == ["https://gazette.example/orme", "https://fil.example/x?a=1&b=2"]
    assert not list(body.iter("img", "script", "link")), "nothing that a mail program would fetch or block"


def test_the_last_known_rate_is_said_to_be_so() -> None:
    euros = Converted(Decimal(5_000_000), "EUR", DAY, stated=False)
    mail = render(notice(amount=money(6e6, "USD"), amount_eur=euros))
    assert "au dernier taux BCE connu, du 9 mars 2026" in _plain(mail.text)


def test_the_quote_is_the_one_that_gives_the_amount_shown() -> None:
    sure = mention("Sûr", "https://a.example/", confidence=0.99, quote="Orme grandit.", marks=())
    right = mention("Juste", "https://b.example/", confidence=0.6, amount=money(20e6))
    assert "(Juste)" in render(notice(mentions=(sure, right))).text


HOSTILE = '<script>alert(1)</script>"><img src=x onerror=y>\r\nBcc: all@example.org\r\n\r\nbody\0{{ 7*7 }}\u202e'


def test_hostile_words_stay_words() -> None:
    evil = mention(HOSTILE, "javascript:alert(1)", quote=HOSTILE, marks=((0, 8),), title=HOSTILE)
    wicked = notice(
        Change("lead", (HOSTILE,), ("Alpha",)),
        company=HOSTILE,
        investors=(HOSTILE,),
        lead=(HOSTILE,),
        round=HOSTILE,
        date=HOSTILE,
        mentions=(evil, replace(evil, url='https://x.example/"><script>', article="2")),
    )
    mail = render(wicked, wicked)
    body = lxml.html.fromstring(mail.html.replace("\0", ""))
    assert not list(body.iter("script", "img"))
    assert {link.get("href") for link in body.iter("a")} == {'https://x.example/"><script>'}
    message = build_message(
        mail,
        sender="Veille\r\nX-Evil: 1 <a@example.org>",
        recipients=["b@example.org"],
        message_id="<1@x>",
        date=MOMENT,
    )
    parsed = message_from_bytes(bytes(message), policy=policy.default)
    assert parsed.keys() == message.keys()
    assert {"Bcc", "X-Evil"}.isdisjoint(parsed)
    assert "49" not in parsed["Subject"].replace("7*7", "")
    assert max(len(line) for line in bytes(message).splitlines()) < 998


def test_the_message_survives_the_journey() -> None:
    mail = render(notice(company="Cœur d’Été"))
    message = build_message(
        mail,
        sender="Veille IA – été <veille@example.org>",
        recipients=["Zoé <z@example.org>", "y@example.org"],
        message_id="<abc@veille-ia>",
        date=MOMENT,
    )
    parsed = message_from_bytes(bytes(message), policy=policy.default)
    assert (parsed["Subject"], parsed["Message-ID"]) == (mail.subject, "<abc@veille-ia>")
    assert (parsed["To"], parsed["From"]) == (
        "Zoé <z@example.org>, y@example.org",
        "Veille IA – été <veille@example.org>",
    )
    assert (parsed["Auto-Submitted"], parsed["List-Id"]) == ("auto-generated", "Veille IA <deals.veille-ia>")
    text, html = parsed.get_body(("plain",)), parsed.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().splitlines() == mail.text.splitlines()
    assert html.get_content().splitlines() == mail.html.splitlines()
    assert bytes(message).isascii()


@pytest.mark.parametrize(
    "address", ["", "nobody", "a@", "@b", "a@b, c@d", "a b <x y@z>", "zoé@é.example", "a@b\r\nBcc: c@d"]
)
def test_what_is_no_address_is_told_with_its_setting(address: str) -> None:
    with pytest.raises(ConfigError, match="VEILLE_MAIL_TO"):
        build_message(render(notice()), sender="a@example.org", recipients=[address], message_id="<1@x>", date=MOMENT)
