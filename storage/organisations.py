"""Companies and investors as entities: their reviewed aliases in force, and names that may be one (suggestions only).

The register is the organisations lexicon (names, aliases, Wikidata and SIREN ids), which analysts edit and review.
The database keeps the aliases as last applied, so that whatever writes or resolves mentions files them alike.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from sqlalchemy import delete
from sqlmodel import col, func, select

from config.documents import config_files, read_yaml, validated
from storage.aliases import applied_aliases
from storage.companies import company_key
from storage.database import Database
from storage.deal_tables import AliasRow, MentionRow
from storage.mentions import mark_companies
from storage.near_names import NameSeen

_PAGE = 5000


def apply_aliases(db: Database, aliases: Mapping[str, str], now: dt.datetime) -> int:
    """Put these aliases in force in one transaction; mentions are filed anew, their companies wait for `resolve`.

    Returns how many mentions changed place. Deals keep their ids, or redirect. Aliases of investors count from
    the next time that a company they put money in is resolved.
    """
    with db.transaction() as session:
        before = applied_aliases(session)
        if before == aliases:
            return 0
        changed = {key for key in before.keys() | aliases.keys() if before.get(key) != aliases.get(key)}
        session.execute(delete(AliasRow).where(col(AliasRow.alias_key).in_(changed)))
        session.add_all([AliasRow(alias_key=key, main_key=aliases[key]) for key in changed & aliases.keys()])
        # Filed so far under the alias itself, or under what it led to.
        places = changed | {before[key] for key in changed & before.keys()}
        touched: set[str] = set()
        moved = 0
        for row in session.exec(select(MentionRow).where(col(MentionRow.company_key).in_(places))):
            key = company_key(row.company, aliases)
            if key != row.company_key:
                touched |= {key, row.company_key}
                row.company_key = key
                moved += 1
        mark_companies(session, touched, now)
        return moved


def names_seen(db: Database) -> list[NameSeen]:
    """Every company and investor in the database, under the spelling used most, with how often it is named."""
    counts: dict[str, Counter[str]] = {}
    with db.reading() as session:
        aliases = applied_aliases(session)
        companies = select(MentionRow.company_key, MentionRow.company, func.count()).group_by(
            col(MentionRow.company_key), col(MentionRow.company)
        )
        for key, name, times in session.exec(companies):
            counts.setdefault(key, Counter())[name] += times
        for investors in session.exec(select(MentionRow.investors).execution_options(yield_per=_PAGE)):
            for name in investors:
                counts.setdefault(company_key(name, aliases), Counter())[name] += 1
    return [
        NameSeen(key, min(names, key=lambda name: (-names[name], name)), sum(names.values()))
        for key, names in sorted(counts.items())
    ]


class _NearNames(BaseModel):
    model_config = ConfigDict(extra="forbid")
    other_organisation: list[str]


def other_words(user_dir: Path | None) -> frozenset[str]:
    """Words that make another organisation of a name, as keys; from `config/lexicon/near_names.yaml`, the user's too.

    Raises:
        ConfigError: names file and line of what is wrong.
    """
    files = config_files("lexicon/near_names.yaml", user_dir)
    words = (word for file in files for word in validated(read_yaml(file), _NearNames).other_organisation)
    return frozenset(company_key(word) for word in words)
