"""Both READMEs say the same: commands, options, variables; and every file they lead to is there."""

from __future__ import annotations

import re
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
ENGLISH, FRENCH = ((TOP / name).read_text("utf-8") for name in ("README.md", "README.fr.md"))


def _blocks(text: str) -> list[str]:
    return re.findall(r"```sh\n(.*?)```", text, re.DOTALL)


def _rows(text: str) -> list[str]:
    """The first cells of tables: commands and variables."""
    cells = (re.split(r"(?<!\\)\|", line)[1].strip() for line in text.splitlines() if line.startswith("| `"))
    return sorted(cells)


def test_the_same_commands_in_both_languages() -> None:
    assert _blocks(FRENCH) == _blocks(ENGLISH)
    assert len(_blocks(ENGLISH)) >= 2
    assert _rows(FRENCH) == _rows(ENGLISH)
    code = [set(re.findall(r"`([^`\n]+)`", text)) for text in (FRENCH, ENGLISH)]
    assert code[0] == code[1]


def test_what_they_lead_to_is_there() -> None:
    for text in (ENGLISH, FRENCH):
        links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if not link.startswith("http")]
        assert len(links) > 8
        assert [link for link in links if not (TOP / link).exists()] == []


def test_every_picture_is_there_in_all_themes_and_widths_and_whole() -> None:
    pictures = {file.name: file.read_bytes() for file in (TOP / "docs" / "images").glob("*.png")}
    broken = [
        name
        for name, content in pictures.items()
        if not (content.startswith(b"\x89PNG\r\n\x1a\n") and content[-8:-4] == b"IEND")
    ]
    assert broken == []
    pages = {name.partition("-")[0] for name in pictures} - {"courriel"}
    asked = {
        f"{page}-{size}-{theme}.png" for page in pages for size in ("large", "etroit") for theme in ("clair", "sombre")
    }
    assert len(pages) >= 12
    assert asked - pictures.keys() == set()
