"""What this room raises."""

from __future__ import annotations

from config.errors import VeilleError


class PrefectAway(VeilleError):
    """Prefect's server cannot be reached or fails. What the run did is in our own ledger all the same."""


class DaskAway(VeilleError):
    """The scheduler of a Dask cluster does not answer. Nothing was begun."""
