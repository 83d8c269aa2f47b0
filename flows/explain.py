"""Documents on disk with the reasons of everything read in them, one at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from extractors.deals.explain import Explanation, explain_deals
from extractors.knowledge import Knowledge
from extractors.mending import mended
from extractors.values import Reading
from flows.extract import extract_paths
from sources.documents import Unreadable

_NOTHING = Explanation((), ())


def explain_paths(
    paths: Iterable[Path], knowledge: Knowledge, threshold: float
) -> Iterator[tuple[Reading, Explanation] | Unreadable]:
    """Read and explain every document under `paths`, in order; a damaged article is shown as it was meant."""
    for reading in extract_paths(paths, knowledge, threshold):
        if isinstance(reading, Unreadable):
            yield reading
        elif reading.language != "fr":
            yield reading, _NOTHING
        else:
            meant = mended(reading.article).article
            yield replace(reading, article=meant), explain_deals(meant, knowledge.deals)
