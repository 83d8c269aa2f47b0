"""Configuration errors name the file and the line, whatever is wrong."""

from pathlib import Path

import pytest
from pydantic import BaseModel

from config.documents import config_files, read_yaml, validated
from config.errors import ConfigError


class Shelf(BaseModel):
    name: str
    books: list[int]


def yaml_file(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "shelf.yaml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("name: a\nbooks:\n  - 1\n  - deux\n", 4),
        ("name: [a]\nbooks: []\n", 1),
        ("books:\n- 1\n", 1),
    ],
)
def test_validation_names_the_line(tmp_path: Path, text: str, line: int) -> None:
    file = yaml_file(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        validated(read_yaml(file), Shelf)
    assert caught.value.line == line
    assert str(caught.value).startswith(f"{file}:{line}: ")


def test_broken_yaml_names_the_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read_yaml(yaml_file(tmp_path, "name: a\nbooks: [1, 2\nx: y: z\n"))
    assert caught.value.line is not None
    assert "YAML fautif" in str(caught.value)


def test_missing_and_undecodable_files(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="ne peut être lu"):
        read_yaml(tmp_path / "absent.yaml")
    (tmp_path / "latin.yaml").write_bytes("clé: é".encode("latin-1"))
    with pytest.raises(ConfigError, match="ne peut être lu"):
        read_yaml(tmp_path / "latin.yaml")


def test_no_and_on_are_words_true_is_not(tmp_path: Path) -> None:
    assert read_yaml(yaml_file(tmp_path, "[no, on, yes, off, true, False]")).data == [
        "no",
        "on",
        "yes",
        "off",
        True,
        False,
    ]


def test_code_in_yaml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        read_yaml(yaml_file(tmp_path, "!!python/object/apply:os.system ['true']"))


def test_the_users_files_come_last(tmp_path: Path) -> None:
    (tmp_path / "lexicon").mkdir()
    mine = tmp_path / "lexicon" / "language.yaml"
    mine.write_text("{}")
    shipped, own = config_files("lexicon/language.yaml", tmp_path)
    assert own == mine
    assert shipped.parent.name == "lexicon"
