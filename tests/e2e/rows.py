"""Every row of a database, without what order or the clock of the machine decides: for telling whether two are equal."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, create_engine, inspect, text

# Numbers that order gives out, who held a lease and how often something was begun: not what was found and told.
_LEFT_OUT = {
    "article": {"id"},
    "browse_deal": {"version"},
    "browse_words": {"id"},
    "delivery": {"id", "owner", "lease_until"},
    "entry": {"id"},
    "mention": {"id"},
    "outbox": {"id"},
    "part": {"attempts"},
    "run": {"owner", "lease_until"},
    "set_aside": {"id"},
}
# What a number stands for.
_NAMES = {
    "article_id": "SELECT id, canonical_url FROM article",
    "copy_of": "SELECT id, canonical_url FROM article",
    "delivery_id": "SELECT id, message_id FROM delivery",
}
_FULL_TEXT = "_fts"  # SQLite's own tables: their integrity is checked instead

Rows = dict[str, list[str]]


def rows_of(database_url: str) -> Rows:
    """The rows of every table, each as one line, in an order of their own."""
    engine = create_engine(database_url)
    try:
        with engine.connect() as connection:
            tables = [name for name in inspect(connection).get_table_names() if name != "alembic_version"]
            for name in tables:
                if name.endswith(_FULL_TEXT):
                    connection.execute(text(f"INSERT INTO {name}({name}) VALUES ('integrity-check')"))
            names = {column: dict(connection.execute(text(query)).all()) for column, query in _NAMES.items()}
            found = {name: _rows(connection, name, names) for name in tables if _FULL_TEXT not in name}
            connection.rollback()
    finally:
        engine.dispose()
    return {name: sorted(json.dumps(row, default=str, sort_keys=True) for row in rows) for name, rows in found.items()}


def _rows(connection: Connection, table: str, names: dict[str, Any]) -> list[dict[str, Any]]:
    left_out = _LEFT_OUT.get(table, set())
    read: list[dict[str, Any]] = []
    for row in connection.execute(text(f"SELECT * FROM {table}")).mappings():
        kept = {name: value for name, value in row.items() if name not in left_out}
        for column in kept.keys() & names.keys():
            kept[column] = names[column].get(kept[column], kept[column])
        read.append({name: _plain(value) for name, value in kept.items()})
    if table == "article":
        _group_copies(read)
    return _without_batches(read) if table == "part" else read


def _plain(value: Any) -> Any:
    """JSON is text in one database and a value in the other."""
    if isinstance(value, str) and value[:1] in "{[":
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _group_copies(articles: list[dict[str, Any]]) -> None:
    """Which of some copies came first is for order to decide; that they are copies of each other is not."""
    groups: dict[str, set[str]] = defaultdict(set)
    for row in articles:
        groups[row["copy_of"] or row["canonical_url"]].add(row["canonical_url"])
    for row in articles:
        row["copy_of"] = sorted(groups[row["copy_of"] or row["canonical_url"]])


def _without_batches(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Which pages shared a batch depends on where the run was taken up; what they came to does not."""
    counts: dict[str, int] = defaultdict(int)
    for row in parts:
        if row["source"].startswith("pages:"):
            for name, value in row["counts"].items():
                counts[name] += value if isinstance(value, int) else sum(value.values())
    kept = [row for row in parts if not row["source"].startswith("pages:")]
    return [*kept, {"source": "pages", "counts": dict(counts)}]
