"""Looking for words in articles and deals: FTS5 on SQLite, full text with French stems on PostgreSQL; accents folded.

On SQLite, which knows no French stems, a word is looked for in its plain inflections. (All words that begin like it
would be found too, but FTS5 then reads their whole lists: 230 ms instead of 1 over a million articles.)
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from sqlalchemy import text
from sqlmodel import Session

from storage.frame import Longs

_WORD = re.compile(r"[^\W_]+")
_MOST_WORDS = 12
_LAST = 5000  # articles; of words that fewer than one in a hundred hold, the index gives few enough
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


def articles_saying(
    session: Session, words: str, *, before: int | None, state: str, outlet: str, limit: int
) -> list[int]:
    """The ids of the last articles whose title or text holds all the words, the last first."""
    told = {"words": words.replace("\0", " "), "before": before, "state": state, "outlet": outlet}
    kept = "".join(f" AND article.{name} = :{name}" for name in ("state", "outlet") if told[name])
    kept += " AND article.id < :before" if before is not None else ""
    used = {name: value for name, value in told.items() if name == "words" or value}
    if session.get_bind().dialect.name == "postgresql":
        return _on_postgresql(session, kept, used, limit)
    # The lists of words are read from their end, not whole.
    query = (
        "SELECT article.id FROM browse_article_fts CROSS JOIN article ON article.id = browse_article_fts.rowid "  # noqa: S608
        f"WHERE browse_article_fts MATCH :words{kept.replace('article.id', 'browse_article_fts.rowid')} "
        f"ORDER BY browse_article_fts.rowid DESC LIMIT {limit:d}"
    )
    return list(session.execute(text(query).bindparams(**used | {"words": _match(words)})).scalars())


def _on_postgresql(session: Session, kept: str, used: dict[str, Any], limit: int) -> list[int]:
    """Common words are met among the last articles; only rarer ones are worth a look into the whole index.

    The planner cannot choose: it takes words for independent of each other.
    """
    session.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
    says = f"article.browse_stems @@ browse_query(:words){kept}"
    bound = " WHERE id < :before" if "before" in used else ""
    last = f"(SELECT * FROM article{bound} ORDER BY id DESC LIMIT {_LAST})"  # noqa: S608 - our own words
    found = f"WITH article AS MATERIALIZED (SELECT id FROM article WHERE {says}) SELECT id FROM article"  # noqa: S608
    for query in (f"SELECT id FROM {last} AS article WHERE {says}", found):  # noqa: S608 - our own words
        ids = session.execute(text(f"{query} ORDER BY id DESC LIMIT {limit:d}").bindparams(**used)).scalars().all()
        if len(ids) == limit:
            break
    return list(ids)


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
