"""`veille deals` and the verbs about the past, as a user types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from asuser import veille

TEXT = (
    "La jeune pousse lilloise {name} lève {amount} millions d’euros auprès de Partech et de Bpifrance.\n"
    "Elle développe des modèles d’intelligence artificielle pour l’industrie."
)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    (tmp_path / "archive").mkdir()
    for stem, name, amount in (("a", "Brumelec", 12), ("b", "Brumelec", 80), ("c", "Ventolune", 5)):
        article = {
            "id": stem,
            "outlet": f"Gazette {stem}",
            "published": "2026-11-17",
            "title": f"{name} lève des fonds",
        }
        article["text"] = TEXT.format(name=name, amount=amount)
        (tmp_path / "archive" / f"{stem}.json").write_text(json.dumps(article))
    assert veille(monkeypatch, "backfill", "--plain", "--source", "files:archive") == 0
    capsys.readouterr()


def _ids(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *options: str) -> dict[int, str]:
    assert veille(monkeypatch, "deals", "--all", "--format", "jsonl", *options) == 0
    deals = map(json.loads, capsys.readouterr().out.splitlines())
    return {deal["amount"]["value"] // 1_000_000: deal["id"] for deal in deals}


def test_a_day_of_decisions(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    ids = _ids(monkeypatch, capsys)
    assert set(ids) == {12, 80, 5}
    assert veille(monkeypatch, "deals", "merge", ids[12], ids[80], "--by", "claire") == 0
    assert veille(monkeypatch, "deals", "correct", ids[80], "montant=13 M€", "tour=série B", "--by", "claire") == 0
    assert veille(monkeypatch, "deals", "reject", ids[5], "--because", "un jeu", "--by", "jean") == 0
    assert veille(monkeypatch, "deals", "note", ids[12], "appeler Partech", "--by", "jean") == 0
    assert veille(monkeypatch, "deals", "confirm", ids[12]) == 0
    capsys.readouterr()
    assert set(_ids(monkeypatch, capsys)) == {13}
    assert set(_ids(monkeypatch, capsys, "--rejected")) == {13, 5}
    assert veille(monkeypatch, "deals", "decisions") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["5", "4", "3", "2", "1"]
    assert "rejetée par jean" in lines[2]
    assert lines[2].endswith(": un jeu")
    assert veille(monkeypatch, "deals", "undo", "2", "--by", "jean") == 0
    assert veille(monkeypatch, "deals", "undo", "1", "--by", "jean") == 0
    assert veille(monkeypatch, "deals", "undo", "3", "--by", "jean") == 0
    capsys.readouterr()
    assert _ids(monkeypatch, capsys) == ids
    assert veille(monkeypatch, "deals", "decisions", "--all", "--format", "jsonl") == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["undone_by"] for row in rows] == [None, None, "jean", "jean", "jean"]


def test_show_tells_all_in_eighty_columns(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    ids = _ids(monkeypatch, capsys)
    veille(monkeypatch, "deals", "merge", ids[12], ids[80], "--by", "claire")
    capsys.readouterr()
    assert veille(monkeypatch, "deals", "show", ids[80]) == 0
    told = capsys.readouterr().out
    assert max(map(len, told.splitlines())) <= 80
    for words in ("Brumelec lève", "Vie", "Mentions (2)", "«\N{NO-BREAK SPACE}La jeune pousse lilloise Brumelec lève", "Gazette a", "Désaccords", "Montant : ", "réunies par claire"):  # fmt: skip
        assert words in told
    assert veille(monkeypatch, "deals", "show", ids[80], "--format", "json") == 0
    record = json.loads(capsys.readouterr().out)
    assert {mention["outlet"] for mention in record["mentions"]} == {"Gazette a", "Gazette b"}
    assert all("Brumelec lève" in mention["sentence"] for mention in record["mentions"])
    (amount,) = [field for field in record["alternatives"] if field["field"] == "amount"]
    assert amount["conflicting"]
    assert record["decisions"][0]["decided_by"] == "claire"
    assert record["life"][0]["status"] == "announced"
    mark = record["mentions"][1]["mark"]
    assert veille(monkeypatch, "deals", "split", ids[80], mark) == 0
    capsys.readouterr()
    assert set(_ids(monkeypatch, capsys)) == {12, 80, 5}


def test_show_speaks_english_when_set(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    ids = _ids(monkeypatch, capsys)
    monkeypatch.setenv("VEILLE_LANGUAGE", "en")
    assert veille(monkeypatch, "deals", "show", ids[5]) == 0
    told = capsys.readouterr().out
    assert "Ventolune raises €5M" in told
    assert "Confidence" in told
    assert "Sûreté" not in told


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("show", "zzzz"), 1, "pas d'opération zzzz"),
        (("merge", "zzzz", "yyyy"), 1, "pas d'opération"),
        (("undo", "9"), 1, "pas de décision 9"),
        (("undo", "neuf"), 2, "Usage: veille deals undo"),
        (("decisions", "zzzz"), 1, "pas d'opération zzzz"),
        (("note", "zzzz", "x", "--by", ""), 1, "--by"),
        (("--kind", "loto"), 2, "loto"),
    ],
)
def test_errors_are_lines(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    code: int,
    told: str,
) -> None:
    assert veille(monkeypatch, "deals", *arguments) == code
    assert told in capsys.readouterr().err


def test_the_past_by_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert veille(monkeypatch, "backfill", "--plain", "--source", "files:archive") == 0
    assert "1 faite" in capsys.readouterr().out
    assert veille(monkeypatch, "backfill", "status") == 0
    assert "files:" in capsys.readouterr().out
    assert veille(monkeypatch, "backfill", "--source", "tape:archive") == 1
    assert "GENRE:LIEU" in capsys.readouterr().err
    assert veille(monkeypatch, "reprocess") == 0
    assert "Rien à relire" in capsys.readouterr().out
    assert veille(monkeypatch, "reprocess", "--dry-run") == 0
    assert "0 articles à relire" in capsys.readouterr().out
    assert veille(monkeypatch, "reprocess", "--since", "hier") == 2
