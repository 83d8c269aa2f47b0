"""The HTML mail in a real browser: at the width of a phone and of a desk, light and dark.

Set VEILLE_SCREENSHOTS to a folder to keep the pictures (those in `docs/images` were made so).
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from newsroom import money

from alerts.mail import RenderedMail, render_mail
from alerts.previewing import standalone_html
from storage.values import Change, Converted, DealNotice, DealView, MentionView

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIETLY = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NOW = dt.datetime(2026, 3, 16, 7, tzinfo=dt.UTC)
DAY = dt.date(2026, 3, 13)


def telling(outlet: str, quote: str, *marked: str, **fields: Any) -> MentionView:
    marks = tuple((quote.index(piece), quote.index(piece) + len(piece)) for piece in marked)
    url = f"https://{outlet.lower().replace(' ', '-')}.example/article"
    base: dict[str, Any] = {
        "article": url, "url": url, "outlet": outlet, "title": "", "published": DAY, "amount": None, "alt": None,
        "status": "announced", "role": "news", "confidence": 0.9, "quote": quote, "marks": marks,
    }  # fmt: skip
    return MentionView(**base | fields)


def deal(identifier: str, company: str, amount: Any, *mentions: MentionView, **fields: Any) -> DealView:
    euros = Converted(amount.value, "EUR", DAY) if amount and amount.currency == "EUR" else None
    base: dict[str, Any] = {
        "id": identifier, "kind": "funding", "company": company, "investors": (), "lead": (), "amount": amount,
        "alt": None, "amount_eur": euros, "valuation": None, "round": None, "status": "announced", "role": "news",
        "cumulative": False, "date": None, "ai": True, "confidence": 0.9, "first_published": DAY, "mentions": mentions,
    }  # fmt: skip
    return DealView(**base | fields)


def week() -> list[DealNotice]:
    """A week of invented deals with everything that a mail can show."""
    brumelec = deal(
        "k3mv2qdd7xpa",
        "Brumelec",
        money(120e6),
        telling(
            "La Gazette du Code",
            "La lilloise Brumelec lève 120 millions d’euros auprès d’Alizé Capital et de Bpifrance, qui mène le tour.",
            "Brumelec",
            "120 millions d’euros",
            "Alizé Capital",
            "Bpifrance",
        ),
        telling("Fil Capital", "Brumelec boucle sa série B."),
        telling("Léman Éco", "Un tour mené par Bpifrance."),
        investors=("Alizé Capital", "Bpifrance"),
        lead=("Bpifrance",),
        round="series-b",
        valuation=money(1.1e9, bound="about"),
        date="2026-03-12",
    )
    ondelia = deal(
        "p7rrt4wz2abc",
        "Ondelia",
        money(58e6, "USD", "about"),
        telling(
            "Donne Tech",
            "Selon deux sources proches du dossier, Ondelia lèverait environ 58 millions de dollars.",
            "Ondelia",
            "environ 58 millions de dollars",
        ),
        amount_eur=Converted(Decimal("49871234"), "EUR", DAY),
        status="rumoured",
    )
    vigie = deal(
        "b2c5x9mmq0za",
        "Vigie Robotique",
        money(310e6),
        telling(
            "Le Courrier des machines",
            "Safranis rachète Vigie Robotique pour 310 millions d’euros.",
            "Safranis",
            "Vigie Robotique",
            "310 millions d’euros",
        ),
        kind="acquisition",
        investors=("Safranis",),
    )
    names = ("Calcinor", "Fjordia", "Tessera Santé", "Lumen Nord")
    small = [
        deal(f"zz{number}qwertyuiop", name, money(amount), telling("Fil Capital", f"{name} lève des fonds.", name))
        for number, (name, amount) in enumerate(zip(names, (14e6, 9.5e6, 4e6, 32e6), strict=True))
    ]
    quantix = deal(
        "m8nn1kkpl3rt",
        "Quantix",
        money(45e6),
        telling(
            "La Gazette du Code", "Quantix confirme une levée de 45 millions d’euros.", "Quantix", "45 millions d’euros"
        ),
        lead=("Néva",),
        investors=("Néva",),
    )
    changes = (Change("status", "rumoured", "announced"), Change("amount", money(60e6), money(45e6)))
    return [
        *(DealNotice("new", one) for one in (vigie, brumelec, ondelia, *small)),
        DealNotice("updated", quantix, changes),
    ]


def daily() -> RenderedMail:
    return render_mail(week()[:3] + week()[-1:], language="fr", timezone="Europe/Paris", day=NOW, watch="Veille IA")


def weekly() -> RenderedMail:
    since = NOW - dt.timedelta(days=7)
    return render_mail(week(), language="fr", timezone="Europe/Paris", day=NOW, since=since, watch="La semaine")


MAILS = {"quotidien": daily, "hebdomadaire": weekly}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIETLY)
        yield found
        found.close()


def _contrast(one: str, two: str) -> float:
    """WCAG's contrast of two CSS colours like `rgb(1, 2, 3)`."""

    def luminance(color: str) -> float:
        parts = [int(part) / 255 for part in color.partition("(")[2].rstrip(")").split(",")[:3]]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


# Every piece of text with its colour and the colour of what lies behind it.
COLOURS = """() => {
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode.textContent.trim();
    let element = walk.currentNode.parentElement;
    if (!text || !element.offsetParent) continue;
    const color = getComputedStyle(element).color;
    while (element && getComputedStyle(element).backgroundColor === 'rgba(0, 0, 0, 0)') element = element.parentElement;
    found.push([text, color, element ? getComputedStyle(element).backgroundColor : 'rgb(255, 255, 255)']);
  }
  return found;
}"""


@pytest.mark.parametrize("name", MAILS)
@pytest.mark.parametrize(("device", "width", "height"), [("telephone", 375, 812), ("bureau", 900, 1000)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_mail_reads_well(browser: Any, name: str, device: str, width: int, height: int, scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, device_scale_factor=1.5
    )
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    mail = MAILS[name]()
    page.set_content(standalone_html(mail), wait_until="load")
    assert [url for url in asked if not url.startswith(("data:", "about:"))] == [], "a mail fetches nothing"
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "nothing to scroll sideways"
    small = page.evaluate(
        "Math.min(...[...document.querySelectorAll('a, p, h2')].map(e => parseFloat(getComputedStyle(e).fontSize)))"
    )
    assert small >= 13
    faint = [(text, color, behind) for text, color, behind in page.evaluate(COLOURS) if _contrast(color, behind) < 4.5]
    assert faint == []
    if mail.chart:
        shown = page.evaluate(
            "(() => { const i = document.querySelector('img'); return [i.naturalWidth, i.alt.length]; })()"
        )
        assert min(shown) > 20
    if folder := os.environ.get("VEILLE_SCREENSHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"courriel-{name}-{device}-{scheme}.png"), full_page=True)
    context.close()


def test_gmail_does_not_cut_a_mail_of_a_hundred_deals() -> None:
    many = [DealNotice("new", one.deal) for one in week()[:3]] * 34
    mail = render_mail(many, language="fr", timezone="Europe/Paris", day=NOW)
    assert len(mail.html.encode()) < 102_000
    assert mail.text.count("Brumelec lève") == 34, "the text part has all"
