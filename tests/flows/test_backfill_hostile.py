"""Archives with pages that make parsers crawl: those are set aside with their reason, in time, and the rest is stored."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import Settings
from flows.archive_judging import Told
from flows.archive_part import close_desk, open_desk
from flows.archive_readers import JudgingRules
from flows.archive_reading import read_apart
from flows.archive_stretches import Job
from flows.backfill_run import Order, run_backfill
from flows.loaded import load
from sources.archives.opening import open_local
from sources.archives.values import ArchiveError, Part, Window
from sources.confined import Confined
from storage.backfills import progress

RULES = JudgingRules(None, 0.5)
TEXT = "La start-up d'intelligence artificielle Nuvéa{n} lève {n} millions d'euros auprès de Partech et d'Elaia. "
# Forty seconds in trafilatura, for 350 KB.
CRAWLING = " ".join(f"a{number}=1" for number in range(40_000))


def _page(n: int, attributes: str = "") -> str:
    text = TEXT.format(n=n) * 3
    return f"<html lang='fr'><head><title>Nuvéa{n}</title></head><body><article><p {attributes}>{text}</p></article>"


@pytest.fixture(scope="module")
def confined() -> Iterator[Confined]:
    """One process for all tests here; its limit is two seconds."""
    running = Confined(1, 2.0, load, (RULES.config_dir,))
    yield running
    running.close()


def _archive(folder: Path, hostile: set[int], pages: int = 12) -> Path:
    rows = [
        {"url": f"https://gazette.example/{n}", "html": _page(n, CRAWLING if n in hostile else "")}
        for n in range(10, 10 + pages)
    ]
    (folder / "a.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return folder


def _read(confined: Confined, archive: Path) -> Told:
    source = f"files:{archive}"
    (part,) = open_local(source).plan(Window())
    told = Told()
    read_apart(confined, Job(source, part, Window(), RULES), told, lambda: None)
    return told


def test_a_page_that_makes_parsers_crawl_is_set_aside_and_the_rest_is_read(confined: Confined, tmp_path: Path) -> None:
    calm = _read(confined, _archive(tmp_path, set()))
    assert calm.counts["relevant"] == 12
    began = time.monotonic()
    told = _read(confined, _archive(tmp_path, hostile={14}))
    lasted = time.monotonic() - began
    assert (told.counts["items"], told.counts["lost:too_costly"]) == (12, 1)
    assert [miss["where"] for miss in told.misses] == ["https://gazette.example/14"]
    assert "plus de 2 s" in told.misses[0]["detail"]
    assert [kept.canonical_url for kept in told.found] == [
        kept.canonical_url for kept in calm.found if not kept.canonical_url.endswith("/14")
    ]
    assert lasted < 60, "twice two seconds, and two processes to start"


def test_what_cannot_be_read_on_fails_the_part_and_not_the_backfill(confined: Confined, tmp_path: Path) -> None:
    archive = _archive(tmp_path, set())
    job = Job(f"files:{archive}", Part("a.jsonl:0", {"name": "a.jsonl", "start": 0, "end": "?"}), Window(), RULES)
    with pytest.raises(ArchiveError, match="au-delà de l'élément 0"):
        read_apart(confined, job, Told(), lambda: None)
    assert _read(confined, archive).counts["items"] == 12, "the process serves the next part"


def test_in_a_small_archive_only_what_is_not_plain_is_judged_apart(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    settings = Settings(data_dir=tmp_path / "data", page_seconds=1.0)
    try:
        told = progress(
            open_desk(settings).database, run_backfill(settings, Order(f"files:{_archive(folder, hostile={12})}"))
        )
    finally:
        close_desk()
    assert told.states == {"done": 1}
    assert (told.counts["stored"], told.counts["lost:too_costly"]) == (11, 1)
