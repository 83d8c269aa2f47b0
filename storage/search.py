"""Looking for words in articles and deals: FTS5 on SQLite, full text with French stems on PostgreSQL; accents folded.

On SQLite, which knows no French stems, a word is looked for in its plain inflections. (All words that begin like it
would be found too, but FTS5 then reads their whole lists: 230 ms instead of 1 over a million articles.)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import text
from sqlmodel import Session

from storage.companies import company_key
from storage.frame import Longs

_WORD = re.compile(r"[^\W_]+")
_MOST_WORDS = 12
_STRETCH = 5000  # ids, as migration 0009 has it
_WIDEST = 16  # stretches looked through at once: if all their articles say it, still only some tens of milliseconds
_BIGGEST_ID = 2**31 - 1
_LAST_AND_COUNT = """
SELECT (SELECT coalesce(max(id), 0) FROM article),
    (SELECT reltuples FROM pg_class WHERE oid = CAST('article' AS regclass))
"""
# Each outlet once, from one to the next in the index: to look at all articles would take long.
_OUTLETS = """
WITH RECURSIVE told(name) AS (
    SELECT min(outlet) FROM article
    UNION ALL SELECT (SELECT min(outlet) FROM article WHERE outlet > told.name) FROM told WHERE told.name IS NOT NULL
)
SELECT name FROM told WHERE name IS NOT NULL
"""
_SHORTEST = 4  # letters; a shorter word is looked for as it is written


def deals_saying(session: Session, words: str) -> Longs:
    """The rows of `browse_words` whose names, outlets or titles hold all the words."""
    # As one text: a row for each of a hundred thousand would cost ten times as much.
    if session.get_bind().dialect.name == "postgresql":
        stems = {f"stem{number}": stem for number, stem in enumerate(_stems(session, words))}
        met = " AND ".join(f"browse_stems @@ CAST(:{name} AS tsquery)" for name in stems) or "false"
        found = text(f"SELECT string_agg(CAST(id AS text), ' ') FROM browse_words WHERE {met}").bindparams(**stems)  # noqa: S608
    else:
        found = text(
            "SELECT group_concat(rowid, ' ') FROM browse_words_fts WHERE browse_words_fts MATCH :words"
        ).bindparams(words=_match(words))
    return np.array((session.execute(found).scalar_one() or "").split(), np.int64)


def outlets_named(session: Session, part: str) -> list[str]:
    """The outlet of exactly this name; else all whose names hold it, accents and capitals apart."""
    found = session.execute(text(_OUTLETS)).scalars().all()
    sought = company_key(part)
    return [name for name in found if name == part] or [name for name in found if sought in company_key(name)]


def articles_saying(
    session: Session, words: str, *, before: int | None, state: str, outlets: Sequence[str] | None, limit: int
) -> list[int]:
    """The ids of the last articles whose title or text holds all the words, the last first.

    Args:
        words: none: all articles of that state and of those outlets.
        outlets: only articles of these; None: of any.
    """
    if (outlets is not None and not outlets) or (words.strip() and not _WORD.search(words)):
        return []
    if session.get_bind().dialect.name == "postgresql":
        return _on_postgresql(session, words, before, state, outlets, limit)
    # The lists of words are read from their end, not whole.
    sought = [_match(words)] if words.strip() else []
    sought += [f"zs{state.replace('_', '')}"] if state else []
    sought += [f"({' OR '.join(f'zo{name.encode().hex()}' for name in outlets)})"] if outlets else []
    bound = "AND rowid < :before " if before is not None else ""
    query = (
        f"SELECT rowid FROM browse_article_fts WHERE browse_article_fts MATCH :sought {bound}"  # noqa: S608
        f"ORDER BY rowid DESC LIMIT {limit:d}"
    )
    used: dict[str, Any] = {"sought": " AND ".join(sought)} | ({"before": before} if before is not None else {})
    return list(session.execute(text(query).bindparams(**used)).scalars())


def _on_postgresql(
    session: Session, words: str, before: int | None, state: str, outlets: Sequence[str] | None, limit: int
) -> list[int]:
    """From the last stretch of ids backwards, in growing windows: of words that many articles hold few are looked at.

    All that is asked is in one index, so that a window which holds nothing costs next to nothing. The planner cannot
    know: it takes words for independent of each other, and reading the whole table for cheap.
    """
    session.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
    session.execute(text("SET LOCAL enable_seqscan = off"))
    used: dict[str, Any] = {"limit": limit, "before": before or _BIGGEST_ID + 1}
    filed = "browse_filed(state, outlet, id)"
    kept = [f"{filed} && CAST(:window AS text[])", "id + 0 < :before"]
    if words.strip():
        stems = {f"stem{number}": stem for number, stem in enumerate(_stems(session, words))}
        kept += [f"browse_stems @@ CAST(:{name} AS tsquery)" for name in stems] or ["false"]
        used |= stems
    if state:
        kept.append(f"{filed} @> CAST(:state AS text[])")
        used["state"] = [f"s {state}"]
    if outlets:
        kept.append(f"{filed} && CAST(:outlets AS text[])")
        used["outlets"] = [f"o {name}" for name in outlets]
    query = text(
        f"WITH found AS MATERIALIZED (SELECT id FROM article WHERE {' AND '.join(kept)}) "  # noqa: S608 - our own words
        "SELECT id FROM found ORDER BY id DESC LIMIT :limit"
    )
    last, count = session.execute(text(_LAST_AND_COUNT)).one()
    widest = _WIDEST * max(1, round(last / max(count, _STRETCH)))  # of ids with gaps, more of them
    ids: list[int] = []
    stretch, wide = min(used["before"] - 1, last) // _STRETCH, 1
    while stretch >= 0 and len(ids) < limit:
        window = [f"b {number}" for number in range(stretch, max(stretch - wide, -1), -1)]
        found = session.execute(query.bindparams(**used | {"window": window, "limit": limit - len(ids)}))
        ids += found.scalars().all()
        stretch, wide = stretch - wide, min(4 * wide, widest)
    return ids


def _stems(session: Session, words: str) -> list[str]:
    """What is asked, as queries that must all be met: a word's stem, or that of one of its plain inflections.

    (Stems of a word and of its plural are not always the same: récit, récits.) The index leaps from one to the next
    article that may meet all of them; within one query it would look at each that holds the rarest word. What people
    say with quotes or a minus sign is asked as they say it.
    """
    words = words.replace("\0", " ")
    asked = [words] if re.search(r'"|(?:^|\s)-', words) else [" or ".join(_forms(word)) for word in _words(words)]
    told = "SELECT CAST(browse_query(part) AS text) FROM unnest(CAST(:asked AS text[])) AS part"
    found = session.execute(text(told).bindparams(asked=asked)).scalars()
    return [" | ".join(dict.fromkeys(query.split(" | "))) for query in found if query]


def _words(words: str) -> list[str]:
    """Only letters and digits are left of what people type: nothing of the search's own language."""
    return _WORD.findall(words)[:_MOST_WORDS]


def _match(words: str) -> str:
    told = ("(" + " OR ".join(f'"{form}"' for form in _forms(word)) + ")" for word in _words(words))
    return " AND ".join(told) or '""'


def _forms(word: str) -> list[str]:
    """The word in its plain inflections: levé, levée, levés, levées; capital, capitaux; tableau, tableaux."""
    if len(word) < _SHORTEST:
        return [word]
    plain = word.casefold()
    base = re.sub(r"aux$", "al", plain) if plain.endswith("aux") and not plain.endswith("eaux") else plain
    base = re.sub(r"(?:es|s|x|e)$", "", base)
    if len(base) < _SHORTEST - 1:
        base = plain
    endings = ["", "s", "e", "es"]
    endings += ["x"] if base.endswith("u") else []
    forms = [base + ending for ending in endings] + ([base[:-2] + "aux"] if base.endswith("al") else [])
    return list(dict.fromkeys((plain, *forms)))
