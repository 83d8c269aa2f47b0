"""Progress of a run: a bar on a terminal, nothing elsewhere (the log lines tell the same)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

_PHASES = {"feeds": "Flux", "pages": "Pages", "parts": "Parties", "articles": "Articles"}


class Bar:
    """One line a phase, for `flows.context.Progress`; safe to step from several threads."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None
        self._lock = Lock()

    def phase(self, name: str, total: int | None) -> None:
        """Begin a new line."""
        with self._lock:
            self._task = self._progress.add_task(_PHASES.get(name, name), total=total)

    def step(self, detail: str = "") -> None:
        """Advance the present line."""
        with self._lock:
            if self._task is not None:
                self._progress.advance(self._task)


@contextmanager
def progress_bar(console: Console) -> Iterator[Bar]:
    """A live bar on `console` while the block runs."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:<9}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        yield Bar(progress)


@contextmanager
def progress_for(console: Console) -> Iterator[Bar | None]:
    """A live bar on a terminal; nothing elsewhere."""
    if not console.is_terminal:
        yield None
        return
    with progress_bar(console) as bar:
        yield bar
