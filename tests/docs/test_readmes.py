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
