"""Words that tell AI, taken from the relevance lexicon so that they are kept in one place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from config.documents import config_files, read_yaml, validated
from extractors.deals.folding import loose
from extractors.deals.lazy import LazyRegex

# Terms of AI that count for less than this in the relevance lexicon ("data center") say nothing of a company.
STRONG = 0.8
# A plan or a data centre is judged by the weaker terms too.
WEAK = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class AiTerms:
    """Words that tell AI, from `lexicon/relevance.yaml`: `strong` tell of a company, `weak` of a plan.

    trades: what companies do in other words, from `lexicon/trades.yaml`: part, trade and its words.
    """

    strong: LazyRegex
    weak: LazyRegex
    trades: tuple[tuple[str, str, LazyRegex], ...]

    @classmethod
    def load(cls, user_dir: Path | None) -> AiTerms:
        """Read the group `ai` of the relevance lexicon (validated where relevance is loaded)."""
        data = read_yaml(config_files("lexicon/relevance.yaml", user_dir)[-1]).data
        entries = data["groups"]["ai"]["terms"]
        own = validated(read_yaml(config_files("lexicon/trades.yaml", user_dir)[-1]), _Trades)
        parts = {"learned": own.learned, "plain": own.plain, "denied": own.denied}
        trades = tuple((part, name, _words(terms)) for part, held in parts.items() for name, terms in held.items())
        return cls(_pattern(entries, STRONG), _pattern(entries, WEAK), trades)


@lru_cache(maxsize=256)
def trades_told(terms: AiTerms, text: str) -> tuple[tuple[str, str], ...]:
    """Part and name of each trade whose words stand in the text; kept, as the deals of one company share its text."""
    return tuple((part, name) for part, name, pattern in terms.trades if pattern.search(text))


class _Trades(BaseModel):
    """The shape of `trades.yaml`."""

    model_config = ConfigDict(extra="forbid")

    learned: dict[str, list[str]]
    plain: dict[str, list[str]]
    denied: dict[str, list[str]]


def _pattern(entries: list[dict[str, object]], least: float) -> LazyRegex:
    return _words([str(t) for e in entries if float(str(e["points"])) >= least for t in list(e["terms"])])  # type: ignore[call-overload]


def _words(terms: list[str]) -> LazyRegex:
    sources = [loose(t.rstrip("*")) + (r"\w*" if t.endswith("*") else "") for t in terms]
    return LazyRegex(r"(?<!\w)(?:" + "|".join(sorted(sources, key=len, reverse=True)) + r")(?!\w)")
