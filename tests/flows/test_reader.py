"""What becomes of one entry: page, feed content or summary, or the reason why there is no article."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from flows.reader import ArticleReader, ReadJob, ReadRules, read_job
from sources.confined import Confined, JobFailed, TooCostly
from sources.values import Entry, Feed, Page, PageFailure, Reason
from storage.values import EntryOutcome, PendingEntry

RULES = ReadRules(None, 1.0, "Europe/Paris")
FEED = Feed("vigie", "La Vigie", "https://vigie.example/feed")
TEXT = (
    "La jeune pousse lilloise Brumelec annonce une levée de fonds de 12 millions d’euros, menée par Partech. "
    "Elle développe des modèles d’intelligence artificielle pour l’industrie, et emploie déjà quarante personnes. "
    "Les fonds serviront à ouvrir un bureau à Bruxelles, a précisé sa présidente à la rédaction du journal. "
) * 2
SUMMARY = (
    "Brumelec, spécialiste lillois de l’intelligence artificielle, annonce une levée de fonds de 12 millions d’euros."
)
ENTRY = Entry(
    feed_id="vigie",
    url="https://vigie.example/brumelec?utm_source=rss",
    canonical_url="https://vigie.example/brumelec",
    title="Brumelec lève 12 millions d’euros",
    published=datetime(2026, 11, 16, 23, 30, tzinfo=UTC),
    summary=SUMMARY,
    language="fr",
)


def page(html: str) -> Page:
    body = f'<html lang="fr"><head><title>Brumelec</title></head><body><article>{html}</article></body></html>'
    moment = datetime(2026, 11, 17, tzinfo=UTC)
    return Page(ENTRY.url, ENTRY.url, 200, body.encode(), "text/html; charset=utf-8", {}, moment)


def failure(reason: Reason) -> PageFailure:
    return PageFailure(ENTRY.url, reason, "said the server")


def read(entry: Entry = ENTRY, page: Page | PageFailure | None = None, *, last_try: bool = False) -> EntryOutcome:
    pending = PendingEntry(7, entry, datetime(2026, 11, 17, tzinfo=UTC))
    return read_job(ReadJob(pending, FEED, page, last_try), RULES)


def test_the_page_is_the_article() -> None:
    outcome = read(page=page(f"<p>{TEXT}</p>"))
    assert outcome.reading is not None
    article = outcome.reading.article
    assert (outcome.source, outcome.canonical_url) == ("page", "https://vigie.example/brumelec")
    assert (article.title, article.outlet) == (ENTRY.title, "La Vigie")
    assert article.published == date(2026, 11, 17), "the day in Paris, not in UTC"
    assert outcome.reading.relevance.relevant


def test_full_text_of_the_feed_needs_no_page() -> None:
    outcome = read(replace(ENTRY, content_html=f"<p>{TEXT}</p>"))
    assert outcome.reading is not None
    assert outcome.source == "feed"
    assert TEXT.strip()[:100] in outcome.reading.article.text


@pytest.mark.parametrize("reason", [Reason.GONE, Reason.ROBOTS, Reason.HTTP_4XX])
def test_a_page_that_will_never_come_is_replaced_by_the_summary(reason: Reason) -> None:
    outcome = read(page=failure(reason))
    assert outcome.reading is not None
    assert outcome.source == "feed"
    assert outcome.reading.article.text == SUMMARY
    assert outcome.instead_of is not None
    assert outcome.instead_of.reason == reason.value


def test_a_page_that_may_come_later_is_waited_for() -> None:
    outcome = read(page=failure(Reason.TIMEOUT))
    assert outcome.failure is not None
    assert (outcome.failure.reason, outcome.failure.transient) == ("timeout", True)


def test_but_not_for_ever() -> None:
    outcome = read(page=failure(Reason.TIMEOUT), last_try=True)
    assert outcome.reading is not None
    assert outcome.source == "feed"


def test_no_page_and_no_summary_is_a_failure_with_its_reason() -> None:
    outcome = read(replace(ENTRY, summary="Lire"), failure(Reason.GONE))
    assert outcome.failure is not None
    assert (outcome.failure.reason, outcome.failure.transient) == ("gone", False)


def test_a_page_without_text_and_no_summary() -> None:
    outcome = read(replace(ENTRY, summary=""), page(""))
    assert outcome.failure is not None
    assert outcome.failure.reason == "no_text"


def test_a_paywall_stub_yields_to_the_feeds_longer_text() -> None:
    mark = '<script type="application/ld+json">{"isAccessibleForFree": false}</script>'
    stub = page(f"{mark}<p>{SUMMARY} La suite est réservée à nos abonnés, qui la liront avec plaisir.</p>")
    outcome = read(replace(ENTRY, content_html=f"<p>{TEXT}</p>"), stub)
    assert outcome.source == "feed"
    alone = read(page=stub)
    assert alone.reading is not None
    assert alone.reading.article.paywalled


def test_foreign_text_is_told_as_such_and_not_read_further() -> None:
    english = "The company said on Tuesday that it has raised 20 million dollars from a group of investors. " * 5
    outcome = read(replace(ENTRY, title="Startup raises 20 million"), page(f"<p>{english}</p>"))
    assert outcome.reading is not None
    assert outcome.reading.language == "en"
    assert outcome.reading.deals == ()


def test_a_missing_feed_date_is_read_from_the_page() -> None:
    html = page(f"<p>{TEXT}</p>")
    meta = b'<meta property="article:published_time" content="2026-11-12T08:00:00+01:00"></head>'
    dated = replace(html, body=html.body.replace(b"</head>", meta))
    outcome = read(replace(ENTRY, published=None), dated)
    assert outcome.reading is not None
    assert outcome.reading.article.published == date(2026, 11, 12)


def test_a_defect_of_ours_costs_one_page(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("by us")

    monkeypatch.setattr("flows.reader.read_article", broken)
    pending = PendingEntry(7, ENTRY, datetime(2026, 11, 17, tzinfo=UTC))
    outcome = ArticleReader(RULES, workers=1).read(ReadJob(pending, FEED, page(f"<p>{TEXT}</p>")))
    assert outcome.failure is not None
    assert (outcome.failure.reason, outcome.failure.transient) == ("defect", True)
    assert "ZeroDivisionError" in outcome.failure.detail


POOL = """
import time
from config.settings import load_settings
from flows.reader import open_reader

