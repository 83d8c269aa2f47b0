"""Deals as files that analysts open: CSV, XLSX, Parquet, JSON lines. Each holds one batch at a time in memory."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import IO, Any, Literal, TypeVar, get_args

from storage.values import DealView
from web.rows import COLUMNS, ColumnType, harmless, links, row

Format = Literal["csv", "xlsx", "parquet", "jsonl"]
FORMATS: tuple[Format, ...] = get_args(Format)
MEDIA: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "jsonl": "application/x-ndjson",
}
_BATCH = 1000
# What XML 1.0 cannot hold, and so no cell of a workbook.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LONGEST_CELL = 32_767

T = TypeVar("T")


def write(format: Format, deals: Iterable[DealView], out: IO[bytes]) -> None:
    """Write the deals to `out` in this format."""
    _WRITERS[format](deals, out)


def lines(format: Literal["csv", "jsonl"], deals: Iterable[DealView]) -> Iterator[bytes]:
    """The formats that need no file: a batch of lines at a time."""
    # Excel takes a CSV for UTF-8 only when it begins with this mark.
    yield b"\xef\xbb\xbf" + _csv_lines([[column.name for column in COLUMNS]]) if format == "csv" else b""
    for batch in _batches(deals):
        yield _csv_lines(map(_cells, batch)) if format == "csv" else b"".join(map(_json_line, batch))


def flat(deal: DealView) -> dict[str, Any]:
    """A deal as a JSON object of the columns, with lists where spreadsheets have joined names."""
    values: dict[str, Any] = {column.name: value for column, value in zip(COLUMNS, row(deal), strict=True)}
    told = values | {"investors": list(deal.investors), "lead": list(deal.lead), "urls": list(links(deal))}
    for name in ("first_published", "eur_rate_day"):
        told[name] = told[name].isoformat() if told[name] else None
    return told


def _write_lines(format: Literal["csv", "jsonl"]) -> Callable[[Iterable[DealView], IO[bytes]], None]:
    def write_them(deals: Iterable[DealView], out: IO[bytes]) -> None:
        for part in lines(format, deals):
            out.write(part)

    return write_them


def _cells(deal: DealView) -> list[object]:
    return ["" if value is None else harmless(value) for value in row(deal)]


def _csv_lines(rows: Iterable[list[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def _json_line(deal: DealView) -> bytes:
    return json.dumps(flat(deal), ensure_ascii=False).encode() + b"\n"


def _write_xlsx(deals: Iterable[DealView], out: IO[bytes]) -> None:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)  # rows go to a file as they come
    sheet = book.create_sheet("Opérations")
    sheet.freeze_panes = "A2"
    for place, column in enumerate(COLUMNS):
        sheet.column_dimensions[_letter(place)].width = {"text": 22, "number": 16, "day": 13}.get(column.type, 10)
    head = [WriteOnlyCell(sheet, column.name) for column in COLUMNS]
    for cell in head:
        cell.font = Font(bold=True)
    sheet.append(head)
    formats: dict[ColumnType, str] = {"number": "#,##0.##", "day": "yyyy-mm-dd"}
    for deal in deals:
        cells = []
        for column, value in zip(COLUMNS, row(deal), strict=True):
            cell = WriteOnlyCell(
                sheet, _NOT_XML.sub("\ufffd", value)[:_LONGEST_CELL] if isinstance(value, str) else value
            )
            if isinstance(value, str):
                cell.data_type = "s"  # also what begins with "=": a text, no formula
            if column.type in formats:
                cell.number_format = "#,##0" if isinstance(value, int) else formats[column.type]
            cells.append(cell)
        sheet.append(cells)
    book.save(out)


def _write_parquet(deals: Iterable[DealView], out: IO[bytes]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {"text": pa.string(), "number": pa.float64(), "day": pa.date32(), "flag": pa.bool_(), "count": pa.int32()}
    schema = pa.schema([(column.name, types[column.type]) for column in COLUMNS])
    with pq.ParquetWriter(out, schema, compression="zstd") as writer:
        for batch in _batches(map(row, deals), 10 * _BATCH):  # rows, not deals with all their mentions
            columns = zip(*batch, strict=True)
            arrays = [
                pa.array(_typed(column.type, values), types[column.type])
                for column, values in zip(COLUMNS, columns, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


def _typed(type: ColumnType, values: tuple[Any, ...]) -> list[Any]:
    if type == "number":
        return [None if value is None else float(value) for value in values]
    return list(values)


def _batches(items: Iterable[T], size: int = _BATCH) -> Iterator[list[T]]:
    walk = iter(items)
    while batch := list(islice(walk, size)):
        yield batch


def _letter(place: int) -> str:
    return chr(ord("A") + place)  # there are fewer columns than letters


_WRITERS: dict[Format, Callable[[Iterable[DealView], IO[bytes]], None]] = {
    "csv": _write_lines("csv"),
    "jsonl": _write_lines("jsonl"),
    "xlsx": _write_xlsx,
    "parquet": _write_parquet,
}
