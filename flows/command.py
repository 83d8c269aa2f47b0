"""What `veille run` does: one run with Prefect or without, its report, and the exit code that the run deserves."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from rich.console import Console

from config.settings import Settings
from flows.context import RunContext, Silent, open_context
from flows.daily_run import run_daily
from flows.errors import PrefectAway
from flows.prefect_setup import prepare_prefect
from storage.errors import AlreadyCaughtUp, RunInProgress
from storage.values import RunReport
from terminal.progress import progress_bar

log = logging.getLogger("veille.run")

ContextSource = Callable[[], AbstractContextManager[RunContext]]


def run_once(settings: Settings, tell: Callable[[RunReport], None], *, plain: bool, bar: Console | None) -> int:
    """One daily run in this process.

    Args:
        tell: given the report at the end.
        plain: without Prefect.
        bar: where to draw a progress bar, if anywhere.

    Returns:
        0 when the run did its work, even if some feeds failed, or when there was nothing left to do;
        1 when no feed could be read, or another process is at it.

    Raises:
        ConfigError: a setting, feed or rule is wrong.
        StorageError: nothing could be stored.
    """

    @contextmanager
    def opened() -> Iterator[RunContext]:
        with (
            progress_bar(bar) if bar else nullcontext(Silent()) as progress,
            open_context(settings, progress=progress) as ctx,
        ):
            yield ctx

    try:
        report = _plain(opened) if plain else _with_prefect(settings, opened)
    except RunInProgress as error:
        log.warning("%s", error)
        return 1
    except AlreadyCaughtUp as error:
        log.info("%s", error)
        return 0
    if report is None:
        return 0
    tell(report)
    return exit_code(report)


def exit_code(report: RunReport) -> int:
    """1 when there were feeds and none could be read, else 0. A feed that rests at its own pace is well."""
    unread = [feed.outcome == "failed" or (feed.outcome == "resting" and bool(feed.reason)) for feed in report.feeds]
    return 1 if unread and all(unread) else 0


def _plain(opened: ContextSource) -> RunReport:
    with opened() as ctx:
        return run_daily(ctx)


def _with_prefect(settings: Settings, opened: ContextSource) -> RunReport | None:
    prepare_prefect(settings)
    # Prefect's temporary server is stopped when Python ends, which a plain SIGTERM would not let it do.
    signal.signal(signal.SIGTERM, _end)
    from flows.daily import run_with_prefect

    try:
        return run_with_prefect(opened)
    except PrefectAway as error:
        # What was done before is in the ledger: the plain run goes on from there.
        log.warning("this run is not recorded by Prefect (%s): done without it", error)
        return _plain(opened)


def _end(number: int, _frame: object) -> None:
    sys.exit(128 + number)
