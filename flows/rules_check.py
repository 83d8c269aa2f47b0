"""Every example of every rule against all rules, and the files of a user's folder that nothing reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from config.documents import PACKAGE_DIR
from extractors.deals.examples import check_rule
from extractors.deals.knowledge import DealKnowledge
from extractors.deals.rule_places import Located, RulePlaces


def check_examples(knowledge: DealKnowledge) -> Iterator[Located]:
    """Problems as they are found, each with the file and line of its example."""
    places = RulePlaces()
    for rule in knowledge.rules.all:
        for problem in check_rule(rule, knowledge):
            yield places.locate(problem, rule)


def unread_files(user_dir: Path | None) -> list[Path]:
    """Files of rules and lexicons in the user's folder that no loader looks at: misspelt, or of the wrong ending."""
    if user_dir is None:
        return []
    known = {path.name for path in (PACKAGE_DIR / "lexicon").glob("*.yaml")} - _OURS_ALONE
    rules = [path for path in sorted((user_dir / "rules").glob("*")) if path.suffix != ".yaml"]
    return rules + [path for path in sorted((user_dir / "lexicon").glob("*")) if path.name not in known]


# Lexicons of the grammar of French, read from the package only.
_OURS_ALONE = frozenset(
    [
        "abbreviations.yaml",
        "dates.yaml",
        "descriptors.yaml",
        "money.yaml",
        "not_names.yaml",
        "people.yaml",
        "rounds.yaml",
    ]
)
