"""The run report, as an operator reads it at the end of a run or in cron's mail."""

from __future__ import annotations

from collections.abc import Mapping

from storage.values import FeedLine, RunReport

_OUTCOMES = {"fetched": "lu", "not_modified": "inchangé", "failed": "échec"}


def report_lines(report: RunReport) -> list[str]:
    """The report as lines of plain text: feeds, articles, deals, mails."""
    counts = {name: sum(feed.outcome == name for feed in report.feeds) for name in _OUTCOMES}
    lines = [
        f"Passage {report.run_id} ({report.kind}), commencé le {report.started_at:%Y-%m-%d à %H:%M} UTC",
        (
            f"Flux       {len(report.feeds)} : {counts['fetched']} lus, {counts['not_modified']} inchangés, "
            f"{counts['failed']} en échec"
        ),
    ]
    lines += [f"  ✗ {_feed_trouble(feed)}" for feed in report.feeds if feed.outcome == "failed"]
    lines += [
        f"  ! {feed.feed_id} : {feed.set_aside} élément(s) mis de côté" for feed in report.feeds if feed.set_aside
    ]
    lines.append(
        f"Articles   {report.entries_new} nouveaux, {report.entries_known} déjà connus : {report.relevant} pertinents, "
        f"{report.not_relevant} hors sujet, {report.not_french} pas en français, {report.duplicates} doublons, "
        f"{sum(report.no_text.values())} sans texte{_reasons(report.no_text)}"
    )
    if report.paywalled:
        lines.append(f"           {report.paywalled} coupés par un péage")
    if report.from_feed:
        lines.append(
            f"           {sum(report.from_feed.values())} lus dans le flux, faute de page{_reasons(report.from_feed)}"
        )
    if report.mended:
        lines.append(f"           entrées à défauts{_reasons(report.mended)}")
    if report.set_aside:
        lines.append(f"           mis de côté{_reasons(report.set_aside)}")
    if report.page_failed:
        lines.append(f"Pages      {sum(report.page_failed.values())} en échec{_reasons(report.page_failed)}")
    if report.entries_pending:
        lines.append(f"           {report.entries_pending} à retenter au prochain passage")
    lines.append(f"Opérations {len(report.deals_new)} nouvelles, {len(report.deals_updated)} mises à jour")
    lines.append(
        f"Courriels  {report.mails_sent} envoyés, {report.mails_pending} en attente, {report.mails_failed} en échec"
    )
    return lines


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


def _feed_trouble(feed: FeedLine) -> str:
    return f"{feed.feed_id} : {_reason(feed)}"


def _reason(feed: FeedLine) -> str:
    return " – ".join(part for part in (feed.reason or "", feed.detail) if part)


def _reasons(counts: Mapping[str, int]) -> str:
    if not counts:
        return ""
    return " (" + ", ".join(f"{reason} {count}" for reason, count in sorted(counts.items())) + ")"
