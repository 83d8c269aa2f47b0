"""`veille companies` as an analyst types it: near misses in the database, aliases applied to it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from newsroom import Newsroom, money, reading, telling

from cli import main
from storage.database import open_database
from storage.queries import list_deals
from storage.values import DealFilter

LEXICON = "groups:\n  - type: company\n    names:\n      - {name: Brumelec, aliases: [Brumelec Lille]}\n"


def _veille(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["veille", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_from_a_near_miss_to_one_deal(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VEILLE_DATABASE_URL", database_url)
    newsroom = Newsroom(open_database(database_url))
    newsroom.tell(
        a=reading(telling("Brumelec", money(12e6), investors=("Partech",))),
        b=reading(telling("Brumelec Lille", money(12e6), investors=("Partech Ventures",))),
    )
    assert _veille(monkeypatch, "companies", "suggest") == 0
    shown = capsys.readouterr().out
    assert "Brumelec (1)" in shown
    assert "Brumelec Lille (1)" in shown
    assert "Ventures" not in shown, "another organisation, says near_names.yaml"

    (tmp_path / "mine" / "lexicon").mkdir(parents=True)
    (tmp_path / "mine" / "lexicon" / "organisations.yaml").write_text(LEXICON)
    monkeypatch.setenv("VEILLE_CONFIG_DIR", str(tmp_path / "mine"))
    assert _veille(monkeypatch, "companies", "apply") == 0
    assert "1 mention rangée autrement" in capsys.readouterr().out
    newsroom.resolve()
    (deal,) = list_deals(newsroom.db, DealFilter())
    assert (deal.company, len(deal.mentions)) == ("Brumelec", 2)
    newsroom.db.dispose()
    assert _veille(monkeypatch, "companies", "suggest") == 0
    assert "aucune paire à relire" in capsys.readouterr().out
