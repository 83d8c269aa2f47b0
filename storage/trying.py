"""Storing again what PostgreSQL refused because two writers waited for each other."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from typing import TypeVar

from storage.errors import DatabaseBusy

T = TypeVar("T")

log = logging.getLogger("veille.run")

# Each try waits for other writers as long as a database may (storage/database.py); a circle is ended within a second.
_TRIES = 8


def tried_again(store: Callable[[], T]) -> T:
    """Call `store` until its transaction happens: two that write may wait in a circle, and one of them is refused.

    Args:
        store: one transaction, that may be begun anew.

    Raises:
        DatabaseBusy: the database is held for longer than others take to store.
    """
    for _ in range(_TRIES - 1):
        try:
            return store()
        except DatabaseBusy as error:
            log.info("%s", error)
            time.sleep(random.uniform(0.05, 1.0))  # noqa: S311 - so that both do not come again together
    return store()
