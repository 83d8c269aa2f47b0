"""Archives on disk: every kind of container, every way they can be broken, parts that together give everything once."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from datetime import date
from pathlib import Path

import pytest

from sources.archives import files
from sources.archives.files import FilesSource
from sources.archives.values import ArchiveError, Capture, Item, Miss, Story, Window

ALL = Window()


def _article(number: int, **more: object) -> dict[str, object]:
    return {"id": f"a{number}", "title": f"Titre {number}", "text": "Du texte.", "published": "2024-05-06", **more}


def _everything(source: FilesSource) -> list[Item]:
    return [item for part in source.plan(ALL) for item in source.read(part, ALL)]


def _stems(items: list[Item]) -> list[str | None]:
    return [item.stem for item in items if not isinstance(item, Miss)]


def test_a_folder_of_documents_is_read_in_the_order_of_names(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "page.html").write_text("<p>une page</p>")
    (tmp_path / "a.json").write_text(json.dumps(_article(1, url="https://journal.example/1", outlet="Journal")))
    (tmp_path / "c.txt").write_text("date 2023-04-05 Un texte")
    (tmp_path / "image.png").write_bytes(b"\x89PNG")
    one, two, three = _everything(FilesSource(tmp_path))
    assert one == Story(
        "https://journal.example/1",
        "Titre 1",
        "Du texte.",
        published=date(2024, 5, 6),
        outlet="Journal",
        link="https://journal.example/1",
        stem="a1",
    )
    assert isinstance(two, Capture)
    assert (two.stem, two.body) == ("page", b"<p>une page</p>")
    assert two.url == (tmp_path / "b" / "page.html").as_uri()
    assert isinstance(three, Story)
    assert three.published == date(2023, 4, 5)
    assert three.link is None


def test_loose_documents_are_grouped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "DOCUMENTS", 3)
    for number in range(7):
        (tmp_path / f"{number}.json").write_text(json.dumps(_article(number)))
    source = FilesSource(tmp_path)
    parts = list(source.plan(ALL))
    assert [part.size for part in parts] == [3, 3, 1]
    assert len({part.key for part in parts}) == 3
    assert _stems(list(source.read(parts[1], ALL))) == ["a3", "a4", "a5"]


@pytest.mark.parametrize("step", [1, 40, 90, 91, 92, 200, 10_000])
def test_lines_are_cut_between_bytes_and_none_is_read_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    monkeypatch.setattr(files, "LINE_BYTES", step)
    lines = [json.dumps(_article(number, text="é" * (number % 7))) for number in range(12)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert _stems(_everything(FilesSource(tmp_path))) == [f"a{number}" for number in range(12)]


def test_a_line_with_html_is_a_page(tmp_path: Path) -> None:
    row = {"url": "https://journal.example/2", "html": "<p>é</p>", "published": "2024-01-02"}
    (tmp_path / "a.jsonl").write_text(json.dumps(row) + "\n\n{broken\n[1]\n")
    page, broken, other = _everything(FilesSource(tmp_path / "a.jsonl"))
    assert page == Capture(
        "https://journal.example/2", "<p>é</p>".encode(), "text/html; charset=utf-8", date(2024, 1, 2)
    )
    assert [miss.reason for miss in (broken, other) if isinstance(miss, Miss)] == ["unreadable", "unreadable"]
    assert f"{tmp_path / 'a.jsonl'}:" in broken.where  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz"])
def test_members_of_containers_are_cut_by_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(files, "MEMBERS", 4)
    target = tmp_path / f"a.{kind}"
    members = {f"dir/{number:02}.json": json.dumps(_article(number)).encode() for number in range(10)}
    members["dir/inner.zip"] = b"PK"
    if kind == "zip":
        with zipfile.ZipFile(target, "w") as container:
            for name, body in members.items():
                container.writestr(name, body)
    else:
        with tarfile.open(target, "w:gz" if kind == "tar.gz" else "w") as tar:
            for name, body in members.items():
                info = tarfile.TarInfo(name)
                info.size = len(body)
                tar.addfile(info, io.BytesIO(body))
    source = FilesSource(tmp_path)
    items = _everything(source)
    assert [part.size for part in source.plan(ALL)] == [4, 4, 3]
    assert _stems(items) == [f"a{number}" for number in range(10)]
    (miss,) = [item for item in items if isinstance(item, Miss)]
    assert miss.reason == "nested"


@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_a_cut_container_gives_what_it_has_and_says_so(tmp_path: Path, kind: str) -> None:
    whole = tmp_path / f"whole.{kind}"
    bodies = {f"{number}.json": json.dumps(_article(number, text="x" * 5000)).encode() for number in range(4)}
    if kind == "zip":
        with zipfile.ZipFile(whole, "w") as container:
            for name, body in bodies.items():
                container.writestr(name, body)
    else:
        with tarfile.open(whole, "w:gz", compresslevel=0) as tar:
            for name, body in bodies.items():
                info = tarfile.TarInfo(name)
                info.size = len(body)
                tar.addfile(info, io.BytesIO(body))
    folder = tmp_path / "cut"
    folder.mkdir()
    body = whole.read_bytes()
    (folder / f"cut.{kind}").write_bytes(body[: len(body) // 2])
    (folder / "sound.json").write_text(json.dumps(_article(9)))
    items = _everything(FilesSource(folder))
    assert [item.reason for item in items if isinstance(item, Miss)] == ["damaged"]
    assert "a9" in _stems(items)


def test_a_zip_bomb_is_a_miss(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", 1000)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr("big.html", b" " * 5000)
        container.writestr("../../small.html", b"<p>small</p>")
    big, small = _everything(FilesSource(tmp_path))
    assert isinstance(big, Miss)
    assert big.reason == "too_large"
    assert isinstance(small, Capture)
    assert small.url == (tmp_path / "bomb.zip" / "small.html").as_uri()


def test_no_such_place(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="pas de tel fichier"):
        list(FilesSource(tmp_path / "absent").plan(ALL))


def test_a_window_that_ends_before_it_begins() -> None:
    with pytest.raises(ArchiveError, match="échangez"):
        Window(date(2024, 1, 1), date(2023, 1, 1))


def test_months_of_a_window() -> None:
    months = list(Window(date(2023, 12, 15), date(2024, 2, 3)).months(date(2025, 1, 1)))
    assert months == [
        Window(date(2023, 12, 15), date(2024, 1, 1)),
        Window(date(2024, 1, 1), date(2024, 2, 1)),
        Window(date(2024, 2, 1), date(2024, 2, 3)),
    ]
    assert list(Window(date(2024, 1, 30)).months(date(2024, 1, 31))) == [Window(date(2024, 1, 30), date(2024, 2, 1))]
