"""Files opened by the libraries that people open them with."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import feedparser
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner
from webdesk import HOSTILE

from cli import app
from storage.database import Database
from web.rows import COLUMNS

NAMES = [column.name for column in COLUMNS]


def test_csv_holds_numbers_and_days_and_no_formula(client: TestClient) -> None:
    answer = client.get("/deals.csv")
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    by_name = {row["company"]: row for row in rows}
    assert by_name["Orme"]["amount"] in ("20000000", "21000000")
    assert by_name["Tilleul"]["currency"] == "USD"
    assert float(by_name["Tilleul"]["amount_eur"]) > 1e9
    dt.date.fromisoformat(by_name["Tilleul"]["eur_rate_day"])
    assert f"'=cmd {HOSTILE}" in by_name
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t"))]


def test_xlsx_opens_with_typed_cells_and_no_formula(client: TestClient) -> None:
    book = openpyxl.load_workbook(io.BytesIO(client.get("/deals.xlsx").content))
    head, *rows = list(book.active.iter_rows())
    assert [cell.value for cell in head] == NAMES
    by_name = {row[3].value: row for row in rows}
    assert isinstance(by_name["Orme"][7].value, int)
    assert isinstance(by_name["Orme"][1].value, dt.datetime)
    hostile = by_name[f"=cmd {HOSTILE}"][3]
    assert hostile.data_type == "s"
    assert len(rows) == 4


def test_parquet_opens_with_its_types(client: TestClient) -> None:
    table = pq.read_table(io.BytesIO(client.get("/deals.parquet").content))
    assert table.column_names == NAMES
    assert table.schema.field("amount").type == pa.float64()
    assert table.schema.field("first_published").type == pa.date32()
    assert sorted(table["currency"].to_pylist(), key=str) == ["EUR", "EUR", None, "USD"]


def test_data_frames_open_all_of_them_and_agree(client: TestClient) -> None:
    def told(format: str, read: Callable[[io.BytesIO], pd.DataFrame]) -> pd.DataFrame:
        return read(io.BytesIO(client.get(f"/deals.{format}").content)).set_index("company").sort_index()

    frames = {
        "csv": told("csv", pd.read_csv),
        "xlsx": told("xlsx", pd.read_excel),
        "parquet": told("parquet", pd.read_parquet),
        "jsonl": told("jsonl", partial(pd.read_json, lines=True)),
    }
    sums = {name: float(frame["amount_eur"].sum()) for name, frame in frames.items()}
    assert sums["csv"] == pytest.approx(sums["xlsx"]) == pytest.approx(sums["parquet"]) == pytest.approx(sums["jsonl"])
    assert sums["csv"] > 1e9
    assert {frame.loc["Tilleul", "currency"] for frame in frames.values()} == {"USD"}
    days = {str(pd.Timestamp(frame.loc["Tilleul", "first_published"]).date()) for frame in frames.values()}
    assert days == {"2026-03-10"}


def test_json_lines_and_filters(client: TestClient) -> None:
    (deal,) = [json.loads(line) for line in client.get("/deals.jsonl?company=orme").text.splitlines()]
    assert sorted(deal["investors"]) == ["Bpifrance", "Fonds Élan"]
    assert deal["sources"] == 2
    assert client.get("/deals.jsonl?kind=ipo").text == ""


def test_atom_is_read_by_a_feed_reader(client: TestClient) -> None:
    read = feedparser.parse(client.get("/deals.atom").content)
    assert not read.bozo
    assert {"Tilleul" in entry.title for entry in read.entries} == {True, False}
    assert len(read.entries) == 4
    assert read.entries[0].links[0].href.startswith("http://127.0.0.1/deals/")


def test_the_command_writes_the_same_files(
    filled: Database, database_url: str, client: TestClient, tmp_path: Path
) -> None:
    environment = {"VEILLE_DATABASE_URL": database_url}
    for format in ("csv", "jsonl", "xlsx", "parquet"):
        file = tmp_path / f"deals.{format}"
        done = CliRunner().invoke(app, ["export", "--format", format, "--to", str(file)], env=environment)
        assert done.exit_code == 0, done.output
        if format in ("csv", "jsonl"):
            assert file.read_bytes() == client.get(f"/deals.{format}").content
        else:
            assert file.stat().st_size > 1000
    done = CliRunner().invoke(app, ["export", "--format", "jsonl", "--kind", "acquisition"], env=environment)
    assert json.loads(done.output)["company"] == "Tilleul"
    wrong = CliRunner().invoke(app, ["export", "--since", "hier"], env=environment)
    assert wrong.exit_code == 2
