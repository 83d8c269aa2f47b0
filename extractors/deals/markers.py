"""Expressions around names and sums whose French words stand in `config/lexicon/markers.yaml`."""

from __future__ import annotations

import re
from functools import cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from config.documents import PACKAGE_DIR, read_yaml, validated
from extractors.deals.folding import folded
from extractors.deals.lazy import LazyRegex

# `<acts>`, but not the `<name>` of a group.
_LIST = re.compile(r"(?<!\?P)<([a-z_]+)>")
# An empty list would fit everywhere, and so would an empty word.
Words = Annotated[list[Annotated[str, Field(pattern=r"^[^\W\d_][\w' -]*\*?$")]], Field(min_length=1)]


class MarkerFile(BaseModel):
    """Lists of words; what each is for is told in the file."""

    model_config = ConfigDict(extra="forbid")

    acts: Words
    ordinal_acts: Words
    taking_up: Words
    sorts_of_money: Words
    aims: Words
    reaching: Words
    reached: Words
    earlier: Words
    bringing: Words
    control: Words
    own_money: Words
    valuing: Words
    value: Words
    price: Words
    together: Words
    clause_verbs: Words
    joining: Words
    joining_nouns: Words
    apposed: Words
    aside: Words
    aside_nouns: Words
    beginnings: Words


class MarkerRegex(LazyRegex):
    """An expression for folded text in which `<acts>` stands for one of the words of that list.

    The file is read when the first is used: a fault in it is then told like that of any other, with file and line.
    """

    __slots__ = ()

    def __init__(self, source: str) -> None:
        super().__init__(source)
        if unknown := set(_LIST.findall(source)) - MarkerFile.model_fields.keys():
            raise ValueError(f"no list of markers: {', '.join(sorted(unknown))}")

    def compiled(self) -> re.Pattern[str]:
        """The expression with its words put in.

        Raises:
            ConfigError: names the line of `markers.yaml` at fault.
        """
        if self._compiled is None:
            self._compiled = re.compile(_LIST.sub(lambda match: f"(?:{_sources()[match[1]]})", self.pattern))
        return self._compiled


@cache
def _sources() -> dict[str, str]:
    lists = validated(read_yaml(PACKAGE_DIR / "lexicon" / "markers.yaml"), MarkerFile)
    return {name: "|".join(dict.fromkeys(map(_source, words))) for name, words in lists}


def _source(word: str) -> str:
    whole = r"\s+".join(map(re.escape, folded(word.rstrip("*")).split()))
    return whole + (r"\w*" if word.endswith("*") else "")
