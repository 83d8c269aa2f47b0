"""The smallest press there is: one feed of a few deals, each with its page, and one run over it at a moment we choose."""

from __future__ import annotations

import datetime as dt
from email.utils import format_datetime
from pathlib import Path

from httpsite import HttpSite, Reply
from mornings import message, plain_text

from demo.show import demo_settings
from flows.context import open_context
from flows.daily_run import run_daily
from sources.values import Feed
from storage.values import RunReport

ITEM = "<item><title>{name} lève {n} millions d’euros</title><link>{url}</link><pubDate>{day}</pubDate></item>"
PAGE = (
    "<html lang=fr><body><article><p>La jeune pousse lilloise {name} annonce une levée de fonds de {n} millions d’euros, "
    "menée par Partech, pour ses modèles d’intelligence artificielle.</p><p>{more}</p></article></body></html>"
)
MORE = "La société compte recruter des ingénieurs et ouvrir des bureaux à Lyon comme à Bruxelles dans l’année. " * 4


def show(site: HttpSite, *told: tuple[str, dt.datetime]) -> Feed:
    """A feed of these deals, each with a page."""
    items = ""
    for n, (name, day) in enumerate(told, 11):
        url = site.add(f"/{name}", Reply(PAGE.format(name=name, n=n, more=MORE)))
        items += ITEM.format(name=name, n=n, url=url, day=format_datetime(day))
    body = f'<rss version="2.0"><channel><title>t</title>{items}</channel></rss>'
    return Feed("gazette", "La Gazette", site.add("/feed", Reply(body, content_type="application/rss+xml")))


def run_at(folder: Path, feed: Feed, now: dt.datetime, **settings_: object) -> tuple[RunReport, list[str]]:
    """One run; its report and the mails it sent."""
    settings = demo_settings(folder).model_copy(update={"workers": 1, "host_delay": 0.0, **settings_})
    before = set(settings.outbox_dir.glob("*.eml"))
    with open_context(settings, feeds=[feed], now=lambda: now) as ctx:
        report = run_daily(ctx)
    return report, [plain_text(message(file)) for file in set(settings.outbox_dir.glob("*.eml")) - before]
