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

# A circle is ended within a second; where tries take longer, somebody holds the database, for which each of them waits
# as long as may be (storage/database.py).
_TRIES, PATIENCE = 8, 45.0


def tried_again(store: Callable[[], T], *, patience: float = PATIENCE) -> T:
    """Call `store` until its transaction happens: two that write may wait in a circle, and one of them is refused.

    Args:
        store: one transaction, that may be begun anew.
        patience: no other try once so many seconds have gone into them.

    Raises:
        DatabaseBusy: the database is held for longer than others take to store.
    """
    until = time.monotonic() + patience
    for _ in range(_TRIES - 1):
        try:
            return store()
        except DatabaseBusy as error:
            if time.monotonic() > until:
                raise
            log.info("%s", error)
            time.sleep(random.uniform(0.05, 1.0))  # noqa: S311 - so that both do not come again together
    return store()
