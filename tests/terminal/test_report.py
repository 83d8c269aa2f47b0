"""The run report in words: what failed, why, where, and what comes next."""

from __future__ import annotations

import io
import json
import logging
from datetime import UTC, datetime

import pytest
from rich.console import Console

from storage.values import FeedLine, LostPage, RunReport
from terminal.logs import set_up_logging
from terminal.report import log_report, print_report, report_lines

STARTED = datetime(2026, 11, 24, 5, 30, tzinfo=UTC)
REPORT = RunReport(
    run_id=7,
    kind="daily",
    started_at=STARTED,
    feeds=(
        FeedLine("gazette", "fetched", new=3, known=1, set_aside=1),
        FeedLine("leman", "not_modified"),
        FeedLine("panneau", "failed", "not_a_feed", "an HTML page titled 'Un instant…'"),
    ),
    entries_new=3,
    entries_known=1,
    relevant=1,
    no_text={"no_text": 1},
    page_failed={"http_5xx": 1},
    lost=(
        LostPage("gazette", "https://g.example/a", "no_text", "no running text", again=False),
        LostPage("gazette", "https://g.example/b", "http_5xx", "500 from https://g.example/b", again=True),
    ),
    entries_to_retry=1,
    deals_new=("abc",),
    mails_pending=1,
    mails_next_try=datetime(2026, 11, 24, 5, 36, tzinfo=UTC),
)


def test_moments_are_those_of_the_reader() -> None:
    assert report_lines(REPORT, "Europe/Paris")[0] == "Passage 7, commencé le 2026-11-24 à 06:30"
    assert report_lines(REPORT, "America/Montreal")[0].endswith("à 00:30")


def test_each_feed_and_page_that_failed_is_named_with_its_reason_in_french() -> None:
    lines = report_lines(REPORT, "Europe/Paris")
    assert "Flux       3 : 1 lu, 1 inchangé, 1 en échec" in lines
    assert "  ✗ panneau : pas un flux – an HTML page titled 'Un instant…'" in lines
    assert "  ! gazette : 1 élément mis de côté" in lines
    assert "  ✗ gazette : pas de texte – no running text – https://g.example/a" in lines
    assert "  ✗ gazette : serveur en panne – 500 from https://g.example/b, sera retenté" in lines
    assert "Pages      1 en échec (serveur en panne 1)" in lines


def test_many_lost_pages_are_counted_after_the_first_ones() -> None:
    lost = tuple(LostPage("g", f"https://g.example/{n}", "timeout", "", again=True) for n in range(12))
    lines = report_lines(RunReport(1, "daily", STARTED, page_failed={"timeout": 30}, lost=lost), "Europe/Paris")
    assert sum(line.startswith("  ✗") for line in lines) == 10
    assert "  … et 20 autres" in lines


def test_what_waits_is_told_with_its_moment() -> None:
    assert report_lines(REPORT, "Europe/Paris")[-1] == (
        "Courriels  0 envoyé, 1 en attente (prochain essai après le 2026-11-24 à 06:36), 0 en échec"
    )


def test_an_address_with_brackets_is_printed_as_it_is() -> None:
    out = Console(file=io.StringIO(), width=40)
    feed = FeedLine("x", "failed", "timeout", "no answer from https://x.example/[red]/very/long/address/of/a/feed.xml")
    print_report(out, RunReport(1, "daily", STARTED, feeds=(feed,)), "Europe/Paris")
    assert feed.detail in out.file.getvalue()  # type: ignore[attr-defined]


@pytest.fixture
def quiet_logging():  # type: ignore[no-untyped-def]
    root, ours = logging.getLogger(), logging.getLogger("veille")
    before = root.handlers[:], root.level, ours.level
    yield
    root.handlers[:], level, ours_level = before
    root.setLevel(level)
    ours.setLevel(ours_level)


@pytest.mark.usefixtures("quiet_logging")
def test_for_machines_the_report_is_one_json_line(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("json")
    log_report(REPORT)
    (line,) = capsys.readouterr().err.splitlines()
    event = json.loads(line)
    assert event["report"]["articles"]["page_failed"] == {"http_5xx": 1}
    assert event["report"]["lost"][1]["again"] is True


@pytest.mark.usefixtures("quiet_logging")
def test_above_a_bar_only_warnings_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(file=io.StringIO(), width=200)
    set_up_logging("text", above=console)
    logging.getLogger("veille.run").info("feed gazette: fetched")
    logging.getLogger("veille.run").warning("mail: [refused]")
    assert "fetched" not in console.file.getvalue()  # type: ignore[attr-defined]
    assert "mail: [refused]" in console.file.getvalue()  # type: ignore[attr-defined]
    assert capsys.readouterr().err == ""
