"""The page of `veille explain --html`: self-contained, without script, everything from articles escaped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from config.errors import ConfigError
from extractors.deals.choices import Choice
from extractors.deals.explain import ExplainedDeal, Explanation, Refused, RuleTold
from extractors.values import Reading
from terminal.cue_words import choice_words, weights_words
from terminal.explain_words import FIELDS, field_value, refusal_words, rule_words
from terminal.explaining import relevance_lines, rules_by_field
from terminal.marking import STYLES, Segment, segments

_TEMPLATES = Path(__file__).resolve().parent / "templates"


@dataclass(frozen=True, slots=True)
class _Field:
    key: str
    name: str
    value: str
    rules: str
    marked: bool


@dataclass(frozen=True, slots=True)
class _Choice:
    told: str
    weights: list[str]


@dataclass(frozen=True, slots=True)
class _Deal:
    title: str
    fields: list[_Field]
    sentences: list[list[Segment]]
    rules: list[RuleTold]
    choices: list[_Choice]


@dataclass(frozen=True, slots=True)
class _Refused:
    text: str
    why: str
    sentence: list[Segment]
    choices: list[_Choice]


@dataclass(frozen=True, slots=True)
class _Article:
    id: str
    title: str
    relevance: list[str]
    deals: list[_Deal]
    refused: list[_Refused]


def write_page(path: Path, explained: Iterable[tuple[Reading, Explanation]]) -> None:
    """Write the page article by article, as they come.

    Raises:
        ConfigError: the file cannot be written.
    """
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    articles = (_article(reading, explanation) for reading, explanation in explained)
    pieces = environment.get_template("explain.html.j2").generate(articles=articles, fields=list(STYLES))
    try:
        with path.open("w", encoding="utf-8", errors="replace") as page:
            page.writelines(pieces)
    except OSError as error:
        raise ConfigError(f"cannot be written: {error.strerror or error}", path) from error


def _article(reading: Reading, explanation: Explanation) -> _Article:
    article = reading.article
    return _Article(
        article.id,
        article.title or article.id,
        relevance_lines(reading),
        [_deal(deal) for deal in explanation.deals],
        [_refused(refused) for refused in explanation.refused],
    )


def _deal(deal: ExplainedDeal) -> _Deal:
    rules = rules_by_field(deal)
    fields = [
        _Field(key, name, field_value(deal.mention, key), rules.get(key, ""), key in rules)
        for key, name in FIELDS.items()
    ]
    title = f"{deal.mention.company} · {field_value(deal.mention, 'kind')}"
    told = [RuleTold(rule.id, rule_words(rule)) for rule in deal.rules]
    return _Deal(title, fields, [list(segments(sentence)) for sentence in deal.sentences], told, _choices(deal.choices))


def _refused(refused: Refused) -> _Refused:
    choices = _choices([refused.choice] if refused.choice else [])
    return _Refused(refused.text, refusal_words(refused), list(segments(refused.sentence)), choices)


def _choices(choices: Iterable[Choice]) -> list[_Choice]:
    return [_Choice(choice_words(choice), weights_words(choice)) for choice in choices]
