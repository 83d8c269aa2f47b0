"""Looking for words in articles and deals: FTS5 on SQLite, full text with French stems on PostgreSQL; accents folded.

On SQLite, which knows no French stems, a word is looked for in its plain inflections. (All words that begin like it
would be found too, but FTS5 then reads their whole lists: 230 ms instead of 1 over a million articles.)
"""

from __future__ import annotations

import re

import numpy as np
from sqlalchemy import ColumnElement, TextClause, literal_column, text
from sqlmodel import Session

from storage.frame import Longs

_WORD = re.compile(r"[^\W_]+")
_MOST_WORDS = 12
_SHORTEST = 4  # letters; a shorter word is looked for as it is written


def deals_saying(session: Session, words: str) -> Longs:
    """The rows of `browse_words` whose names, outlets or titles hold all the words."""
    # As one text: a row for each of a hundred thousand would cost ten times as much.
    if session.get_bind().dialect.name == "postgresql":
        found = text(
            "SELECT string_agg(CAST(id AS text), ' ') FROM browse_words WHERE browse_stems @@ browse_query(:words)"
        ).bindparams(words=words.replace("\0", " "))
    else:
        found = text(
            "SELECT group_concat(rowid, ' ') FROM browse_words_fts WHERE browse_words_fts MATCH :words"
        ).bindparams(words=_match(words))
    return np.array((session.execute(found).scalar_one() or "").split(), np.int64)


def articles_saying(session: Session, words: str) -> ColumnElement[bool]:
    """A condition on `article`: its title or text holds all the words."""
    if session.get_bind().dialect.name == "postgresql":
        # How to look depends on how many articles hold these very words.
        session.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
        asked = text("browse_query(:words)").bindparams(words=words.replace("\0", " "))
        return literal_column("article.browse_stems").op("@@")(asked)
    rows = text("article.id IN (SELECT rowid FROM browse_article_fts WHERE browse_article_fts MATCH :words)")
    return rows.bindparams(words=_match(words))  # type: ignore[return-value]


def article_order(session: Session, words: str) -> bool:
    """Whether articles that hold the words are best walked through in the order of the words' own lists."""
    return session.get_bind().dialect.name == "sqlite" and bool(words.strip())


def ordered_articles(words: str, before: int | None, state: str, outlet: str, limit: int) -> TextClause:
    """The ids of articles that hold the words, the last first: the lists are read from their end, not whole."""
    told = {"words": _match(words), "before": before, "state": state, "outlet": outlet, "limit": limit}
    kept = [f"article.{name} = :{name}" for name in ("state", "outlet") if told[name]]
    kept += ["browse_article_fts.rowid < :before"] if before is not None else []
    used = {name: value for name, value in told.items() if name in ("words", "limit") or value}
    return text(
        "SELECT article.id FROM browse_article_fts CROSS JOIN article ON article.id = browse_article_fts.rowid "  # noqa: S608
        + " AND ".join(["WHERE browse_article_fts MATCH :words", *kept])
        + " ORDER BY browse_article_fts.rowid DESC LIMIT :limit"
    ).bindparams(**used)


def _match(words: str) -> str:
    """Only letters and digits are left of what people type: nothing of FTS5's own language."""
    return " AND ".join(_term(word) for word in _WORD.findall(words)[:_MOST_WORDS]) or '""'


def _term(word: str) -> str:
    """The word in its plain inflections: levé, levée, levés, levées; capital, capitaux; tableau, tableaux."""
    if len(word) < _SHORTEST:
        return f'"{word}"'
    plain = word.casefold()
    base = re.sub(r"aux$", "al", plain) if plain.endswith("aux") and not plain.endswith("eaux") else plain
    base = re.sub(r"(?:es|s|x|e)$", "", base)
    if len(base) < _SHORTEST - 1:
        base = plain
    endings = ["", "s", "e", "es"]
    endings += ["x"] if base.endswith("u") else []
    forms = [base + ending for ending in endings] + ([base[:-2] + "aux"] if base.endswith("al") else [])
    return "(" + " OR ".join(f'"{form}"' for form in dict.fromkeys((plain, *forms))) + ")"
