"""`veille demo`: the real daily run, twice, over the demonstration press site, and what there is to see."""

from __future__ import annotations

import email
import logging
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default as modern
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.panel import Panel
from rich.rule import Rule
from rich.text import Text

from config.settings import Settings, load_settings
from demo.site import DemoRequest, DemoSite
from flows.context import RunContext, open_context
from flows.daily_run import run_daily
from flows.prefect_setup import prepare_prefect
from storage.database import open_database
from storage.queries import list_deals
from storage.values import DealFilter, RunReport
from terminal.deal_table import deal_table
from terminal.report import print_report

# The slow outlet takes 30 seconds: enough to see it cut off, short enough that nobody waits for it.
DEADLINE = 3.0
# The site is ours: no need to spare it.
HOST_DELAY = 0.02


def show_demo(out: Console, *, with_prefect: bool = False, keep: Path | None = None) -> int:
    """Serve the site, run twice, print the reports, the deals, the mail, and what the second run did not do again.

    Args:
        keep: a folder for the database and the mails; a temporary one, removed at the end, when None.

    Returns:
        0 when the runs found deals and the second one found nothing to do again; 1 otherwise.
    """
    # Feeds that are broken on purpose are in the report; their warnings would only hide the show.
    logging.getLogger("veille").setLevel(logging.ERROR)
    with _folder(keep) as folder, DemoSite(datetime.now(ZoneInfo("Europe/Paris")).date()) as site:
        settings = demo_settings(folder)
        out.print(
            f"{len(site.feeds)} titres inventés, {len(site.articles)} textes de démonstration, sur cette machine."
        )
        first, first_requests = _run(out, "Premier passage", site, settings, with_prefect)
        _show_deals(out, settings)
        _show_mail(out, settings)
        second, second_requests = _run(out, "Second passage", site, settings, with_prefect)
        again = [request for request in second_requests if _is_page(request, site)]
        _compare(out, first_requests, second_requests, site)
        _say(out, *_next_steps(keep))
        return 0 if first.deals_new and not second.deals_new and second.mails_sent == 0 and not again else 1


def _next_steps(keep: Path | None) -> list[str]:
    """What a newcomer may type now."""
    veille = _as_typed()
    if keep is None:
        return [f"Rien n'est gardé ; pour le regarder dans un navigateur, recommencez par : {veille} demo --keep essai"]
    place = f"VEILLE_DATA_DIR={shlex.quote(str(keep / 'donnees'))}"
    return [
        f"Base et courriels gardés dans {keep}",
        f"Dans un navigateur :  {place} {veille} web",
        f"Dans un tableur :     {place} {veille} export --format xlsx --to operations.xlsx",
    ]


def _as_typed() -> str:
    """The command as it was found: `.venv/bin/veille` for who has not put it on the path."""
    typed = sys.argv[0]
    return "veille" if Path(typed).name != "veille" or shutil.which("veille") == typed else shlex.quote(typed)


def _say(out: Console, *lines: str) -> None:
    for line in lines:
        out.print(line, markup=False, highlight=False, soft_wrap=True)


def demo_settings(folder: Path) -> Settings:
    """Settings that touch nothing outside `folder`, whatever the environment says."""
    return load_settings(
        _env_file=None,
        data_dir=folder / "donnees",
        database_url=f"sqlite:///{folder / 'donnees' / 'veille.db'}",
        outbox_dir=folder / "courriels",
        config_dir=None,
        smtp_host=None,
        mail_to=["vous@exemple.example"],
        host_delay=HOST_DELAY,
        fetch_deadline=DEADLINE,
        respect_robots=True,
        allow_hosts=["127.0.0.0/8"],
    )


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="veille-demo-") as name:
        yield Path(name)


def _run(
    out: Console, title: str, site: DemoSite, settings: Settings, with_prefect: bool
) -> tuple[RunReport, list[DemoRequest]]:
    out.print(Rule(title, align="left"))
    before = len(site.log)

    @contextmanager
    def opened() -> Iterator[RunContext]:
        with open_context(settings, feeds=site.feeds, now=lambda: datetime.now(UTC)) as ctx:
            yield ctx

    if with_prefect:
        prepare_prefect(settings)
        from flows.daily import run_with_prefect

        report = run_with_prefect(opened)
        assert report is not None, "no scheduler is at work here"
    else:
        with opened() as ctx:
            report = run_daily(ctx)
    print_report(out, report, settings.timezone)
    return report, site.log[before:]


def _show_deals(out: Console, settings: Settings) -> None:
    database = open_database(settings.database)
    try:
        out.print(deal_table(list_deals(database, DealFilter()), "Opérations dans l'IA, une fiche par opération"))
    finally:
        database.dispose()


def _show_mail(out: Console, settings: Settings) -> None:
    for file in sorted(settings.outbox_dir.glob("*.eml")):
        message = email.message_from_bytes(file.read_bytes(), policy=modern)
        assert isinstance(message, EmailMessage)
        part = message.get_body(("plain",))
        text = part.get_content() if part else ""
        out.print(Panel(Text(text.strip()), title=Text(f"Courriel : {message['Subject']}"), title_align="left"))


def _compare(out: Console, first: list[DemoRequest], second: list[DemoRequest], site: DemoSite) -> None:
    pages = [sum(_is_page(request, site) for request in requests) for requests in (first, second)]
    conditional = [request for request in second if request.conditional]
    unchanged = sum(request.status == 304 for request in conditional)
    out.print(
        f"Le second passage n'a pas relu {pages[0]} pages ({pages[1]} demandées), a posé {len(conditional)} questions "
        f"conditionnelles et reçu {unchanged} « inchangé », n'a rien annoncé deux fois.",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )


def _is_page(request: DemoRequest, site: DemoSite) -> bool:
    feeds = {feed.url.partition("//")[2].partition("/")[2] for feed in site.feeds}
    return request.path != "/robots.txt" and request.path.lstrip("/") not in feeds
