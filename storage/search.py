"""Looking for words in articles and deals: FTS5 on SQLite, full text with French stems on PostgreSQL; accents folded.

On SQLite, which knows no French stems, a word finds all that begin like it, its plural mark left off.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import ColumnElement, Select, literal_column, select, text
from sqlmodel import Session

from storage.browse_tables import WORDS

_WORD = re.compile(r"[^\W_]+")
_ENDINGS = re.compile(r"(?:e?s|x)$", re.IGNORECASE)
_MOST_WORDS = 12
_STEM = 4  # letters; a shorter word is looked for as it is written


def deals_saying(session: Session, words: str) -> Select[Any]:
    """The ids of deals whose names, outlets or titles hold all the words."""
    return select(WORDS.c.deal_id).where(_says(session, words, "browse_words", "browse_vector(browse_words.words)"))


def articles_saying(session: Session, words: str) -> ColumnElement[bool]:
    """A condition on `article`: its title or text holds all the words."""
    return _says(session, words, "article", "browse_vector(article.title || ' ' || article.text)")


def _says(session: Session, words: str, table: str, vector: str) -> ColumnElement[bool]:
    if session.get_bind().dialect.name == "postgresql":
        asked = text("browse_query(:words)").bindparams(words=words.replace("\0", " "))
        return literal_column(vector).op("@@")(asked)
    fts = "browse_article_fts" if table == "article" else "browse_words_fts"
    # Only letters and digits are left of what people type: nothing of FTS5's own language.
    match = " ".join(_term(word) for word in _WORD.findall(words)[:_MOST_WORDS]) or '""'
    rows = text(f"{table}.id IN (SELECT rowid FROM {fts} WHERE {fts} MATCH :words)")  # noqa: S608 - our own names
    return rows.bindparams(words=match)  # type: ignore[return-value]


def _term(word: str) -> str:
    if len(word) < _STEM:
        return f'"{word}"'
    stem = _ENDINGS.sub("", word)
    return f'"{stem if len(stem) >= _STEM else word}"*'
