"""Where rules and their examples stand: file and line, for whoever has to mend them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from config.documents import Document, read_yaml
from extractors.deals.examples import Problem
from extractors.deals.rules import Rule


@dataclass(frozen=True, slots=True)
class Located:
    """A problem with an example, and where that example is written."""

    file: Path
    line: int
    problem: Problem


class RulePlaces:
    """Lines of rules in their files; each file is read once."""

    def __init__(self) -> None:
        self._documents: dict[Path, Document] = {}

    def line(self, rule: Rule, *keys: str | int) -> int:
        """The line of a rule's id, or of what stands at `keys` in it (`"examples", 0`)."""
        document = self._documents.get(rule.file)
        if document is None:
            document = self._documents[rule.file] = read_yaml(rule.file)
        ids = [held.get("id") for held in document.data["rules"]]
        return document.line("rules", ids.index(rule.id), *(keys or ("id",)))

    def locate(self, problem: Problem, rule: Rule) -> Located:
        """The problem with file and line of its example."""
        for key, examples in (("examples", rule.text.examples), ("counter_examples", rule.text.counter_examples)):
            if problem.example in examples:
                return Located(rule.file, self.line(rule, key, examples.index(problem.example)), problem)
        return Located(rule.file, self.line(rule), problem)
