"""WARC files as crawlers write them, and as disks and networks leave them."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import IO

import pytest
from fastwarc.warc import WarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from sources.archives import warc, warc_parts
from sources.archives.values import ArchiveError, Capture, Item, Miss, Window
from sources.archives.warc import WarcSource

ALL = Window()


def _write(path: Path, count: int, *, compressed: bool, day: str = "2025-01-02") -> Path:
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=compressed)
        for number in range(count):
            body = f"<html><p>page {number} é {'x' * 300}</p></html>".encode()
            headers = [("Content-Type", "text/html; charset=utf-8")]
            if number % 3 == 0:
                body = gzip.compress(body)
                headers.append(("Content-Encoding", "gzip"))
            _add(writer, f"https://journal.example/{number}", body, headers, day=day)
            writer.write_record(
                writer.create_warc_record(f"https://journal.example/{number}", "metadata", payload=io.BytesIO(b"a: b"))
            )
    return path


def _add(
    writer: WARCWriter,
    url: str,
    body: bytes,
    headers: list[tuple[str, str]],
    status: str = "200 OK",
    day: str = "2025-01-02",
) -> None:
    http = StatusAndHeaders(status, headers, protocol="HTTP/1.1")
    told = {"WARC-Date": f"{day}T03:04:05Z"}
    record = writer.create_warc_record(
        url, "response", payload=io.BytesIO(body), http_headers=http, warc_headers_dict=told
    )
    writer.write_record(record)


def _everything(where: Path, window: Window = ALL) -> list[Item]:
    source = WarcSource(where)
    return [item for part in source.plan(window) for item in source.read(part, window)]


def _pages(items: list[Item]) -> list[str]:
    return [item.url.rsplit("/", 1)[1] for item in items if isinstance(item, Capture)]


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(warc_parts, "RECORDS", 7)
    monkeypatch.setattr(warc_parts, "GRAIN", 7)
    return


@pytest.fixture(params=["small", "large"])
def sized(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is taken for small, read whole to be planned, or for large, cut where responses happen to begin."""
    if request.param == "large":
        monkeypatch.setattr(warc_parts, "LARGE_BYTES", 0)
        monkeypatch.setattr(warc_parts, "_RUN_UP", 900)


@pytest.mark.parametrize("compressed", [True, False])
def test_parts_give_every_response_once(tmp_path: Path, compressed: bool) -> None:
    file = _write(tmp_path / ("a.warc.gz" if compressed else "a.warc"), 20, compressed=compressed)
    parts = list(WarcSource(file).plan(ALL))
    assert [part.size for part in parts] == [7, 7, 6]
    items = _everything(file)
    assert _pages(items) == [str(number) for number in range(20)]
    page = items[3]
    assert isinstance(page, Capture)
    assert page.body.decode().startswith("<html><p>page 3 é")  # gzip inside gzip
    assert page.content_type == "text/html; charset=utf-8"
    assert page.day == date(2025, 1, 2)


def test_a_small_file_is_cut_fine_and_a_large_one_coarse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warc_parts, "GRAIN", 2)
    file = _write(tmp_path / "a.warc.gz", 70, compressed=True)
    sizes = [part.size for part in WarcSource(file).plan(ALL)]
    assert sizes == [2] * 35, "a sixty-fourth is two: one grain"
    monkeypatch.setattr(warc, "PARTS", 4)
    assert [part.size for part in WarcSource(file).plan(ALL)] == [6] * 11 + [4], "no more than RECORDS"
    assert sorted(map(int, _pages(_everything(file)))) == list(range(70))


