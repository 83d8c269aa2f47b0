"""A choice between sources of regular expressions, written as the tree of how they begin.

A class of verbs has some hundred forms and locutions, and dozens of expressions hold each class: written one after the
other they are what the first article of a process waits for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_PLAIN = re.compile(r"(?:\[[^\]]*\]|\\.|[^()\\\[])[?*+]?")
_QUANTIFIER = re.compile(r"(?:[?*+]|\{[\d,]+\})?")

_Tree = dict[str, "_Tree"]
# The key of the end of a member; no atom is empty.
_END = ""


def tree(members: Iterable[str]) -> str:
    """The source that reads what one of the members reads; where several do, the longer way first.

    Args:
        members: sources without a choice outside of parentheses; each may begin as others do.
    """
    root: _Tree = {}
    for member in members:
        node = root
        for atom in _atoms(member):
            node = node.setdefault(atom, {})
        node[_END] = {}
    return "|".join(_branches(root))


def _branches(node: _Tree) -> Iterator[str]:
    for atom, below in node.items():
        if atom == _END:
            continue
        source = atom
        while len(below) == 1 and _END not in below:
            ((atom, below),) = below.items()
            source += atom
        inner = list(_branches(below))
        if inner == [_END]:
            inner = []
        if inner:
            optional = _END in inner
            yield f"{source}(?:{'|'.join(branch for branch in inner if branch)}){'?' if optional else ''}"
        else:
            yield source
    if _END in node:
        yield _END


def _atoms(source: str) -> Iterator[str]:
    """What may be repeated or left out as one: a letter, a set of letters, a group; each with its quantifier."""
    at = 0
    while at < len(source):
        if plain := _PLAIN.match(source, at):
            yield plain.group()
            at = plain.end()
            continue
        end = _closed(source, at)
        quantifier = _QUANTIFIER.match(source, end)
        end = quantifier.end() if quantifier else end
        yield source[at:end]
        at = end


def _closed(source: str, at: int) -> int:
    """The place behind the parenthesis that closes the one at `at`."""
    depth = 0
    for match in re.finditer(r"\\.|\[[^\]]*\]|[()]", source[at:]):
        depth += {"(": 1, ")": -1}.get(match.group(), 0)
        if depth == 0:
            return at + match.end()
    raise ValueError(f"{source!r}: a parenthesis is never closed")
