"""What `veille rules weigh` prints: how many decisions each file was measured on, and how often points choose right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from evaluation.weighing import Measured
from extractors.deals.judge import Decision


def print_weighed(out: Console, measured: Mapping[Decision, Measured], articles: int, written: Sequence[Path]) -> None:
    """A row for each file, then what was written where."""
    table = Table("", show_lines=False)
    for column in ("décisions", "justes avant", "justes après", "indices"):
        table.add_column(column, justify="right")
    for decision, found in measured.items():
        before = f"{found.before:.3f}" if found.decisions else "–"
        after = f"{found.after:.3f}" if found.points is not None else "–"
        cues = str(len(found.points)) if found.points is not None else "trop peu"
        table.add_row(f"{decision}.yaml", str(found.decisions), before, after, cues)
    out.print(table)
    plural = "s" if articles > 1 else ""
    lines = [f"mesuré sur {articles} article{plural} en français, et jugé sur les mêmes"]
    if any(found.points is None for found in measured.values()):
        lines.append("trop peu : les points en vigueur restent")
    if written:
        lines.append(f"{len(written)} fichiers écrits dans {written[0].parent}")
    else:
        lines.append("rien n'est écrit")
    for line in lines:
        out.print(Text(line), soft_wrap=True)


@contextmanager
def reading_progress(err: Console) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, nothing elsewhere."""
    columns = (TextColumn("lectures"), BarColumn(), TextColumn("{task.completed}/{task.total}"), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
