"""A choice between forms, written as the tree of how they begin: it reads what the forms one by one would read."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from extractors.deals.tree import tree

_ATOMS = ["a", "b", "c", "é", r"\s+", "a?", "[sx]?", "(?:de|du)", "(?:a(?:b|c)?)?", r"\b", "'"]
_WRITTEN = st.text(alphabet="abcé sx'du", max_size=8)
_SOURCES = st.lists(st.lists(st.sampled_from(_ATOMS), min_size=1, max_size=4).map("".join), min_size=1, max_size=6)


@given(_SOURCES, _WRITTEN)
def test_it_reads_what_its_members_read(sources: list[str], text: str) -> None:
    one_by_one = any(re.fullmatch(source, text) for source in sources)
    assert (re.fullmatch(f"(?:{tree(sources)})", text) is not None) == one_by_one


def test_what_begins_alike_is_written_once() -> None:
    assert tree(["lever", "levé", "lève"]) == "l(?:ev(?:er|é)|ève)"
    assert tree(["achète", "achètent", "achat"]) == "ach(?:ète(?:nt)?|at)"


def test_the_longer_way_is_tried_first() -> None:
    found = re.match(tree(["met la main", "met la main sur"]), "met la main sur Orféo")
    assert found is not None
    assert found.group() == "met la main sur"
