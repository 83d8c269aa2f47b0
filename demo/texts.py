"""The texts of the demonstration: labelled articles of our own, told by invented outlets."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

FOLDER = Path(__file__).resolve().parent / "articles"
LATER = FOLDER / "later"

_PARIS = ZoneInfo("Europe/Paris")
_SPREAD = timedelta(days=6)
_NEWEST_AT = time(6)


@dataclass(frozen=True, slots=True)
class DemoArticle:
    """One text. `written` is the day it was labelled for; the site gives it a later one.

    Its labels (`relevant`, `deals`) are in the file of its id, in the form of the corpus.
    """

    id: str
    outlet: str
    title: str
    text: str
    language: str
    written: date


def demo_articles() -> list[DemoArticle]:
    """The articles that the site opens with, oldest first."""
    return _read(FOLDER)


def later_articles() -> list[DemoArticle]:
    """Two articles for a later day: one tells a known deal (XXII's) again, in dollars; the other tells a new one."""
    return _read(LATER)


def spread(articles: list[DemoArticle], today: date) -> dict[str, datetime]:
    """When each article is published: over the last six days, the newest at six this morning, in the order written.

    Tellings of one deal thus stay near each other, whatever the year they were written for.
    """
    newest = datetime.combine(today, _NEWEST_AT, _PARIS)
    step = _SPREAD / max(1, len(articles) - 1)
    return {
        article.id: (newest - step * place).replace(second=0, microsecond=0)
        for place, article in enumerate(reversed(articles))
    }


def _read(folder: Path) -> list[DemoArticle]:
    articles = []
    for path in folder.glob("*.json"):
        values = json.loads(path.read_text(encoding="utf-8"))
        articles.append(
            DemoArticle(
                id=values["id"],
                outlet=values["outlet"],
                title=values["title"],
                text=values["text"],
                language=values["language"],
                written=date.fromisoformat(values["published"]),
            )
        )
    return sorted(articles, key=lambda article: (article.written, article.id))
