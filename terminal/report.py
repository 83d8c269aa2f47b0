"""The run report, as an operator reads it at the end of a run or in cron's mail."""

from __future__ import annotations

import logging
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Console

from storage.reports import report_json
from storage.values import FeedLine, LostPage, RunReport
from terminal.reasons import counted, in_french

log = logging.getLogger("veille.run")

_OUTCOMES = {"fetched": "lu", "not_modified": "inchangé", "failed": "échec", "resting": "en attente"}
# Pages told one by one; the reasons of all are counted, and the database knows each.
_SHOWN_PAGES = 10


def report_lines(report: RunReport, timezone: str) -> list[str]:
    """The report as lines of plain text, moments in `timezone`: feeds, articles, pages, deals, mails."""
    return [
        f"Passage {report.run_id}, commencé le {_moment(report.started_at, timezone)}",
        *_feeds(report),
        *_articles(report),
        *_pages(report),
        f"Opérations {_n(len(report.deals_new), 'nouvelle')}, {_n(len(report.deals_updated), 'mise')} à jour",
        *_mails(report, timezone),
    ]


def print_report(out: Console, report: RunReport, timezone: str) -> None:
    """The report on a terminal, or in what cron mails."""
    for line in report_lines(report, timezone):
        out.print(line, markup=False, highlight=False, soft_wrap=True)


def log_report(report: RunReport) -> None:
    """The report as one event of the log, every figure a field: for logs that machines read."""
    log.info("run %d done", report.run_id, extra={"report": report_json(report)})


def feed_rows(feeds: tuple[FeedLine, ...]) -> list[dict[str, object]]:
    """One row a feed, by column title."""
    return [
        {
            "Flux": feed.feed_id,
            "Résultat": _OUTCOMES.get(feed.outcome, feed.outcome),
            "Nouveaux": feed.new,
            "Connus": feed.known,
            "Raison": _reason(feed),
        }
        for feed in feeds
    ]


def _feeds(report: RunReport) -> list[str]:
    counts = {name: sum(feed.outcome == name for feed in report.feeds) for name in _OUTCOMES}
    return [
        (
            f"Flux       {len(report.feeds)} : {_n(counts['fetched'], 'lu')}, "
            f"{_n(counts['not_modified'], 'inchangé')}, {counts['failed']} en échec"
            + (f", {counts['resting']} en attente" if counts["resting"] else "")
        ),
        *(
            f"  – {feed.feed_id} : {_reason(feed)}"
            for feed in report.feeds
            if feed.outcome == "resting" and feed.reason
        ),
        *(f"  ✗ {feed.feed_id} : {_reason(feed)}" for feed in report.feeds if feed.outcome == "failed"),
        *(
            f"  ! {feed.feed_id} : {_n(feed.set_aside, 'élément')} mis de côté"
            for feed in report.feeds
            if feed.set_aside
        ),
        *(f"  ! {feed} : muet, lui qui publiait ; `veille feeds status`" for feed in report.feeds_silent),
    ]


def _articles(report: RunReport) -> list[str]:
    lines = [
        (
            f"Articles   {_n(report.entries_new, 'nouveau', 'nouveaux')}, {report.entries_known} déjà connus : "
            f"{_n(report.relevant, 'pertinent')}, {report.not_relevant} hors sujet, "
            f"{report.not_french} pas en français, {_n(report.duplicates, 'doublon')}, "
            f"{sum(report.no_text.values())} sans texte{counted(report.no_text)}"
        )
    ]
    if report.paywalled:
        lines.append(f"           {_n(report.paywalled, 'coupé')} par un péage")
    if report.from_feed:
        lines.append(
            f"           {_n(sum(report.from_feed.values()), 'lu')} dans le flux, faute de page"
            f"{counted(report.from_feed)}"
        )
    if report.mended:
        lines.append(f"           entrées à défauts{counted(report.mended)}")
    if report.set_aside:
        lines.append(f"           mis de côté{counted(report.set_aside)}")
    if report.entries_pending:
        lines.append(f"           {report.entries_pending} à lire au prochain passage")
    return lines


def _pages(report: RunReport) -> list[str]:
    lines = []
    if report.page_failed:
        lines.append(f"Pages      {sum(report.page_failed.values())} en échec{counted(report.page_failed)}")
    lines += [f"  ✗ {_page(page)}" for page in report.lost[:_SHOWN_PAGES]]
    lost = sum(report.page_failed.values()) + sum(report.no_text.values())
    if lost > _SHOWN_PAGES:
        lines.append(f"  … et {_n(lost - _SHOWN_PAGES, 'autre')}")
    if report.entries_to_retry:
        lines.append(f"           {report.entries_to_retry} à retenter, dont les échecs de passages précédents")
    return lines


def _mails(report: RunReport, timezone: str) -> list[str]:
    waiting = f"{report.mails_pending} en attente"
    if report.mails_pending and report.mails_next_try:
        waiting += f" (prochain essai après le {_moment(report.mails_next_try, timezone)})"
    lines = [f"Courriels  {_n(report.mails_sent, 'envoyé')}, {waiting}, {report.mails_failed} en échec"]
    if report.mails_failed:
        lines.append("  ✗ des messages n'ont atteint personne : `veille alerts list --state dead`")
    return lines


def _page(page: LostPage) -> str:
    # The detail nearly always names the address; it is told once.
    detail = page.detail if page.url in page.detail else f"{page.detail} – {page.url}".removeprefix(" – ")
    return f"{page.feed_id} : {in_french(page.reason)} – {detail}{', sera retenté' if page.again else ''}"


def _reason(feed: FeedLine) -> str:
    return " – ".join(part for part in (in_french(feed.reason), feed.detail) if part)


def _moment(moment: datetime, timezone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(timezone)):%Y-%m-%d à %H:%M}"


def _n(count: int, one: str, many: str | None = None) -> str:
    """`1 lu`, `2 lus`; French counts nought as one."""
    return f"{count} {one if count < 2 else many or one + 's'}"
