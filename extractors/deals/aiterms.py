"""Words that tell AI, taken from the relevance lexicon so that they are kept in one place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from config.documents import config_files, read_yaml
from extractors.deals.folding import loose
from extractors.deals.lazy import LazyRegex

# Terms of AI that count for less than this in the relevance lexicon ("data center") say nothing of a company.
STRONG = 0.8
# A plan or a data centre is judged by the weaker terms too.
WEAK = 0.3


@dataclass(frozen=True, slots=True)
class AiTerms:
    """Words that tell AI, from `lexicon/relevance.yaml`: `strong` tell of a company, `weak` of a plan."""

    strong: LazyRegex
    weak: LazyRegex

    @classmethod
    def load(cls, user_dir: Path | None) -> AiTerms:
        """Read the group `ai` of the relevance lexicon (validated where relevance is loaded)."""
        data = read_yaml(config_files("lexicon/relevance.yaml", user_dir)[-1]).data
        entries = data["groups"]["ai"]["terms"]
        return cls(_pattern(entries, STRONG), _pattern(entries, WEAK))


def _pattern(entries: list[dict[str, object]], least: float) -> LazyRegex:
    terms = [str(t) for e in entries if float(str(e["points"])) >= least for t in list(e["terms"])]  # type: ignore[call-overload]
    sources = [loose(t.rstrip("*")) + (r"\w*" if t.endswith("*") else "") for t in terms]
    return LazyRegex(r"(?<!\w)(?:" + "|".join(sorted(sources, key=len, reverse=True)) + r")(?!\w)")
