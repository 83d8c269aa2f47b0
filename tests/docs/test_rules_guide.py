"""Every example of docs/rules.md is run: files are written, commands typed, patterns tried."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import pytest

from cli import main
from extractors.deals.knowledge import default_knowledge
from extractors.deals.passage import passages
from extractors.deals.pattern import compile_pattern
from extractors.values import Article

GUIDE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| `(.+?)` \| (.+?) \| (.+?) \|$", re.MULTILINE)
PATTERNS = [
    [cell.replace("\\|", "|") for cell in row]
    for row in ROW.findall(GUIDE.split("| pattern | fits | does not fit |")[1].split("\n\n")[0])
]


def run(line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.setattr(sys, "argv", shlex.split(line))
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code, line
    return capsys.readouterr().out


def as_regex(expected: str) -> str:
    """Expected output: "…" stands for anything, a line of it for any lines."""
    lines = [".*" if line == "…" else re.escape(line).replace("…", ".*") for line in expected.splitlines()]
    return r"\n".join(lines)


def test_files_and_commands_in_the_order_of_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VEILLE_CONFIG_DIR", str(tmp_path))
    typed = written = 0
    for kind, body in BLOCK.findall(GUIDE):
        if kind in ("yaml", "text"):
            first, rest = body.split("\n", 1)
            path = tmp_path / first.removeprefix("# ")
            path.parent.mkdir(exist_ok=True)
            path.write_text(rest, encoding="utf-8")
            written += 1
        elif kind == "console":
            for command in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
                line, expected = command.split("\n", 1)
                got = run(line, monkeypatch, capsys)
                got = "\n".join(row.rstrip() for row in got.replace("\N{NO-BREAK SPACE}", " ").rstrip().splitlines())
                assert re.fullmatch(as_regex(expected), got, re.DOTALL), f"{line}\n{got}"
                typed += 1
    assert typed >= 8
    assert written >= 5


@pytest.mark.parametrize(("pattern", "fits", "does_not"), PATTERNS, ids=[row[0] for row in PATTERNS])
def test_patterns_of_the_table(pattern: str, fits: str, does_not: str) -> None:
    knowledge = default_knowledge()
    regex = compile_pattern(pattern, knowledge.words).regex

    def found(sentence: str) -> bool:
        _, text = passages(Article("a", "", sentence), knowledge)
        return any(regex.search(view.text) for view in text.views)

    assert found(fits)
    assert not found(does_not)
