"""The `veille` command as a user types it: output, exit codes, and errors that name what to mend."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from asuser import veille

from extractors.codec import mention_json

ARTICLE = {
    "id": "brumelec",
    "outlet": "La Vigie",
    "published": "2026-11-17",
    "title": "Brumelec lève 12 millions d’euros",
    "text": "La jeune pousse lilloise Brumelec lève 12 millions d’euros auprès de Partech et de Bpifrance.\n"
    "Elle développe des modèles d’intelligence artificielle pour l’industrie.",
}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_version_and_help(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert veille(monkeypatch, "--version") == 0
    assert capsys.readouterr().out.startswith("veille-ia 0.")
    assert veille(monkeypatch, "--help") == 0
    assert "veille demo" in capsys.readouterr().out


@pytest.mark.parametrize(
    "command",
    [
        *["run", "serve", "demo", "extract", "deals", "doctor", "explain", "why-not", "evaluate"],
        *["deals show", "deals merge", "deals split", "deals reject", "deals correct", "deals confirm", "deals note"],
        *["deals undo", "deals decisions", "backfill", "backfill status", "reprocess"],
        *["feeds", "feeds list", "feeds check", "feeds import", "feeds export"],
        *["companies", "companies suggest", "companies apply"],
        *["send", "alerts", "alerts check", "alerts test", "alerts list", "alerts retry", "alerts drop"],
        *["rules", "rules list", "rules show", "rules check", "rules diff"],
    ],
)
def test_every_help_has_an_example(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert veille(monkeypatch, *command.split(), "--help") == 0
    assert f"veille {command}" in capsys.readouterr().out.partition("Exemple")[2]


def test_extract_jsonl_is_what_the_scorer_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.json").write_text(json.dumps(ARTICLE))
    (tmp_path / "b.txt").write_text(" date 2026-11 " + ARTICLE["text"])
    (tmp_path / "c.json").write_text("{")
    assert veille(monkeypatch, "extract", "a.json", "b.txt", "c.json", "--format", "jsonl") == 0
    printed = capsys.readouterr()
    first, second = (json.loads(line) for line in printed.out.splitlines())
    assert (first["id"], second["id"]) == ("brumelec", "b")
    assert set(first) == {"id", "language", "relevant", "relevance", "deals"}
    assert first["language"] == "fr"
    assert first["relevant"] is True
    assert first["relevance"]["reasons"]
    (deal,) = first["deals"]
    assert (deal["kind"], deal["company"]) == ("funding", "Brumelec")
    assert deal["investors"] == ["Partech", "Bpifrance"]
    assert deal["amount"] == {"value": 12_000_000, "currency": "EUR", "bound": "exact"}
    for span in deal["evidence"]:
        source = ARTICLE["title"] if span["where"] == "title" else ARTICLE["text"]
        assert source[span["start"] : span["end"]] == span["text"]
    assert set(deal) == set(mention_json(_mention()))
    assert "c.json : pas du JSON" in printed.err


def _mention():  # type: ignore[no-untyped-def]
    from extractors.values import DealMention

    return DealMention("funding", "x")


def test_extract_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.json").write_text(json.dumps(ARTICLE))
    assert veille(monkeypatch, "extract", ".") == 0
    printed = capsys.readouterr().out
    assert "pertinent" in printed
    assert "Brumelec" in printed


def test_extract_of_nothing_readable_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "c.json").write_text("{")
    assert veille(monkeypatch, "extract", "c.json") == 1


def test_deals_of_an_empty_database(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert veille(monkeypatch, "deals") == 0
    assert "Aucune opération" in capsys.readouterr().out
    assert veille(monkeypatch, "deals", "--format", "csv") == 0
    (header,) = csv.reader(io.StringIO(capsys.readouterr().out))
    assert header[:3] == ["id", "date", "company"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("deals", "--since", "hier"),
        ("deals", "--min-amount", "beaucoup"),
        ("deals", "--min-amount", "nan"),
        ("deals", "--kind", "loto"),
        ("deals", "--format", "xml"),
        ("extract", "absent.txt"),
        ("sortilège",),
    ],
)
def test_wrong_arguments_exit_with_2(monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]) -> None:
    assert veille(monkeypatch, *arguments) == 2


def test_a_wrong_setting_exits_with_2(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("VEILLE_TIMEZONE", "Lune")
    assert veille(monkeypatch, "run", "--plain") == 2
    assert "VEILLE_TIMEZONE" in capsys.readouterr().err


def test_a_wrong_feed_file_exits_with_2_and_names_the_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "feeds.yaml").write_text("feeds:\n- id: a\n  name: A\n  url: ftp://x.example/feed\n")
    monkeypatch.setenv("VEILLE_CONFIG_DIR", str(tmp_path / "mine"))
    monkeypatch.setenv("COLUMNS", "500")
    assert veille(monkeypatch, "run", "--plain") == 2
    assert "feeds.yaml:4" in capsys.readouterr().err


def test_an_impossible_database_exits_with_1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VEILLE_DATABASE_URL", "sqlite:////proc/nowhere/veille.db")
    assert veille(monkeypatch, "run", "--plain") == 1


def test_feeds_list_and_opml_round_trip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert veille(monkeypatch, "feeds", "list") == 0
    assert b"maddyness" in capsysbinary.readouterr().out
    opml = b"""<?xml version="1.0"?><opml version="2.0"><head/><body>
    <outline type="rss" text="Le Petit IA" xmlUrl="https://petit-ia.example/feed"/></body></opml>"""
    (tmp_path / "mine.opml").write_bytes(opml)
    assert veille(monkeypatch, "feeds", "import", "mine.opml") == 2, "where to write must be said"
    monkeypatch.setenv("VEILLE_CONFIG_DIR", str(tmp_path / "mine"))
    assert veille(monkeypatch, "feeds", "import", "mine.opml") == 2, "a folder that is not there may be misspelt"
    (tmp_path / "mine").mkdir()
    assert veille(monkeypatch, "feeds", "import", "mine.opml") == 0
    capsysbinary.readouterr()
    assert veille(monkeypatch, "feeds", "export") == 0
    assert b"https://petit-ia.example/feed" in capsysbinary.readouterr().out


def test_doctor_says_what_to_do(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert veille(monkeypatch, "doctor") == 0
    assert "VEILLE_SMTP_HOST" in capsys.readouterr().out
    monkeypatch.setenv("VEILLE_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("VEILLE_SMTP_PORT", "9")
    monkeypatch.setenv("VEILLE_MAIL_TO", "a@example.org")
    assert veille(monkeypatch, "doctor") == 1
    assert "127.0.0.1:9" in capsys.readouterr().out
