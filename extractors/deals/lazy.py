"""A regular expression that is compiled when it is first used.

The rules, cues and verb classes are some thousand expressions with long alternations: compiling all takes five seconds,
and an article asks for few of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

# What `re` takes for "to the last character".
_TO_THE_END = 2**63 - 1


class LazyRegex:
    """The part of `re.Pattern` that reading needs. `pattern` is the source, as there."""

    __slots__ = ("_compiled", "pattern")

    def __init__(self, source: str) -> None:
        self.pattern = source
        self._compiled: re.Pattern[str] | None = None

    def compiled(self) -> re.Pattern[str]:
        """The expression itself; kept from the first call on.

        Raises:
            re.error: the source is no regular expression.
        """
        if self._compiled is None:
            self._compiled = re.compile(self.pattern)
        return self._compiled

    def search(self, text: str, start: int = 0, end: int = _TO_THE_END) -> re.Match[str] | None:
        """See `re.Pattern.search`."""
        return (self._compiled or self.compiled()).search(text, start, end)

    def match(self, text: str, start: int = 0, end: int = _TO_THE_END) -> re.Match[str] | None:
        """See `re.Pattern.match`."""
        return (self._compiled or self.compiled()).match(text, start, end)

    def finditer(self, text: str, start: int = 0, end: int = _TO_THE_END) -> Iterator[re.Match[str]]:
        """See `re.Pattern.finditer`."""
        return (self._compiled or self.compiled()).finditer(text, start, end)


@lru_cache(maxsize=2048)
def stands_in(regex: LazyRegex, text: str) -> bool:
    """Whether the expression is found in the text; kept, for what is asked of the same sentences again and again."""
    return regex.search(text) is not None
