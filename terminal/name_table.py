"""Pairs of names that may be one organisation, as a table."""

from __future__ import annotations

from collections.abc import Iterable

from rich import box
from rich.table import Table
from rich.text import Text

from storage.near_names import Suggestion, Why

_WHY: dict[Why, str] = {"spelling": "une lettre près", "longer_name": "l'un commence l'autre"}


def name_table(pairs: Iterable[Suggestion]) -> Table:
    """One row a pair: the name to keep, the one that may be its alias, how often each is named, why they are shown."""
    table = Table(box=box.SIMPLE_HEAD)
    for title in ("Nom", "Alias ?", "Pourquoi"):
        table.add_column(title, overflow="fold")
    for pair in pairs:
        main, alias = (Text(f"{name.name} ({name.times})") for name in (pair.name, pair.alias))
        table.add_row(main, alias, _WHY[pair.why])
    return table
