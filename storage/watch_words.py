"""Words by which watches know countries and sectors (`config/watching.yaml`), and the words a deal is told with."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, select

from config.documents import config_files, read_yaml, validated
from extractors.deals.organisations import Organisations
from extractors.terms import TermIndex
from storage.deal_tables import MentionRow
from storage.encoding import evidence_in
from storage.tables import ArticleRow
from storage.watches import Telling, WatchWords

FILE_NAME = "watching.yaml"
NEAR = 90  # characters on either side of a company's name: "la jeune pousse lilloise Brumelec, spécialiste…"
AROUND = 300  # on either side of what was read of a deal: its paragraph, not the whole article


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    countries: dict[str, list[str]] = {}
    sectors: dict[str, list[str]] = {}


def load_watch_words(user_dir: Path | None) -> WatchWords:
    """The shipped words with the user's own added.

    Raises:
        ConfigError: names file and line.
    """
    countries: dict[str, list[str]] = {}
    sectors: dict[str, list[str]] = {}
    for path in config_files(FILE_NAME, user_dir):
        document = read_yaml(path)
        if document.data is None:
            continue
        file = validated(document, _File)
        for found, all_ in ((file.countries, countries), (file.sectors, sectors)):
            for name, words in found.items():
                all_.setdefault(name, []).extend(words)
    return WatchWords(Organisations.load(user_dir), _indexes(countries), _indexes(sectors))


def telling_of(session: Session, deal_id: str) -> Telling:
    """The words that the tellings of a deal use, beside its name and around what was read."""
    rows = session.exec(
        select(ArticleRow.title, ArticleRow.text, MentionRow.company, MentionRow.evidence)
        .join(MentionRow, col(ArticleRow.id) == col(MentionRow.article_id))
        .where(MentionRow.deal_id == deal_id)
    )
    near: list[str] = []
    around: list[str] = []
    for title, text, company, evidence in rows:
        spans = [(span.start, span.end, span.field) for span in evidence_in(evidence) if span.where == "text"]
        around += [title, *_pieces(text, [(start, end) for start, end, _ in spans], AROUND)]
        named = [(start, end) for start, end, field in spans if field == "company"]
        near += _pieces(text, named, NEAR)
        at = title.find(company)
        near += _pieces(title, [(at, at + len(company))], NEAR) if at >= 0 else []
    return Telling("\n".join(near), "\n".join(around))


def _pieces(text: str, spans: Iterable[tuple[int, int]], width: int) -> list[str]:
    """What stands within `width` of the spans, in one paragraph, overlapping pieces as one."""
    bounds: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        first = max(text.rfind("\n", 0, start) + 1, start - width)
        stop = text.find("\n", end)
        last = min(len(text) if stop < 0 else stop, end + width)
        if bounds and first <= bounds[-1][1]:
            bounds[-1] = (bounds[-1][0], max(last, bounds[-1][1]))
        else:
            bounds.append((first, last))
    return [text[first:last] for first, last in bounds]


def _indexes(words: dict[str, list[str]]) -> dict[str, TermIndex[bool]]:
    return {name: TermIndex((word, True) for word in found) for name, found in words.items()}
