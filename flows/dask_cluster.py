"""An existing Dask cluster, asked directly: what it does while Prefect is still loaded. Imports nothing of Prefect."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, TypeVar

from config.errors import ConfigError
from config.settings import Settings
from flows.errors import DaskAway

if TYPE_CHECKING:
    from distributed import Client

Result = TypeVar("Result")

_ANSWER_SECONDS = 20.0


class Cluster:
    """Workers elsewhere, each with the settings of its own environment. Thread-safe."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.threads = max(1, sum(client.nthreads().values()))  # type: ignore[no-untyped-call]

    def call(self, function: Callable[[], Result]) -> Result:
        """The function's result, from whichever worker is free; function and result are pickled."""
        result: Result = self._client.submit(function, pure=False).result()
        return result


@contextmanager
def dask_cluster(settings: Settings, address: str) -> Iterator[Cluster]:
    """The cluster whose scheduler is at `address`.

    Raises:
        ConfigError: Dask is not installed, or the database is not one that machines can share.
        DaskAway: nobody answers there.
    """
    if settings.database.startswith("sqlite"):
        raise ConfigError("--dask veut une base que les machines partagent : VEILLE_DATABASE_URL=postgresql://…")
    if not find_spec("prefect_dask"):  # which brings Dask's own packages with it, and takes its time to import
        raise ConfigError("--dask veut prefect-dask : pip install 'veille-ia[dask]'")
    from distributed import Client

    try:
        client = Client(address, timeout=_ANSWER_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise DaskAway(
            f"pas de cluster Dask à {address} ({type(error).__name__}) : démarrez-le, ou vérifiez --dask"
        ) from error
    try:
        yield Cluster(client)
    finally:
        client.close()  # type: ignore[no-untyped-call]
