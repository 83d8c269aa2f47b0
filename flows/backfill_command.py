"""What `veille backfill` does: the backfill with Prefect or without, its summary, and its exit code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from config.settings import Settings
from flows.archive_part import close_desk, open_desk
from flows.backfill_run import Order, run_backfill
from flows.context import Silent
from flows.head_start import run_with_prefect
from flows.prefect_setup import prepare_prefect
from sources.archives.opening import open_archive, settled_spec
from sources.policy import Policy
from terminal.backfill_report import summarise, summary_lines, summary_page
from terminal.progress import progress_bar


def fill(
    settings: Settings,
    order: Order,
    out: Console,
    *,
    bar: Console | None,
    plain: bool,
    dask: str | None,
    page: Path | None,
) -> int:
    """Fill, then print what it came to.

    Args:
        page: where to write the summary as a page too.

    Returns:
        0; 1 when parts failed.

    Raises:
        ArchiveError: the source cannot be read at all.
        ConfigError: a setting is wrong, or Dask is asked for and cannot be had.
        StorageError: nothing could be stored.
    """
    try:
        with progress_bar(bar) if bar else nullcontext(Silent()) as tell:
            if plain and not dask:
                backfill = run_backfill(settings, order, tell)
            else:
                prepare_prefect(settings)
                backfill = run_with_prefect(settings, order, tell, dask=dask)
        summary = summarise(open_desk(settings).database, backfill)
    finally:
        close_desk()
    for line in summary_lines(summary):
        out.print(line, markup=False, highlight=False, soft_wrap=True)
    if page is not None:
        page.write_text(summary_page(summary), encoding="utf-8")
    return 1 if summary.progress.states.get("failed") else 0


def plan_lines(settings: Settings, order: Order) -> Iterator[str]:
    """The parts that an order would read, and nothing done.

    Raises:
        ArchiveError: the source cannot be read at all.
    """
    spec = settled_spec(order.source)
    now = datetime.now(UTC)
    parts = size = 0
    with open_archive(spec, Policy.from_settings(settings), now, wayback_home=settings.wayback_url) as source:
        for part in source.plan(order.window):
            parts += 1
            size += part.size
            yield f"{part.key}" + (f"  ({part.size})" if part.size else "")
    yield f"{parts} partie{'s' if parts > 1 else ''}" + (f", environ {size} documents" if size else "")
