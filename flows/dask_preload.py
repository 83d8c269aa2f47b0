"""For `dask worker ADDRESS --nthreads 2 --preload flows.dask_preload`: a worker that waits with all that a part needs.

Without it each worker loads Prefect, rules and a reader during its first backfill: fifteen seconds of processor.
"""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

from config.errors import ConfigError
from config.settings import load_settings
from flows.archive_part import close_desk, open_desk
from flows.archive_readers import start_readers
from flows.prefect_setup import prepare_prefect
from storage.errors import StorageError

if TYPE_CHECKING:
    from distributed import Worker

log = logging.getLogger("veille.backfill")


def dask_setup(worker: Worker) -> None:
    """Open the database and start the readers: one fewer than threads, so that none of them waits for storing.

    What cannot be had yet is said, and had when the first part wants it.
    """
    readers = max(1, worker.state.nthreads - 1)
    try:
        settings = load_settings()
        prepare_prefect(settings)
        import flows.backfill  # noqa: F401 - for its time

        desk = open_desk(settings)
    except (ConfigError, StorageError) as error:
        log.warning("this Dask worker is not ready for backfills yet: %s", error)
        return
    started = start_readers(settings, readers)
    for reader in started:
        reader.call(os.getpid)  # answers once it has loaded all
    desk.employ(started, readers)


def dask_teardown(worker: Worker) -> None:
    """End the readers, close the database."""
    close_desk()
