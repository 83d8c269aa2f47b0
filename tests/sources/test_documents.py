"""Documents on disk: the three kinds, folders, and a reason for whatever cannot be read."""

import json
from datetime import date
from pathlib import Path

import pytest

from sources.documents import HtmlDocument, TextDocument, Unreadable, read_documents


def read_one(path: Path) -> TextDocument | HtmlDocument | Unreadable:
    (document,) = read_documents([path])
    return document


def test_folder_in_name_order_other_files_passed_over(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("Deux")
    (tmp_path / "a.html").write_text("<p>Un</p>")
    (tmp_path / "notes.md").write_text("rien")
    (tmp_path / "sous").mkdir()
    (tmp_path / "sous" / "c.json").write_text(json.dumps({"id": "trois", "text": "Trois"}))
    documents = list(read_documents([tmp_path]))
    assert [document.id for document in documents if not isinstance(document, Unreadable)] == ["a", "b", "trois"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        (" date 2024-09 Un fonds", date(2024, 9, 1)),
        ("date 2024-09-24 Un fonds", date(2024, 9, 24)),
        (" date 2024 Un fonds", date(2024, 1, 1)),
        (" date 2024-13 Un fonds", None),
        ("La date 2024-09 est loin", None),
    ],
)
def test_leading_date_of_a_text(tmp_path: Path, text: str, day: date | None) -> None:
    file = tmp_path / "x.txt"
    file.write_text(text)
    document = read_one(file)
    assert isinstance(document, TextDocument)
    assert document.published == day
    assert document.text == text, "offsets of evidence are offsets into the text as given"


def test_json_article(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text(json.dumps({"outlet": "La Vigie", "published": "2026-11-17", "title": "T", "text": "Été"}))
    assert read_one(file) == TextDocument(file, "x", "T", "Été", date(2026, 11, 17), "La Vigie")


def test_latin_1_text_is_read(tmp_path: Path) -> None:
    file = tmp_path / "x.txt"
    file.write_bytes("Levée de 12 M€".encode("cp1252"))
    document = read_one(file)
    assert isinstance(document, TextDocument)
    assert document.text == "Levée de 12 M€"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("x.json", b"{", "pas du JSON"),
        ("x.json", b"[1, 2]", "pas un article"),
        ("x.json", b'{"title": "sans texte"}', "pas un article"),
        ("x.json", b'{"text": "t", "published": "mardi"}', "n'est pas une date ISO"),
        ("x.pdf", b"%PDF", "genre de fichier inconnu"),
    ],
)
def test_unreadable_documents_say_why(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    document = read_one(file)
    assert isinstance(document, Unreadable)
    assert reason in document.reason


def test_missing_file_is_a_value(tmp_path: Path) -> None:
    assert isinstance(read_one(tmp_path / "absent.txt"), Unreadable)