def test_a_large_file_is_cut_without_being_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = _write(tmp_path / "a.warc.gz", 3000, compressed=True)
    monkeypatch.setattr(warc_parts, "GRAIN", 100)
    monkeypatch.setattr(warc_parts, "RECORDS", 500)
    monkeypatch.setattr(warc_parts, "LARGE_BYTES", 0)
    monkeypatch.setattr(warc_parts, "_RUN_UP", 2000)
    looked: list[int] = []
    inflate = warc_parts.responses

    def counted(stream: IO[bytes], *, parse_http: bool) -> Iterator[WarcRecord]:
        for record in inflate(stream, parse_http=parse_http):
            looked.append(record.stream_pos)
            yield record

    monkeypatch.setattr(warc_parts, "responses", counted)
    parts = list(WarcSource(file).plan(ALL))
    assert len(looked) < 500
    assert len(parts) in range(28, 35)
    assert sum(part.size for part in parts) == pytest.approx(3000, rel=0.1)
    assert parts == list(WarcSource(file).plan(ALL)), "the same archive gives the same parts"
    assert _pages([item for part in parts for item in WarcSource(file).read(part, ALL)]) == list(map(str, range(3000)))


def test_no_cut_is_made_in_an_archive_that_is_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its records are no pages of ours, wherever the cut falls."""
    monkeypatch.setattr(warc_parts, "LARGE_BYTES", 0)
    inner = _write(tmp_path / "inner", 40, compressed=True, day="2024-01-01").read_bytes()
    html = [("Content-Type", "text/html")]
    with (tmp_path / "a.warc.gz").open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for number in range(30):
            _add(writer, f"https://journal.example/{number}", inner if number == 15 else b"<p>oui</p>", html)
    for records in range(1, 8):
        monkeypatch.setattr(warc_parts, "RECORDS", records)
        monkeypatch.setattr(warc_parts, "GRAIN", records)
        assert _pages(_everything(tmp_path / "a.warc.gz")) == list(map(str, range(30)))


def test_a_wacz_and_a_folder(tmp_path: Path) -> None:
    inner = _write(tmp_path / "inner.warc.gz", 3, compressed=True)
    folder = tmp_path / "folder"
    folder.mkdir()
    with zipfile.ZipFile(folder / "a.wacz", "w") as container:
        container.write(inner, "archive/data.warc.gz")
        container.writestr("pages/pages.jsonl", "{}")
    _write(folder / "b.warc", 2, compressed=False)
    assert _pages(_everything(folder)) == ["0", "1", "2", "0", "1"]


def test_what_is_no_page_is_passed_over(tmp_path: Path) -> None:
    html = [("Content-Type", "text/html")]
    with (tmp_path / "a.warc").open("wb") as file:
        writer = WARCWriter(file, gzip=False)
        _add(writer, "https://journal.example/moved", b"", html, status="301 Moved")
        _add(writer, "https://journal.example/image", b"\x89PNG", [("Content-Type", "image/png")])
        _add(writer, "https://journal.example/page", b"<p>oui</p>", html)
        _add(writer, "dns:journal.example", b"1.2.3.4", html)
    items = _everything(tmp_path / "a.warc")
    assert _pages(items) == ["page"]
    assert [item.reason for item in items if isinstance(item, Miss)] == ["no_http"]


def test_a_capture_made_before_the_window_is_left_out(tmp_path: Path) -> None:
    file = _write(tmp_path / "a.warc.gz", 3, compressed=True, day="2024-12-31")
    assert _everything(file, Window(date(2025, 1, 1))) == []
    assert len(_everything(file, Window(date(2024, 12, 31)))) == 3


def test_a_record_of_a_hundred_megabytes_is_a_miss(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warc, "MOST_BYTES", 1000)
    html = [("Content-Type", "text/html")]
    with (tmp_path / "a.warc.gz").open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        _add(writer, "https://journal.example/huge", b"x" * 50_000, html)
        _add(writer, "https://journal.example/large", b"x" * 5_000, html)
        _add(writer, "https://journal.example/bomb", gzip.compress(b"x" * 5_000), [*html, ("Content-Encoding", "gzip")])
        _add(writer, "https://journal.example/page", b"<p>oui</p>", html)
    items = _everything(tmp_path / "a.warc.gz")
    assert _pages(items) == ["page"]
    assert [item.reason for item in items if isinstance(item, Miss)] == ["too_large"] * 3


@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.parametrize("share", [0.3, 0.5, 0.8, 0.97])
@pytest.mark.usefixtures("sized")
def test_a_truncated_file_gives_what_is_whole_and_says_so(tmp_path: Path, compressed: bool, share: float) -> None:
    file = _write(tmp_path / ("a.warc.gz" if compressed else "a.warc"), 20, compressed=compressed)
    body = file.read_bytes()
    file.write_bytes(body[: int(len(body) * share)])
    items = _everything(file)
    whole = _pages(items)
    assert whole == [str(number) for number in range(len(whole))]
    assert int(20 * share) - 2 <= len(whole) <= int(20 * share) + 1
    if compressed:  # the record cut in two may be told by itself too
        assert {item.reason for item in items if isinstance(item, Miss)} - {"no_http"} == {"damaged"}


@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.usefixtures("sized")
def test_the_rest_of_a_damaged_file_is_read(tmp_path: Path, compressed: bool) -> None:
    file = _write(tmp_path / ("a.warc.gz" if compressed else "a.warc"), 20, compressed=compressed)
    body = bytearray(file.read_bytes())
    for at in range(len(body) // 2, len(body) // 2 + 60):
        body[at] ^= 0x5A
    file.write_bytes(body)
    items = _everything(file)
    found = _pages(items)
    assert len(set(found)) == len(found) >= 18
    assert found[-1] == "19"
    if compressed:
        assert "damaged" in [item.reason for item in items if isinstance(item, Miss)]


@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.usefixtures("sized")
def test_a_page_that_is_not_encoded_as_it_says_costs_itself(tmp_path: Path, compressed: bool) -> None:
    """Nor one that was cut on its way."""
    encoded = [("Content-Type", "text/html"), ("Content-Encoding", "gzip")]
    whole = gzip.compress(b"<p>oui</p>" * 100)
    with (tmp_path / "a.warc.gz").open("wb") as file:
        writer = WARCWriter(file, gzip=compressed)
        for number in range(30):
            body = {3: b"<p>oui</p>", 11: whole[:30], 17: whole[:10] + b"?" * 20 + whole[30:]}.get(number, whole)
            _add(writer, f"https://journal.example/{number}", body, encoded)
    items = _everything(tmp_path / "a.warc.gz")
    assert set(map(str, range(30))) - set(_pages(items)) <= {"3", "11", "17"}
    assert len(_pages(items)) == len(set(_pages(items)))


def test_a_wrong_content_length_costs_its_own_record(tmp_path: Path) -> None:
    file = _write(tmp_path / "a.warc", 6, compressed=False)
    body = file.read_bytes()
    at = body.index(b"Content-Length: ", len(body) // 2)
    end = body.index(b"\r\n", at)
    file.write_bytes(body[:at] + b"Content-Length: 7" + body[end:])
    found = _pages(_everything(file))
    assert len(found) >= 4
    assert found[0] == "0"


@pytest.mark.parametrize("body", [b"", b"not a warc at all", b"\x1f\x8b\x08" + b"\x00" * 50, b"WARC/1.0\r\n\r\n"])
def test_what_is_no_warc_stops_nothing(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "a.warc.gz").write_bytes(body)
    (tmp_path / "b.wacz").write_bytes(body)
    _write(tmp_path / "c.warc.gz", 1, compressed=True)
    items = _everything(tmp_path)
    assert _pages(items) == ["0"]
    assert {Path(item.where.rpartition(":")[0]).name for item in items if isinstance(item, Miss)} >= {
        "a.warc.gz",
    }


def test_no_such_place(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="pas de tel"):
        list(WarcSource(tmp_path / "absent.warc").plan(ALL))
    with pytest.raises(ArchiveError, match="ne contient pas"):
        list(WarcSource(tmp_path).plan(ALL))