if __name__ == "__main__":
    with open_reader(load_settings(_env_file=None, workers=2)) as reader:
        reader.expect(100)
        reader._confined.call(time.sleep, 0.1)
        print(*reader._confined.pids(), flush=True)
        time.sleep(60)
"""


def test_workers_end_with_a_run_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "pool.py"
    script.write_text(POOL)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=environment)
    assert run.stdout is not None
    workers = [int(pid) for pid in run.stdout.readline().split()]
    assert len(workers) == 2
    run.kill()
    run.wait()
    deadline = time.monotonic() + 20
    while any(_is_running(pid) for pid in workers) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert [pid for pid in workers if _is_running(pid)] == []


def _is_running(pid: int) -> bool:
    """False also for a dead process that nobody has collected."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def hostile(html: str, tmp_path: Path) -> tuple[EntryOutcome, float]:
    """What one worker makes of a page, and how long that takes once it is there."""
    reader = ArticleReader(RULES, workers=1, seconds=2.0)
    try:
        reader._confined.call(time.sleep, 0)
        began = time.monotonic()
        outcome = reader.read(ReadJob(PendingEntry(7, ENTRY, datetime(2026, 11, 17, tzinfo=UTC)), FEED, page(html)))
        return outcome, time.monotonic() - began
    finally:
        reader.close()


def test_a_page_that_makes_parsers_crawl_is_given_up_for_the_summary(tmp_path: Path) -> None:
    """Forty seconds in trafilatura, for 350 KB."""
    attributes = " ".join(f"a{number}=1" for number in range(40_000))
    outcome, lasted = hostile(f"<p {attributes}>{TEXT}</p>", tmp_path)
    assert outcome.reading is not None
    assert outcome.instead_of is not None
    assert outcome.instead_of.reason == "too_costly"
    assert lasted < 10.0, "two seconds of processor for the page, by the clock four times that, then the summary"


def test_a_worker_that_was_ended_is_replaced() -> None:
    reader = ArticleReader(RULES, workers=1, seconds=1.0)
    try:
        (first,) = (reader._confined.call(time.sleep, 0), reader._confined.pids())[1]
        with pytest.raises(TooCostly):
            reader._confined.call(time.sleep, 5)
        assert not _is_running(first)
        assert reader._confined.call(len, [1, 2]) == 2
    finally:
        reader.close()


def test_memory_has_an_end() -> None:
    confined = Confined(1, 20.0)
    try:
        with pytest.raises(TooCostly, match="Mo"):
            confined.call(bytearray, 4_000_000_000)
        assert confined.call(len, "ab") == 2
    finally:
        confined.close()


def test_a_worker_that_dies_is_told_and_replaced() -> None:
    confined = Confined(1, 20.0)
    try:
        with pytest.raises(TooCostly, match="mort"):
            confined.call(os._exit, 3)
        with pytest.raises(JobFailed, match="ValueError"):
            confined.call(int, "x")
        assert confined.call(int, "3") == 3
    finally:
        confined.close()
